"""`job-escrow deposit-address`, `job-escrow sync` and `job-escrow pay`: credits by plain transfer and by Solana Pay."""

import sys
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote, urlencode, urlsplit

import typer
from job_escrow.addresses import text_of
from job_escrow.bounds import MAX_CREDITS, PACKS
from job_escrow.codec import DepositsSynced, PackExpected
from job_escrow.packs import pack_text
from job_escrow.solana_pay import exact_amount, transfer_request
from solders.keypair import Keypair

from job_escrow_cli.clusters import is_local
from job_escrow_cli.failures import UsageError
from job_escrow_cli.kinds import whole_argument, whole_option
from job_escrow_cli.money import available
from job_escrow_cli.options import OutputFormat
from job_escrow_cli.output import facts, show, tell, warn
from job_escrow_cli.packs import pack_of
from job_escrow_cli.sending import done, send
from job_escrow_cli.session import Session, opened

if TYPE_CHECKING:
    from solders.pubkey import Pubkey

_HALF_BLOCKS = "\u2580\u2584\u2588"
_EXAMPLE = "https://api.example.org"
_Wallet = Annotated[str | None, typer.Argument(metavar="WALLET", help="Another wallet than the key's own.")]


def deposit_address(context: typer.Context, wallet: _Wallet = None) -> None:
    """Print the address that USDC can be sent to from anywhere, such as an exchange.

    It is the credit account itself, never its vault: whoever sends names an owner of tokens, and the vault follows
    from it. Tokens sent to the vault's address end beside it; job-escrow recover --nested brings those back.
    """
    with opened(context) as session:
        address = session.credit_account_key(session.owner(wallet))
        if session.escrow.credit_account(address) is None:
            session.check_wallet(session.owner(wallet))
            tell("this account is not open yet: open it first, so that what arrives can be used (job-escrow open)")
        tell(f"send {session.money.symbol} only ({session.platform.mint}); then: job-escrow sync")
        show(
            session.settings,
            {"deposit_address": str(address), "mint": str(session.platform.mint)},
            [str(address)],
        )


def sync(context: typer.Context, wallet: _Wallet = None) -> None:
    """Turn what arrived by plain transfer into credits; below the minimum purchase only the wallet itself can."""
    with opened(context) as session:
        owner = session.owner(wallet)
        address = session.credit_account_key(owner)
        if session.escrow.credit_account(address) is None:
            session.no_account(owner, address)
        anyone = session.anyone
        receipt = send(
            session, lambda: anyone.sync_deposits(address), doing="turning deposits into credits", repeat="as it is"
        )
        event = next(each for each in receipt.events if isinstance(each, DepositsSynced))
        now = available(event.after)
        done(
            session,
            receipt,
            {
                "credited": f"{event.credits:,} credits for {session.money.text(event.base_units)}",
                "available": f"{now:,} credits",
            },
            {"credited": event.credits, "base_units": event.base_units, "available": now},
        )


def pay(
    context: typer.Context,
    credits: Annotated[
        int | None,
        whole_argument("credits", least=1, most=MAX_CREDITS, metavar="CREDITS", help="How many credits to pay for."),
    ] = None,
    pack: Annotated[
        int | None,
        whole_option("--pack", most=PACKS - 1, metavar="PACK", help="A pack instead, as job-escrow packs numbers it."),
    ] = None,
    server: Annotated[
        str | None,
        typer.Option("--server", metavar="URL", help="The account API that makes the transaction (job-escrow serve)."),
    ] = None,
    wallet: Annotated[str | None, typer.Option("--for", metavar="WALLET", help="Whose credits; the key's own.")] = None,
    qr: Annotated[bool, typer.Option("--qr/--no-qr", help="Draw the QR code in the terminal.")] = True,
) -> None:
    """Make a Solana Pay link and QR code for a purchase of credits, or of a pack.

    With --server the link is a transaction request: the wallet that scans it asks the server for the transaction, which
    opens the account where it has to and buys. Without, it is a transfer request: the wallet pays the exact amount to
    the deposit address of an account that is open, and `job-escrow sync` makes credits of it. A wallet that refuses an
    address that no key has, and an exchange, send the amount by hand. A plain transfer buys no pack: one with a bonus
    has no transfer request. The server's `/v1/pay/payments` does not see plain transfers.
    """
    with opened(context) as session:
        if (credits is None) == (pack is None):
            raise UsageError("say how many credits to pay for, or which --pack")
        what = credits or 0 if pack is None else pack_of(session, pack)
        paid, bonus = (what, 0) if isinstance(what, int) else (what.credits, what.bonus_credits)
        if bonus and not server:
            raise UsageError("a plain transfer buys no pack, and so no bonus: name a --server, or pay for its credits")
        owner = session.owner(wallet)
        if wallet is not None:
            session.check_wallet(owner)
        address = session.credit_account_key(owner)
        due = paid * session.platform.base_units_per_credit
        # Its recipient would get the credits without the bonus, for the same price.
        transfer = None if bonus else _transfer_request(session, owner, paid)
        link = None if server is None else _link(session, server, owner, what, transfer)
        data = {
            "link": link,
            "transfer_request": transfer,
            "deposit_address": str(address),
            "credits": paid,
            "bonus_credits": bonus,
            "pack": pack,
            "amount": session.money.number(due).replace(",", ""),
            "base_units": due,
            "mint": str(session.platform.mint),
        }
        lines = facts(
            {
                "pay": f"{session.money.text(due)} for {pack_text(paid, bonus)}",
                "link": link,
                "transfer": transfer,
                "to": address,
                "mint": session.platform.mint,
            }
        )
        if not server:
            if session.escrow.credit_account(address) is None:
                tell("this account is not open yet, and a transfer to it fails: open it first (job-escrow open)")
            tell("no --server: this is a plain transfer to the open account; run job-escrow sync once it has landed")
        text = link or transfer
        if qr and text is not None and session.settings.output is OutputFormat.DISPLAY:
            _draw(text)
        show(session.settings, data, lines)


def _transfer_request(session: Session, owner: "Pubkey", credits: int) -> str:
    """The transfer request of Solana Pay: no server is asked."""
    due = credits * session.platform.base_units_per_credit
    return transfer_request(
        session.credit_account_key(owner),
        exact_amount(due, session.money.decimals),
        session.platform.mint,
        Keypair().pubkey(),
        f"{text_of(session.platform.name)} credits",
    )


def _link(session: Session, server: str, owner: "Pubkey", what: int | PackExpected, transfer: str | None) -> str:
    """The transaction request of Solana Pay, as the account API answers it."""
    address = session.credit_account_key(owner)
    parts = urlsplit(server)
    if parts.scheme == "http" and is_local(server):
        warn(
            "wallets ask https addresses only, so that nobody on the way to the server can put another transaction in: "
            "this link is for trying things out on this machine"
            + ("" if transfer is None else "; the transfer request is for any wallet")
        )
    elif parts.scheme != "https" or not parts.hostname:
        raise UsageError(
            f"{server!r} cannot be the server: wallets ask https addresses only, such as {_EXAMPLE}. "
            "Without --server you get a transfer request, which asks none"
        )
    credits = what if isinstance(what, int) else what.credits
    due = credits * session.platform.base_units_per_credit
    pack = {} if isinstance(what, int) else {"pack": what.index, "bonus_credits": what.bonus_credits}
    namespace = session.settings.namespace.value
    query = urlencode(
        {
            "recipient": address,
            "amount": exact_amount(due, session.money.decimals),
            "credits": credits,
            **pack,
            "wallet": owner,
            **({"namespace": namespace} if namespace else {}),
            # A key that nothing else carries, by which the payment is found; nobody keeps its secret.
            "reference": Keypair().pubkey(),
        }
    )
    link = f"{server.rstrip('/').removesuffix('/v1')}/v1/pay/purchase?{query}"
    # A link with a query of its own is encoded, so that wallets do not take it for theirs.
    return f"solana:{quote(link, safe='')}"


def _draw(text: str) -> None:
    import segno

    code = segno.make(text, error="m", micro=False)
    try:
        _HALF_BLOCKS.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        # Light is what the terminal writes with, as where there are blocks.
        for row in code.matrix_iter(border=2):
            typer.echo("".join("  " if dark else "##" for dark in row))
        return
    code.terminal(compact=True, border=2)

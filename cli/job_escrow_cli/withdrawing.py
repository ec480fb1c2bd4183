"""`job-escrow withdraw`, `job-escrow recover` and `job-escrow close`: everything that pays out to the wallet."""

from typing import TYPE_CHECKING, Annotated

import typer
from job_escrow.addresses import vault_address
from job_escrow.bounds import MAX_CREDITS, MAX_ID
from job_escrow.codec import AccountClosed, CreditsWithdrawn, TokensRecovered

from job_escrow_cli.failures import UsageError
from job_escrow_cli.kinds import WholeOrAll, whole_option
from job_escrow_cli.money import available, sol
from job_escrow_cli.output import tell
from job_escrow_cli.repeating import done_before, next_number
from job_escrow_cli.sending import done, send
from job_escrow_cli.session import opened, parse_address
from job_escrow_cli.standing import checked_destination, standing, tokens_of

if TYPE_CHECKING:
    from solders.pubkey import Pubkey

    from job_escrow_cli.session import Session

_Destination = Annotated[
    str | None,
    typer.Option("--to", metavar="TOKEN_ACCOUNT", help="Another token account that the wallet owns."),
]


def withdraw(
    context: typer.Context,
    credits: Annotated[
        str,
        typer.Argument(
            metavar="CREDITS",
            parser=WholeOrAll("credits", least=1, most=MAX_CREDITS),
            help="How many credits, or all.",
        ),
    ],
    to: _Destination = None,
    sequence: Annotated[
        int | None,
        whole_option(
            "--sequence", most=MAX_ID, metavar="N", help="Repeat the withdrawal with this number, if it is missing."
        ),
    ] = None,
) -> None:
    """Pay credits out as USDC, in one transaction and without a fee. `all` takes deposits along."""
    amount = None if credits == "all" else int(credits)
    destination = _token_account(to)
    with opened(context) as session:
        wallet = session.wallet
        if destination is not None:
            checked_destination(session, destination, session.platform.mint)
        number = next_number(session) if sequence is None else sequence
        if sequence is not None and done_before(session, number, CreditsWithdrawn, amount):
            return
        session.withdraws = True
        receipt = send(
            session,
            lambda: wallet.withdraw(amount, sequence=number, destination=destination),
            doing="withdrawing all credits" if amount is None else f"withdrawing {amount:,} credits",
            repeat=f"with --sequence {number}",
        )
        event = next(each for each in receipt.events if isinstance(each, CreditsWithdrawn))
        left = available(event.after)
        locked = event.after.paid_locked
        if locked:
            tell(f"{locked:,} credits are locked in open jobs and sessions: withdraw what comes back when these end")
        done(
            session,
            receipt,
            {
                "withdrawn": f"{event.credits:,} credits",
                "paid out": f"{session.money.text(event.base_units)} to {event.destination}",
                "returned to promotion": (
                    f"{session.money.text(event.promotion_owed)}, which it had paid" if event.promotion_owed else None
                ),
                "available": f"{left:,} credits",
                "locked": f"{locked:,} credits" if locked else None,
            },
            {
                "withdrawn": event.credits,
                "base_units": event.base_units,
                "promotion_owed": event.promotion_owed,
                "destination": str(event.destination),
                "available": left,
                "locked": event.after.paid_locked,
                "sequence": event.sequence,
            },
        )


def recover(
    context: typer.Context,
    token_account: Annotated[
        str | None, typer.Argument(metavar="TOKEN_ACCOUNT", help="The token account that they are in.")
    ] = None,
    nested: Annotated[
        bool, typer.Option("--nested", help="Bring back what was sent to the vault's own token account.")
    ] = False,
    mint: Annotated[str | None, typer.Option("--mint", metavar="ADDRESS", help="With --nested: of which mint.")] = None,
    to: _Destination = None,
) -> None:
    """Take out tokens that were sent to the credit account by mistake: of another mint, or beside its vault."""
    if (token_account is None) == (not nested):
        raise UsageError("name the token account that the tokens are in, or --nested")
    other = None if mint is None else parse_address(mint, "the mint")
    source = None if token_account is None else parse_address(token_account, "the token account")
    target = _token_account(to)
    with opened(context) as session:
        wallet = session.wallet
        if source is not None:
            _check_recovered(session, source, target)
        if source is None:
            receipt = send(session, lambda: wallet.recover_nested(mint=other), doing="recovering nested tokens")
        else:
            receipt = send(
                session,
                lambda: wallet.recover(source, destination=target),
                doing="recovering tokens",
                repeat="as it is",
            )
        event = next(each for each in receipt.events if isinstance(each, TokensRecovered))
        done(
            session,
            receipt,
            {"recovered": f"{event.base_units:,} base units of {event.mint}", "paid out to": event.destination},
            {"base_units": event.base_units, "mint": str(event.mint), "destination": str(event.destination)},
        )


def close(context: typer.Context, to: _Destination = None) -> None:
    """Pay everything out and remove the credit account; the rent goes back to who paid it."""
    destination = _token_account(to)
    with opened(context) as session:
        wallet = session.wallet
        account = wallet.account()
        if account is None:
            session.no_account(session.signer.pubkey(), wallet.address)
        if destination is not None:
            checked_destination(session, destination, session.platform.mint)
        held = session.chain.accounts([wallet.address, account.vault])
        lamports = sum(each.lamports for each in held if each is not None)
        receipt = send(
            session, lambda: wallet.close(destination=destination), doing="closing the account", repeat="as it is"
        )
        event = next(each for each in receipt.events if isinstance(each, AccountClosed))
        if event.promotion_base_units:
            tell(f"{session.money.text(event.promotion_base_units)} that promotion had paid went back to it")
        if event.treasury_base_units:
            tell(f"{session.money.text(event.treasury_base_units)} behind granted credits went to the treasury")
        done(
            session,
            receipt,
            {
                "closed": event.credit_account,
                "paid out": session.money.text(event.wallet_base_units),
                "SOL back": f"{sol(lamports)}, the rent to who paid it: {account.rent_payer}",
            },
            {
                "credit_account": str(event.credit_account),
                "base_units": event.wallet_base_units,
                "lamports": lamports,
                "treasury_base_units": event.treasury_base_units,
                "promotion_base_units": event.promotion_base_units,
            },
        )


def _check_recovered(session: "Session", source: "Pubkey", target: "Pubkey | None") -> None:
    """Refuse what nothing can be recovered from, or to. Raises UsageError."""
    address = session.wallet.address
    (info,) = session.chain.accounts([source])
    found = tokens_of(info)
    if found is None:
        raise UsageError(f"{source} is {standing(info)}, and no token account: name the one that the tokens are in")
    if source == vault_address(address, session.platform.mint).address:
        raise UsageError(f"{source} is the vault itself, whose tokens are the credits: job-escrow withdraw all")
    if found.owner != address:
        raise UsageError(
            f"{source} belongs to {found.owner}, not to the credit account {address}: what is in it was not sent to "
            "that. What was sent beside the vault: job-escrow recover --nested"
        )
    if target is not None:
        checked_destination(session, target, found.mint)


def _token_account(text: str | None) -> "Pubkey | None":
    return None if text is None else parse_address(text, "the token account")

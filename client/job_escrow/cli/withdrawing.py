"""`job-escrow withdraw`, `job-escrow recover` and `job-escrow close`: everything that pays out to the wallet."""

from typing import TYPE_CHECKING, Annotated

import typer

from job_escrow.cli.failures import UsageError
from job_escrow.cli.money import available
from job_escrow.cli.output import tell
from job_escrow.cli.repeating import done_before, next_number
from job_escrow.cli.sending import done, send
from job_escrow.cli.session import opened, parse_address
from job_escrow.codec import AccountClosed, CreditsWithdrawn, TokensRecovered

if TYPE_CHECKING:
    from solders.pubkey import Pubkey

_Destination = Annotated[
    str | None,
    typer.Option("--to", metavar="TOKEN_ACCOUNT", help="Another token account that the wallet owns."),
]


def withdraw(
    context: typer.Context,
    credits: Annotated[str, typer.Argument(metavar="CREDITS", help="How many credits, or all.")],
    to: _Destination = None,
    sequence: Annotated[
        int | None,
        typer.Option(
            "--sequence", metavar="N", min=0, help="Repeat the withdrawal with this number, if it is missing."
        ),
    ] = None,
) -> None:
    """Pay credits out as USDC, in one transaction and without a fee. `all` takes deposits along."""
    amount, destination = _amount(credits), _token_account(to)
    with opened(context) as session:
        wallet = session.wallet
        number = next_number(session) if sequence is None else sequence
        if sequence is not None and done_before(session, number, CreditsWithdrawn, amount):
            return
        receipt = send(
            session,
            lambda: wallet.withdraw(amount, sequence=number, destination=destination),
            doing="withdrawing all credits" if amount is None else f"withdrawing {amount:,} credits",
            repeat=f"with --sequence {number}",
        )
        event = next(each for each in receipt.events if isinstance(each, CreditsWithdrawn))
        left = available(event.after)
        done(
            session,
            receipt,
            {
                "withdrawn": f"{event.credits:,} credits",
                "paid out": f"{session.money.text(event.base_units)} to {event.destination}",
                "available": f"{left:,} credits",
            },
            {
                "withdrawn": event.credits,
                "base_units": event.base_units,
                "destination": str(event.destination),
                "available": left,
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
        if wallet.account() is None:
            session.no_account(session.signer.pubkey(), wallet.address)
        receipt = send(
            session, lambda: wallet.close(destination=destination), doing="closing the account", repeat="as it is"
        )
        event = next(each for each in receipt.events if isinstance(each, AccountClosed))
        if event.treasury_base_units:
            tell(f"{session.money.text(event.treasury_base_units)} behind granted credits went to the treasury")
        done(
            session,
            receipt,
            {"closed": event.credit_account, "paid out": session.money.text(event.wallet_base_units)},
            {
                "credit_account": str(event.credit_account),
                "base_units": event.wallet_base_units,
                "treasury_base_units": event.treasury_base_units,
            },
        )


def _amount(text: str) -> int | None:
    if text.lower() == "all":
        return None
    if not (text.isascii() and text.isdigit()) or int(text) == 0:
        raise UsageError(f"{text!r} is not a number of credits: give a whole number from 1 on, or all")
    return int(text)


def _token_account(text: str | None) -> "Pubkey | None":
    return None if text is None else parse_address(text, "the token account")

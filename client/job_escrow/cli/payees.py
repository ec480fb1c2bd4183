"""`job-escrow platform payee`: who may earn besides the treasury."""

from typing import Annotated

import typer

from job_escrow.cli.late import Command, command_group
from job_escrow.cli.options import OutputFormat
from job_escrow.cli.output import Column, print_json, table, tell
from job_escrow.cli.sending import done, rents, send
from job_escrow.cli.session import opened, parse_address
from job_escrow.codec import Payee, PayeeRegistered, PayeeUnregistered

payees = command_group("Say who may earn from jobs besides the treasury.")

_Owner = Annotated[str, typer.Argument(metavar="OWNER", help="Who earns.")]


@payees.command("add", cls=Command)
def add_payee(
    context: typer.Context,
    owner: _Owner,
    token_account: Annotated[
        str | None,
        typer.Option("--token-account", metavar="ADDRESS", help="Where earnings go; the owner's associated account."),
    ] = None,
) -> None:
    """Let somebody earn from jobs that are locked for them."""
    key = parse_address(owner, "the payee")
    account = None if token_account is None else parse_address(token_account, "the token account")
    with opened(context) as session:
        admin = session.admin
        receipt = send(
            session,
            lambda: admin.register_payee(key, token_account=account),
            doing=f"registering the payee {key}",
            rent=rents(session, Payee.SIZE),
            returns="the payee is removed",
            repeat="as it is",
        )
        event = next(each for each in receipt.events if isinstance(each, PayeeRegistered))
        done(
            session,
            receipt,
            {"payee": event.owner, "earnings go to": event.token_account},
            {"owner": str(event.owner), "token_account": str(event.token_account)},
        )


@payees.command("remove", cls=Command)
def remove_payee(context: typer.Context, owner: _Owner) -> None:
    """Let somebody earn from no further jobs; those that are locked for them still pay them."""
    key = parse_address(owner, "the payee")
    with opened(context) as session:
        admin = session.admin
        receipt = send(session, lambda: admin.unregister_payee(key), doing=f"removing the payee {key}")
        event = next(each for each in receipt.events if isinstance(each, PayeeUnregistered))
        done(session, receipt, {"removed": event.owner}, {"owner": str(event.owner)})


@payees.command("list", cls=Command)
def list_payees(context: typer.Context) -> None:
    """List the payees of a platform."""
    with opened(context) as session:
        found = session.escrow.payees(session.platform_key)
        if session.settings.output is not OutputFormat.DISPLAY:
            rows = [
                {"payee": str(key), "owner": str(each.owner), "token_account": str(each.token_account)}
                for key, each in found.items()
            ]
            print_json({"payees": rows}, session.settings.output)
        elif not found:
            tell("the platform has no payees: the treasury earns everything")
        else:
            table(
                [Column("owner"), Column("token account", may_leave=True)],
                [(str(each.owner), str(each.token_account)) for each in found.values()],
                color=session.settings.color,
            )

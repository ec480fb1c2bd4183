"""`job-escrow platform payee`: who may earn besides the treasury."""

from typing import TYPE_CHECKING, Annotated

import typer
from job_escrow.bounds import MIN_SHARE_BPS, WHOLE_BPS
from job_escrow.codec import Payee, PayeeChanged, PayeeRegistered, PayeeUnregistered
from job_escrow.numerals import InvalidNumber, whole

from job_escrow_cli.failures import UsageError
from job_escrow_cli.lazy_commands import Command, command_group
from job_escrow_cli.options import OutputFormat
from job_escrow_cli.output import Column, print_json, table, tell
from job_escrow_cli.platform_terms import percent
from job_escrow_cli.sending import done, rents, send
from job_escrow_cli.session import Session, opened, parse_address
from job_escrow_cli.standing import checked_token_account, checked_wallet
from job_escrow_cli.times import minute, moment

if TYPE_CHECKING:
    from job_escrow.transactions import Receipt

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
    """Let somebody earn from jobs that are locked for them, once the platform's notice for payees is over."""
    key = parse_address(owner, "the payee")
    account = None if token_account is None else parse_address(token_account, "the token account")
    with opened(context) as session:
        admin = session.admin
        checked_wallet(session, key, "a payee")
        if account is not None:
            checked_token_account(session, account, session.platform.mint, "--token-account")
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
            {
                "payee": event.owner,
                "earnings go to": event.token_account,
                "locks may name it from": moment(event.usable_from),
            },
            {
                "owner": str(event.owner),
                "token_account": str(event.token_account),
                "usable_from": moment(event.usable_from),
            },
        )


@payees.command("suspend", cls=Command)
def suspend_payee(context: typer.Context, owner: _Owner) -> None:
    """Let somebody earn from no further jobs, at once; those that are locked for them still pay them."""
    key = parse_address(owner, "the payee")
    with opened(context) as session:
        admin = session.admin
        doing = f"suspending the payee {key}"
        _show(session, send(session, lambda: admin.suspend_payee(key), doing=doing, repeat="as it is"))


@payees.command("resume", cls=Command)
def resume_payee(context: typer.Context, owner: _Owner) -> None:
    """Let a suspended payee earn again, at once."""
    key = parse_address(owner, "the payee")
    with opened(context) as session:
        admin = session.admin
        doing = f"resuming the payee {key}"
        _show(session, send(session, lambda: admin.resume_payee(key), doing=doing, repeat="as it is"))


@payees.command("set-share", cls=Command)
def set_payee_share(
    context: typer.Context,
    owner: _Owner,
    share: Annotated[str, typer.Argument(metavar="BPS", help="Its own part in basis points, or none.")],
) -> None:
    """Announce a payee's own share of what it earns, such as 8500 for 85%; none: what the platform's fee leaves."""
    key = parse_address(owner, "the payee")
    bps = 0 if share == "none" else _share(share)
    with opened(context) as session:
        admin = session.admin
        doing = f"announcing a share of the payee {key}"
        _show(session, send(session, lambda: admin.set_payee_share(key, bps), doing=doing, repeat="as it is"))


def _show(session: Session, receipt: "Receipt") -> None:
    """Print what a payee is after a change."""
    event = next(each for each in receipt.events if isinstance(each, PayeeChanged))
    coming = f"{share_text(event.pending_share_bps)}, from {moment(event.pending_share_at)}"
    done(
        session,
        receipt,
        {
            "payee": event.owner,
            "state": "suspended" if event.suspended else "active",
            "share": share_text(event.share_bps),
            "announced share": coming if event.pending_share_at else None,
        },
        {
            "owner": str(event.owner),
            "suspended": bool(event.suspended),
            "share_bps": event.share_bps or None,
            "announced": (
                {"share_bps": event.pending_share_bps or None, "from": moment(event.pending_share_at)}
                if event.pending_share_at
                else None
            ),
        },
    )


def _share(text: str) -> int:
    try:
        return whole(text, of="basis points", least=MIN_SHARE_BPS, most=WHOLE_BPS)
    except InvalidNumber as error:
        raise UsageError(f"{error}; or none, for what the platform's fee leaves") from error


def share_text(share_bps: int) -> str:
    """A payee's own share in words."""
    return percent(share_bps) if share_bps else "what the fee leaves"


@payees.command("remove", cls=Command)
def remove_payee(context: typer.Context, owner: _Owner) -> None:
    """Remove a suspended payee; jobs that are locked for them still pay them. Added again, they wait anew."""
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
                {
                    "payee": str(key),
                    "owner": str(each.owner),
                    "token_account": str(each.token_account),
                    "usable_from": moment(each.usable_from),
                    "suspended": bool(each.suspended),
                    "share_bps": each.share_bps or None,
                    "announced_share_bps": each.pending_share_bps or None,
                    "announced_share_from": moment(each.pending_share_at) if each.pending_share_at else None,
                }
                for key, each in found.items()
            ]
            print_json({"payees": rows}, session.settings.output)
        elif not found:
            tell("the platform has no payees: the treasury earns everything")
        else:
            table(
                [
                    Column("owner"),
                    Column("state"),
                    Column("share"),
                    Column("usable from", may_leave=True),
                    Column("token account", may_leave=True),
                ],
                [
                    (
                        str(each.owner),
                        "suspended" if each.suspended else "active",
                        share_text(each.share_bps),
                        minute(each.usable_from),
                        str(each.token_account),
                    )
                    for each in found.values()
                ],
                color=session.settings.color,
            )

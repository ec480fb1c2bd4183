"""What an admin changes on a platform: settings, prices, the admin itself."""

from typing import TYPE_CHECKING, Annotated

import typer

from job_escrow.cli.failures import UsageError
from job_escrow.cli.locking import tier_index
from job_escrow.cli.moments import moment, parse_duration
from job_escrow.cli.output import tell
from job_escrow.cli.platform_terms import NOBODY, announced
from job_escrow.cli.sending import done, send
from job_escrow.cli.session import Session, opened, parse_address
from job_escrow.codec import PlatformChanged, TierArgs

if TYPE_CHECKING:
    from job_escrow.transactions import Receipt

_TIER_NAME_BYTES = 16


def update_platform(
    context: typer.Context,
    operator: Annotated[
        str | None, typer.Option("--operator", metavar="ADDRESS", help="Who runs jobs; none revokes at once.")
    ] = None,
    treasury: Annotated[
        str | None, typer.Option("--treasury", metavar="TOKEN_ACCOUNT", help="Where earnings go.")
    ] = None,
    fee_bps: Annotated[
        int | None, typer.Option("--fee-bps", metavar="N", min=0, help="Share of payees' earnings, in basis points.")
    ] = None,
    min_purchase: Annotated[
        int | None, typer.Option("--min-purchase", metavar="CREDITS", min=1, help="Fewest credits of a purchase.")
    ] = None,
    max_job_time: Annotated[
        str | None, typer.Option("--max-job-time", metavar="TIME", help="Longest job, such as 24h.")
    ] = None,
) -> None:
    """Change settings: what could hurt a wallet waits for the notice period, the rest is at once."""
    if all(each is None for each in (operator, treasury, fee_bps, min_purchase, max_job_time)):
        raise UsageError("nothing to change: give at least one option, see job-escrow platform update --help")
    with opened(context) as session:
        admin = session.admin
        new_operator = None
        if operator is not None:
            new_operator = NOBODY if operator == "none" else parse_address(operator, "the operator")
        receipt = send(
            session,
            lambda: admin.update_platform(
                operator=new_operator,
                treasury=None if treasury is None else parse_address(treasury, "the treasury"),
                fee_bps=fee_bps,
                min_purchase=min_purchase,
                max_job_seconds=None if max_job_time is None else parse_duration(max_job_time),
            ),
            doing="changing the platform",
            repeat="as it is",
        )
        show_changed(session, receipt)


def pause_platform(context: typer.Context) -> None:
    """Stop purchases and locks, at once; settling, refunding and withdrawing go on."""
    with opened(context) as session:
        admin = session.admin
        show_changed(session, send(session, admin.pause, doing="pausing the platform", repeat="as it is"))


def unpause_platform(context: typer.Context) -> None:
    """Let purchases and locks go on, at once."""
    with opened(context) as session:
        admin = session.admin
        show_changed(session, send(session, admin.unpause, doing="unpausing the platform", repeat="as it is"))


def apply_changes(context: typer.Context) -> None:
    """Put announced changes into effect once their notice period is over; anybody may."""
    with opened(context) as session:
        anyone, key = session.anyone, session.platform_key
        show_changed(session, send(session, lambda: anyone.apply_changes(key), doing="applying the changes"))


def propose_admin(
    context: typer.Context,
    new_admin: Annotated[str, typer.Argument(metavar="ADDRESS", help="Who may accept; none takes it back.")],
) -> None:
    """Hand the platform over, first step: name the key that may become its admin."""
    with opened(context) as session:
        admin = session.admin
        key = NOBODY if new_admin == "none" else parse_address(new_admin, "the new admin")
        receipt = send(session, lambda: admin.propose_admin(key), doing="proposing an admin", repeat="as it is")
        tell("the proposal is taken back" if key == NOBODY else f"{key} accepts with: job-escrow platform accept-admin")
        show_changed(session, receipt)


def accept_admin(context: typer.Context) -> None:
    """Hand the platform over, second step: become its admin, signed with the proposed key."""
    with opened(context) as session:
        admin = session.admin
        show_changed(session, send(session, admin.accept_admin, doing="becoming the admin", repeat="as it is"))


def show_changed(session: Session, receipt: "Receipt") -> None:
    """Print what a change did, and what waits for its notice period."""
    events = [each for each in receipt.events if isinstance(each, PlatformChanged)]
    waiting = announced(session.escrow.platform(session.platform_key))
    done(
        session,
        receipt,
        {
            "platform": session.platform_key,
            "changed": "yes" if events else None,
            **{f"announced: {name}": f"{value}, from {moment(at)}" for name, (value, at) in waiting.items()},
        },
        {
            "platform": str(session.platform_key),
            "announced": {name: {"value": value, "from": moment(at)} for name, (value, at) in waiting.items()},
        },
    )


def set_tier(
    context: typer.Context,
    tier: Annotated[str, typer.Argument(metavar="TIER", help="The tier: its name, or its number from 0 to 7.")],
    name: Annotated[str | None, typer.Option("--name", help="Its name; the present one.")] = None,
    flat: Annotated[int | None, typer.Option("--flat", metavar="CREDITS", min=0, help="The flat price.")] = None,
    included: Annotated[
        int | None, typer.Option("--included", metavar="UNITS", min=0, help="Units that the flat price includes.")
    ] = None,
    rate: Annotated[
        int | None, typer.Option("--rate", metavar="CREDITS", min=0, help="Credits for 1,000 units.")
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="What is counted, such as output-token.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Do not offer the tier any more.")] = False,
) -> None:
    """Set or remove a price: cheaper is at once, anything else waits for the notice period."""
    with opened(context) as session:
        admin = session.admin
        index = tier_index(session.platform, tier)
        terms = None if remove else _tier(session, index, name, flat, included, rate, unit)
        receipt = send(session, lambda: admin.set_tier(index, terms), doing=f"changing tier {index}", repeat="as it is")
        show_changed(session, receipt)


def _tier(
    session: Session,
    index: int,
    name: str | None,
    flat: int | None,
    included: int | None,
    rate: int | None,
    unit: str | None,
) -> TierArgs:
    """The tier as it will be: what is not given stays as it is."""
    from job_escrow.presets import UNIT_KINDS

    now = session.platform.tiers[index]
    if name is None and not any(now.name):
        raise UsageError(f"tier {index} is not in use: give it a --name")
    encoded = now.name if name is None else name.encode().ljust(_TIER_NAME_BYTES, b"\0")
    if len(encoded) > _TIER_NAME_BYTES or (name is not None and not name):
        raise UsageError(f"{name!r} is not a name for a tier: use 1 to {_TIER_NAME_BYTES} bytes of text")
    if unit is not None and unit not in UNIT_KINDS:
        raise UsageError(f"{unit!r} is not a unit: use {', '.join(UNIT_KINDS)}")
    return TierArgs(
        name=encoded,
        flat_credits=now.flat_credits if flat is None else flat,
        included_units=now.included_units if included is None else included,
        credits_per_1000_units=now.credits_per_1000_units if rate is None else rate,
        unit_kind=now.unit_kind if unit is None else UNIT_KINDS.index(unit),
    )

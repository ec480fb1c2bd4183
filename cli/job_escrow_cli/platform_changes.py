"""What an admin changes on a platform: settings, prices, the admin itself."""

from typing import TYPE_CHECKING, Annotated

import typer
from job_escrow.bounds import MAX_CREDITS, MAX_FEE_BPS, MAX_UNITS
from job_escrow.codec import PlatformChanged, TierArgs
from job_escrow.numerals import InvalidNumber, whole

from job_escrow_cli.failures import UsageError
from job_escrow_cli.kinds import whole_option
from job_escrow_cli.locking import tier_index
from job_escrow_cli.output import tell
from job_escrow_cli.platform_terms import NOBODY, announced
from job_escrow_cli.sending import done, send
from job_escrow_cli.session import Session, opened, parse_address
from job_escrow_cli.standing import checked_token_account, checked_wallet
from job_escrow_cli.times import moment, parse_duration

if TYPE_CHECKING:
    from job_escrow.transactions import Receipt
    from solders.pubkey import Pubkey

_TIER_NAME_BYTES = 16


def update_platform(
    context: typer.Context,
    operator: Annotated[
        str | None, typer.Option("--operator", metavar="ADDRESS", help="Who runs jobs; none revokes at once.")
    ] = None,
    standby_operator: Annotated[
        str | None,
        typer.Option("--standby-operator", metavar="ADDRESS", help="Whom switch-operator makes operator; or none."),
    ] = None,
    granter: Annotated[
        str | None, typer.Option("--granter", metavar="ADDRESS", help="Who may grant besides the operator; or none.")
    ] = None,
    treasury: Annotated[
        str | None, typer.Option("--treasury", metavar="TOKEN_ACCOUNT", help="Where earnings go.")
    ] = None,
    fee_bps: Annotated[
        int | None,
        whole_option(
            "--fee-bps",
            "basis points",
            most=MAX_FEE_BPS,
            metavar="N",
            help="Share of payees' earnings, in basis points.",
        ),
    ] = None,
    min_purchase: Annotated[
        int | None,
        whole_option(
            "--min-purchase",
            "credits",
            least=1,
            most=MAX_CREDITS,
            metavar="CREDITS",
            help="Fewest credits of a purchase.",
        ),
    ] = None,
    max_job_time: Annotated[
        str | None, typer.Option("--max-job-time", metavar="TIME", help="Longest job, such as 24h.")
    ] = None,
) -> None:
    """Change settings: what could hurt a wallet waits for the notice period, the rest is at once."""
    changes = (operator, standby_operator, granter, treasury, fee_bps, min_purchase, max_job_time)
    if all(each is None for each in changes):
        raise UsageError("nothing to change: give at least one option, see job-escrow platform update --help")
    with opened(context) as session:
        admin = session.admin
        new_operator = _key(session, operator, "the operator")
        new_standby = _key(session, standby_operator, "the standby operator")
        new_granter = _key(session, granter, "the granter")
        new_treasury = None if treasury is None else parse_address(treasury, "the treasury")
        if new_treasury is not None:
            checked_token_account(session, new_treasury, session.platform.mint, "--treasury")
        receipt = send(
            session,
            lambda: admin.update_platform(
                operator=new_operator,
                standby_operator=new_standby,
                granter=new_granter,
                treasury=new_treasury,
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
        key = NOBODY if new_admin == "none" else _wallet(session, new_admin, "the new admin")
        receipt = send(session, lambda: admin.propose_admin(key), doing="proposing an admin", repeat="as it is")
        tell(
            "the proposal is taken back"
            if key == NOBODY
            else f"{key} accepts with: job-escrow platform accept-admin --keypair ITS_FILE"
        )
        show_changed(session, receipt)


def accept_admin(context: typer.Context) -> None:
    """Hand the platform over, second step: become its admin, signed with the proposed key."""
    with opened(context) as session:
        admin = session.admin
        show_changed(session, send(session, admin.accept_admin, doing="becoming the admin", repeat="as it is"))


def switch_operator(context: typer.Context) -> None:
    """Make the standby operator the operator, at once; the old one is dropped."""
    with opened(context) as session:
        admin = session.admin
        receipt = send(session, admin.switch_operator, doing="switching the operator")
        tell("name another standby with: job-escrow platform update --standby-operator ADDRESS")
        show_changed(session, receipt)


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
    flat: Annotated[
        int | None, whole_option("--flat", "credits", most=MAX_CREDITS, metavar="CREDITS", help="The flat price.")
    ] = None,
    included: Annotated[
        int | None,
        whole_option(
            "--included", "units", most=MAX_UNITS, metavar="UNITS", help="Units that the flat price includes."
        ),
    ] = None,
    rate: Annotated[
        str | None,
        typer.Option("--rate", metavar="CREDITS/UNITS", help="The rate above that, such as 20/1000 or 1/60; 0: none."),
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


def _key(session: Session, text: str | None, what: str) -> "Pubkey | None":
    if text is None:
        return None
    return NOBODY if text == "none" else _wallet(session, text, what)


def _wallet(session: Session, text: str, what: str) -> "Pubkey":
    key = parse_address(text, what)
    checked_wallet(session, key, what)
    return key


def _tier(
    session: Session,
    index: int,
    name: str | None,
    flat: int | None,
    included: int | None,
    rate: str | None,
    unit: str | None,
) -> TierArgs:
    """The tier as it will be: what is not given stays as it is."""
    from job_escrow.units import unit_number

    now = session.platform.tiers[index]
    if name is None and not any(now.name):
        raise UsageError(f"tier {index} is not in use: give it a --name")
    encoded = now.name if name is None else name.encode().ljust(_TIER_NAME_BYTES, b"\0")
    if len(encoded) > _TIER_NAME_BYTES or (name is not None and not name):
        raise UsageError(f"{name!r} is not a name for a tier: use 1 to {_TIER_NAME_BYTES} bytes of text")
    try:
        unit_kind = now.unit_kind if unit is None else unit_number(unit)
    except ValueError as error:
        raise UsageError(str(error)) from error
    rate_credits, rate_units = (now.rate_credits, now.rate_units) if rate is None else _rate(rate)
    return TierArgs(
        name=encoded,
        flat_credits=now.flat_credits if flat is None else flat,
        included_units=now.included_units if included is None else included,
        rate_credits=rate_credits,
        rate_units=rate_units,
        unit_kind=unit_kind,
    )


def _rate(text: str) -> tuple[int, int]:
    """The credits and units of a rate."""
    if text == "0":
        return 0, 0
    rate_credits, slash, rate_units = text.partition("/")
    if not slash:
        raise UsageError(f"{text!r} is not a rate: give credits and the units that they are for, such as 20/1000, or 0")
    try:
        return (
            whole(rate_credits, of="credits", least=1, most=MAX_CREDITS),
            whole(rate_units, of="units", least=1, most=MAX_UNITS),
        )
    except InvalidNumber as error:
        raise UsageError(f"--rate {text}: {error}") from error

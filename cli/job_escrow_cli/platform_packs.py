"""`job-escrow platform pack` and `job-escrow platform promotion`: what an admin offers on top, and who pays for it."""

from typing import Annotated

import typer
from job_escrow.addresses import token_address
from job_escrow.bounds import MAX_CREDITS, PACKS
from job_escrow.codec import Pack, PromotionWithdrawn
from job_escrow.flows.read import promotion_of
from job_escrow.tokens import TOKEN_ACCOUNT_SIZE

from job_escrow_cli.failures import UsageError
from job_escrow_cli.kinds import WholeOrAll, whole_argument, whole_option
from job_escrow_cli.lazy_commands import Command, command_group
from job_escrow_cli.output import tell
from job_escrow_cli.platform_changes import show_changed
from job_escrow_cli.sending import done, rents, send
from job_escrow_cli.session import opened

promotion = command_group("Pay for the bonus of packs.")


def set_pack(
    context: typer.Context,
    pack: Annotated[int, whole_argument("", most=PACKS - 1, metavar="PACK", help="Its number.")],
    credits: Annotated[
        int | None,
        whole_option(
            "--credits", "credits", least=1, most=MAX_CREDITS, metavar="CREDITS", help="What the buyer pays for."
        ),
    ] = None,
    bonus: Annotated[
        int, whole_option("--bonus", "credits", most=MAX_CREDITS, metavar="CREDITS", help="What comes on top.")
    ] = 0,
    remove: Annotated[bool, typer.Option("--remove", help="Do not offer the pack any more.")] = False,
) -> None:
    """Offer a pack, or remove one: at once, since a purchase names what it expects."""
    if remove == (credits is not None):
        raise UsageError("say what the pack has with --credits and --bonus, or --remove")
    if credits is not None and credits + bonus > MAX_CREDITS:
        raise UsageError(f"a pack has at most {MAX_CREDITS:,} credits with its bonus, as an account has")
    with opened(context) as session:
        admin = session.admin
        terms = None if credits is None else Pack(credits=credits, bonus_credits=bonus)
        receipt = send(session, lambda: admin.set_pack(pack, terms), doing=f"changing pack {pack}", repeat="as it is")
        if bonus and promotion_of(session.platform) is None:
            tell("nothing pays for its bonus yet: job-escrow platform promotion open")
        show_changed(session, receipt)


@promotion.command("open", cls=Command)
def open_promotion(context: typer.Context) -> None:
    """Open the account that the bonus of packs is paid from, and make it the platform's."""
    with opened(context) as session:
        admin = session.admin
        receipt = send(
            session,
            admin.open_promotion,
            doing="opening the promotion account",
            rent=rents(session, TOKEN_ACCOUNT_SIZE),
            repeat="as it is",
        )
        tell(
            f"fund it by plain transfers to {token_address(session.platform_key, session.platform.mint)}, "
            "or with: job-escrow platform promotion fund"
        )
        show_changed(session, receipt)


@promotion.command("fund", cls=Command)
def fund_promotion(
    context: typer.Context,
    credits: Annotated[
        int,
        whole_argument("credits", least=1, most=MAX_CREDITS, metavar="CREDITS", help="For how many bonus credits."),
    ],
) -> None:
    """Send the admin's own tokens to the promotion account, enough for so many bonus credits."""
    with opened(context) as session:
        admin, base_units = session.admin, credits * session.platform.base_units_per_credit
        session.needed = base_units
        receipt = send(
            session,
            lambda: admin.fund_promotion(base_units),
            doing=f"funding promotion with {session.money.text(base_units)}",
        )
        done(
            session,
            receipt,
            {"funded": f"{session.money.text(base_units)}, for {credits:,} bonus credits"},
            {"base_units": base_units, "credits": credits},
        )


@promotion.command("withdraw", cls=Command)
def withdraw_promotion(
    context: typer.Context,
    credits: Annotated[
        str,
        typer.Argument(
            metavar="CREDITS",
            parser=WholeOrAll("credits", least=1, most=MAX_CREDITS),
            help="The price of how many credits, or all.",
        ),
    ],
) -> None:
    """Take tokens out of the promotion account. They go to the treasury and nowhere else."""
    with opened(context) as session:
        admin = session.admin
        base_units = None if credits == "all" else int(credits) * session.platform.base_units_per_credit
        receipt = send(session, lambda: admin.withdraw_promotion(base_units), doing="taking promotion back")
        event = next(each for each in receipt.events if isinstance(each, PromotionWithdrawn))
        done(
            session,
            receipt,
            {"withdrawn": session.money.text(event.base_units), "to the treasury": event.destination},
            {"base_units": event.base_units, "treasury": str(event.destination)},
        )

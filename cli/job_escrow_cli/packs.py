"""`job-escrow packs`: what a platform sells together, and what of it is a bonus."""

from typing import TYPE_CHECKING

import typer
from job_escrow.codec import PackExpected
from job_escrow.packs import expected, offered

from job_escrow_cli.options import OutputFormat
from job_escrow_cli.output import Column, print_json, table, tell
from job_escrow_cli.session import Session, opened

if TYPE_CHECKING:
    from job_escrow.codec import Platform


def packs(context: typer.Context) -> None:
    """List the packs of a platform: what each costs, and what it gives on top."""
    with opened(context) as session:
        platform = session.platform
        if session.settings.output is not OutputFormat.DISPLAY:
            rows = [
                {
                    "pack": index,
                    "credits": pack.credits,
                    "bonus_credits": pack.bonus_credits,
                    "total": pack.credits + pack.bonus_credits,
                    "base_units": pack.credits * platform.base_units_per_credit,
                }
                for index, pack in offered(platform).items()
            ]
            print_json({"packs": rows}, session.settings.output)
        elif not offered(platform):
            tell("the platform offers no packs: job-escrow buy takes any number of credits")
        else:
            show_packs(session, platform)


def show_packs(session: Session, platform: "Platform") -> None:
    """Print the packs; nothing where there are none."""
    rows = [
        (
            str(index),
            f"{pack.credits + pack.bonus_credits:,}",
            f"{pack.credits:,}",
            f"{pack.bonus_credits:,}" if pack.bonus_credits else "",
            session.money.worth(pack.credits),
        )
        for index, pack in offered(platform).items()
    ]
    if rows:
        table(
            [
                Column("pack", right=True),
                Column("credits", right=True),
                Column("paid for", right=True),
                Column("bonus", right=True),
                Column("price", right=True),
            ],
            rows,
            color=session.settings.color,
        )


def pack_of(session: Session, index: int) -> PackExpected:
    """What a purchase of a pack expects, as the platform offers it now. Raises NotFound."""
    return expected(session.platform, index)

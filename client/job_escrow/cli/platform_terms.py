"""A platform's terms, in words and tables."""

from typing import TYPE_CHECKING

import typer
from solders.pubkey import Pubkey

from job_escrow.addresses import text_of
from job_escrow.cli.moments import moment
from job_escrow.cli.output import Column, facts, table

if TYPE_CHECKING:
    from job_escrow.cli.session import Session
    from job_escrow.codec import Platform, Tier

NOBODY = Pubkey.default()
"""What stands for no key."""


def announced(platform: "Platform") -> dict[str, tuple[str, int]]:
    """What is announced: its new value, and when it may take effect."""
    pending = platform.pending
    found: dict[str, tuple[str, int]] = {}
    for name in ("operator", "treasury", "fee_bps", "min_purchase", "max_job_seconds"):
        at = getattr(pending, f"{name}_at")
        if at != 0:
            found[name.replace("_", " ")] = (str(getattr(pending, name)), at)
    for index, at in enumerate(pending.tiers_at):
        if at != 0:
            tier = pending.tiers[index]
            found[f"tier {index}"] = (tier_terms(tier) if any(tier.name) else "removed", at)
    return found


def show_tiers(session: "Session", platform: "Platform") -> None:
    """Print the prices."""
    from job_escrow.presets import UNIT_KINDS

    rows = [
        (
            str(index),
            text_of(tier.name),
            f"{tier.flat_credits:,}",
            f"{tier.included_units:,}",
            f"{tier.credits_per_1000_units:,}",
            UNIT_KINDS[tier.unit_kind] if tier.unit_kind < len(UNIT_KINDS) else str(tier.unit_kind),
        )
        for index, tier in enumerate(platform.tiers)
        if any(tier.name)
    ]
    if rows:
        table(
            [
                Column("tier", right=True),
                Column("name"),
                Column("flat", right=True),
                Column("incl.", right=True),
                Column("/1,000", right=True),
                Column("unit"),
            ],
            rows,
            color=session.settings.color,
        )


def show_announced(platform: "Platform") -> None:
    """Print what waits for its notice period."""
    waiting = announced(platform)
    if waiting:
        typer.echo("announced changes:")
        typer.echo("\n".join(facts({name: f"{value}, from {moment(at)}" for name, (value, at) in waiting.items()})))


def tier_terms(tier: "Tier") -> str:
    """A tier in words."""
    return (
        f"{text_of(tier.name)}: {tier.flat_credits:,} up to {tier.included_units:,}, "
        f"{tier.credits_per_1000_units:,} per 1,000"
    )


def percent(basis_points: int) -> str:
    """Basis points as a percentage."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}%" if rest else f"{whole}%"

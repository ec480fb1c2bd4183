"""A platform's terms, in words and tables."""

from typing import TYPE_CHECKING

import typer
from job_escrow.addresses import text_of
from solders.pubkey import Pubkey

from job_escrow_cli.output import Column, facts, table
from job_escrow_cli.times import moment

if TYPE_CHECKING:
    from job_escrow.codec import Platform, Tier

    from job_escrow_cli.session import Session

NOBODY = Pubkey.default()
"""What stands for no key."""


def announced(platform: "Platform") -> dict[str, tuple[str, int]]:
    """What is announced: its new value, and when it may take effect."""
    pending = platform.pending
    found: dict[str, tuple[str, int]] = {}
    names = ("operator", "standby_operator", "granter", "treasury", "fee_bps", "min_purchase", "max_job_seconds")
    for name in names:
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
    from job_escrow.units import unit_name

    rows = [
        (
            str(index),
            text_of(tier.name),
            f"{tier.flat_credits:,}",
            f"{tier.included_units:,}",
            rate_text(tier),
            unit_name(tier.unit_kind),
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
                Column("rate", right=True),
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
        f"{text_of(tier.name)}: {tier.flat_credits:,} up to {tier.included_units:,}, {rate_text(tier)}"
        if tier.rate_credits
        else f"{text_of(tier.name)}: {tier.flat_credits:,} for any number"
    )


def rate_text(tier: "Tier") -> str:
    """A tier's rate in words: `20 per 1,000`."""
    return f"{tier.rate_credits:,} per {tier.rate_units:,}" if tier.rate_credits else "none"


def percent(basis_points: int) -> str:
    """Basis points as a percentage."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}%" if rest else f"{whole}%"

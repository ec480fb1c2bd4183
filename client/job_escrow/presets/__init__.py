"""Credit systems as data: what a platform is created with, one TOML file each."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files

from job_escrow.codec import TierArgs

UNIT_KINDS = (
    "output-token",
    "request",
    "second",
    "gpu-second",
    "cpu-second",
    "gib-hour",
    "gib",
    "other",
)
"""What a tier counts; the index is stored on chain."""

_TIER_NAME_LENGTH = 16


@dataclass(frozen=True, kw_only=True)
class Preset:
    """The terms of a platform. Amounts are credits, times seconds, `fee_bps` basis points."""

    name: str
    base_units_per_credit: int
    min_purchase: int
    max_job_seconds: int
    notice_seconds: int
    fee_bps: int
    tiers: tuple[TierArgs, ...]


def preset_names() -> list[str]:
    """The presets that come with this package."""
    found = files("job_escrow.presets").iterdir()
    return sorted(entry.name.removesuffix(".toml") for entry in found if entry.name.endswith(".toml"))


def load_preset(name: str) -> Preset:
    """Read a preset. Raises ValueError, naming those that there are, for an unknown one."""
    if name not in preset_names():
        raise ValueError(f"there is no preset {name!r}: choose one of {', '.join(preset_names())}")
    raw = tomllib.loads((files("job_escrow.presets") / f"{name}.toml").read_text())
    tiers = tuple(
        TierArgs(
            name=tier["name"].encode().ljust(_TIER_NAME_LENGTH, b"\0"),
            flat_credits=tier["flat_credits"],
            included_units=tier["included_units"],
            credits_per_1000_units=tier["credits_per_1000_units"],
            unit_kind=UNIT_KINDS.index(tier["unit"]),
        )
        for tier in raw["tiers"]
    )
    return Preset(
        name=raw["name"],
        base_units_per_credit=raw["base_units_per_credit"],
        min_purchase=raw["min_purchase"],
        max_job_seconds=raw["max_job_seconds"],
        notice_seconds=raw["notice_seconds"],
        fee_bps=raw["fee_bps"],
        tiers=tiers,
    )

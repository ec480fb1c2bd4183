"""A preset's TOML, checked: every field by name, with the bounds that the program has."""

import tomllib
from fractions import Fraction
from typing import cast, get_args

from job_escrow.addresses import padded_name
from job_escrow.bounds import (
    MAX_BASE_UNITS_PER_CREDIT,
    MAX_CREDITS,
    MAX_FEE_BPS,
    MAX_JOB_SECONDS,
    MAX_NOTICE_SECONDS,
    MAX_PERIOD_SECONDS,
    MAX_UNITS,
    PACKS,
    TIER_NAME_BYTES,
    TIERS,
)
from job_escrow.codec import LimitsArgs
from job_escrow.currency import USUAL_DISPLAY_DECIMALS
from job_escrow.grant_reasons import REASONS
from job_escrow.presets.grants import Expiry, GrantRule
from job_escrow.presets.preset import MintChoice, Model, PackTerms, Preset, TierTerms
from job_escrow.presets.toml_table import InvalidPreset, Table
from job_escrow.units import UNIT_KINDS

_MAX_DECIMALS = 18
_MAX_ROLLOVER_CYCLES = 120
_MAX_DAYS = 36_500


def read_preset(text: str, *, source: str = "preset") -> Preset:
    """Read a preset's TOML; `source` is what messages call it. Raises InvalidPreset."""
    try:
        raw = tomllib.loads(text)
    except RecursionError as error:
        raise InvalidPreset(f"{source} is not a preset: it is nested too deeply") from error
    except (ValueError, OverflowError) as error:
        # The parser also makes dates and numbers, which may be none.
        raise InvalidPreset(f"{source} is not TOML: {error}") from error
    table = Table(source, "", raw)
    tiers = table.tables("tiers", _tier, least=1, most=TIERS)
    names = [tier.name for tier in tiers]
    preset = Preset(
        name=table.checked("name", padded_name),
        description=table.text("description"),
        base_units_per_credit=table.whole("base_units_per_credit", 1, MAX_BASE_UNITS_PER_CREDIT),
        min_purchase=table.whole("min_purchase", 1, MAX_CREDITS),
        max_job_seconds=table.whole("max_job_seconds", 1, MAX_JOB_SECONDS),
        notice_seconds=table.whole("notice_seconds", 1, MAX_NOTICE_SECONDS),
        payee_notice_seconds=table.whole("payee_notice_seconds", 1, MAX_NOTICE_SECONDS),
        fee_bps=table.whole("fee_bps", 0, MAX_FEE_BPS),
        tiers=tuple(tier.args for tier in tiers),
        tier_terms=tiers,
        mints=table.tables("mints", _mint, least=1),
        suggested_limits=_limits(table.table("suggested_limits")),
        quoted_jobs=table.boolean("quoted_jobs"),
        alert_thresholds=table.wholes("alert_thresholds", 1, MAX_CREDITS),
        models=table.tables("models", lambda each: _model(each, names)),
        packs=table.tables("packs", _pack, most=PACKS),
        grants=table.tables("grants", _grant),
        addresses=table.addresses("addresses"),
    )
    table.finish()
    _require_consistent(preset, source)
    return preset


def _tier(table: Table) -> TierTerms:
    tier = TierTerms(
        name=table.text("name", most_bytes=TIER_NAME_BYTES),
        description=table.text("description", default=""),
        flat_credits=table.whole("flat_credits", 0, MAX_CREDITS),
        included_units=table.whole("included_units", 0, MAX_UNITS),
        rate_credits=table.whole("rate_credits", 0, MAX_CREDITS),
        rate_units=table.whole("rate_units", 0, MAX_UNITS),
        unit=table.choice("unit", UNIT_KINDS),
        credit_multiplier=table.optional_whole("credit_multiplier", 1, MAX_CREDITS),
    )
    if tier.flat_credits == 0 and tier.rate_credits == 0:
        raise table.wrong("rate_credits", "0 beside flat_credits of 0", "a price: one of them above 0")
    if (tier.rate_credits == 0) != (tier.rate_units == 0):
        beside = f"{tier.rate_units} beside rate_credits of {tier.rate_credits}"
        raise table.wrong("rate_units", beside, "a rate: both of them above 0, or both 0")
    return tier


def _mint(table: Table) -> MintChoice:
    decimals = table.whole("decimals", 0, _MAX_DECIMALS)
    shown = table.optional_whole("display_decimals", 0, decimals)
    return MintChoice(
        symbol=table.text("symbol"),
        decimals=decimals,
        display_decimals=min(USUAL_DISPLAY_DECIMALS, decimals) if shown is None else shown,
        address=table.optional_address("address"),
    )


def _limits(table: Table) -> LimitsArgs:
    limits = LimitsArgs(
        credits_per_job=table.whole("credits_per_job", 1, MAX_CREDITS),
        credits_per_session=table.optional_whole("credits_per_session", 0, MAX_CREDITS) or 0,
        credits_per_period=table.whole("credits_per_period", 1, MAX_CREDITS),
        period_seconds=table.whole("period_seconds", 1, MAX_PERIOD_SECONDS),
        quoted_allowed=table.boolean("quoted_allowed"),
    )
    table.finish()
    if limits.credits_per_job > limits.credits_per_period:
        raise table.wrong("credits_per_job", limits.credits_per_job, "at most credits_per_period")
    if limits.credits_per_session > limits.credits_per_period:
        raise table.wrong("credits_per_session", limits.credits_per_session, "at most credits_per_period")
    return limits


def _model(table: Table, tiers: list[str]) -> Model:
    return Model(
        id=table.text("id"), tier=table.choice("tier", tiers), endpoint=table.text("endpoint", default="") or None
    )


def _pack(table: Table) -> PackTerms:
    pack = PackTerms(
        name=table.text("name"),
        credits=table.whole("credits", 1, MAX_CREDITS),
        bonus_credits=table.optional_whole("bonus_credits", 0, MAX_CREDITS) or 0,
    )
    if pack.total > MAX_CREDITS:
        raise table.wrong("bonus_credits", pack.bonus_credits, f"at most {MAX_CREDITS:,} together with credits")
    return pack


def _grant(table: Table) -> GrantRule:
    expires = cast("Expiry", table.choice("expires", get_args(Expiry)))
    return GrantRule(
        name=table.text("name"),
        reason=table.choice("reason", REASONS),
        description=table.text("description", default=""),
        credits=table.optional_whole("credits", 1, MAX_CREDITS),
        expires=expires,
        days=table.whole("days", 1, _MAX_DAYS) if expires == "after-days" else 0,
        rollover_cycles=(
            table.optional_whole("rollover_cycles", 0, _MAX_ROLLOVER_CYCLES) or 0 if expires == "end-of-cycle" else 0
        ),
    )


def _require_consistent(preset: Preset, source: str) -> None:
    """Refuse what is right field by field and contradicts itself as a whole."""
    for what, names in (
        ("tiers", [tier.name for tier in preset.tier_terms]),
        ("models", [str(model) for model in preset.models]),
        ("packs", [pack.name for pack in preset.packs]),
        ("grants", [grant.name for grant in preset.grants]),
        ("mints", [mint.symbol for mint in preset.mints]),
    ):
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise InvalidPreset(f"{source}: {what} has {', '.join(twice)} twice: give each a name of its own")
    if preset.suggested_limits.quoted_allowed and not preset.quoted_jobs:
        raise InvalidPreset(
            f"{source}: suggested_limits.quoted_allowed is true and quoted_jobs is not: make both true, or leave it out"
        )
    for pack in preset.packs:
        if pack.credits < preset.min_purchase:
            raise InvalidPreset(
                f"{source}: pack {pack.name} of {pack.credits} credits is below min_purchase, {preset.min_purchase}: "
                "nobody could buy it"
            )
    rates = {
        (Fraction(tier.rate_credits, tier.rate_units or 1), tier.credit_multiplier)
        for tier in preset.tier_terms
        if tier.credit_multiplier
    }
    for rate, multiplier in rates:
        for other_rate, other_multiplier in rates:
            if rate * (other_multiplier or 0) != other_rate * (multiplier or 0):
                raise InvalidPreset(
                    f"{source}: credit_multiplier {multiplier} and {other_multiplier} do not fit the rates {rate} and "
                    f"{other_rate}: rates are in proportion to them"
                )

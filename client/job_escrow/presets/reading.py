"""A preset's TOML, checked: every field by name, with the bounds that the program has."""

import tomllib
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, TypeVar, cast, get_args

from solders.pubkey import Pubkey

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
from job_escrow.presets.grants import Expiry, GrantRule
from job_escrow.presets.terms import UNIT_KINDS, MintChoice, Model, PackTerms, Preset, TierTerms

_T = TypeVar("_T")

_MAX_DECIMALS = 18
_MAX_ROLLOVER_CYCLES = 120
_MAX_DAYS = 36_500


class InvalidPreset(ValueError):
    """A preset that cannot be used; the message names the file and the field, and says what it may be."""


def read_preset(text: str, *, source: str = "preset") -> Preset:
    """Read a preset's TOML; `source` is what messages call it. Raises InvalidPreset."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidPreset(f"{source} is not TOML: {error}") from error
    table = _Table(source, "", raw)
    tiers = table.tables("tiers", _tier, least=1, most=TIERS)
    names = [tier.name for tier in tiers]
    preset = Preset(
        name=table.checked("name", padded_name),
        description=table.text("description"),
        base_units_per_credit=table.whole("base_units_per_credit", 1, MAX_BASE_UNITS_PER_CREDIT),
        min_purchase=table.whole("min_purchase", 1, MAX_CREDITS),
        max_job_seconds=table.whole("max_job_seconds", 1, MAX_JOB_SECONDS),
        notice_seconds=table.whole("notice_seconds", 1, MAX_NOTICE_SECONDS),
        fee_bps=table.whole("fee_bps", 0, MAX_FEE_BPS),
        tiers=tuple(tier.args for tier in tiers),
        tier_terms=tiers,
        mints=table.tables("mints", _mint, least=1),
        suggested_limits=_limits(table.table("suggested_limits")),
        quoted_jobs=table.boolean("quoted_jobs"),
        alert_thresholds=table.wholes("alert_thresholds", 1, MAX_CREDITS),
        models=table.tables("models", lambda each: _model(each, names)),
        packs=table.tables("packs", _pack),
        grants=table.tables("grants", _grant),
        addresses=table.addresses("addresses"),
    )
    table.finish()
    _require_consistent(preset, source)
    return preset


def _tier(table: "_Table") -> TierTerms:
    tier = TierTerms(
        name=table.text("name", most_bytes=TIER_NAME_BYTES),
        description=table.text("description", default=""),
        flat_credits=table.whole("flat_credits", 0, MAX_CREDITS),
        included_units=table.whole("included_units", 0, MAX_UNITS),
        credits_per_1000_units=table.whole("credits_per_1000_units", 0, MAX_CREDITS),
        unit=table.choice("unit", UNIT_KINDS),
        credit_multiplier=table.optional_whole("credit_multiplier", 1, MAX_CREDITS),
    )
    if tier.flat_credits == 0 and tier.credits_per_1000_units == 0:
        raise table.wrong("credits_per_1000_units", "0 beside flat_credits of 0", "a price: one of them above 0")
    return tier


def _mint(table: "_Table") -> MintChoice:
    return MintChoice(
        symbol=table.text("symbol"),
        decimals=table.whole("decimals", 0, _MAX_DECIMALS),
        address=table.optional_address("address"),
    )


def _limits(table: "_Table") -> LimitsArgs:
    limits = LimitsArgs(
        credits_per_job=table.whole("credits_per_job", 1, MAX_CREDITS),
        credits_per_period=table.whole("credits_per_period", 1, MAX_CREDITS),
        period_seconds=table.whole("period_seconds", 1, MAX_PERIOD_SECONDS),
    )
    table.finish()
    if limits.credits_per_job > limits.credits_per_period:
        raise table.wrong("credits_per_job", limits.credits_per_job, "at most credits_per_period")
    return limits


def _model(table: "_Table", tiers: list[str]) -> Model:
    return Model(
        id=table.text("id"), tier=table.choice("tier", tiers), endpoint=table.text("endpoint", default="") or None
    )


def _pack(table: "_Table") -> PackTerms:
    return PackTerms(
        name=table.text("name"),
        credits=table.whole("credits", 1, MAX_CREDITS),
        bonus_credits=table.optional_whole("bonus_credits", 0, MAX_CREDITS) or 0,
    )


def _grant(table: "_Table") -> GrantRule:
    expires = cast("Expiry", table.choice("expires", get_args(Expiry)))
    return GrantRule(
        name=table.text("name"),
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
    for pack in preset.packs:
        if pack.credits < preset.min_purchase:
            raise InvalidPreset(
                f"{source}: pack {pack.name} of {pack.credits} credits is below min_purchase, {preset.min_purchase}: "
                "nobody could buy it"
            )
    if sum(1 for pack in preset.packs if pack.bonus_credits) > PACKS:
        raise InvalidPreset(f"{source}: packs has more than {PACKS} with bonus_credits: leave some out")
    rates = {
        (tier.credits_per_1000_units, tier.credit_multiplier) for tier in preset.tier_terms if tier.credit_multiplier
    }
    for rate, multiplier in rates:
        for other_rate, other_multiplier in rates:
            if rate * (other_multiplier or 0) != other_rate * (multiplier or 0):
                raise InvalidPreset(
                    f"{source}: credit_multiplier {multiplier} and {other_multiplier} do not fit the rates {rate} and "
                    f"{other_rate}: rates are in proportion to them"
                )


class _Table:
    """One table of the file: gives its fields away one by one, and in the end complains about what is left."""

    def __init__(self, source: str, path: str, raw: dict[str, Any]) -> None:
        self._source = source
        self._path = path
        self._left = dict(raw)
        self._known: list[str] = []

    def wrong(self, key: str, value: object, wanted: str) -> InvalidPreset:
        """The error for a field."""
        return InvalidPreset(f"{self._source}: {self._path}{key} is {value!r}: give {wanted}")

    def whole(self, key: str, least: int, most: int) -> int:
        """A whole number."""
        value = self._take(key)
        # A float that looks whole has been rounded already, and a bool is an int in Python.
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.wrong(key, value, f"a whole number from {least:,} to {most:,}")
        return value

    def optional_whole(self, key: str, least: int, most: int) -> int | None:
        """A whole number that may be missing."""
        return self.whole(key, least, most) if self._has(key) else None

    def wholes(self, key: str, least: int, most: int) -> tuple[int, ...]:
        """A list of whole numbers, descending; none where it is missing."""
        if not self._has(key):
            return ()
        value = self._take(key)
        if not isinstance(value, list):
            raise self.wrong(key, value, "a list of whole numbers")
        items = _Table(self._source, f"{self._path}{key}", {f"[{index}]": item for index, item in enumerate(value)})
        found = tuple(items.whole(f"[{index}]", least, most) for index in range(len(value)))
        if list(found) != sorted(set(found), reverse=True):
            raise self.wrong(key, value, "each number once, the largest first")
        return found

    def boolean(self, key: str) -> bool:
        """A bool; false where it is missing."""
        if not self._has(key):
            return False
        value = self._take(key)
        if not isinstance(value, bool):
            raise self.wrong(key, value, "true or false")
        return value

    def text(self, key: str, *, default: str | None = None, most_bytes: int = 200) -> str:
        """Text that is not empty, unless a default says that it may be missing."""
        if default is not None and not self._has(key):
            return default
        value = self._take(key)
        if not isinstance(value, str) or not value.strip() or "\0" in value or len(value.encode()) > most_bytes:
            raise self.wrong(key, value, f"text of 1 to {most_bytes} bytes")
        return value

    def checked(self, key: str, check: Callable[[str], object]) -> str:
        """Text that a function accepts."""
        value = self.text(key)
        try:
            check(value)
        except ValueError as error:
            raise InvalidPreset(f"{self._source}: {self._path}{key}: {error}") from error
        return value

    def choice(self, key: str, choices: "tuple[str, ...] | list[str]") -> str:
        """One of some texts."""
        value = self._take(key)
        if value not in choices:
            raise self.wrong(key, value, f"one of {', '.join(choices)}")
        return str(value)

    def optional_address(self, key: str) -> Pubkey | None:
        """An address that may be missing."""
        if not self._has(key):
            return None
        value = self._take(key)
        try:
            return Pubkey.from_string(str(value))
        except ValueError as error:
            raise self.wrong(key, value, "an address in base58") from error

    def addresses(self, key: str) -> dict[str, Pubkey]:
        """Addresses by name; none where the table is missing."""
        if not self._has(key):
            return {}
        names = list(self._left[key]) if isinstance(self._left[key], dict) else []
        table = self.table(key)
        return {name: address for name in names if (address := table.optional_address(name))}

    def table(self, key: str) -> "_Table":
        """A table within this one."""
        value = self._take(key)
        if not isinstance(value, dict):
            raise self.wrong(key, value, f"a table: [{self._path}{key}]")
        return _Table(self._source, f"{self._path}{key}.", value)

    def tables(
        self, key: str, read: "Callable[[_Table], _T]", *, least: int = 0, most: int | None = None
    ) -> tuple[_T, ...]:
        """An array of tables, each read to its end."""
        value = self._take(key) if least or self._has(key) else []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.wrong(key, value, f"tables: [[{key}]]")
        if len(value) < least or (most is not None and len(value) > most):
            raise InvalidPreset(
                f"{self._source}: {key} has {len(value)} entries: give {least} to {most or 'any number'}"
            )
        found = []
        for index, each in enumerate(value):
            table = _Table(self._source, f"{key}[{index}].", each)
            found.append(read(table))
            table.finish()
        return tuple(found)

    def finish(self) -> None:
        """Refuse what nobody asked for: a misspelt field must not be ignored."""
        for key in self._left:
            near = get_close_matches(key, self._known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"the fields here are {', '.join(sorted(set(self._known)))}"
            raise InvalidPreset(f"{self._source}: {self._path}{key} is not a field of a preset: {hint}")

    def _has(self, key: str) -> bool:
        self._known.append(key)
        return key in self._left

    def _take(self, key: str) -> object:
        if not self._has(key):
            raise InvalidPreset(f"{self._source}: {self._path}{key} is missing: docs/presets.md says what it is")
        return self._left.pop(key)

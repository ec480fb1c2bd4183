"""Preset files: what each platform's terms say, when its grants expire, and what is wrong with a file."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from job_escrow.presets import (
    NEVER,
    UNIT_KINDS,
    InvalidPreset,
    Preset,
    load_preset,
    load_preset_file,
    preset_names,
    read_preset,
)
from job_escrow.tokens import USDC_MINT
from solders.pubkey import Pubkey

_REPOSITORY = Path(__file__).parents[2]
_DECENTRAL = (_REPOSITORY / "client/job_escrow/presets/decentral.toml").read_text()
_FIVE = ["ai-engine", "capacloud", "decentral", "resayil", "resultity"]


def _at(*date: int) -> int:
    return int(datetime(*date, tzinfo=UTC).timestamp())  # type: ignore[misc,arg-type]


def test_there_are_five_and_each_is_named_as_its_file() -> None:
    assert preset_names() == _FIVE
    for name in _FIVE:
        assert load_preset(name).name == name


def test_an_unknown_preset_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(ValueError, match=f"no preset 'central': choose one of {', '.join(_FIVE)}"):
        load_preset("central")


def test_d1_d3_d16_decentral_is_cents_of_usdc_from_a_hundred_credits_on() -> None:
    preset = load_preset("decentral")
    assert (preset.base_units_per_credit, preset.min_purchase, preset.base_units(100)) == (10_000, 100, 1_000_000)
    assert preset.alert_thresholds == (100,)
    terms = preset.platform_terms(operator=Pubkey.new_unique(), treasury_owner=Pubkey.new_unique())
    assert (terms.mint, terms.tiers, terms.name) == (USDC_MINT, preset.tiers, "decentral")


def test_r2_resultity_prices_by_model_and_endpoint() -> None:
    preset = load_preset("resultity")
    assert {tier.unit for tier in preset.tier_terms} == {"output-token", "request", "image", "second"}
    assert preset.tier_of_model("llama-3.1-8b-instruct", "chat") == preset.tier("chat-small")
    assert preset.tier_of_model("llama-3.1-8b-instruct", "batch") == preset.tier("compute")
    assert preset.tier_of_model("sdxl") == preset.tier("image")
    with pytest.raises(ValueError, match=r"has several tiers by endpoint: choose of .*llama-3.1-8b-instruct at batch"):
        preset.tier_of_model("llama-3.1-8b-instruct")
    with pytest.raises(ValueError, match="'sdxl' at chat is not served"):
        preset.tier_of_model("sdxl", "chat")


def test_r5_resultity_takes_usdc_or_usdt() -> None:
    assert [mint.symbol for mint in load_preset("resultity").mints] == ["USDC", "USDT"]


def test_r6_c1_c7_bonus_trial_and_promotional_credits_expire_as_they_say() -> None:
    resultity, capacloud = load_preset("resultity"), load_preset("capacloud")
    assert {rule.name for rule in resultity.grants} == {"test", "node", "test-job", "feedback", "referral"}
    day = 24 * 60 * 60
    assert resultity.grant("test").expires_at(_at(2026, 6, 15)) == _at(2026, 6, 15) + 30 * day
    assert resultity.grant("node").expires_at(0) == NEVER
    assert capacloud.grant("trial").expires_at(_at(2026, 1, 1)) == _at(2026, 1, 31)
    assert capacloud.grant("subscription").expires_at(_at(2026, 12, 31, 23, 59, 59)) == _at(2027, 1, 1)
    assert capacloud.grant("promotion").expires_at(5, custom=77) == 77
    with pytest.raises(ValueError, match="no grant 'trail': choose one of trial, subscription, promotion"):
        capacloud.grant("trail")


def test_c2_a9_a_job_of_several_resources_is_quoted_by_its_components() -> None:
    quote = load_preset("capacloud").quote({"gpu-large": 3_600, "cpu": 14_400, "storage": 100, "transfer": 3})
    assert [(line.unit, line.units, line.credits) for line in quote.lines] == [
        ("gpu-second", 3_600, 252),
        ("cpu-second", 14_400, 15),
        ("gib-hour", 100, 2),
        ("gib", 3, 15),
    ]
    assert quote.credits == 284
    engine = load_preset("ai-engine").quote({"analysis": 90, "data": 2, "gpu": 41})
    assert [line.credits for line in engine.lines] == [9, 4, 3]
    with pytest.raises(ValueError, match="capacloud has no tier 'gpu'"):
        load_preset("capacloud").quote({"gpu": 1})


def test_a6_ai_engine_sells_packages() -> None:
    preset = load_preset("ai-engine")
    assert [(pack.credits, pack.bonus_credits, preset.base_units(pack.credits)) for pack in preset.packs] == [
        (1_000, 0, 10_000_000),
        (5_000, 0, 50_000_000),
    ]


@pytest.mark.parametrize(
    ("plan", "granted", "expires"),
    [
        ("standard", _at(2026, 6, 1), _at(2026, 7, 1)),
        ("standard", _at(2026, 6, 30, 23, 59, 59), _at(2026, 7, 1)),
        ("standard", _at(2026, 12, 3), _at(2027, 1, 1)),
        ("professional", _at(2026, 6, 1), _at(2026, 10, 1)),
        ("professional", _at(2026, 11, 30), _at(2027, 3, 1)),
    ],
)
def test_a7_allocations_end_with_their_cycle_or_three_later(plan: str, granted: int, expires: int) -> None:
    assert load_preset("ai-engine").grant(plan).expires_at(granted) == expires


def test_a7_enterprise_terms_are_agreed_on() -> None:
    rule = load_preset("ai-engine").grant("enterprise")
    assert rule.expires_at(1, custom=_at(2028, 1, 1)) == _at(2028, 1, 1)
    with pytest.raises(ValueError, match="'enterprise' needs the agreed expiry: pass `custom`"):
        rule.expires_at(1)
    with pytest.raises(ValueError, match="'standard' has an expiry of its own: leave out `custom`"):
        load_preset("ai-engine").grant("standard").expires_at(1, custom=2)


@given(st.integers(0, 4_000_000_000), st.integers(0, 24))
def test_a7_a_cycle_ends_at_the_first_moment_of_a_month(at: int, rollover: int) -> None:
    text = (
        _DECENTRAL
        + f'[[grants]]\nname = "a"\nreason = "plan"\nexpires = "end-of-cycle"\nrollover_cycles = {rollover}\n'
    )
    end = datetime.fromtimestamp(read_preset(text).grant("a").expires_at(at), UTC)
    start = datetime.fromtimestamp(at, UTC)
    assert (end.day, end.hour, end.minute, end.second) == (1, 0, 0, 0)
    assert (end.year - start.year) * 12 + end.month - start.month == 1 + rollover


def test_y1_y2_resayil_charges_one_and_two_credits_for_an_output_token() -> None:
    preset = load_preset("resayil")
    assert [(tier.name, tier.credit_multiplier, tier.cost(1), tier.cost(777)) for tier in preset.tier_terms] == [
        ("standard", 1, 1, 777),
        ("premium", 2, 2, 1_554),
    ]
    assert {model.tier for model in preset.models} == {"standard", "premium"}


def test_y3_resayil_packs_cost_two_and_five_of_a_six_decimal_mint() -> None:
    preset = load_preset("resayil")
    assert (preset.mints[0].decimals, preset.base_units_per_credit) == (6, 400)
    assert [(pack.total, preset.base_units(pack.credits)) for pack in preset.packs] == [
        (5_000, 2_000_000),
        (15_000, 5_000_000),
    ]
    assert (preset.packs[1].args.credits, preset.packs[1].args.bonus_credits) == (12_500, 2_500)
    with pytest.raises(ValueError, match=r"preset resayil names no mint .TEST-KWD.: pass the address of yours"):
        preset.platform_terms(operator=Pubkey.new_unique(), treasury_owner=Pubkey.new_unique())


@pytest.mark.parametrize("name", _FIVE)
def test_limits_that_are_suggested_allow_a_job_of_every_tier(name: str) -> None:
    preset = load_preset(name)
    for tier in preset.tier_terms:
        assert tier.cost(1) <= preset.suggested_limits.credits_per_job <= preset.suggested_limits.credits_per_session
    assert preset.suggested_limits.quoted_allowed == preset.quoted_jobs


_NO_RATE = "rate_credits = 0\nrate_units = 0"
_TIER = f'[[tiers]]\nname = "x"\nflat_credits = 1\nincluded_units = 0\n{_NO_RATE}\nunit = "request"\n'
_MORE = {
    "grant": '[[grants]]\nname = "g"\nreason = "plan"\nexpires = "never"\n',
    "pack": '[[packs]]\nname = "p"\ncredits = 100\n',
    "model": '[[models]]\nid = "m"\ntier = "max"\n',
}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("min_purchase = 100", "", "min_purchase is missing: docs/presets.md"),
        ("min_purchase = 100", "min_purchase = 0", "min_purchase is 0: give a whole number from 1 to 4,294,967,295"),
        ("min_purchase = 100", "min_purchase = 1e2", "min_purchase is 100.0: give a whole number"),
        ("min_purchase = 100", "min_purchase = true", "min_purchase is True: give a whole number"),
        ("min_purchase = 100", "min_purchace = 100", "min_purchase is missing"),
        ("fee_bps = 0", "fee_bps = 0\nfee_pbs = 5", "fee_pbs is not a field of a preset: did you mean fee_bps?"),
        ("fee_bps = 0", "fee_bps = 3_001", "fee_bps is 3001: give a whole number from 0 to 3,000"),
        ("max_job_seconds = 86_400", "max_job_seconds = 604_801", "max_job_seconds is 604801"),
        ("notice_seconds = 604_800", "notice_seconds = 0", "notice_seconds is 0"),
        ("base_units_per_credit = 10_000", "base_units_per_credit = -1", "base_units_per_credit is -1"),
        ('name = "decentral"', 'name = "Decentral"', "name: 'Decentral' is not a platform name: use 1 to 32"),
        ('name = "decentral"', "name = 7", "name is 7: give text of 1 to 200 bytes"),
        (
            'name = "lite"',
            'name = "a-name-of-17-byte"',
            r"tiers\[0\].name is '.*': give text of 1 to 16",
        ),
        ('name = "lite"', 'name = "max"', "tiers has max twice"),
        ('unit = "output-token"', 'unit = "tokens"', r"tiers\[0\].unit is 'tokens': give one of output-token, request"),
        ("flat_credits = 2", "flat_credits = 2\ncolour = 3", r"tiers\[0\].colour is not a field of a preset"),
        ("alert_thresholds = [100]", "alert_thresholds = [100, 200]", "alert_thresholds is .*: give each number once"),
        ("alert_thresholds = [100]", 'alert_thresholds = ["1"]', r"alert_thresholds\[0\] is '1': give a whole number"),
        ("alert_thresholds = [100]", "alert_thresholds = 100", "alert_thresholds is 100: give a list"),
        ("alert_thresholds = [100]", 'quoted_jobs = "no"', "quoted_jobs is 'no': give true or false"),
        ("credits_per_job = 200", "credits_per_job = 2_001", "suggested_limits.credits_per_job is 2001: give at most"),
        (
            "credits_per_session = 500",
            "credits_per_session = 2_001",
            "suggested_limits.credits_per_session is 2001: give at",
        ),
        (
            "period_seconds = 86_400",
            "period_seconds = 86_400\nquoted_allowed = 1",
            "suggested_limits.quoted_allowed is 1: give",
        ),
        (
            "period_seconds = 86_400",
            "period_seconds = 86_400\nquoted_allowed = true",
            "suggested_limits.quoted_allowed is true and",
        ),
        ("period_seconds = 86_400", "period_seconds = 86_400\nx = 1", "suggested_limits.x is not a field"),
        ("[suggested_limits]", "[suggested]", "suggested_limits is missing"),
        ('address = "EPj', 'address = "0Pj', r"mints\[0\].address is '0Pj.*': give an address in base58"),
        ("[[mints]]", "[mints]", r"mints is .*: give tables: \[\[mints\]\]"),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_the_name_of_the_field(old: str, new: str, message: str) -> None:
    assert old in _DECENTRAL
    with pytest.raises(InvalidPreset, match=f"^mine.toml: {message}"):
        read_preset(_DECENTRAL.replace(old, new, 1), source="mine.toml")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (_TIER.replace("flat_credits = 1", "flat_credits = 0"), r"tiers\[4\].rate_credits is '0 beside"),
        (_TIER.replace("rate_units = 0", "rate_units = 1"), r"tiers\[4\].rate_units is '1 beside rate_credits of 0"),
        (
            _TIER.replace("rate_credits = 0", "rate_credits = 1"),
            r"tiers\[4\].rate_units is '0 beside rate_credits of",
        ),
        ("".join(_TIER.replace('"x"', f'"x{n}"') for n in range(5)), "tiers has 9 entries: give 1 to 8"),
        (_MORE["model"].replace("max", "maximal"), r"models\[0\].tier is 'maximal': give one of lite, standard"),
        (_MORE["model"] * 2, "models has m twice"),
        (_MORE["pack"].replace("100", "99"), "pack p of 99 credits is below min_purchase, 100"),
        (
            "".join(f'[[packs]]\nname = "{n}"\ncredits = 200\nbonus_credits = 1\n' for n in range(5)),
            "packs has 5 entries: give 0 to 4",
        ),
        (_MORE["grant"].replace("never", "later"), r"grants\[0\].expires is 'later': give one of never, after-days"),
        (_MORE["grant"] + "days = 3\n", r"grants\[0\].days is not a field of a preset"),
        (_MORE["grant"].replace("never", "after-days"), r"grants\[0\].days is missing"),
        (
            _TIER + "credit_multiplier = 1\n" + _TIER.replace('"x"', '"y"') + "credit_multiplier = 2\n",
            None,
        ),
        (
            _TIER.replace(_NO_RATE, "rate_credits = 10\nrate_units = 7")
            + "credit_multiplier = 1\n"
            + _TIER.replace('"x"', '"y"').replace(_NO_RATE, "rate_credits = 30\nrate_units = 7")
            + "credit_multiplier = 2\n",
            "credit_multiplier . and . do not fit the rates",
        ),
        ('[addresses]\nmainnet-beta = "x"\n', "addresses.mainnet-beta is 'x': give an address in base58"),
    ],
)
def test_what_is_added_is_checked_too(more: str, message: str | None) -> None:
    if message is None:
        read_preset(_DECENTRAL + more)
        return
    with pytest.raises(InvalidPreset, match=f"^mine.toml: {message}"):
        read_preset(_DECENTRAL + more, source="mine.toml")


def test_a_file_of_ones_own_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    platform = Pubkey.new_unique()
    path.write_text(_DECENTRAL.replace('"decentral"', '"mine"') + f'[addresses]\nlocalnet = "{platform}"\n')
    preset = load_preset_file(path)
    assert (preset.name, preset.addresses) == ("mine", {"localnet": platform})


def test_a_file_that_is_missing_or_not_toml_is_explained(tmp_path: Path) -> None:
    with pytest.raises(InvalidPreset, match=r"missing.toml cannot be read as a preset: No such file"):
        load_preset_file(tmp_path / "missing.toml")
    bad = tmp_path / "bad.toml"
    bad.write_text("name = ")
    with pytest.raises(InvalidPreset, match=r"bad.toml is not TOML: Invalid value"):
        load_preset_file(bad)
    bad.write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidPreset, match=r"bad.toml cannot be read as a preset: it is not UTF-8"):
        load_preset_file(bad)


@pytest.mark.parametrize("name", _FIVE)
def test_every_field_of_the_files_is_documented(name: str) -> None:
    document = (_REPOSITORY / "docs/presets.md").read_text()
    text = (_REPOSITORY / f"client/job_escrow/presets/{name}.toml").read_text()
    fields = {line.split("=")[0].strip() for line in text.splitlines() if "=" in line and not line.startswith("#")}
    tables = {line for line in text.splitlines() if line.startswith("[")}
    for needed in sorted(fields | tables | set(UNIT_KINDS)):
        assert f"`{needed}`" in document, f"docs/presets.md does not describe {needed}"
    assert f"`{name}`" in document


def test_a_preset_is_a_value() -> None:
    assert load_preset("capacloud") == load_preset("capacloud")
    assert isinstance(load_preset("capacloud"), Preset)

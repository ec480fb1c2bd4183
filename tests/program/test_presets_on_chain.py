"""Each preset as a platform on the virtual machine: what a lock holds and a settlement charges, to the credit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from job_escrow.amounts import MAX_CREDITS, InvalidAmount
from job_escrow.codec import BelowMinimumPurchase, Tier
from job_escrow.codec import Platform as PlatformAccount
from job_escrow.presets import load_preset, preset_names
from job_escrow.pricing import cost
from program_harness import calls_of_credits, tokens
from program_harness.parties import Credit, Platform
from program_harness.pricing import Terms, reference_cost
from program_harness.world import World

# Platform, tier, units of a job, credits. Written out, not computed: these are the requirements.
PRICES = [
    # D7, D8
    *[("decentral", "lite", units, credits) for units, credits in [(1, 2), (500, 2), (2_000, 2), (2_001, 3)]],
    *[("decentral", "standard", units, credits) for units, credits in [(500, 8), (2_000, 8), (2_001, 9)]],
    *[("decentral", "pro", units, credits) for units, credits in [(500, 18), (2_000, 18), (2_001, 19)]],
    *[
        ("decentral", "max", units, credits)
        for units, credits in [(500, 40), (501, 40), (2_000, 40), (2_001, 41), (2_400, 48)]
    ],
    # R2: per token, per request, per second of compute
    *[("resultity", "chat-small", units, credits) for units, credits in [(1, 1), (1_000, 1), (1_001, 2)]],
    *[("resultity", "chat-large", units, credits) for units, credits in [(1, 1), (200, 1), (201, 2), (1_000, 5)]],
    *[("resultity", "embedding", units, credits) for units, credits in [(1, 1), (4, 1), (5, 2), (1_000, 250)]],
    *[("resultity", "image", units, credits) for units, credits in [(1, 20), (3, 60)]],
    *[("resultity", "compute", units, credits) for units, credits in [(1, 1), (2, 1), (3, 2), (3_600, 1_800)]],
    # C2: each resource at a rate of its own; C5: a fixed price, tiered above it
    *[("capacloud", "gpu-large", units, credits) for units, credits in [(1, 1), (60, 5), (3_600, 252)]],
    *[("capacloud", "gpu-small", units, credits) for units, credits in [(1, 1), (60, 1), (61, 2), (3_600, 60)]],
    *[("capacloud", "cpu", units, credits) for units, credits in [(1_000, 1), (1_001, 2), (86_400, 87)]],
    *[("capacloud", "memory", units, credits) for units, credits in [(1, 1), (14_400, 1), (14_401, 2), (86_400, 6)]],
    *[("capacloud", "storage", units, credits) for units, credits in [(71, 1), (72, 2), (720, 11)]],
    *[("capacloud", "transfer", units, credits) for units, credits in [(1, 5), (10, 50)]],
    *[("capacloud", "notebook", units, credits) for units, credits in [(1, 60), (3_600, 60), (4_000, 60), (4_001, 61)]],
    # A9: the components of an operation
    *[("ai-engine", "generation", units, credits) for units, credits in [(500, 1), (501, 2), (1_000, 2), (1_001, 3)]],
    *[("ai-engine", "analysis", units, credits) for units, credits in [(10, 1), (11, 2), (3_600, 360)]],
    *[("ai-engine", "data", units, credits) for units, credits in [(1, 2), (7, 14)]],
    *[("ai-engine", "gpu", units, credits) for units, credits in [(20, 1), (21, 2), (3_600, 180)]],
    # Y1: 1 and 2 credits per output token
    *[("resayil", "standard", units, credits) for units, credits in [(1, 1), (999, 999), (4_096, 4_096)]],
    *[("resayil", "premium", units, credits) for units, credits in [(1, 2), (999, 1_998), (4_096, 8_192)]],
]


def _created(world: World, name: str) -> Platform:
    preset = load_preset(name)
    mint = preset.mints[0].address
    if mint is None:
        mint = tokens.make_mint(world.machine, preset.mints[0].symbol)
    return world.create_platform(preset, mint=mint)


@pytest.fixture(scope="module")
def customers() -> tuple[World, dict[str, Credit]]:
    """One chain with all five platforms, and a customer with 50,000 credits on each."""
    world = World()
    return world, {name: world.opened(_created(world, name), f"{name} user", buy=50_000) for name in preset_names()}


def test_every_tier_of_every_preset_has_a_price_here() -> None:
    expected = {(name, tier.name) for name in preset_names() for tier in load_preset(name).tier_terms}
    assert {(name, tier) for name, tier, _, _ in PRICES} == expected


@pytest.mark.parametrize("name", preset_names())
def test_the_platform_on_chain_says_what_the_preset_says(customers: tuple[World, dict[str, Credit]], name: str) -> None:
    world, credits = customers
    preset = load_preset(name)
    found = PlatformAccount.decode(world.machine.data(credits[name].platform.address))
    assert (found.base_units_per_credit, found.min_purchase, found.max_job_seconds, found.notice_seconds) == (
        preset.base_units_per_credit,
        preset.min_purchase,
        preset.max_job_seconds,
        preset.notice_seconds,
    )
    assert found.fee_bps == preset.fee_bps
    offered = [tier for tier in found.tiers if tier.name != bytes(16)]
    assert offered == [
        Tier(
            name=tier.name.encode().ljust(16, b"\0"),
            flat_credits=tier.flat_credits,
            included_units=tier.included_units,
            rate_credits=tier.rate_credits,
            rate_units=tier.rate_units,
            unit_kind=tier.args.unit_kind,
        )
        for tier in preset.tier_terms
    ]


@pytest.mark.parametrize(("name", "tier", "units", "credits"), PRICES)
def test_d7_d8_r2_c2_c5_a9_y1_prices_are_exact(
    customers: tuple[World, dict[str, Credit]], name: str, tier: str, units: int, credits: int
) -> None:
    world, customer = customers[0], customers[1][name]
    preset = load_preset(name)
    assert preset.tier_terms[preset.tier(tier)].cost(units) == credits
    before, earned = world.account(customer), world.earned(customer.platform)
    job = world.lock(customer, tier=preset.tier(tier), amount=units)
    assert world.job(job).credits == credits
    world.settle(job, units)
    assert world.account(customer).spent_paid - before.spent_paid == credits
    assert world.earned(customer.platform) - earned == preset.base_units(credits)


@pytest.mark.parametrize("name", preset_names())
def test_pricing_in_python_says_what_the_chain_charges(customers: tuple[World, dict[str, Credit]], name: str) -> None:
    """Around every place where a price changes."""
    world, customer = customers[0], customers[1][name]
    preset = load_preset(name)
    for index, tier in enumerate(preset.tier_terms):
        step = max(1, tier.rate_units // (tier.rate_credits or 1))
        for units in {1, step, step + 1, tier.included_units or 1, tier.included_units + 1}:
            job = world.lock(customer, tier=index, amount=units)
            assert world.job(job).credits == cost(tier, units)
            world.refund(job)


_NUMBER = st.one_of(st.integers(0, 3_000), st.integers(0, MAX_CREDITS))
_RATE = st.one_of(st.just((0, 0)), st.tuples(*[st.one_of(st.integers(1, 3_000), st.integers(1, MAX_CREDITS))] * 2))
_TERMS = st.builds(lambda flat, included, rate: Terms(flat, included, *rate), _NUMBER, _NUMBER, _RATE)


@settings(deadline=None)  # how long an example takes says something of the machine only
@given(_TERMS, _NUMBER)
def test_d1_d8_pricing_in_python_is_exact_for_any_tier(terms: Terms, units: int) -> None:
    expected = reference_cost(terms, units)
    if expected > MAX_CREDITS:
        with pytest.raises(InvalidAmount, match="lock fewer"):
            cost(terms, units)
    else:
        assert cost(terms, units) == expected


def test_c5_a9_a_quoted_job_costs_the_sum_of_its_components(customers: tuple[World, dict[str, Credit]]) -> None:
    world, customer = customers[0], customers[1]["capacloud"]
    quote = load_preset("capacloud").quote({"gpu-large": 3_600, "cpu": 14_400, "storage": 100, "transfer": 3})
    job = world.lock(customer, tier=None, amount=quote.credits)
    spent = world.account(customer).spent_paid
    world.settle(job, quote.credits)
    assert world.account(customer).spent_paid - spent == quote.credits == 252 + 15 + 2 + 15


@pytest.mark.parametrize("name", preset_names())
def test_d3_a6_y3_packs_and_the_least_purchase_cost_what_they_say(name: str) -> None:
    world = World()
    preset = load_preset(name)
    customer = world.opened(_created(world, name), "customer")
    world.refused(BelowMinimumPurchase, world.buying(customer, preset.min_purchase - 1))
    for bought in [preset.min_purchase, *[pack.credits for pack in preset.packs]]:
        held, purchased = world.vault(customer), world.account(customer).purchased
        world.buy(customer, bought)
        assert world.account(customer).purchased - purchased == bought
        assert world.vault(customer) - held == preset.base_units(bought)


@pytest.mark.parametrize(
    ("name", "rule"), [(name, rule.name) for name in preset_names() for rule in load_preset(name).grants]
)
def test_r6_c1_c7_a7_grants_expire_by_their_rule(name: str, rule: str) -> None:
    world = World()
    customer = world.opened(_created(world, name), "customer")
    grant = load_preset(name).grant(rule)
    now = world.machine.now
    expires = grant.expires_at(now, custom=now + 1_000 if grant.expires == "custom" else None)
    operator = customer.platform.operator.pubkey()
    source = tokens.fund(world.machine, operator, 10**12, customer.platform.mint)
    credits = grant.credits or 300
    world.grant(customer, credits, expires, source=source)
    lot = next(lot for lot in world.account(customer).lots if lot.credits_free)
    assert (lot.credits_free, lot.expires_at) == (credits, expires)
    if expires == 2**63 - 1:
        return
    world.machine.advance(expires - now)
    world.do(calls_of_credits.expire_lots(customer))
    assert world.account(customer).granted_available == 0

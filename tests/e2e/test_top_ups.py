"""Automatic top-up through the client: the wallet sets a rule, a keeper buys by it."""

from dataclasses import replace

import pytest
from escrow_harness.stage import LIMITS, Stage, job, set_stage
from escrow_harness.token_accounts import token_account_of
from job_escrow import (
    NO_LIMITS,
    AsyncEscrow,
    Escrow,
    InvalidAmount,
    KeeperAction,
    KeeperPlan,
    NotFound,
    NothingToChange,
    OtherDelegate,
    Refused,
    SharedAllowance,
    TopUpTerms,
    delegate_address,
    packs,
    token_address,
)
from job_escrow.addresses import top_up_address
from job_escrow.bounds import ALWAYS
from job_escrow.chain import run
from job_escrow.chain.requests import GetAccounts, GetUnixTime
from job_escrow.codec import CreditsToppedUp, TopUpRemoved, TopUpSet, errors
from job_escrow.presets import load_preset
from job_escrow.tokens import USDC_MINT, approve, token_account, transfer
from job_escrow.top_ups import allowance_for
from job_escrow.transactions import execute
from solders.keypair import Keypair
from solders.pubkey import Pubkey

PRICE = 10_000
TERMS = TopUpTerms(threshold=100, buy=200, base_units_per_period=600 * PRICE, period_seconds=86_400)


@pytest.fixture
def stage(escrow: Escrow) -> Stage:
    """A platform, and alice's account with 100 credits."""
    made = set_stage(escrow)
    escrow.create_platform(made.cast.admin, made.terms)
    made.alice.open(LIMITS, buy=100)
    return made


def spend(stage: Stage, credits: int) -> None:
    terms = job(stage.operator.next_job_id(stage.alice.address), None, credits)
    stage.operator.lock(stage.alice.address, terms)
    stage.operator.settle(stage.alice.address, terms.job_id, credits)


def source(stage: Stage) -> Pubkey:
    return token_address(stage.cast.alice.pubkey(), USDC_MINT)


def delegated(stage: Stage) -> tuple[Pubkey | None, int]:
    (info,) = stage.escrow.chain.answer(GetAccounts([source(stage)]))
    assert info is not None
    held = token_account(info)
    return held.delegate, held.delegated_amount


def topped_up(stage: Stage) -> list[KeeperAction]:
    plan = KeeperPlan(platform=stage.platform)
    return [action for action in stage.anyone.keep_once(plan).actions if action.kind == "top up"]


def test_a_keeper_buys_once_it_is_due(stage: Stage) -> None:
    (event,) = stage.alice.set_top_up(TERMS).events
    assert isinstance(event, TopUpSet)
    assert delegated(stage) == (
        delegate_address(stage.platform, stage.cast.alice.pubkey()),
        allowance_for(TERMS, 0),
    )
    assert topped_up(stage) == []
    spend(stage, 1)
    (action,) = topped_up(stage)
    assert (action.credit_account, action.credits, action.error) == (stage.alice.address, 200, None)
    assert stage.alice.balance().available == 299
    assert topped_up(stage) == []
    assert delegated(stage)[1] == allowance_for(TERMS, 0) - 200 * PRICE


def test_anybody_runs_it_and_hears_why_not(stage: Stage) -> None:
    with pytest.raises(NotFound, match="has no top-up rule"):
        stage.anyone.top_up(stage.alice.address)
    stage.alice.set_top_up(TERMS)
    with pytest.raises(Refused) as refused:
        stage.anyone.top_up(stage.alice.address)
    assert refused.value.refusal is errors.TopUpNotDue
    spend(stage, 1)
    (event,) = stage.anyone.top_up(stage.alice.address).events
    assert isinstance(event, CreditsToppedUp)
    assert (event.credits, event.base_units) == (200, 200 * PRICE)


def test_a_rule_is_shown_with_what_keeps_it_from_buying(stage: Stage) -> None:
    assert stage.alice.top_up_state() is None
    stage.alice.set_top_up(replace(TERMS, threshold=ALWAYS, base_units_per_period=200 * PRICE))
    state = stage.alice.top_up_state()
    assert state is not None
    assert (state.refusal, state.left, state.period_base_units) == (None, 100, 0)
    stage.anyone.top_up(stage.alice.address)
    state = stage.alice.top_up_state()
    assert state is not None
    assert (state.refusal, state.left, state.period_base_units) == (errors.AboveTopUpCap, 300, 200 * PRICE)
    stage.alice.set_limits(NO_LIMITS)
    state = stage.alice.top_up_state()
    assert state is not None
    assert state.refusal is errors.TopUpWithoutLimits
    stage.alice.withdraw(1)
    state = stage.alice.top_up_state()
    assert state is not None
    assert state.refusal is errors.TopUpEnded


def test_what_it_says_is_what_the_program_says(stage: Stage) -> None:
    """For each reason that can be brought about here: the client's answer is the program's."""
    alice = stage.alice
    send = stage.cast.alice

    def agree(reason: type) -> None:
        state = alice.top_up_state()
        assert state is not None
        assert state.refusal is reason
        with pytest.raises(Refused) as refused:
            stage.anyone.top_up(alice.address)
        assert refused.value.refusal is reason

    alice.set_top_up(TERMS)
    agree(errors.TopUpNotDue)
    alice.set_top_up(replace(TERMS, threshold=ALWAYS, buy=99))
    agree(errors.BelowMinimumPurchase)
    alice.set_top_up(replace(TERMS, threshold=ALWAYS))
    someone = Keypair().pubkey()
    for delegate, base_units, reason in (
        (someone, 2**63, errors.TopUpNotApproved),
        (delegate_address(stage.platform, send.pubkey()), 200 * PRICE - 1, errors.TopUpAllowanceTooLow),
    ):
        step = approve(source=source(stage), delegate=delegate, owner=send.pubkey(), base_units=base_units)
        run(execute([step], [send], stage.escrow.options), stage.escrow.chain)
        agree(reason)


def test_a_rule_is_replaced_in_one_transaction(stage: Stage) -> None:
    stage.alice.set_top_up(TERMS)
    receipt = stage.alice.set_top_up(replace(TERMS, threshold=ALWAYS))
    assert [type(event) for event in receipt.events] == [TopUpRemoved, TopUpSet]
    stage.alice.withdraw(1)
    stage.alice.set_top_up(TERMS)
    assert len(topped_up(stage)) == 1


def test_it_is_turned_off_with_its_allowance(stage: Stage) -> None:
    stage.alice.set_top_up(TERMS)
    stage.alice.remove_top_up()
    assert delegated(stage) == (None, 0)
    assert stage.escrow.chain.answer(GetAccounts([top_up_address(stage.alice.address)])) == [None]
    with pytest.raises(NotFound, match="there is nothing to turn off"):
        stage.alice.remove_top_up()


def test_another_rules_allowance_is_left(stage: Stage) -> None:
    """Two namespaces share the delegate: what one needs is not taken back, nor lowered, by the other."""
    team = stage.escrow.wallet(stage.cast.alice, stage.platform, namespace="team")
    team.open(LIMITS)
    team.set_top_up(TERMS, allowance=10_000 * PRICE)
    stage.alice.set_top_up(TERMS)
    with pytest.raises(SharedAllowance, match="'team' pay from"):
        stage.alice.set_top_up(TERMS, allowance=300 * PRICE)
    assert delegated(stage)[1] == 10_000 * PRICE
    stage.alice.remove_top_up()
    assert delegated(stage)[1] == 10_000 * PRICE
    team.remove_top_up()
    assert delegated(stage) == (None, 0)


def test_a_rule_that_has_ended_keeps_no_allowance(stage: Stage) -> None:
    team = stage.escrow.wallet(stage.cast.alice, stage.platform, namespace="team")
    team.open(LIMITS, buy=100)
    team.set_top_up(TERMS)
    stage.alice.set_top_up(TERMS)
    team.withdraw(1)
    stage.alice.remove_top_up()
    assert delegated(stage) == (None, 0)


def test_what_is_typed_is_approved_exactly(stage: Stage) -> None:
    stage.alice.set_top_up(TERMS)
    for credits in (300, 200, 7_200):
        assert stage.alice.top_up_allowance(TERMS, allowance=credits * PRICE) == credits * PRICE
        assert stage.alice.set_top_up(TERMS, allowance=credits * PRICE).events == ()
        assert delegated(stage)[1] == credits * PRICE
    with pytest.raises(InvalidAmount, match="pays for no top-up, which costs 2,000,000"):
        stage.alice.set_top_up(TERMS, allowance=200 * PRICE - 1)


def test_what_is_like_that_already_is_not_sent(stage: Stage) -> None:
    """Nor does the rule begin a new period."""
    always = replace(TERMS, threshold=ALWAYS, base_units_per_period=200 * PRICE)
    stage.alice.set_top_up(always)
    with pytest.raises(NothingToChange, match="nothing was sent"):
        stage.alice.set_top_up(always)
    assert len(topped_up(stage)) == 1
    stage.alice.set_top_up(always)
    assert delegated(stage)[1] == 12 * 200 * PRICE
    assert topped_up(stage) == []


def test_an_allowance_is_for_the_periods_that_begin(stage: Stage) -> None:
    now = stage.escrow.chain.answer(GetUnixTime())
    day, cap = TERMS.period_seconds, TERMS.base_units_per_period
    for seconds, periods in ((1, 1), (day, 1), (day + 1, 2), (12 * day, 12), (13 * day, 12)):
        assert allowance_for(replace(TERMS, expires_at=now + seconds), now) == periods * cap
    assert allowance_for(TERMS, now) == 12 * cap
    stage.alice.set_top_up(replace(TERMS, expires_at=now + 3 * day))
    assert delegated(stage)[1] == 3 * cap


def test_another_source_takes_the_old_allowance_back(stage: Stage) -> None:
    """But for one that another rule needs."""
    alice, made = stage.cast.alice, Keypair()
    token_account_of(alice, made, stage, begun=True)
    team = stage.escrow.wallet(alice, stage.platform, namespace="team")
    team.open(LIMITS)
    stage.alice.set_top_up(TERMS)
    team.set_top_up(TERMS)
    stage.alice.set_top_up(TERMS, source=made.pubkey())
    assert delegated(stage)[1] == allowance_for(TERMS, 0)
    team.set_top_up(TERMS, source=made.pubkey())
    assert delegated(stage) == (None, 0)


def test_anothers_delegate_is_never_replaced_unasked(stage: Stage) -> None:
    alice, subscription = stage.cast.alice, Keypair().pubkey()
    step = approve(source=source(stage), delegate=subscription, owner=alice.pubkey(), base_units=7)
    run(execute([step], [alice], stage.escrow.options), stage.escrow.chain)
    with pytest.raises(OtherDelegate, match=str(subscription)):
        stage.alice.set_top_up(TERMS)
    assert delegated(stage) == (subscription, 7)
    stage.alice.set_top_up(TERMS, replace_delegate=True)
    assert delegated(stage)[0] == delegate_address(stage.platform, alice.pubkey())


def test_a_close_takes_the_rule_along(stage: Stage) -> None:
    stage.alice.set_top_up(TERMS)
    stage.alice.close()
    assert delegated(stage) == (None, 0)
    assert stage.escrow.chain.answer(GetAccounts([stage.alice.address, top_up_address(stage.alice.address)])) == [
        None,
        None,
    ]


def test_a_rule_buys_packs(escrow: Escrow) -> None:
    stage = set_stage(escrow)
    cast = stage.cast
    terms = load_preset("resayil").platform_terms(
        operator=cast.operator.pubkey(), treasury_owner=cast.admin.pubkey(), mint=USDC_MINT
    )
    stage = replace(stage, terms=terms)
    escrow.create_platform(cast.admin, terms)
    stage.alice.open(LIMITS)
    bob = token_address(cast.bob.pubkey(), USDC_MINT)
    promotion = token_address(stage.platform, USDC_MINT)
    step = transfer(source=bob, destination=promotion, owner=cast.bob.pubkey(), base_units=1_000_000)
    run(execute([step], [cast.bob], escrow.options), escrow.chain)
    pack = packs.expected(escrow.platform(stage.platform), 1)
    stage.alice.set_top_up(TopUpTerms(threshold=1, buy=pack, base_units_per_period=5_000_000, period_seconds=86_400))
    (action,) = topped_up(stage)
    assert action.credits == 15_000
    assert stage.alice.balance().withdrawable_base_units == 5_000_000


@pytest.fixture
def local_stage(localnet_url: str) -> Stage:
    """The same on a local chain."""
    with Escrow.connect(localnet_url) as escrow:
        made = set_stage(escrow)
        escrow.create_platform(made.cast.admin, made.terms)
        made.alice.open(LIMITS, buy=100)
        return made


@pytest.mark.asyncio
async def test_the_same_with_await(local_stage: Stage, localnet_url: str) -> None:
    stage = local_stage
    async with AsyncEscrow.connect(localnet_url) as escrow:
        wallet = escrow.wallet(stage.cast.alice, stage.platform)
        await wallet.set_top_up(replace(TERMS, threshold=ALWAYS))
        state = await wallet.top_up_state()
        assert state is not None
        assert state.refusal is None
        await escrow.anyone(stage.cast.bob).top_up(wallet.address)
        await wallet.remove_top_up()
        assert await wallet.top_up_state() is None
        assert (await wallet.balance()).available == 300

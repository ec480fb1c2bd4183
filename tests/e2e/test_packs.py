"""Packs through the client: a platform of a preset sells them, and what is left of one is worth what it cost."""

from dataclasses import replace

import pytest
from escrow_harness.scenario_platform import transfer
from escrow_harness.stage import LIMITS, Stage, job, set_stage, wait_until
from job_escrow import (
    Escrow,
    KeeperAction,
    NotFound,
    Pack,
    PackExpected,
    Receipt,
    Refused,
    SequenceUsed,
    packs,
    token_address,
)
from job_escrow.chain import run
from job_escrow.chain.requests import GetAccounts, GetUnixTime
from job_escrow.codec import (
    AccountClosed,
    CreditsPurchased,
    CreditsWithdrawn,
    Event,
    PlatformChanged,
    PromotionSwept,
    PromotionWithdrawn,
    errors,
)
from job_escrow.presets import load_preset
from job_escrow.tokens import USDC_MINT, token_amount
from job_escrow.transactions import execute
from solders.pubkey import Pubkey

_PACK_OF_15000 = 1
_PROMOTION = 2_000_000


def only(receipt: Receipt) -> Event:
    (event,) = receipt.events
    return event


def tokens(stage: Stage, address: Pubkey) -> int:
    (info,) = stage.escrow.chain.answer(GetAccounts([address]))
    return token_amount(info)


def send_tokens(stage: Stage, destination: Pubkey, base_units: int) -> None:
    """A plain transfer from bob."""
    bob = stage.cast.bob
    step = transfer(token_address(bob.pubkey(), USDC_MINT), destination, bob.pubkey(), base_units)
    run(execute([step], [bob], stage.escrow.options), stage.escrow.chain)


def expected(stage: Stage) -> PackExpected:
    """The pack of 15,000 credits, as the platform offers it now."""
    return packs.expected(stage.escrow.platform(stage.platform), _PACK_OF_15000)


def promotion(stage: Stage) -> Pubkey:
    return token_address(stage.platform, USDC_MINT)


def own(stage: Stage) -> int:
    return tokens(stage, token_address(stage.cast.alice.pubkey(), USDC_MINT))


@pytest.fixture
def shop(escrow: Escrow) -> Stage:
    """Resayil's platform with promotion for two packs of 15,000; alice's account is open and empty."""
    stage = set_stage(escrow)
    cast = stage.cast
    terms = load_preset("resayil").platform_terms(
        operator=cast.operator.pubkey(), treasury_owner=cast.admin.pubkey(), mint=USDC_MINT
    )
    stage = replace(stage, terms=terms)
    escrow.create_platform(cast.admin, terms)
    stage.alice.open(LIMITS)
    send_tokens(stage, promotion(stage), _PROMOTION)
    return stage


def test_y3_the_preset_puts_its_packs_on_the_chain(shop: Stage) -> None:
    platform = shop.escrow.platform(shop.platform)
    assert packs.offered(platform) == {
        0: Pack(credits=5_000, bonus_credits=0),
        1: Pack(credits=12_500, bonus_credits=2_500),
    }
    assert platform.promotion == promotion(shop)
    with pytest.raises(NotFound, match=r"no pack 2: choose one of those that it offers \(0, 1\)"):
        packs.expected(platform, 2)


def test_y3_the_pack_of_15000_costs_exactly_5_and_withdrawn_unspent_pays_5(shop: Stage) -> None:
    alice, had = shop.alice, own(shop)
    bought = only(alice.purchase_pack(expected(shop)))
    assert isinstance(bought, CreditsPurchased)
    assert had - own(shop) == bought.base_units == 5_000_000
    balance = alice.balance()
    assert (balance.available, balance.withdrawable, balance.withdrawable_base_units) == (15_000, 15_000, 5_000_000)

    alice.lock(job(alice.next_job_id(), None, 15_000))
    locked = alice.balance()
    assert (locked.available, locked.locked, locked.withdrawable_base_units) == (0, 15_000, 0)
    (job_id,) = (each.id for each in shop.escrow.jobs(credit_account=alice.address).values())
    shop.operator.refund(alice.address, job_id)

    paid = only(alice.withdraw())
    assert isinstance(paid, CreditsWithdrawn)
    assert (paid.base_units, own(shop)) == (5_000_000, had)
    assert alice.balance().surplus_base_units == 0
    swept = only(shop.anyone.sweep_promotion(alice.address))
    assert isinstance(swept, PromotionSwept)
    assert tokens(shop, promotion(shop)) == _PROMOTION
    with pytest.raises(Refused) as refused:
        shop.anyone.sweep_promotion(alice.address)
    assert refused.value.refusal is errors.NothingToSweep


def test_what_is_left_of_a_pack_is_worth_what_it_cost(shop: Stage) -> None:
    alice = shop.alice
    alice.purchase_pack(expected(shop))
    terms = job(shop.operator.next_job_id(alice.address), None, 60)
    shop.operator.lock(alice.address, terms)
    shop.operator.settle(alice.address, terms.job_id, 60)
    account = alice.account()
    assert account is not None
    # 60 of 15,000 credits took 24,000 base units along, of which promotion had paid a sixth.
    assert (account.promotion_backing, packs.payable(account), packs.payable(account, 15)) == (
        996_000,
        4_980_000,
        5_000,
    )
    assert packs.promotion_behind(account.promotion_backing, 1, 14_940) == 67
    assert packs.promotion_behind(0, 0, 0) == 0
    paid = only(alice.withdraw(1))
    assert isinstance(paid, CreditsWithdrawn)
    assert (paid.base_units, paid.promotion_owed) == (333, 67)


def test_a_pack_without_a_bonus_is_a_purchase(shop: Stage) -> None:
    bought = only(shop.alice.purchase_pack(packs.expected(shop.escrow.platform(shop.platform), 0)))
    assert isinstance(bought, CreditsPurchased)
    assert (bought.credits, bought.base_units, bought.pack) == (5_000, 2_000_000, 255)


def test_a_purchase_of_a_pack_can_be_repeated(shop: Stage) -> None:
    alice, pack = shop.alice, expected(shop)
    number = alice.next_sequence()
    first = alice.purchase_pack(pack, sequence=number)
    assert alice.purchase_pack(pack, sequence=number) == first
    assert alice.balance().available == 15_000
    with pytest.raises(SequenceUsed):
        alice.purchase(12_500, sequence=number)
    with pytest.raises(SequenceUsed):
        alice.purchase_pack(replace(pack, bonus_credits=2_501), sequence=number)


def test_an_account_is_opened_with_a_pack(shop: Stage) -> None:
    bob = shop.bob
    opened = bob.open(LIMITS, buy=expected(shop))
    assert [type(event).__name__ for event in opened.events] == ["AccountOpened", "CreditsPurchased"]
    assert bob.balance().available == 15_000


def test_anybody_buys_a_pack_for_an_account(shop: Stage) -> None:
    shop.escrow.anyone(shop.cast.bob).purchase_for(shop.alice.address, expected(shop))
    assert shop.alice.balance().available == 15_000


def test_refusals_say_what_to_do(shop: Stage) -> None:
    alice, pack = shop.alice, expected(shop)
    with pytest.raises(Refused) as refused:
        alice.purchase_pack(replace(pack, bonus_credits=2_501))
    assert refused.value.refusal is errors.PackChanged
    shop.admin.withdraw_promotion(_PROMOTION - 999_999)
    with pytest.raises(Refused) as refused:
        alice.purchase_pack(pack)
    assert refused.value.refusal is errors.PromotionTooLow
    shop.admin.set_pack(_PACK_OF_15000, None)
    with pytest.raises(Refused) as refused:
        alice.purchase_pack(pack)
    assert refused.value.refusal is errors.PackNotOffered


def test_the_admin_funds_promotion_and_takes_it_back(shop: Stage) -> None:
    admin, treasury = shop.admin, token_address(shop.cast.admin.pubkey(), USDC_MINT)
    taken = only(admin.withdraw_promotion())
    assert isinstance(taken, PromotionWithdrawn)
    assert (tokens(shop, promotion(shop)), tokens(shop, treasury)) == (0, _PROMOTION)
    admin.fund_promotion(500)
    assert (tokens(shop, promotion(shop)), tokens(shop, treasury)) == (500, _PROMOTION - 500)
    admin.withdraw_promotion(200)
    assert tokens(shop, promotion(shop)) == 300


def test_a_platform_gets_packs_later(stage: Stage) -> None:
    """One that was created without."""
    with pytest.raises(NotFound, match="no promotion account"):
        stage.admin.fund_promotion(1)
    with pytest.raises(NotFound, match="no promotion account"):
        stage.alice.purchase_pack(PackExpected(index=0, credits=125, bonus_credits=25))
    changed = only(stage.admin.set_pack(0, Pack(credits=125, bonus_credits=25)))
    assert isinstance(changed, PlatformChanged)
    assert changed.packs[0] == Pack(credits=125, bonus_credits=25)
    stage.admin.open_promotion()
    send_tokens(stage, promotion(stage), 250_000)
    stage.alice.purchase_pack(packs.expected(stage.escrow.platform(stage.platform), 0))
    assert stage.alice.balance().available == 1_150


def test_a_close_gives_promotion_back(shop: Stage) -> None:
    alice, had = shop.alice, own(shop)
    alice.purchase_pack(expected(shop))
    alice.withdraw(3_000)
    wait_until(shop.escrow.chain, shop.escrow.chain.answer(GetUnixTime()) + 1)
    closed = only(alice.close())
    assert isinstance(closed, AccountClosed)
    assert (closed.wallet_base_units, closed.promotion_base_units) == (4_000_000, 1_000_000)
    assert (own(shop), tokens(shop, promotion(shop))) == (had, _PROMOTION)


def test_a_keeper_sweeps_what_is_worth_a_credit(shop: Stage) -> None:
    alice = shop.alice
    alice.purchase_pack(expected(shop))
    alice.withdraw(1)
    assert not _swept(shop)
    alice.withdraw(14_000)
    (action,) = _swept(shop)
    # 14,001 of 15,000 credits: rounded up twice, in credits of 400 base units.
    assert (action.credits, action.error) == (2_333, None)
    assert tokens(shop, promotion(shop)) == 1_000_000 + 933_401
    assert not _swept(shop)


def _swept(shop: Stage) -> list[KeeperAction]:
    """What a keeper sweeps now; other accounts of the platform may have lots that expire meanwhile."""
    return [action for action in shop.anyone.keep_once().actions if action.kind == "sweep promotion"]

"""Attacks on packs: bonus that is not theirs, packs that change under the buyer, and ways to carry promotion off."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from job_escrow.codec import (
    AmountIsZero,
    AmountTooLarge,
    CreditsWithdrawn,
    InsufficientCredits,
    InsufficientFunds,
    InvalidPack,
    JobSettled,
    NoSuchPackSlot,
    NotTheAdmin,
    Pack,
    PackChanged,
    PackExpected,
    PackNotOffered,
    Paused,
    PromotionTooLow,
    UnusablePromotion,
    WrongMint,
    WrongPromotion,
    WrongSequence,
)
from job_escrow.presets import load_preset
from program_harness import calls_of_admin, past_the_program, tokens
from program_harness.calls_of_admin import NO_CHANGE
from program_harness.keys import key
from program_harness.parties import Credit, Platform
from program_harness.world import World
from solders.pubkey import Pubkey

PACK = Pack(credits=125, bonus_credits=25)
PRICE = 10_000
BONUS = 25 * PRICE


@pytest.fixture
def platform(world: World) -> Platform:
    """It has the promotion for two packs."""
    made = world.create_platform("decentral")
    world.offer(made, PACK, promotion=2 * BONUS)
    return made


@pytest.fixture
def credit(world: World, platform: Platform) -> Credit:
    """An account without credits."""
    return world.opened(platform, "alice")


def expecting(world: World, credit: Credit, **changes: int) -> dict[str, PackExpected]:
    expected = world.buying_pack(credit).args["expected"]
    assert isinstance(expected, PackExpected)
    return {"expected": replace(expected, **changes)}


# What is bought


@pytest.mark.parametrize("index", [1, 3, 4, 255])
def test_a_pack_that_is_not_offered_is_refused(world: World, credit: Credit, index: int) -> None:
    world.refused(PackNotOffered, world.buying_pack(credit).with_args(**expecting(world, credit, index=index)))


@pytest.mark.parametrize(
    "pack", [replace(PACK, bonus_credits=24), replace(PACK, credits=124), replace(PACK, credits=126)]
)
def test_a_pack_that_changed_under_the_buyer_is_refused(
    world: World, platform: Platform, credit: Credit, pack: Pack
) -> None:
    call = world.buying_pack(credit)
    world.do(calls_of_admin.set_pack(platform, 0, pack))
    world.refused(PackChanged, call)


def test_a_pack_that_was_withdrawn_under_the_buyer_is_refused(world: World, platform: Platform, credit: Credit) -> None:
    call = world.buying_pack(credit)
    world.do(calls_of_admin.set_pack(platform, 0, None))
    world.refused(PackNotOffered, call)


def test_a_promotion_account_that_holds_too_little_is_refused(world: World, platform: Platform, credit: Credit) -> None:
    world.do(calls_of_admin.withdraw_promotion(platform, BONUS + 1))
    world.refused(PromotionTooLow, world.buying_pack(credit))
    tokens.fund(world.machine, platform.address, 1)
    world.buy_pack(credit)
    assert world.promotion(platform) == 0


def test_another_platforms_promotion_account_is_refused(world: World, credit: Credit) -> None:
    other = world.create_platform("decentral", name="other", admin="other admin")
    world.offer(other, PACK, promotion=BONUS)
    world.refused(WrongPromotion, world.buying_pack(credit).with_accounts(promotion=other.promotion))


def test_another_token_account_of_the_platform_is_no_promotion_account(
    world: World, platform: Platform, credit: Credit
) -> None:
    other = tokens.put_token_account(world.machine, key("second").pubkey(), owner=platform.address, amount=BONUS)
    world.refused(WrongPromotion, world.buying_pack(credit).with_accounts(promotion=other))


def test_a_pack_is_refused_while_the_platform_is_paused(world: World, platform: Platform, credit: Credit) -> None:
    world.do(calls_of_admin.update_platform(platform, replace(NO_CHANGE, paused=True)))
    world.refused(Paused, world.buying_pack(credit))


def test_a_buyer_with_one_base_unit_too_little_is_refused(world: World, platform: Platform) -> None:
    poor = Credit(platform, world.wallet("poor", base_units=125 * PRICE - 1))
    world.open(poor)
    world.refused(InsufficientFunds, world.buying_pack(poor))
    tokens.fund(world.machine, poor.wallet.pubkey(), 1)
    world.buy_pack(poor)


def test_a_pack_that_would_overfill_the_account_is_refused(world: World, credit: Credit) -> None:
    world.buy(credit, 2**32 - 1 - 149)
    world.refused(AmountTooLarge, world.buying_pack(credit))
    world.withdraw(credit, 1)
    world.buy_pack(credit)


def test_a_pack_is_bought_once_with_a_number(world: World, credit: Credit) -> None:
    once = world.buying_pack(credit)
    world.do(once)
    world.refused(WrongSequence, once)
    world.refused(WrongSequence, world.buying_pack(credit, payer=world.wallet("friend"), sequence=1))


# The admin's side


@pytest.mark.parametrize(
    "pack",
    [
        Pack(credits=0, bonus_credits=1),
        Pack(credits=2**32, bonus_credits=0),
        Pack(credits=1, bonus_credits=2**32 - 1),
        Pack(credits=2**64 - 1, bonus_credits=2**64 - 1),
    ],
)
def test_a_pack_that_no_account_could_hold_is_not_offered(world: World, platform: Platform, pack: Pack) -> None:
    world.refused(InvalidPack, calls_of_admin.set_pack(platform, 0, pack))


@pytest.mark.parametrize("index", [4, 255])
def test_there_are_four_slots(world: World, platform: Platform, index: int) -> None:
    world.refused(NoSuchPackSlot, calls_of_admin.set_pack(platform, index, PACK))
    for largest in (Pack(credits=1, bonus_credits=2**32 - 2), Pack(credits=2**32 - 1, bonus_credits=0)):
        world.do(calls_of_admin.set_pack(platform, 3, largest))


def test_promotion_leaves_only_as_far_as_it_goes(world: World, platform: Platform) -> None:
    world.refused(AmountIsZero, calls_of_admin.withdraw_promotion(platform, 0))
    world.refused(InsufficientFunds, calls_of_admin.withdraw_promotion(platform, 2 * BONUS + 1))


def test_an_operator_offers_no_packs_and_takes_no_promotion(world: World, platform: Platform) -> None:
    operator = replace(platform, admin=platform.operator)
    world.refused(NotTheAdmin, calls_of_admin.set_pack(operator, 0, replace(PACK, bonus_credits=10_000)))
    world.refused(NotTheAdmin, calls_of_admin.withdraw_promotion(operator, 1))


def test_a_promotion_account_over_which_somebody_has_a_right_is_refused(world: World) -> None:
    """Whoever could take its tokens, or close it, would take what buyers were promised."""
    platform = world.create_platform("decentral")
    machine, admin = world.machine, platform.admin
    owned = tokens.fund(machine, admin.pubkey(), 10)

    def naming(account: Pubkey) -> None:
        world.refused(UnusablePromotion, calls_of_admin.update_platform(platform, NO_CHANGE, promotion=account))

    naming(owned)
    naming(platform.treasury)
    closable = tokens.put_token_account(machine, key("closable").pubkey(), owner=admin.pubkey())
    steps = [
        tokens.set_authority(closable, tokens.CLOSE_AUTHORITY, admin.pubkey(), admin.pubkey()),
        tokens.set_authority(closable, tokens.ACCOUNT_OWNER, platform.address, admin.pubkey()),
    ]
    assert machine.send(steps, [admin]).reason is None
    naming(closable)
    frozen = tokens.put_token_account(machine, key("frozen").pubkey(), owner=platform.address)
    tokens.freeze(machine, frozen)
    naming(frozen)
    mint = tokens.make_mint(machine, "foreign")
    foreign = tokens.put_token_account(machine, key("foreign").pubkey(), owner=platform.address, mint=mint)
    world.refused(WrongMint, calls_of_admin.update_platform(platform, NO_CHANGE, promotion=foreign))


def test_a_delegate_does_not_outlive_the_handover_of_a_promotion_account(world: World) -> None:
    """The Token program forgets it; a bare delegate, written past that program, is refused as well."""
    platform = world.create_platform("decentral")
    account = tokens.put_token_account(world.machine, key("delegated").pubkey(), owner=platform.address)
    delegate = key("delegate").pubkey()
    past_the_program.set_bytes(world.machine, account, 72, (1).to_bytes(4, "little") + bytes(delegate))
    world.refused(UnusablePromotion, calls_of_admin.update_platform(platform, NO_CHANGE, promotion=account))


# Carrying promotion off


def cheap(world: World, *, price: int, pack: Pack, promotion: int) -> tuple[Platform, Credit]:
    terms = replace(load_preset("decentral"), base_units_per_credit=price, min_purchase=1)
    platform = world.create_platform(terms)
    world.offer(platform, pack, promotion=promotion)
    return platform, world.opened(platform, "alice")


def lock_all_but(world: World, credit: Credit, left: int) -> None:
    world.lock(credit, tier=None, amount=world.account(credit).paid_available - left)


def test_many_small_locks_carry_no_promotion_off(world: World) -> None:
    """A split of each lock into bought and bonus would be rounded in the buyer's favour, thousands of times."""
    pack = Pack(credits=2_000, bonus_credits=1_208)
    platform, credit = cheap(world, price=3, pack=pack, promotion=1_208 * 3)
    had = tokens.amount_of(world.machine, credit.tokens)
    world.buy_pack(credit)
    for _ in range(300):
        world.refund(world.lock(credit, tier=None, amount=1))
    jobs = [world.lock(credit, tier=None, amount=1) for _ in range(100)]
    for job in jobs[::2]:
        world.settle(job, 1)
    world.withdraw(credit)
    for job in jobs[1::2]:
        world.refund(job)
        world.withdraw(credit, 1)
    account = world.account(credit)
    assert (account.paid_available, account.paid_locked, account.promotion_backing) == (0, 0, 0)
    spent = 1_208 * 3 - account.promotion_owed
    assert 0 <= spent <= Fraction(1_208 * 3, 3_208) * 50
    # What the wallet lost is what the treasury has, less the promotion in it.
    assert had - tokens.amount_of(world.machine, credit.tokens) == world.earned(platform) - spent == 150 - spent


@pytest.mark.parametrize("price", [1, 3, 10_000])
@pytest.mark.parametrize("pack", [Pack(credits=1, bonus_credits=1), Pack(credits=7, bonus_credits=2), PACK])
def test_no_sequence_spends_more_promotion_than_the_packs_ratio_of_what_was_spent(
    world: World, price: int, pack: Pack
) -> None:
    """Purchases of packs and without, locks, settlements, refunds, and withdrawals in between, in any order."""
    platform, credit = cheap(world, price=price, pack=pack, promotion=10**12)
    rng = Random(f"{price} {pack}")
    ratio = Fraction(pack.bonus_credits, pack.credits + pack.bonus_credits) * price
    jobs, spent, credits, paid_in, paid_out = [], 0, 0, 0, 0
    for _ in range(250):
        account = world.account(credit)
        match rng.randrange(6):
            case 0:
                world.buy_pack(credit)
                paid_in += pack.credits * price
            case 1 if rng.random() < 0.3:
                amount = rng.randint(1, 20)
                world.buy(credit, amount)
                paid_in += amount * price
            case 2 if account.paid_available:
                amount = rng.randint(1, min(account.paid_available, 12))
                jobs.append(world.lock(credit, tier=None, amount=amount))
            case 3 if jobs:
                job = jobs.pop(rng.randrange(len(jobs)))
                (event,) = world.settle(job, rng.randint(0, world.job(job).credits)).events
                assert isinstance(event, JobSettled)
                spent += event.promotion_base_units
                credits += event.charged
            case 4 if jobs:
                world.refund(jobs.pop())
            case 5 if account.paid_available:
                outcome = world.attempt(world.withdrawing(credit, rng.randint(1, min(account.paid_available, 9))))
                for event in outcome.events:
                    assert isinstance(event, CreditsWithdrawn)
                    paid_out += event.base_units
        account = world.account(credit)
        assert spent <= ratio * credits
        # The wallet never has more out than in: what is left would pay out what is in, less what was spent.
        left = (account.paid_available + account.paid_locked) * price - account.promotion_backing
        assert paid_out + left == paid_in - (credits * price - spent)
        assert world.promotion(platform) + spent + account.promotion_backing + account.promotion_owed == 10**12
    assert credits > 0
    assert spent > 0


def test_one_credit_at_a_time_is_withdrawn_for_no_more_than_all_at_once(world: World) -> None:
    platform, credit = cheap(world, price=3, pack=Pack(credits=10, bonus_credits=7), promotion=21)
    had = tokens.amount_of(world.machine, credit.tokens)
    world.buy_pack(credit)
    for _ in range(17):
        world.do(world.withdrawing(credit, 1))
    assert tokens.amount_of(world.machine, credit.tokens) == had
    assert world.account(credit).promotion_owed == 21
    assert world.promotion(platform) == 0


def test_a_pack_that_a_stranger_buys_takes_nothing_of_the_wallets(
    world: World, platform: Platform, credit: Credit
) -> None:
    """Each credit is worth less then, and all of them are worth more: what was there, and what the stranger paid."""
    world.buy(credit, 100)
    own = tokens.amount_of(world.machine, credit.tokens)
    world.buy_pack(credit, payer=world.wallet("stranger"))
    (event,) = world.withdraw(credit).events
    assert isinstance(event, CreditsWithdrawn)
    assert (event.credits, event.base_units) == (250, 225 * PRICE)
    assert tokens.amount_of(world.machine, credit.tokens) - own == 225 * PRICE
    assert world.account(credit).promotion_owed == BONUS


def test_promotion_behind_locked_credits_is_not_withdrawn_with_the_available_ones(world: World) -> None:
    """With nearly all of it locked, one credit is withdrawn for what one cost, and no more."""
    _, credit = cheap(world, price=10_000, pack=PACK, promotion=BONUS)
    world.buy_pack(credit)
    lock_all_but(world, credit, 1)
    (event,) = world.withdraw(credit, 1).events
    assert isinstance(event, CreditsWithdrawn)
    assert event.base_units == 10_000 * 125 // 150
    world.refused(InsufficientCredits, world.withdrawing(credit, 1))

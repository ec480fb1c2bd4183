"""The sequences that drain the two rejected designs of packs, and the same on the chosen one.

A pack of 15,000 credits costs 12,500: 2,500 of them are a bonus that the platform pays for, a fifth of what is bought.
"""

import random
from fractions import Fraction

import pytest
from proof_harness.pack_designs import CostBasis, SplitAtTheLock, VestingPool

CREDITS, BONUS = 12_500, 2_500
FIFTH, SIXTH = Fraction(BONUS, CREDITS), Fraction(BONUS, CREDITS + BONUS)
PRICE = 400
"""Base units of a credit: with 6 decimals the pack costs 5.00."""


@pytest.fixture
def chosen() -> CostBasis:
    account = CostBasis(PRICE)
    account.buy(CREDITS, BONUS)
    return account


def test_a_vesting_pool_pays_five_times_the_bonus_that_was_earned() -> None:
    """Withdrawn one by one, credits forfeit nothing for as long as each would forfeit less than a whole one."""
    account = VestingPool(forfeit_rounded_up=False)
    account.buy(CREDITS, BONUS)
    for _ in range(CREDITS - BONUS):
        account.withdraw(1)
    assert account.paid_out == 10_000
    account.spend(BONUS)
    assert (account.paid, account.bonus) == (0, BONUS)
    assert account.bonus == 5 * (BONUS * FIFTH)


def test_rounded_the_other_way_it_takes_the_whole_bonus_from_the_wallet() -> None:
    account = VestingPool(forfeit_rounded_up=True)
    account.buy(CREDITS, BONUS)
    for _ in range(BONUS):
        account.withdraw(1)
    assert (account.paid, account.pending, account.bonus) == (10_000, 0, 0)


def test_the_chosen_design_withstands_withdrawals_one_by_one(chosen: CostBasis) -> None:
    """Each leaves its share behind to the base unit: none is rounded away, and none is lost."""
    got = sum(chosen.withdraw(1) for _ in range(CREDITS - BONUS))
    exact = (CREDITS - BONUS) * PRICE * (1 - SIXTH)
    assert exact - (CREDITS - BONUS) < got <= exact
    spent = chosen.credits
    chosen.spend(spent)
    assert chosen.promotion_spent <= SIXTH * spent * PRICE
    assert chosen.backing == 0


def test_a_split_at_the_lock_pays_five_times_the_bonus_that_was_earned() -> None:
    """Locks of two credits are half bonus, although a sixth of the credits is; the paid ones that are left go home."""
    account = SplitAtTheLock(bonus_rounded_up=True)
    account.buy(CREDITS, BONUS)
    locks = 0
    while account.bonus:
        account.lock_and_settle(2)
        locks += 1
    assert (locks, account.bonus_spent, account.paid_spent) == (2_500, BONUS, 2_500)
    assert account.bonus_spent == 5 * (account.paid_spent * FIFTH)


def test_rounded_the_other_way_small_locks_never_reach_the_bonus() -> None:
    account = SplitAtTheLock(bonus_rounded_up=False)
    account.buy(CREDITS, BONUS)
    for _ in range(5_000):
        account.lock_and_settle(2)
    assert (account.bonus_spent, account.paid_spent) == (0, 10_000)


@pytest.mark.parametrize("size", [1, 2, 5, 7])
def test_the_chosen_design_withstands_small_locks(chosen: CostBasis, size: int) -> None:
    for _ in range(2_500 // size):
        chosen.spend(size)
        assert chosen.promotion_spent <= SIXTH * chosen.spent * PRICE
    assert chosen.promotion_spent > SIXTH * chosen.spent * PRICE - 2_500
    left = chosen.credits
    assert chosen.withdraw(left) <= left * PRICE * (1 - SIXTH) + 2_500
    assert (chosen.credits, chosen.backing) == (0, 0)


def test_the_pack_of_15_000_costs_5_and_unspent_pays_5(chosen: CostBasis) -> None:
    assert chosen.credits == 15_000
    assert chosen.withdraw(15_000) == CREDITS * PRICE == 5_000_000
    assert (chosen.backing, chosen.returned) == (0, BONUS * PRICE)


@pytest.mark.parametrize("price", [1, 7, PRICE, 10_000])
def test_no_sequence_spends_promotion_faster_than_the_best_pack(price: int) -> None:
    """As proved for all; here on numbers, where the price is so small that every share is rounded."""
    for seed in range(20):
        dice = random.Random(seed)
        account, best, own = CostBasis(price), Fraction(0), 0
        for _ in range(60):
            action = dice.choice(["pack", "plain", "spend", "spend", "spend", "withdraw"])
            some = dice.randint(1, dice.choice([3, 50]))
            if action in ("pack", "plain"):
                bonus = dice.randint(1, some) if action == "pack" else 0
                best = max(best, Fraction(bonus, some + bonus))
                account.buy(some, bonus)
                own += some * price
            elif account.credits:
                part = min(some, account.credits)
                account.spend(part) if action == "spend" else account.withdraw(part)
            assert account.promotion_spent <= best * account.spent * price
            assert account.paid_out <= own
            assert 0 <= account.backing <= account.credits * price

"""Conservation: each instruction keeps the invariants 1 to 3 of docs/invariants.md, from any state in which they hold.

Bounds: accounts with all of their lots, any number of open jobs, prices to MAX_BASE_UNITS_PER_CREDIT. Sums of a
lifetime have no bound here; the program refuses what would take one beyond 2^64. Instructions that are refused change
nothing.
"""

from dataclasses import replace

import pytest
import z3  # type: ignore[import-untyped]
from job_escrow.bounds import MAX_BASE_UNITS_PER_CREDIT, MAX_CREDITS
from proof_harness.ledger import LOTS, NOTHING, Account, account, split
from proof_harness.lemmas import bounded, grows
from proof_harness.pricing import U64
from proof_harness.products import Formula
from proof_harness.solver import prove, refute, within

BEFORE = account()
HOLDS = BEFORE.invariant()
CREDITS, LOT = z3.Ints("credits lot")
SPLIT = split("split")
AVAILABLE = replace(NOTHING, lots=BEFORE.free, paid=BEFORE.paid_available)
EXPIRED = z3.Bools(" ".join(f"expired_{number}" for number in range(LOTS)))
ROOM = z3.And(CREDITS >= 1, CREDITS <= MAX_CREDITS - BEFORE.liabilities())


def lock() -> tuple[Formula, Account]:
    new = z3.And(BEFORE.job.credits() == 0, SPLIT.between(AVAILABLE), SPLIT.credits() >= 1)
    return new, BEFORE.lock(SPLIT)


def settle() -> tuple[Formula, Account]:
    return z3.And(BEFORE.open_jobs >= 1, SPLIT.between(BEFORE.job)), BEFORE.spend(SPLIT)


def end() -> tuple[Formula, Account]:
    """Where the last job ends, there are no others, and nothing is what no job holds."""
    last = z3.Implies(BEFORE.open_jobs == 1, BEFORE.others.credits() == 0)
    return z3.And(BEFORE.open_jobs >= 1, last), BEFORE.give_back()


def final_settlement() -> tuple[Formula, Account]:
    happens, _ = settle()
    last, _ = end()
    return z3.And(happens, last), BEFORE.spend(SPLIT).give_back()


def withdraw(everything: bool) -> tuple[Formula, Account]:
    """It syncs first; all takes what is left below a credit along."""
    synced = BEFORE.sync()
    if everything:
        return z3.BoolVal(True), synced.withdraw(synced.paid_available, synced.surplus())
    return z3.And(CREDITS >= 1, CREDITS <= synced.paid_available), synced.withdraw(CREDITS, z3.IntVal(0))


def topped_up() -> tuple[Formula, Account]:
    """It syncs first; what it buys fits into what is left."""
    synced = BEFORE.sync()
    room = z3.And(CREDITS >= 1, CREDITS <= MAX_CREDITS - synced.liabilities())
    return room, synced.purchase(CREDITS)


STEPS: dict[str, tuple[Formula, Account]] = {
    "lock": lock(),
    "settle": settle(),
    "final settle": final_settlement(),
    "refund": end(),
    "purchase": (ROOM, BEFORE.purchase(CREDITS)),
    "top_up": topped_up(),
    "sync_deposits": (z3.BoolVal(True), BEFORE.sync()),
    "withdraw": withdraw(everything=False),
    "withdraw all": withdraw(everything=True),
    "grant": (z3.And(ROOM, within(LOT, 0, LOTS - 1)), BEFORE.grant(CREDITS, LOT)),
    "expire_lots": (z3.BoolVal(True), BEFORE.expire(EXPIRED)),
    "a deposit by plain transfer": (CREDITS >= 0, replace(BEFORE, vault=BEFORE.vault + CREDITS)),
    "another job is looked at": (split("chosen").between(BEFORE.job.plus(BEFORE.others)), BEFORE.another_job()),
}


def test_it_holds_at_the_opening() -> None:
    """Whatever lies in the vault already is a deposit."""
    counts = (BEFORE.paid_available, BEFORE.paid_locked, BEFORE.granted_available, BEFORE.granted_locked)
    lots = (*BEFORE.free, *BEFORE.locked, *BEFORE.job.lots, *BEFORE.others.lots, BEFORE.job.paid, BEFORE.others.paid)
    zero = z3.And(*(each == 0 for each in (*counts, *BEFORE.lifetime(), *lots, BEFORE.open_jobs)))
    nothing = grows.of(BEFORE.liabilities(), 0, BEFORE.price)
    prove(HOLDS, zero, BEFORE.vault >= 0, within(BEFORE.price, 1, MAX_BASE_UNITS_PER_CREDIT), nothing)


@pytest.mark.parametrize("name", STEPS)
def test_each_step_keeps_it(name: str) -> None:
    happens, after = STEPS[name]
    prove(after.invariant(), HOLDS, happens, _synced())


@pytest.mark.parametrize("name", STEPS)
def test_no_step_makes_paid_credits_of_nothing(name: str) -> None:
    """Invariant 4: purchases, top-ups and syncs alone raise what was paid in, by tokens that came; spending grows."""
    happens, after = STEPS[name]
    came_in = after.purchased + after.synced - BEFORE.purchased - BEFORE.synced
    if name == "purchase":
        prove(came_in * BEFORE.price == after.vault - BEFORE.vault, HOLDS, happens)
    elif name == "top_up":
        bought, synced = after.purchased - BEFORE.purchased, after.synced - BEFORE.synced
        prove(bought * BEFORE.price == after.vault - BEFORE.vault, HOLDS, happens)
        prove(z3.And(synced >= 0, synced * BEFORE.price <= BEFORE.surplus()), HOLDS, happens, _synced())
    elif name in ("sync_deposits", "withdraw", "withdraw all"):
        prove(z3.And(came_in >= 0, came_in * BEFORE.price <= BEFORE.surplus()), HOLDS, happens, _synced())
    else:
        prove(came_in == 0, HOLDS, happens)
    pairs = zip(BEFORE.lifetime(), after.lifetime(), strict=True)
    prove(z3.And(*(later >= sum_ for sum_, later in pairs)), HOLDS, happens, _synced())


def test_what_a_lock_takes_comes_back_whole() -> None:
    """Lock, then refund: every count is what it was, each credit where it was."""
    happens, after = lock()
    restored = after.give_back()
    names = [name for name, before in vars(BEFORE).items() if not isinstance(before, tuple | type(NOTHING))]
    same = [getattr(restored, name) == getattr(BEFORE, name) for name in names]
    lots = zip((*BEFORE.free, *BEFORE.locked), (*restored.free, *restored.locked), strict=True)
    prove(z3.And(*same, *(before == later for before, later in lots)), HOLDS, happens)


def test_a_close_pays_the_wallet_all_that_is_paid_and_the_treasury_what_is_granted() -> None:
    """And nothing is left, nor missing: no jobs are open, so that nothing is locked."""
    to_treasury = BEFORE.granted_available * BEFORE.price
    to_wallet = BEFORE.vault - to_treasury
    locked = BEFORE.paid_locked + BEFORE.granted_locked
    prove(
        z3.And(to_wallet >= BEFORE.paid_available * BEFORE.price, locked == 0),
        *(HOLDS, BEFORE.open_jobs == 0, grows.of(0, locked, BEFORE.price)),
    )


def test_no_transfer_overflows() -> None:
    """What any credits of an account are worth fits into 64 bits."""
    worth = bounded.of(CREDITS, BEFORE.price, MAX_CREDITS, MAX_BASE_UNITS_PER_CREDIT)
    prove(within(CREDITS * BEFORE.price, 0, U64), HOLDS, within(CREDITS, 0, BEFORE.liabilities()), worth)


@pytest.mark.parametrize("name", ["lock", "settle", "final settle", "refund", "purchase", "sync_deposits", "withdraw"])
def test_a_credit_too_many_breaks_it(name: str) -> None:
    happens, after = STEPS[name]
    wrong = replace(after, paid_available=after.paid_available + 1)
    refute(wrong.invariant(), HOLDS, happens, BEFORE.price <= 5)


@pytest.mark.parametrize("name", ["settle", "withdraw", "expire_lots"])
def test_a_base_unit_too_much_breaks_it(name: str) -> None:
    """Where the vault holds no more than it must."""
    happens, after = STEPS[name]
    refute(replace(after, vault=after.vault - 1).invariant(), HOLDS, happens, BEFORE.price <= 5)


def test_without_room_a_purchase_breaks_it() -> None:
    refute(BEFORE.purchase(CREDITS).invariant(), HOLDS, CREDITS >= 1, BEFORE.price <= 5)


def _synced() -> Formula:
    """What a sync makes of the surplus is worth no more than that."""
    whole = BEFORE.surplus() / BEFORE.price
    return grows.of(BEFORE.synced_credits(), whole, BEFORE.price)

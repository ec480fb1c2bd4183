"""Accounts that do not add up, which no instruction leaves behind: each instruction that changes them refuses.

So whatever error of the program, or of a later one, spoils an account, nothing moves on the strength of it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import product

import pytest
from job_escrow.codec import InvalidJobDuration, InvariantViolated, Job
from program_harness import calls, past_the_program, tokens
from program_harness.calls import Call
from program_harness.parties import Credit
from program_harness.reasons import Runtime
from program_harness.stage import Stage, stage
from program_harness.valid_calls import VALID
from program_harness.world import World
from solders.pubkey import Pubkey

ONE_TOO_MANY = 2**32

CHANGE_CREDITS = [
    "set_top_up",
    "remove_top_up",
    "top_up",
    "set_limits",
    "purchase",
    "purchase_pack",
    "lock",
    "settle",
    "refund",
    "withdraw",
    "grant",
    "expire_lots",
    "sync_deposits",
]
OF_ANOTHER_ACCOUNT = {"remove_top_up", "top_up"}
"""The calls that are not of Alice's account, but of the one on the stage that has a rule."""
LOOK_AT_THE_VAULT = [
    "top_up",
    "purchase",
    "purchase_pack",
    "settle",
    "withdraw",
    "grant",
    "expire_lots",
    "sync_deposits",
]
CHANGE_PLATFORMS = [
    "switch_operator",
    "update_platform",
    "set_pack",
    "set_tier",
    "apply_changes",
    "propose_admin",
    "accept_admin",
]


def _paid(on: Stage) -> None:
    account = on.world.account(on.alice)
    past_the_program.change_account(on.world.machine, on.alice, purchased=account.purchased + 1)


def _granted(on: Stage) -> None:
    account = on.world.account(on.alice)
    past_the_program.change_account(on.world.machine, on.alice, granted=account.granted + 1)


def _a_lots_credits(on: Stage) -> None:
    first, *others = on.world.account(on.alice).lots
    lots = (replace(first, credits_free=first.credits_free + 1), *others)
    past_the_program.change_account(on.world.machine, on.alice, lots=lots)


def _a_lots_locked_credits(on: Stage) -> None:
    first, *others = on.world.account(on.alice).lots
    lots = (replace(first, credits_locked=first.credits_locked + 1), *others)
    past_the_program.change_account(on.world.machine, on.alice, lots=lots)


def _more_than_an_account_holds(on: Stage) -> None:
    account = on.world.account(on.alice)
    more = ONE_TOO_MANY + account.withdrawn
    past_the_program.change_account(
        on.world.machine,
        on.alice,
        liabilities=account.liabilities + more,
        paid_available=account.paid_available + more,
        purchased=account.purchased + more,
    )
    _set_vault(on, 2**63)


def _liabilities(on: Stage) -> None:
    account = on.world.account(on.alice)
    past_the_program.change_account(on.world.machine, on.alice, liabilities=account.liabilities - 1)


def _promotion(on: Stage) -> None:
    account = on.world.account(on.alice)
    worth = (account.paid_available + account.paid_locked) * account.base_units_per_credit
    past_the_program.change_account(on.world.machine, on.alice, promotion_backing=worth * 4)


def _bonus(on: Stage) -> None:
    past_the_program.change_account(on.world.machine, on.alice, bonus=1)


def _the_vault(on: Stage) -> None:
    account = on.world.account(on.alice)
    owed = account.paid_available + account.paid_locked + account.granted_available + account.granted_locked
    _set_vault(on, owed * account.base_units_per_credit - 1)


def _set_vault(on: Stage, base_units: int) -> None:
    tokens.put_token_account(on.world.machine, on.alice.vault, owner=on.alice.address, amount=base_units)


SPOILS: dict[str, Callable[[Stage], None]] = {
    "paid credits": _paid,
    "granted credits": _granted,
    "free credits of lots": _a_lots_credits,
    "locked credits of lots": _a_lots_locked_credits,
    "bonus of packs": _bonus,
    "promotion behind paid credits": _promotion,
    "more than an account holds": _more_than_an_account_holds,
    "liabilities": _liabilities,
}
# Where a sum or difference leaves the 64 bits before the invariant is looked at, the program is stopped there.
REFUSED = {InvariantViolated, Runtime.PROGRAM_FAILED_TO_COMPLETE}
# The sums of the lots are looked at while anything is granted, and nothing is once this one has expired.
HARMLESS = {("expire_lots", "locked credits of lots")}


@pytest.mark.parametrize(("name", "spoil"), [each for each in product(CHANGE_CREDITS, SPOILS) if each not in HARMLESS])
def test_a_credit_account_that_does_not_add_up_is_not_used(name: str, spoil: str) -> None:
    on = _on_stage(name)
    with _restored(on, on.alice.address, on.alice.vault):
        call = VALID[name](on)
        SPOILS[spoil](on)
        assert _reason(on, call) in REFUSED


@pytest.mark.parametrize("name", LOOK_AT_THE_VAULT)
def test_a_vault_that_is_one_base_unit_short_is_not_used(name: str) -> None:
    """Not even by a purchase, which would fill it up with what is another credit's."""
    on = _on_stage(name)
    with _restored(on, on.alice.vault):
        _the_vault(on)
        assert _reason(on, VALID[name](on)) == InvariantViolated


@pytest.mark.parametrize("name", LOOK_AT_THE_VAULT)
def test_a_vault_without_what_is_owed_to_promotion_is_not_used(name: str) -> None:
    on = _on_stage(name)
    with _restored(on, on.alice.address):
        more = on.world.vault(on.alice)
        past_the_program.change_account(on.world.machine, on.alice, promotion_owed=more)
        assert _reason(on, VALID[name](on)) == InvariantViolated


def test_a_sweep_takes_nothing_that_stands_behind_credits() -> None:
    on = stage()
    with _restored(on, on.buyer.address):
        owed = on.world.account(on.buyer).promotion_owed
        past_the_program.change_account(on.world.machine, on.buyer, promotion_owed=owed + 1)
        assert _reason(on, VALID["sweep_promotion"](on)) == InvariantViolated
        past_the_program.change_account(on.world.machine, on.buyer, promotion_owed=owed)
        assert _reason(on, VALID["sweep_promotion"](on)) is None


@pytest.mark.parametrize("field", ["promotion_owed", "promotion_backing"])
def test_a_close_does_not_pay_promotion_that_the_vault_does_not_hold(field: str) -> None:
    on = stage()
    with _restored(on, on.buyer.address):
        past_the_program.change_account(on.world.machine, on.buyer, **{field: on.world.vault(on.buyer) + 1})
        assert _reason(on, VALID["close with promotion"](on)) == InvariantViolated


def test_a_close_does_not_pay_granted_credits_that_the_vault_does_not_hold() -> None:
    on = stage()
    with _restored(on, on.idle.address, on.idle.vault):
        account = on.world.account(on.idle)
        lot = replace(account.lots[0], credits_free=2_000)
        changed = {"lots": (lot, *account.lots[1:]), "granted": 2_000, "granted_available": 2_000}
        liabilities = account.liabilities - account.granted_available + 2_000
        past_the_program.change_account(on.world.machine, on.idle, liabilities=liabilities, **changed)
        assert _reason(on, VALID["close"](on)) == InvariantViolated


@pytest.mark.parametrize("name", CHANGE_PLATFORMS)
def test_a_platform_beyond_its_bounds_is_not_changed(name: str) -> None:
    on = stage()
    call = VALID[name](on)
    platform = on.changing if call.accounts["platform"] == on.changing.address else on.platform
    with _restored(on, platform.address):
        past_the_program.change_platform(on.world.machine, platform, max_job_seconds=0)
        assert _reason(on, call) == InvalidJobDuration


@pytest.mark.parametrize("change", [{"credits": 41}, {"settled": 1}, {"credits": 39}])
def test_a_job_that_does_not_add_up_is_neither_settled_on_nor_ended(
    world: World, alice: Credit, change: dict[str, int]
) -> None:
    job = world.lock(alice)
    past_the_program.change_job(world.machine, job, **change)
    world.refused(InvariantViolated, world.settling(job, 500, is_final=False))
    world.refused(InvariantViolated, world.settling(job, 500))
    world.refused(InvariantViolated, calls.refund(job, authority=alice.platform.operator))


def test_a_job_that_claims_more_than_the_account_has_locked_is_not_settled(world: World, alice: Credit) -> None:
    job = world.lock(alice)
    held = Job.decode(world.machine.data(job.address)).held
    past_the_program.change_job(world.machine, job, credits=1_041, held=replace(held, paid=1_041))
    world.refused(Runtime.PROGRAM_FAILED_TO_COMPLETE, world.settling(job, 500))


def _on_stage(name: str) -> Stage:
    """The stage, with the account that the call is of in Alice's place."""
    on = stage()
    return replace(on, alice=on.plain) if name in OF_ANOTHER_ACCOUNT else on


@contextmanager
def _restored(on: Stage, *addresses: Pubkey) -> Iterator[None]:
    """The stage is shared: put back what these accounts held."""
    machine = on.world.machine
    before = {address: machine.get(address) for address in addresses}
    try:
        yield
    finally:
        for address, found in before.items():
            assert found is not None
            machine.put(address, lamports=found.lamports, owner=found.owner, data=found.data)


def _reason(on: Stage, call: Call) -> object:
    outcome = on.world.machine.simulate(call.all(), call.signers)
    return outcome.reason

"""How many jobs one transaction settles, and that it settles all of them or none.

The bounds are those of the chain: 1,232 bytes in a packet, 64 accounts in a transaction, 64 instructions with all that
they call, 1,400,000 compute units. The numbers are also in programs/README.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from job_escrow.codec import AboveLock, DeadlinePassed, JobSettled
from program_harness import calls, tokens
from program_harness.calls import Call
from program_harness.machine import Outcome
from program_harness.parties import JobRef, Platform
from program_harness.reasons import Runtime
from program_harness.world import World
from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.transaction import VersionedTransaction

DOCUMENT = Path(__file__).parents[2] / "programs" / "README.md"

PACKET = 1_232
ACCOUNTS = 64
COMPUTE_UNITS = 1_400_000

OF_DIFFERENT_ACCOUNTS, OF_ONE_ACCOUNT = 6, 12
"""Settlements that fit one transaction."""
WITH_TABLE_OF_DIFFERENT_ACCOUNTS, WITH_TABLE_OF_ONE_ACCOUNT = 19, 20
"""With an address lookup table of all accounts that do not sign."""


@dataclass(frozen=True)
class Batch:
    """Settlements that go together, and what they are sent with."""

    world: World
    settlements: tuple[Call, ...]
    lookup: tuple[AddressLookupTableAccount, ...]

    def transaction(self) -> VersionedTransaction:
        """As an operator sends it: it pays the fee, and sets a limit and a price of compute units."""
        operator = self.settlements[0].signers[0]
        steps = [*calls.budget(COMPUTE_UNITS), *(call.instruction() for call in self.settlements)]
        return self.world.machine.transaction(steps, [operator], payer=operator, lookup=self.lookup)

    def send(self) -> Outcome:
        """Run it."""
        return self.world.machine.send_transaction(self.transaction(), self.lookup)

    def fits(self) -> bool:
        """Whether the chain takes it, as far as its size and its accounts are concerned."""
        transaction = self.transaction()
        accounts = {meta.pubkey for call in self.settlements for meta in call.instruction().accounts}
        # With the programs that are called, of which the program itself is an account of each instruction already.
        return len(bytes(transaction)) <= PACKET and len(accounts) + 1 <= ACCOUNTS


def batch(world: World, jobs: Sequence[JobRef], *, with_table: bool) -> Batch:
    """Settle each of these jobs for all that it has locked."""
    settlements = tuple(world.settling(job, 500) for job in jobs)
    accounts = {meta.pubkey: meta.is_signer for call in settlements for meta in call.instruction().accounts}
    addresses = [address for address, signs in accounts.items() if not signs]
    table = (world.machine.lookup_table(addresses),) if with_table else ()
    return Batch(world, settlements, table)


def jobs_of_different_accounts(world: World, platform: Platform, count: int) -> list[JobRef]:
    accounts = [world.opened(platform, f"wallet {index}", buy=100) for index in range(count)]
    return [world.lock(credit) for credit in accounts]


def jobs_of_one_account(world: World, platform: Platform, count: int) -> list[JobRef]:
    credit = world.opened(platform, "alice", buy=1_000)
    return [world.lock(credit) for _ in range(count)]


@pytest.mark.parametrize(
    ("jobs_of", "with_table", "most"),
    [
        pytest.param(jobs_of_different_accounts, False, OF_DIFFERENT_ACCOUNTS, id="different accounts"),
        pytest.param(jobs_of_one_account, False, OF_ONE_ACCOUNT, id="one account"),
        pytest.param(jobs_of_different_accounts, True, WITH_TABLE_OF_DIFFERENT_ACCOUNTS, id="different, with a table"),
        pytest.param(jobs_of_one_account, True, WITH_TABLE_OF_ONE_ACCOUNT, id="one account, with a table"),
    ],
)
def test_so_many_jobs_are_settled_in_one_transaction(
    world: World,
    decentral: Platform,
    jobs_of: Callable[[World, Platform, int], list[JobRef]],
    with_table: bool,
    most: int,
) -> None:
    jobs = jobs_of(world, decentral, most + 1)
    one_more = batch(world, jobs, with_table=with_table)
    if one_more.fits():
        assert one_more.send().reason == Runtime.MAX_INSTRUCTION_TRACE_LENGTH_EXCEEDED
    whole = batch(world, jobs[:most], with_table=with_table)
    assert whole.fits()
    outcome = whole.send()
    assert outcome.reason is None, outcome
    assert [type(event) for event in outcome.events] == [JobSettled] * most
    assert outcome.compute_units <= COMPUTE_UNITS
    assert tokens.amount_of(world.machine, decentral.treasury) == most * 40 * decentral.base_units_per_credit
    assert all(world.machine.get(job.address) is None for job in jobs[:most])


def test_the_document_says_how_many() -> None:
    said = " ".join(DOCUMENT.read_text().split())
    assert (
        f"{OF_DIFFERENT_ACCOUNTS} jobs of different credit accounts, or {OF_ONE_ACCOUNT} of one; with an address "
        f"lookup table {WITH_TABLE_OF_DIFFERENT_ACCOUNTS}, or {WITH_TABLE_OF_ONE_ACCOUNT} of one"
    ) in said


@pytest.mark.parametrize("place", [0, 3, 5])
@pytest.mark.parametrize("jobs_of", [jobs_of_different_accounts, jobs_of_one_account])
def test_a_batch_in_which_one_settlement_fails_does_nothing(
    world: World, decentral: Platform, jobs_of: Callable[[World, Platform, int], list[JobRef]], place: int
) -> None:
    """As `refused` makes sure. The others succeed without it."""
    jobs = jobs_of(world, decentral, 6)
    good = [world.settling(job, 500) for job in jobs]
    bad = [*good[:place], world.settling(jobs[place], 501), *good[place + 1 :]]
    assert world.refused(AboveLock, *bad).failed_at == place
    assert len(world.do(*good[:place], *good[place + 1 :]).events) == 5


def test_a_batch_with_a_job_that_has_timed_out_does_nothing(world: World, decentral: Platform) -> None:
    credit = world.opened(decentral, "alice", buy=1_000)
    jobs = [world.lock(credit, seconds=600), world.lock(credit, seconds=60), world.lock(credit, seconds=600)]
    world.machine.advance(60)
    assert world.refused(DeadlinePassed, *(world.settling(job, 500) for job in jobs)).failed_at == 1
    world.do(world.settling(jobs[0], 500), calls.refund(jobs[1], authority=decentral.operator))


def test_settlements_refunds_and_locks_go_together_in_any_order(world: World, decentral: Platform) -> None:
    """What an operator does at the end of a round: all of it in one signature."""
    alice = world.opened(decentral, "alice", buy=100)
    bob = world.opened(decentral, "bob", buy=100)
    settled, refunded = world.lock(alice), world.lock(bob)
    again, locking = world.locking(alice, amount=500)
    outcome = world.do(world.settling(settled, 500), calls.refund(refunded, authority=decentral.operator), locking)
    assert len(outcome.events) == 3
    assert world.account(alice).paid_locked == 40
    assert world.machine.get(again.address) is not None

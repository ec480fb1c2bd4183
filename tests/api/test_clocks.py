"""A server whose clock is wrong: the chain's own decides when a job is over, and blocks how long a lock may land."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from api_harness.jobs_world import World, told
from job_escrow import ChainError
from job_escrow.chain.requests import GetBlockHeight
from job_escrow.codec import JobRefunded
from job_escrow.spendable import spendable

_DAY = 86_400
_SHIFTS = (45, 600, 25 * 3_600, -45, -600, -25 * 3_600)
"""Seconds that the server's clock is ahead of the chain's."""
_BLOCKHASH_SECONDS = 120
"""Of the chain's: after these no blockhash of before is valid."""


@pytest.fixture
def shifted(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Set this process's clock so many seconds ahead of what it was."""
    real = time.time

    def shift(seconds: int) -> None:
        monkeypatch.setattr(time, "time", lambda: real() + seconds)

    return shift


@pytest.mark.parametrize("ahead", _SHIFTS)
def test_a_running_job_is_not_refunded_before_its_deadline(
    tmp_path: Path, shifted: Callable[[int], None], ahead: int
) -> None:
    """However far the clock is ahead the provider is paid, and however far behind the customer gets it back."""

    async def story(world: World) -> None:
        shifted(ahead)
        running, abandoned = await world.lock(), await world.lock(name="another")
        for _ in range(59):
            world.node.pass_time(1)
            await world.jobs.sweep_once(everything=True)
        assert world.open_jobs() == 2
        assert (await world.settle(running)).charged == 18
        world.node.pass_time(1)
        await world.jobs.sweep_once(everything=False)
        assert world.store.existing(abandoned.number).status == "refunded"
        assert world.open_jobs() == 0

    told(tmp_path, story)


@pytest.mark.parametrize("ahead", [45, _DAY])
def test_a_node_that_lies_about_the_time_does_not_end_a_job_either(tmp_path: Path, ahead: int) -> None:
    """The operator's key could refund at any time, so that another one signs."""

    async def story(world: World) -> None:
        row = await world.lock(seconds=30)
        world.node.ahead = ahead
        await world.jobs.sweep_once(everything=True)
        assert world.open_jobs() == 1
        assert (await world.settle(row)).charged == 18

    told(tmp_path, story)


def test_a_refund_that_the_deadline_permits_is_signed_by_nobodys_key_and_paid_by_the_operator(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        row = await world.lock()
        world.node.pass_time(60)
        await world.jobs.sweep_once(everything=False)
        (entry, *_) = world.stage.escrow.history(world.stage.alice.address).entries
        assert isinstance(entry.event, JobRefunded)
        assert entry.event.timed_out == 1
        payer, signer = world.stage.escrow.chain.transactions[-1].account_keys[:2]  # type: ignore[attr-defined]
        assert (payer, signer) == (world.stage.cast.operator.pubkey(), entry.event.authority)
        assert world.store.existing(row.number).end_signature == str(entry.signature)

    told(tmp_path, story)


@pytest.mark.parametrize("ahead", _SHIFTS)
def test_a_lock_that_may_still_land_has_not_failed(tmp_path: Path, shifted: Callable[[int], None], ahead: int) -> None:
    """Whether it can is said by the blockhash that it was sent with, which was stored before it was sent."""

    async def story(world: World) -> None:
        row = await world.killed_while_sending()
        assert row.last_valid_height is not None
        shifted(ahead)
        for _ in range(3):
            await world.jobs.sweep_once(everything=True)
        assert world.store.existing(row.number).status == "locking"
        world.node.deliver()
        await world.jobs.sweep_once(everything=True)
        assert world.store.existing(row.number).status == "locked"
        assert (await world.settle(row)).charged == 18

    told(tmp_path, story)


@pytest.mark.parametrize("ahead", _SHIFTS)
def test_a_lock_that_can_land_no_more_has_failed(tmp_path: Path, shifted: Callable[[int], None], ahead: int) -> None:
    async def story(world: World) -> None:
        row = await world.killed_while_sending()
        assert row.last_valid_height is not None
        # The machine has a new blockhash after each transaction, and never forgets its newest.
        world.stage.alice.purchase(100)
        shifted(ahead)
        while await world.node.answer(GetBlockHeight()) <= row.last_valid_height:
            await world.jobs.sweep_once(everything=False)
            assert world.store.existing(row.number).status == "locking"
            world.node.pass_time(1)
        await world.jobs.sweep_once(everything=False)
        assert world.store.existing(row.number).status == "failed"
        with pytest.raises(ChainError, match="BlockhashNotFound"):
            world.node.deliver()
        # What it would have locked is free, and so is its name.
        assert (await world.lock()).status == "locked"

    told(tmp_path, story)


def test_of_a_lock_that_is_sent_again_the_later_blockhash_counts(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        first = await world.killed_while_sending()
        assert first.last_valid_height is not None
        world.node.pass_time(20)
        again = await world.killed_while_sending()
        assert (again.number, again.status) == (first.number, "locking")
        assert again.last_valid_height is not None
        assert again.last_valid_height > first.last_valid_height
        while await world.node.answer(GetBlockHeight()) <= first.last_valid_height:
            world.node.pass_time(1)
        await world.jobs.sweep_once(everything=False)
        assert world.store.existing(first.number).status == "locking"

    told(tmp_path, story)


@pytest.mark.parametrize("ahead", [0, *_SHIFTS])
def test_of_a_lock_that_says_nothing_of_when_it_was_sent_the_longest_is_taken(
    tmp_path: Path, shifted: Callable[[int], None], ahead: int
) -> None:
    """It was stored by a server that did not keep it, or was never sent."""

    async def story(world: World) -> None:
        row = await world.killed_while_sending()
        await world.store.update(row.number, last_valid_height=None)
        shifted(ahead)
        await world.jobs.sweep_once(everything=True)
        world.node.deliver()
        await world.jobs.sweep_once(everything=True)
        assert world.store.existing(row.number).status == "locked"

        other = await world.killed_while_sending(name="another")
        await world.store.update(other.number, last_valid_height=None)
        await world.jobs.sweep_once(everything=False)
        world.node.pass_time(_BLOCKHASH_SECONDS + 10)
        await world.jobs.sweep_once(everything=False)
        assert world.store.existing(other.number).status == "failed"

    told(tmp_path, story)


@pytest.mark.parametrize("ahead", _SHIFTS)
def test_granted_credits_can_be_spent_until_the_chain_says_that_they_expired(
    tmp_path: Path, shifted: Callable[[int], None], ahead: int
) -> None:
    async def story(world: World) -> None:
        stage = world.stage
        now = stage.escrow.unix_time()
        stage.operator.grant(stage.alice.address, 50, expires_at=now + 30)
        shifted(ahead)
        stage.alice.withdraw(1_000)
        row = await world.lock()
        assert await world.jobs.credits_of(row) == 32
        await world.settle(row)
        world.node.pass_time(30)
        assert await world.jobs.credits_of(row) == 0
        account = stage.alice.account()
        assert account is not None
        assert (spendable(account, now + 29), spendable(account, now + 30)) == (32, 0)

    told(tmp_path, story)

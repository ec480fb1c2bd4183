"""Asynchronous sessions, keys that are asked over a network, and a keeper that is stopped, on the local chain."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from escrow_harness.stage import Stage, ids_from, job, opened_stage
from job_escrow import (
    AsyncEscrow,
    AsyncWallet,
    Escrow,
    JobEnded,
    KeeperNews,
    KeeperPlan,
    KeeperRound,
    NothingReported,
    Settlement,
    SigningFailed,
)
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature


@pytest.fixture(scope="module")
def stage(localnet_url: str) -> Iterator[Stage]:
    with Escrow.connect(localnet_url) as escrow:
        yield opened_stage(escrow)


def wallet(escrow: AsyncEscrow, stage: Stage) -> AsyncWallet:
    return escrow.wallet(stage.cast.alice, stage.platform)


class RemoteKey:
    """A key somewhere else, that takes its time."""

    def __init__(self, keypair: Keypair, answer: Any = None) -> None:
        self._keypair = keypair
        self._answer = answer

    def pubkey(self) -> Pubkey:
        return self._keypair.pubkey()

    async def sign_message(self, message: bytes) -> Signature:
        await asyncio.sleep(0)
        if isinstance(self._answer, Exception):
            raise self._answer
        signature: Signature = self._answer or self._keypair.sign_message(message)
        return signature


@pytest.mark.asyncio
async def test_sessions_side_by_side(stage: Stage, localnet_url: str) -> None:
    """Five that settle, one that fails, one that is cancelled; by a key that is asked over a network."""
    async with AsyncEscrow.connect(localnet_url) as escrow:
        operator = escrow.operator(RemoteKey(stage.cast.operator), stage.platform)
        account = stage.alice.address
        ids = ids_from(account, await operator.next_job_id(account), 7)
        before = await wallet(escrow, stage).balance()
        running = asyncio.Event()

        async def run(index: int) -> None:
            async with operator.job(account, job(ids[index], None, 20)) as session:
                session.report(5)
                assert await session.settle_so_far() is not None
                if index == 5:
                    raise ZeroDivisionError
                if index == 6:
                    running.set()
                    await asyncio.sleep(1_000)
                session.report(9)

        tasks = [asyncio.create_task(run(index)) for index in range(7)]
        await running.wait()
        tasks[6].cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(each) for each in results] == [type(None)] * 5 + [ZeroDivisionError, asyncio.CancelledError]
        outcomes = [await operator.outcome(account, ids[index]) for index in range(7)]
        assert [each and (each.ended_by, each.charged) for each in outcomes] == [("settle", 9)] * 5 + [
            ("refund", 5)
        ] * 2
        balance = await wallet(escrow, stage).balance()
        assert (before.available - balance.available, balance.locked) == (5 * 9 + 2 * 5, 0)
        with pytest.raises(JobEnded):
            async with operator.job(account, job(ids[0], None, 20)):
                pytest.fail("it ran again")


@pytest.mark.asyncio
async def test_a_session_without_a_report(stage: Stage, localnet_url: str) -> None:
    async with AsyncEscrow.connect(localnet_url) as escrow:
        operator = escrow.operator(stage.cast.operator, stage.platform)
        session = operator.job(stage.alice.address, job(await operator.next_job_id(stage.alice.address), None, 20))
        with pytest.raises(NothingReported):
            async with session:
                pass
        assert session.outcome is not None
        assert session.outcome.ended_by == "refund"


@pytest.mark.asyncio
async def test_many_at_once(stage: Stage, localnet_url: str) -> None:
    async with AsyncEscrow.connect(localnet_url) as escrow:
        operator = escrow.operator(stage.cast.operator, stage.platform)
        account = stage.alice.address
        first = await operator.next_job_id(account)
        ids = ids_from(account, first, 4)
        await asyncio.gather(*(operator.begin(account, job(each, None, 5)) for each in ids))
        wanted = [Settlement(credit_account=account, job_id=each, amount=3) for each in ids]
        results = await operator.settle_many(wanted)
        assert [result.charged for result in results] == [3] * 4


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (ConnectionError("the vault is sealed"), "did not sign, and nothing was sent: the vault is sealed"),
        (Keypair().sign_message(b"something else"), "no signature of"),
        (bytes(64), "no signature of"),
    ],
    ids=["silent", "another key's", "bytes"],
)
async def test_a_key_that_does_not_sign(stage: Stage, localnet_url: str, answer: Any, said: str) -> None:
    async with AsyncEscrow.connect(localnet_url) as escrow:
        alice = escrow.wallet(RemoteKey(stage.cast.alice, answer), stage.platform)
        before = await alice.balance()
        with pytest.raises(SigningFailed, match=said):
            await alice.purchase(100)
        assert await alice.balance() == before


def test_an_asynchronous_key_in_a_blocking_program(stage: Stage) -> None:
    alice = stage.escrow.wallet(RemoteKey(stage.cast.alice), stage.platform)  # type: ignore[arg-type]
    with pytest.raises(SigningFailed, match="use it with AsyncEscrow"):
        alice.purchase(100)


@pytest.mark.asyncio
async def test_a_blocking_client_in_an_event_loop(stage: Stage) -> None:
    with pytest.raises(RuntimeError, match="use AsyncEscrow"):
        stage.alice.balance()


@pytest.mark.asyncio
async def test_a_keeper_is_stopped_or_cancelled(stage: Stage, localnet_url: str) -> None:
    async with AsyncEscrow.connect(localnet_url) as escrow:
        anyone = escrow.anyone(stage.cast.stranger)
        stop, looked = asyncio.Event(), asyncio.Event()

        def tell(news: KeeperNews) -> None:
            assert isinstance(news, KeeperRound)
            looked.set()

        plan = KeeperPlan(platform=stage.platform, interval=1_000)
        task = asyncio.create_task(anyone.keep(plan, tell=tell, stop=stop.is_set))
        await looked.wait()
        stop.set()
        await asyncio.wait_for(task, timeout=10)
        task = asyncio.create_task(anyone.keep(plan))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

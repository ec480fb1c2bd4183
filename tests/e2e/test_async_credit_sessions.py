"""Asynchronous sessions: side by side to the last credit, cancelled anywhere, and while the node is away (D9)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from escrow_harness.credit_world import LIMITS, METERED, PRO, AwaitedChain, CreditWorld, Life, credit_world
from escrow_harness.stage import opened_stage
from job_escrow import (
    AsyncCreditSession,
    AsyncEscrow,
    ChainError,
    CreditsMissing,
    Escrow,
    NothingReported,
    OutcomeUnknown,
    PlatformPaused,
    RequestEnded,
    SessionPolicy,
    SessionsLeft,
    SessionStore,
)
from job_escrow.chain.requests import GetElapsed, Pause, Request, Send
from job_escrow_cli.receipt_files import read_receipts

_PATIENCE = 30


@asynccontextmanager
async def opened(
    world: CreditWorld, *, patience: float = 0
) -> AsyncIterator[tuple[AsyncCreditSession, SessionStore, AwaitedChain]]:
    operator, chain = world.awaited()
    with world.store() as store:
        async with operator.session(world.account, store, world.policy, patience=patience) as session:
            yield session, store, chain


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(_PATIENCE):
        while not condition():  # noqa: ASYNC110  (of a session, which tells nobody)
            await asyncio.sleep(0.01)


def away(request: Request[Any]) -> None:
    """A node that nobody reaches."""
    if not isinstance(request, GetElapsed | Pause):
        raise ChainError("nobody answers")


def there(request: Request[Any]) -> None:
    """A node that answers."""


def test_a_provider_on_a_node(localnet_url: str, tmp_path: Path) -> None:
    """Requests side by side, of which one fails and one is cancelled; the file proves the bill."""
    with Escrow.connect(localnet_url) as escrow:
        stage = opened_stage(escrow)
        stage.alice.set_limits(LIMITS)
        world = CreditWorld(stage=stage, path=tmp_path / "sessions.db", policy=SessionPolicy(credits=100))
        with world.store() as store:
            asyncio.run(_serve(world, localnet_url, store))
            assert world.balance() == (1_000 - 6 * 18, 0)
            assert world.findings(store) == []
            for number, session in enumerate(store.sessions()):
                path = tmp_path / f"{number}.jsonl"
                assert store.export_receipts(session.address, path) == session.settled_receipts
                # As `job-escrow session verify` reads them.
                assert read_receipts(path) == store.receipts(session.address)


async def _serve(world: CreditWorld, url: str, store: SessionStore) -> None:
    async with AsyncEscrow.connect(url) as escrow:
        operator = escrow.operator(world.stage.cast.operator, world.stage.platform)
        async with operator.session(world.account, store, world.policy) as session:
            started = asyncio.Event()

            async def serve(number: int) -> None:
                async with session.request(PRO, 500, request_id=f"r{number}", model="llama") as request:
                    if number == 6:
                        raise ZeroDivisionError
                    if number == 7:
                        started.set()
                        await asyncio.sleep(1_000)
                    await request.settle(500)

            tasks = [asyncio.create_task(serve(number)) for number in range(8)]
            await started.wait()
            tasks[7].cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            assert [type(each) for each in results] == [type(None)] * 6 + [ZeroDivisionError, asyncio.CancelledError]
            with pytest.raises(NothingReported):
                async with session.request(PRO, 500):
                    pass


@pytest.mark.asyncio
async def test_fifty_requests_at_the_last_credit(tmp_path: Path) -> None:
    """As many as there are credits for are admitted, and no more, whatever sessions hold."""
    world = credit_world(tmp_path, buy=30 * 18, credits=90)
    async with opened(world) as (session, store, _):
        running = asyncio.Event()
        admitted = refused = 0

        async def serve() -> None:
            nonlocal admitted, refused
            try:
                async with session.request(PRO, 500) as request:
                    admitted += 1
                    if admitted + refused == 50:
                        running.set()
                    await running.wait()
                    await request.settle(1)
            except CreditsMissing:
                refused += 1
                if admitted + refused == 50:
                    running.set()

        await asyncio.gather(*(serve() for _ in range(50)))
        assert (admitted, refused) == (30, 20)
        assert sum(each.used for each in store.sessions()) == 30 * 18
    assert world.balance() == (0, 0)
    with world.store() as store:
        assert world.findings(store) == []


class Cancelling(Life):
    """A life in which a task is cancelled at a step: while the chain is asked, or the store is written."""

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            self.loop.call_soon_threadsafe(self.task.cancel)

    def begin(self, task: "asyncio.Task[None]", at: int) -> None:
        self.loop, self.task, self.steps, self.at = asyncio.get_running_loop(), task, 0, at


@pytest.mark.asyncio
@pytest.mark.parametrize(("credits", "steps", "charges"), [(18, 15, 1), (400, 4, 3)])
async def test_a_request_that_is_cancelled_anywhere_is_charged_or_not_and_never_in_between(
    tmp_path: Path, credits: int, steps: int, charges: int
) -> None:
    """While its session is opened, and in one that is open: there it may be settled already, and then it is charged."""
    world = credit_world(tmp_path, credits=credits, buy=4_000)
    life = Cancelling()
    operator, chain = world.awaited()
    chain.before = lambda _: life.step()
    charged = cancelled = 0
    with world.store(life) as store:
        async with operator.session(world.account, store, world.policy) as session:
            if credits > 18:
                await _settled(session)
                charged += 18
            for at in range(1, 100):
                name = f"r{at}"
                task = asyncio.create_task(_settled(session, name))
                life.begin(task, at)
                (result,) = await asyncio.gather(task, return_exceptions=True)
                life.at = 0
                receipt = store.receipt(world.account, name)
                charged += 0 if receipt is None else receipt.price
                if result is None:
                    assert receipt is not None
                else:
                    assert isinstance(result, asyncio.CancelledError)
                    cancelled += 1
                held = [each for each in store.sessions() if each.status == "open"]
                assert sum(each.running + each.reserved for each in held) == 0, at
                await session.look_after(settle_all=True)
                if result is None:
                    break
    assert cancelled >= steps
    assert charged >= 18 * charges
    assert world.balance() == (4_000 - charged, 0)
    with world.store() as store:
        assert world.findings(store) == []


@pytest.mark.asyncio
async def test_receipts_are_settled_without_anybodys_asking(tmp_path: Path) -> None:
    world = credit_world(tmp_path, settle_credits=36)
    async with opened(world) as (session, store, _):
        for count in range(1, 5):
            async with session.request(PRO, 500) as request:
                await request.settle(1)
            settled = count // 2 * 2
            await until(lambda settled=settled: store.sessions()[0].settled_receipts == settled)  # type: ignore[misc]
        assert session.trouble is None


@pytest.mark.asyncio
async def test_while_the_node_is_away_what_has_room_is_served_and_nothing_else(tmp_path: Path) -> None:
    world = credit_world(tmp_path, credits=40, settle_credits=1)
    async with opened(world) as (session, store, chain):
        async with session.request(PRO, 500) as one:
            chain.before = away
            async with session.request(METERED, 600) as two:
                await two.settle(600)
            with pytest.raises(ChainError):
                async with session.request(PRO, 4_000):
                    pytest.fail("nothing covers it")
            await one.settle(1)
            await until(lambda: session.trouble is not None)
        assert store.sessions()[0].settled_receipts == 0
        chain.before = there
        await session.look_after()
        assert store.sessions()[0].settled_receipts == 2
    assert world.balance() == (1_000 - 28, 0)


@pytest.mark.asyncio
async def test_a_block_that_cannot_end_its_sessions_says_so_and_the_next_one_does(tmp_path: Path) -> None:
    world = credit_world(tmp_path)

    async def block(error: Exception | None) -> None:
        async with opened(world) as (session, _, chain):
            await _settled(session)
            chain.before = away
            if error is not None:
                raise error

    with pytest.raises(ZeroDivisionError) as failed:
        await block(ZeroDivisionError())
    assert "the next block of this account and store does" in failed.value.__notes__[0]
    with pytest.raises(ChainError):
        await block(None)
    # The second block has ended the session of the first, and left its own.
    assert world.balance() == (1_000 - 18 - 400, 400)
    async with opened(world) as (_, store, _):
        assert [each.charged for each in store.sessions()] == [18, 18]
    assert world.balance() == (964, 0)


@pytest.mark.asyncio
async def test_tasks_that_outlive_the_block_are_not_admitted_and_leave_no_session_open(tmp_path: Path) -> None:
    """While the first session is settled, the second has room; and a task runs in it."""
    world = credit_world(tmp_path, credits=40)
    tasks: list[asyncio.Task[None]] = []
    admitted, left = asyncio.Event(), asyncio.Event()

    async def run_through() -> None:
        async with session.request(METERED, 60) as request:
            admitted.set()
            await left.wait()
            await request.settle(1)

    async def outlive() -> None:
        try:
            with pytest.raises(SessionsLeft, match="request within their `with` block"):
                await _settled(session)
        finally:
            left.set()

    def late(request: Request[Any]) -> None:
        if isinstance(request, Send) and len(tasks) == 1:
            tasks.append(asyncio.create_task(outlive()))

    async with opened(world) as (session, store, chain):
        async with session.request(PRO, 500) as one, session.request(PRO, 500) as two:
            async with session.request(PRO, 500) as three:
                await three.settle(1)
            tasks.append(asyncio.create_task(run_through()))
            await admitted.wait()
            await one.settle(1)
            await two.settle(1)
        assert [each.status for each in store.sessions()] == ["open", "open"]
        chain.before = late
    assert len(tasks) == 2
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in results] == [RequestEnded, type(None)]
    assert world.balance() == (1_000 - 3 * 18, 0)
    with world.store() as store:
        assert world.findings(store) == []


@pytest.mark.asyncio
async def test_a_send_whose_answer_is_lost_is_found_again(tmp_path: Path) -> None:
    """An opening and a settlement reach the chain, and nobody hears of it."""
    world = credit_world(tmp_path)
    async with opened(world) as (session, store, chain):

        def reaches_it_and_is_silent(request: Request[Any]) -> None:
            if isinstance(request, Send):
                chain.chain.answer(request)
                chain.before = away

        chain.before = reaches_it_and_is_silent
        with pytest.raises(OutcomeUnknown):
            await _settled(session)
        assert world.balance() == (600, 400)
        chain.before = there
        await _settled(session)
        chain.before = reaches_it_and_is_silent
        with pytest.raises(OutcomeUnknown):
            await session.look_after(settle_all=True)
        chain.before = there
        # What landed unseen is the first of what is settled now.
        await _settled(session)
        await session.look_after(settle_all=True)
        assert [(each.settled_receipts, each.charged) for each in store.sessions()] == [(2, 36)]
    assert world.balance() == (964, 0)
    with world.store() as store:
        assert world.findings(store) == []


async def _settled(session: AsyncCreditSession, name: str | None = None) -> None:
    async with session.request(PRO, 500, request_id=name) as request:
        await request.settle(1)


@pytest.mark.asyncio
async def test_a_paused_platform_admits_nothing_new(tmp_path: Path) -> None:
    world = credit_world(tmp_path)
    async with opened(world) as (session, _, _), session.request(PRO, 500) as request:
        world.stage.admin.pause()
        await session.look_after()
        with pytest.raises(PlatformPaused):
            async with session.request(PRO, 500):
                pytest.fail("it ran")
        await request.settle(1)
    assert world.balance() == (982, 0)

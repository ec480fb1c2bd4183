"""One run, from its seed: a world opens, everything goes wrong, all is well again, a day passes, and the books are held
against each other.

The seed gives who does what, what goes wrong and in which order. What it does not give is the very moment: processes
are true ones, so that a repeat of a seed meets the same faults a few milliseconds earlier or later.
"""

import asyncio
import contextlib
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from escrow_harness.patience import PATIENCE_SECONDS
from job_escrow.codec import JobRefunded
from job_escrow_indexer.store.database import read_only
from job_escrow_indexer.store.progress import Progress

from simulation.chains import LANDING_BLOCKS
from simulation.checks import Truth, wrongs_of_database, wrongs_of_jobs, wrongs_of_money
from simulation.checks_of_answers import wrongs_of_answers, wrongs_of_webhooks
from simulation.checks_of_sessions import wrongs_of_sessions
from simulation.clocks import DAY
from simulation.opening import open_world
from simulation.people import People
from simulation.processes import SESSION_IDLE_SECONDS
from simulation.provider import Provider
from simulation.requester import Requester
from simulation.trouble import Trouble
from simulation.whereabouts import where_is
from simulation.world import World, world

_THREADS = 3
_REQUESTERS = 2
_HURRY_SECONDS = 2
_UNSETTLED = {
    "sessions with receipts that the chain has not": "api_sessions WHERE status = 'open' AND count > settled_count",
}
_TO_DO = {
    "open rows of jobs": "api_jobs WHERE status IN ('locking', 'locked')",
    "open rows of sessions": "api_sessions WHERE status IN ('opening', 'open')",
    "running requests": "api_requests WHERE status = 'running'",
    "events of the outbox": "api_outbox",
    "pending deliveries": "api_deliveries WHERE status = 'pending'",
}
_LANDING_SECONDS = 400
_MOST_HURRIES = 3
"""What has waited for one blockhash to grow old may be sent with another."""


@dataclass
class Played:
    """What became of a seed."""

    seed: int
    happened: Counter[str] = field(default_factory=Counter)
    wrongs: list[str] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    said: dict[str, list[str]] = field(default_factory=dict)
    """The last that each process said."""


async def play(seed: int, folder: Path, unfix: tuple[str, ...] = (), only: tuple[str, ...] = ()) -> Played:
    """Play the run of a seed, with some mends taken out, and only some kinds of trouble where these are named."""
    played = Played(seed)
    async with world(seed, folder, unfix) as made:
        played.happened, played.trace = made.journal.happened, made.journal.trace
        try:
            await _live(made, played, only)
        except AssertionError as error:
            played.wrongs.append(str(error))
        for name, running in made.running.items():
            made.said.setdefault(name, []).extend(running.said)
        played.said = made.said
    return played


async def _live(made: World, played: Played, only: tuple[str, ...]) -> None:
    await open_world(made)
    provider, requester, people = Provider(made), Requester(made), People(made)
    async with contextlib.AsyncExitStack() as stack:
        trouble = Trouble(made, stack)
        work = [asyncio.create_task(provider.work()) for _ in range(_THREADS)]
        work += [asyncio.create_task(requester.work()) for _ in range(_REQUESTERS)]
        work += [asyncio.create_task(people.live(customer)) for customer in made.customers]
        try:
            await trouble.make(made.dice.randint(5, 8), only)
            trouble.end()
            made.journal.tell("all is well")
            provider.stops = requester.stops = people.stops = True
            await _finish(made, work, trouble)
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            await people.escrow.close()
        made.journal.tell("nobody asks any more")
        made.clocks.skip(SESSION_IDLE_SECONDS)
        # Before a deadline comes, which would cost the operator what is not settled yet.
        await _until_there_is_none(made, lambda: _rows_of(made, _UNSETTLED))
        made.journal.tell("a day passes")
        made.clocks.skip(DAY + 2 * 3_600)
        made.receiver.refuses = 0.0
        await _quiet(made)
        truth = Truth(made.chain)
        played.happened.update(f"ending: {ended}" for ended in truth.ended.values())
        played.happened.update(f"ending: refunded by {_by(made, each)}" for each in truth.refunds.values())
        played.happened.update(f"event: {type(event).__name__}" for event in truth.events)
        played.wrongs += await wrongs_of_answers(made, truth)
        for name in made.names:
            await made.stop(name)
        played.wrongs += wrongs_of_jobs(made, truth)
        played.wrongs += wrongs_of_sessions(made, truth)
        played.wrongs += wrongs_of_money(made, truth)
        played.wrongs += wrongs_of_database(made, truth)
        played.wrongs += wrongs_of_webhooks(made, truth)
        trouble.require_only_this_chain()


def _by(made: World, refund: JobRefunded) -> str:
    if refund.authority == made.keeper.pubkey():
        return "a keeper"
    return "the operator after the deadline" if refund.timed_out else "the operator in time"


async def _finish(made: World, work: list[asyncio.Task[None]], trouble: Trouble) -> None:
    """Let everybody do what they are at to its end; what waits until a transaction can land no more need not wait."""
    clock = asyncio.get_running_loop().time
    deadline, hurry_at, hurries = clock() + PATIENCE_SECONDS, clock() + _HURRY_SECONDS, 0
    while True:
        made.require_alive()
        trouble.confirm()
        done, pending = await asyncio.wait(work, timeout=0.1)
        for task in done:
            task.result()
        if not pending:
            return
        if clock() >= hurry_at and hurries < _MOST_HURRIES:
            made.clocks.skip(_LANDING_SECONDS)
            made.chain.pass_blocks(LANDING_BLOCKS)
            hurry_at, hurries = clock() + _HURRY_SECONDS, hurries + 1
        if clock() >= deadline:
            await _say_where(made)
            where = "\n  ".join(where_is(task) for task in pending)
            raise AssertionError(
                f"{len(pending)} are not done {PATIENCE_SECONDS} s later, who wait at\n  {where}\n"
                f"and were told last: {made.waits}"
            )


async def _say_where(made: World) -> None:
    """Let all say in what they are, for who reads the story."""
    made.journal.tell(f"the chain is at slot {made.chain.node.chain.tip.slot}")
    await asyncio.sleep(1)
    made.journal.tell(f"the chain is at slot {made.chain.node.chain.tip.slot}")
    for running in made.running.values():
        await running.say_where()


async def _quiet(made: World) -> None:
    """Wait until nothing is due any more, and all of it is final and indexed."""
    await _until_there_is_none(made, lambda: _left(made, None))
    final = made.chain.make_final()
    await _until_there_is_none(made, lambda: _left(made, final))


async def _until_there_is_none(made: World, find: Callable[[], list[str]]) -> None:
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while left := find():
        made.require_alive()
        if asyncio.get_running_loop().time() >= deadline:
            await _say_where(made)
            raise AssertionError(f"{PATIENCE_SECONDS} s later there are still: {left}")
        await asyncio.sleep(0.05)


def _left(made: World, final: int | None) -> list[str]:
    """What is still to be done."""
    left = []
    open_jobs = len(made.chain.open_jobs())
    if open_jobs:
        left.append(f"{open_jobs} open jobs on chain")
    open_sessions = len(made.chain.open_sessions())
    if open_sessions:
        left.append(f"{open_sessions} open sessions on chain")
    if made.chain.expired_lots():
        left.append("expired lots on chain")
    left += _rows_of(made, _TO_DO)
    with contextlib.suppress(sqlite3.OperationalError):
        db = read_only(made.database)
        with contextlib.closing(db.conn):
            progress = Progress.read(db)
            wanted = made.chain.last_event_slot() if final is None else final
            reached = -1 if progress is None else progress.tip_slot if final is None else progress.finalized_slot
            if reached < wanted:
                left.append(f"slots to index: {reached} of {wanted}")
    return left


def _rows_of(made: World, tables: dict[str, str]) -> list[str]:
    """How many rows there are of each kind, where there are some."""
    left = []
    try:
        db = read_only(made.database)
        with contextlib.closing(db.conn):
            for what, table in tables.items():
                (count,) = db.execute(f"SELECT count(*) FROM {table}").fetchone()
                if count:
                    left.append(f"{count} {what}")
    except sqlite3.OperationalError:
        return ["a database that cannot be read"]
    return left

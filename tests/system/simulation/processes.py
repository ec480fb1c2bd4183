"""The product's processes: forked from one that is warm, so that a start takes little, and killed as a power cut would.

Each is what `job-escrow serve`, `index` and `keeper` run, with waits that fit a short run.
"""

import asyncio
import contextlib
import faulthandler
import functools
import logging
import multiprocessing
import os
import resource
import signal
import sys
from collections import deque
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from job_escrow.chain.rpc import AsyncRpcChain
from job_escrow.escrow import AsyncEscrow
from job_escrow.flows.keeping import KeeperPlan
from job_escrow.patience import UNATTENDED
from job_escrow.transactions import Options
from job_escrow_api.server import serve
from job_escrow_api.settings import ApiSettings, Intervals
from job_escrow_indexer.indexer import run
from job_escrow_indexer.settings import Limits, Settings
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from simulation.clocks import Clocks
from simulation.unfix import UNFIX
from simulation.whereabouts import tell_when_asked

_context = multiprocessing.get_context("forkserver")
_READ_BYTES = 65_536
_KEPT_LINES = 4_000
_STOP_SECONDS = 90
_LIMITS = Limits(requests_per_second=5_000, concurrent=3, batch=7)
SESSION_IDLE_SECONDS = 60
_INTERVALS = Intervals(sweep=0.3, chain=0.3, platform=0.5, index=0.3, poll=0.1, newer=0.1)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a process is started with."""

    name: str
    """Also of its clock."""
    clocks: Path
    url: str
    websocket: str
    database: Path
    platform: Pubkey
    key: bytes
    """Of the operator, or of the keeper."""
    index: bool = False
    port: int = 0
    unfix: tuple[str, ...] = ()


@dataclass
class Running:
    """A process, its exit code, and what it said."""

    plan: Plan
    process: BaseProcess
    _reader: Connection
    said: deque[str] = field(default_factory=lambda: deque(maxlen=_KEPT_LINES))
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    _rest: bytes = b""

    def listen(self) -> None:
        """Collect what it says; a process that nobody reads would wait for ever."""
        os.set_blocking(self._reader.fileno(), False)
        asyncio.get_running_loop().add_reader(self._reader.fileno(), self._read)

    def _read(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                found = os.read(self._reader.fileno(), _READ_BYTES)
                if not found:
                    asyncio.get_running_loop().remove_reader(self._reader.fileno())
                    return
                *lines, self._rest = (self._rest + found).split(b"\n")
                self.said += [line.decode(errors="replace") for line in lines]
                if any(line.startswith("READY") for line in self.said):
                    self.ready.set()

    @property
    def ended(self) -> int | None:
        """The exit code; None while it runs."""
        return self.process.exitcode

    def disk(self, *, full: bool) -> None:
        """Let every write to a file fail, or none any more."""
        with contextlib.suppress(ProcessLookupError):
            _, hard = resource.prlimit(self._pid, resource.RLIMIT_FSIZE)
            resource.prlimit(self._pid, resource.RLIMIT_FSIZE, (0 if full else hard, hard))

    async def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        await self._gone()

    async def stop(self) -> int | None:
        """Ask it to stop; gives its exit code."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGTERM)
        await self._gone()
        return self.ended

    async def say_where(self) -> None:
        """Let it say in what it is, for who reads the story."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGUSR1)
            os.kill(self._pid, signal.SIGUSR2)
        await asyncio.sleep(1)

    @property
    def _pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    async def _gone(self) -> None:
        await asyncio.to_thread(self.process.join, _STOP_SECONDS)
        if self.process.exitcode is None:
            await self.say_where()
            self.process.kill()
            await asyncio.to_thread(self.process.join)
            last = "\n    ".join(list(self.said)[-80:])
            raise AssertionError(f"the {self.plan.name} did not stop when it was asked to:\n    {last}")
        self._read()
        asyncio.get_running_loop().remove_reader(self._reader.fileno())
        self._reader.close()


async def start(plan: Plan) -> Running:
    """Start a process; it may not be ready yet."""
    reader, writer = _context.Pipe(duplex=False)
    process = _context.Process(target=_main, args=(plan, writer), daemon=True)
    await asyncio.to_thread(process.start)
    writer.close()
    running = Running(plan, process, reader)
    running.listen()
    return running


def warm_up() -> None:
    """Load the product once, in the process that all others are forked from."""
    path = os.environ.get("PYTHONPATH")
    # The fork server does not take the path over from this process.
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    _context.set_forkserver_preload(["simulation.processes"])
    process = _context.Process(target=_nothing)
    process.start()
    process.join()
    if path is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = path


def _nothing() -> None:
    pass


def _main(plan: Plan, writer: Connection) -> None:
    for number in (1, 2):
        os.dup2(writer.fileno(), number)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    # Where it is, for a process that does not stop, or does not answer.
    faulthandler.register(signal.SIGUSR1)
    signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    Clocks(plan.clocks).live_by(plan.name)
    for name in plan.unfix:
        UNFIX[name].apply()
    {"server": _server, "index": _index, "keeper": _keeper}[plan.name](plan)


def _server(plan: Plan) -> None:
    settings = ApiSettings(
        database=plan.database,
        rpc_url=plan.url,
        platform=plan.platform,
        public_url=f"http://127.0.0.1:{plan.port}",
        operator=Keypair.from_bytes(plan.key),
        private_webhooks=True,
        webhook_retries=(2,) * 10_000,
        webhook_rate=1_000_000,
        key_rate=1_000_000,
        address_rate=1_000_000,
        lockout_failures=1_000_000,
        session_credits=200,
        session_seconds=10 * 60 * 60,
        session_settle_credits=50,
        session_settle_seconds=20,
        session_idle_seconds=SESSION_IDLE_SECONDS,
        intervals=_INTERVALS,
    )
    index = _index_settings(plan) if plan.index else None
    ready = functools.partial(print, "READY", flush=True)

    async def work() -> None:
        tell_when_asked()
        await serve(settings, host="127.0.0.1", port=plan.port, ready=ready, index=index)

    asyncio.run(work())


def _index(plan: Plan) -> None:
    async def work() -> None:
        tell_when_asked()
        stopping = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
        await run(_index_settings(plan), stopping, ready=lambda _: print("READY", flush=True))

    asyncio.run(work())


def _keeper(plan: Plan) -> None:
    async def work() -> None:
        tell_when_asked()
        stopping = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
        chain = AsyncRpcChain(plan.url, newer_seconds=_INTERVALS.newer)
        escrow = AsyncEscrow(chain, Options(poll_seconds=_INTERVALS.poll))
        print("READY", flush=True)
        kept = KeeperPlan(platform=plan.platform, interval=0.4, first_wait=0.1, longest_wait=0.4)
        await escrow.anyone(Keypair.from_bytes(plan.key)).keep(kept, stop=stopping.is_set)
        await escrow.close()

    asyncio.run(work())


def _index_settings(plan: Plan) -> Settings:
    return Settings(
        url=plan.url,
        websocket=plan.websocket,
        database=plan.database,
        limits=_LIMITS,
        poll_seconds=0.1,
        reconcile_seconds=1.0,
        patience=replace(UNATTENDED, backoff=replace(UNATTENDED.backoff, longest_seconds=0.2)),
        pauses=replace(Settings.pauses, longest_seconds=0.4),
        retry_seconds=0.5,
        passed_over_seconds=0.5,
    )

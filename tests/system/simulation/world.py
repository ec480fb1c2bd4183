"""Everything that a run consists of, and how its people reach it."""

import asyncio
import contextlib
import shutil
import socket
import sqlite3
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx2
from escrow_harness.patience import PATIENCE_SECONDS
from faults.proxy import FaultProxy
from faults.proxy import serving as proxy_serving
from job_escrow.escrow import AsyncEscrow
from job_escrow_api.domain import books
from job_escrow_indexer.monitoring.backup import back_up
from job_escrow_indexer.store.copies import webhook_key_file
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from simulation import processes
from simulation.chains import Chain, chain
from simulation.clocks import NAMES, Clocks, with_clock
from simulation.journal import Customer, Journal
from simulation.nodes import Node
from simulation.receiver import Receiver, receiving

_PATIENCE_SECONDS = 0.05
PASSING = frozenset({429, 500, 502, 503})
"""Answers after which one asks again."""
_FORBIDDEN = 403
_UNDER_WAY = "under way, before it: "
_HELD = "/key-held"
"""The server was restored, and its operator has not said yet that the key is good."""


@dataclass
class World:
    """A run under way."""

    seed: int
    dice: Random
    folder: Path
    clocks: Clocks
    chain: Chain
    nodes: dict[str, Node]
    proxies: dict[str, FaultProxy]
    receiver: Receiver
    journal: Journal
    unfix: tuple[str, ...]
    with_index: bool
    """Whether the server indexes, or a process of its own."""
    operator: Keypair
    keeper: Keypair
    platform: Pubkey = field(default_factory=Pubkey.default)
    customers: list[Customer] = field(default_factory=list)
    running: dict[str, processes.Running] = field(default_factory=dict)
    said: dict[str, list[str]] = field(default_factory=dict)
    """What processes said that have ended."""
    http: httpx2.AsyncClient = field(default_factory=lambda: httpx2.AsyncClient(timeout=30, trust_env=False))
    operator_key: str = ""
    is_over: bool = False
    was_restored: bool = False
    held_for_nothing: str = ""
    """What said that keys are off, while nothing was restored."""
    answers: int = 0
    """How often the server answered."""
    waits: dict[str, str] = field(default_factory=dict)
    """What the patient were told last."""

    @property
    def database(self) -> Path:
        return self.folder / "index.sqlite"

    @property
    def names(self) -> tuple[str, ...]:
        """The processes of this run."""
        return tuple(name for name in NAMES if name != "index" or not self.with_index)

    def escrow(self, name: str) -> AsyncEscrow:
        """The client of somebody whose node is that of a process."""
        return AsyncEscrow.connect(self.proxies[name].url)

    # Processes

    async def start(self, name: str, *, url: str | None = None, index: bool | None = None) -> processes.Running:
        """Start a process and wait until it works. Raises Ended where it ends instead."""
        proxy = self.proxies[name]
        plan = processes.Plan(
            name=name,
            clocks=self.folder / "clocks",
            url=url or proxy.url,
            websocket=proxy.websocket_url,
            database=self.database,
            platform=self.platform,
            key=bytes(self.keeper if name == "keeper" else self.operator),
            index=self.with_index if index is None else index,
            port=_free_port(),
            unfix=self.unfix,
        )
        running = await processes.start(plan)
        self.running[name] = running
        self.journal.happened[f"{name}: started"] += 1
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while not running.ready.is_set():
            if running.ended is not None:
                raise Ended(name, running)
            assert asyncio.get_running_loop().time() < deadline, f"the {name} did not start"
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(running.ready.wait(), 0.05)
        return running

    async def kill(self, name: str) -> None:
        """End a process as a power cut would."""
        self.require_alive()
        running = self.running.pop(name)
        await running.kill()
        self.said.setdefault(name, []).extend(running.said)

    async def stop(self, name: str) -> None:
        """Ask a process to stop, which it must do cleanly."""
        self.require_alive()
        running = self.running.pop(name)
        code = await running.stop()
        self.said.setdefault(name, []).extend(running.said)
        if code != 0:
            raise Ended(name, running)

    def require_alive(self) -> None:
        """Raises Ended where a process ended by itself, AssertionError where keys are off for no reason."""
        assert not self.held_for_nothing, f"keys were switched off, and nothing was restored: {self.held_for_nothing}"
        for name, running in self.running.items():
            if running.ended is not None:
                raise Ended(name, running)

    # Backups

    @property
    def backup(self) -> Path:
        return self.folder / "backup.sqlite"

    async def back_up(self) -> None:
        """As `job-escrow index backup` does."""
        await asyncio.to_thread(back_up, self.database, self.backup, replace=True)

    def copy(self) -> None:
        """As a snapshot of the disk does, which says nothing of itself."""
        self.backup.unlink(missing_ok=True)
        source, target = sqlite3.connect(self.database), sqlite3.connect(self.backup)
        with contextlib.closing(source), contextlib.closing(target):
            source.backup(target)

    def restore(self, *, elsewhere: bool) -> None:
        """Put the backup where the database was, which nobody has open; or on another machine.

        There, nothing is beside it but the key of webhooks, which its operator keeps apart from the database.
        """
        key = webhook_key_file(self.database).name
        for file in self.folder.glob("index.sqlite*" if elsewhere else "index.sqlite-*"):
            if file.name != key:
                file.unlink()
        shutil.copy(self.backup, self.database)
        self.was_restored = True
        self.journal.restored_orders.append(self.journal.next_order())

    def confirm(self) -> bool:
        """As `job-escrow keys confirm` does: the operator knows what was revoked. False where nobody asks for it."""
        connection = with_clock(sqlite3.connect(self.database, timeout=30, isolation_level=None), self._server_clock)
        with contextlib.closing(connection):
            connection.execute("BEGIN IMMEDIATE")
            asked = books.restored(connection) is not None
            if asked:
                for customer in self.customers:
                    for key in customer.keys:
                        if key.is_revoked:
                            books.revoke_held(connection, key.id)
                books.confirm(connection, self.database)
            connection.execute("COMMIT")
        return asked

    def _server_clock(self) -> float:
        return self.clocks.of("server")

    # People

    async def ask(
        self, method: str, path: str, *, key: str = "", patient: bool = True, **more: Any
    ) -> httpx2.Response | None:
        """Ask the API; who is patient asks until there is an answer that stands. None: nobody answered."""
        headers = more.pop("headers", {}) | ({"Authorization": f"Bearer {key}"} if key else {})
        while True:
            server = self.running.get("server")
            if server is not None:
                url = f"http://127.0.0.1:{server.plan.port}/v1{path}"
                before = self.waits.get(path, "").removeprefix(_UNDER_WAY)
                self.waits[path] = f"{_UNDER_WAY}{before}"
                try:
                    answer = await self.http.request(method, url, headers=headers, **more)
                except httpx2.TransportError as error:
                    answer, lost = None, repr(error)
                if answer is not None:
                    self.answers += 1
                    if _is_held(answer.status_code, _said(answer)) and not self.was_restored:
                        self.held_for_nothing = answer.text
                if answer is not None and (not patient or not passes(answer.status_code, _said(answer))):
                    self.waits.pop(path, None)
                    return answer
                self.waits[path] = lost if answer is None else answer.text[:500]
            if not patient or self.is_over:
                return None
            await asyncio.sleep(_PATIENCE_SECONDS)


def answered(answer: httpx2.Response | None, status: int | None = None) -> httpx2.Response:
    """An answer that has to be there, and to be this."""
    assert answer is not None, "nobody answered"
    assert status in (None, answer.status_code), answer.text
    return answer


def passes(status: int, said: Mapping[str, Any]) -> bool:
    """Whether an answer is one after which one asks again."""
    return status in PASSING or _is_held(status, said)


def _is_held(status: int, said: Mapping[str, Any]) -> bool:
    return status == _FORBIDDEN and str(said.get("type")).endswith(_HELD)


def _said(answer: httpx2.Response) -> Mapping[str, Any]:
    found: Mapping[str, Any] = answer.json() if answer.status_code == _FORBIDDEN else {}
    return found


class Ended(AssertionError):
    """A process ended by itself."""

    def __init__(self, name: str, running: processes.Running) -> None:
        last = "\n    ".join(list(running.said)[-25:])
        super().__init__(f"the {name} ended by itself with {running.ended}:\n    {last}")
        self.said = list(running.said)


@contextlib.asynccontextmanager
async def world(seed: int, folder: Path, unfix: tuple[str, ...]) -> AsyncIterator[World]:
    """A world before anybody has done anything, for the length of a block."""
    dice = Random(f"system {seed}")
    clocks = Clocks.begin(folder / "clocks")
    journal = Journal()
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(clocks.close)
        made = await stack.enter_async_context(chain(folder / "chain", clocks, seed))
        nodes = {
            name: Node(seed=seed * 10 + at, delay=0.1, happenings=journal.happened)
            for at, name in enumerate((*NAMES, "people"))
        }
        proxies = {
            name: await stack.enter_async_context(proxy_serving(made.url, made.websocket_url, node))
            for name, node in nodes.items()
        }
        receiver = Receiver(Random(f"receiver {seed}"), journal.happened)
        await stack.enter_async_context(receiving(receiver))
        built = World(
            seed=seed,
            dice=dice,
            folder=folder,
            clocks=clocks,
            chain=made,
            nodes=nodes,
            proxies=proxies,
            receiver=receiver,
            journal=journal,
            unfix=unfix,
            with_index=dice.random() < 0.7,
            operator=keypair_of(seed, "operator"),
            keeper=keypair_of(seed, "keeper"),
        )
        stack.push_async_callback(built.http.aclose)
        try:
            yield built
        finally:
            built.is_over = True
            for running in built.running.values():
                if running.ended is None:
                    await running.kill()


def keypair_of(seed: int, name: str) -> Keypair:
    """Somebody's key, from the seed."""
    return Keypair.from_seed(Random(f"{name} {seed}").randbytes(32))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

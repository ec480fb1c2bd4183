"""What goes wrong, one after the other: each is begun, lasts a moment, and ends."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from random import Random

from faults import Fault
from job_escrow.codec import PROGRAM_ID
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from simulation.chains import LANDING_BLOCKS, Chain, chain
from simulation.clocks import DAY, NAMES
from simulation.world import Ended, World

_SOME = 8
_LOOKS = 100
_JUMPS = (-DAY - 3_600, -3_600, -45, 45, 600, 4 * 3_600, DAY + 3_600)


class Trouble:
    """Makes it, by a seed."""

    def __init__(self, world: World, stack: contextlib.AsyncExitStack) -> None:
        self.world = world
        self.dice = Random(f"trouble {world.seed}")
        self._stack = stack
        self.other: Chain | None = None
        """Another cluster, where there was need of one."""
        self._has_backup = False
        self.episodes: dict[Callable[[], Awaitable[None]], float] = {
            self.server_killed: 2,
            self.server_killed_at_a_send: 3,
            self.server_stopped: 1,
            self.helper_killed: 1,
            self.clock_jumps: 4,
            self.clock_drifts: 1,
            self.node_lags: 1,
            self.node_forgets: 1,
            self.node_is_dead: 1,
            self.node_talks_nonsense: 2,
            self.node_lists_nothing: 2,
            self.node_names_another_cluster: 1,
            self.node_is_of_another_cluster: 1,
            self.node_holds_transactions: 2,
            self.held_lock_and_a_clock_ahead: 1,
            self.a_day_ahead_while_a_job_runs: 1,
            self.transaction_of_version_1: 1,
            self.disk_is_full: 2,
            self.backup_is_made: 1,
            self.backup_is_restored: 3,
            self.served_on_another_cluster: 1,
        }

    async def make(self, episodes: int, only: tuple[str, ...] = ()) -> None:
        """So many of them, of all kinds or of some."""
        chances = {each: chance for each, chance in self.episodes.items() if not only or each.__name__ in only}
        share = self.dice.choice((0.0, 0.02, 0.08))
        for node in self.world.nodes.values():
            node.be_shaky(share)
        for _ in range(episodes):
            (episode,) = self.dice.choices(list(chances), list(chances.values()))
            self.note(episode.__name__)
            await episode()
            self.world.require_alive()
            self.require_only_this_chain()
            self.confirm()
            await self._moment()
        for node in self.world.nodes.values():
            self.world.journal.happened.update(f"connection: {fault}" for fault in node.happened)

    def note(self, what: str) -> None:
        name = what.replace("_", " ")
        self.world.journal.happened[f"trouble: {name}"] += 1
        self.world.journal.tell(f"{self.world.clocks.now() % DAY:9.1f}  {name}")

    def confirm(self) -> None:
        """The operator looks whether it is asked what was revoked, and tells."""
        if self.world.was_restored and self.world.confirm():
            self.world.journal.happened["operator: confirmed what was revoked"] += 1
            if self.dice.random() < 0.5:
                # It took a while to find out: nothing that was sent before can land any more.
                self.world.chain.pass_blocks(LANDING_BLOCKS)

    def end(self) -> None:
        """All is well, from here on."""
        for node in self.world.nodes.values():
            node.be_well()
        for name in NAMES:
            self.world.clocks.set(name)
        for running in self.world.running.values():
            running.disk(full=False)

    async def _moment(self) -> None:
        await asyncio.sleep(self.dice.choice((0.02, 0.1, 0.25)))

    @property
    def _node(self) -> str:
        return self.dice.choice((*self.world.names, "server", "server"))

    # Death

    async def server_killed(self) -> None:
        await self.world.kill("server")
        await self._moment()
        await self.world.start("server")

    async def server_killed_at_a_send(self) -> None:
        """Between a transaction and its answer."""
        sent = asyncio.Event()
        node = self.world.nodes["server"]

        def kill() -> None:
            self.world.running["server"].process.kill()
            sent.set()

        self.world.require_alive()
        node.on_send = kill
        try:
            async with asyncio.timeout(1):
                await sent.wait()
        except TimeoutError:
            node.on_send = None
            if not sent.is_set():
                return
        killed = self.world.running.pop("server")
        await killed.kill()
        self.world.said.setdefault("server", []).extend(killed.said)
        await self._moment()
        await self.world.start("server")

    async def server_stopped(self) -> None:
        await self.world.stop("server")
        await self.world.start("server")

    async def helper_killed(self) -> None:
        name = self.dice.choice([name for name in self.world.names if name != "server"])
        await self.world.kill(name)
        await self._moment()
        await self.world.start(name)

    # Time

    async def clock_jumps(self) -> None:
        """For good, or for a moment."""
        name = self._node
        ahead = self.dice.choice(_JUMPS)
        self.world.clocks.set(name, ahead=ahead)
        self.world.journal.tell(f"    the {name}'s clock is {ahead} s ahead")
        await asyncio.sleep(self.dice.uniform(0.2, 0.7))
        if self.dice.random() < 0.5:
            self.world.clocks.set(name)

    async def clock_drifts(self) -> None:
        self.world.clocks.set(self._node, drift=self.dice.choice((-0.3, 0.3, 2.0)))

    # Nodes

    async def node_lags(self) -> None:
        async with self._mood("lags", of=True):
            await self._moment()

    async def node_forgets(self) -> None:
        async with self._mood("forgets", of=True):
            await self._moment()

    async def node_is_dead(self) -> None:
        async with self._mood("dead", of=True):
            await self._moment()

    async def node_talks_nonsense(self) -> None:
        async with self._mood("nonsense", of=self.dice.choice((0.1, 0.5))):
            await self._moment()

    async def node_lists_nothing(self) -> None:
        for name in self.world.names:
            self.world.nodes[name].empty_listings = self.dice.choice((1, 3))
        await self._moment()

    async def node_names_another_cluster(self) -> None:
        """Also to one that starts and asks."""
        node = self.world.nodes["server"]
        node.another_genesis = self.dice.choice((1, 2))
        await self.world.kill("server")
        try:
            await self.world.start("server")
        except Ended:
            # Before its first duty; whoever looks after it sees why, and starts it again.
            self.world.journal.happened["server: refused to serve another cluster"] += 1
            del self.world.running["server"]
            node.another_genesis = 0
            await self.world.start("server")

    async def node_is_of_another_cluster(self) -> None:
        """It is switched under those who run."""
        other = await self._other()
        async with self._mood("elsewhere", of=other.url):
            await self._some_answers()

    async def node_holds_transactions(self) -> None:
        async with self._mood("holds", of=0.7):
            await self._moment()
            if self.dice.random() < 0.5:
                await self.server_killed()

    async def held_lock_and_a_clock_ahead(self) -> None:
        """What a clock calls old has only been held, and lands when its server has begun anew."""
        node, chain = self.world.nodes["server"], self.world.chain
        node.released, node.holds = asyncio.Event(), 1.0
        before = len(node.happened)
        await self._wait_for(lambda: Fault.HELD in node.happened[before:])
        # As slow as it may be to start again, a blockhash lives that long.
        chain.stands_still = True
        await self.world.kill("server")
        self.world.clocks.set("server", ahead=1_200)
        await self.world.start("server")
        await self._some_answers()
        node.holds = 0.0
        await self._some_answers()
        node.released.set()
        await self._moment()
        chain.stands_still, node.released = False, None
        self.world.clocks.set("server")

    async def a_day_ahead_while_a_job_runs(self) -> None:
        """The server sweeps while a job has hours left."""
        chain = self.world.chain
        await self._wait_for(lambda: any(job.deadline > chain.now + 3_600 for job in chain.open_jobs()))
        self.world.clocks.set("server", ahead=DAY + 3_600)
        await asyncio.sleep(1)
        self.world.clocks.set("server")

    async def transaction_of_version_1(self) -> None:
        """Anybody can send one that names the program."""
        machine = self.world.chain.machine
        named = [AccountMeta(PROGRAM_ID, is_signer=False, is_writable=False)]
        step = Instruction(Pubkey.default(), b"\x02\0\0\0" + bytes(8), _transfer(machine.fee_payer.pubkey()) + named)
        transaction = machine.transaction([step], [machine.fee_payer])
        for node in self.world.nodes.values():
            node.of_version_1.add(str(transaction.signatures[0]))
        machine.send_transaction(transaction)
        await self._moment()

    @contextlib.asynccontextmanager
    async def _mood(self, mood: str, *, of: object) -> AsyncIterator[None]:
        node = self.world.nodes[self._node]
        before = getattr(node, mood)
        setattr(node, mood, of)
        try:
            yield
        finally:
            setattr(node, mood, before)

    # Disks and backups

    async def disk_is_full(self) -> None:
        for running in self.world.running.values():
            running.disk(full=True)
        await self._moment()
        self.world.require_alive()
        for running in self.world.running.values():
            running.disk(full=False)

    async def backup_is_made(self) -> None:
        if self.dice.random() < 0.5:
            await self.world.back_up()
        else:
            self.world.copy()
        self._has_backup = True

    async def backup_is_restored(self) -> None:
        """An older one: what was done since then is in no file any more."""
        if not self._has_backup:
            await self.backup_is_made()
            await asyncio.sleep(self.dice.choice((0.2, 0.5)))
        for name in self.world.names:
            if name != "keeper":
                await self.world.kill(name)
        self.world.restore(elsewhere=self.dice.random() < 0.3)
        for name in self.world.names:
            if name != "keeper":
                await self.world.start(name)
        await self._moment()
        self.confirm()

    async def served_on_another_cluster(self) -> None:
        """As where somebody gives the wrong URL."""
        other = await self._other()
        await self.world.kill("server")
        try:
            await self.world.start("server", url=other.url, index=False)
        except Ended:
            self.world.journal.happened["server: refused to serve another cluster"] += 1
            del self.world.running["server"]
        else:
            await self._some_answers()
            await self.world.kill("server")
        await self.world.start("server")

    async def _some_answers(self) -> None:
        """Until the server has answered some requests, if it answers any."""
        wanted = self.world.answers + _SOME
        await self._wait_for(lambda: self.world.answers >= wanted)

    async def _wait_for(self, come: Callable[[], bool]) -> None:
        """Until something has come, or not much longer than it takes."""
        for _ in range(_LOOKS):
            if come():
                return
            await asyncio.sleep(0.02)

    def require_only_this_chain(self) -> None:
        """Raises AssertionError where anything was done on another cluster."""
        there = Counter(type(event).__name__ for event in self.other.events()) if self.other is not None else None
        assert not there, f"events on another cluster: {there}"

    async def _other(self) -> Chain:
        if self.other is None:
            folder = self.world.folder / "other"
            self.other = await self._stack.enter_async_context(chain(folder, self.world.clocks, -self.world.seed - 1))
            self.world.chain.copy_to(self.other)
            for key in (self.world.operator, self.world.keeper):
                self.other.fund(key.pubkey())
        return self.other


def _transfer(payer: Pubkey) -> list[AccountMeta]:
    return [AccountMeta(payer, is_signer=True, is_writable=True), AccountMeta(payer, is_signer=False, is_writable=True)]

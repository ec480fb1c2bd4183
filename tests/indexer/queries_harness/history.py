"""A random history of months: its transactions as the indexer reads them, and what the model held after each slot."""

from copy import copy
from dataclasses import dataclass
from pathlib import Path
from random import Random

from indexer_harness.recording import RecordingMachine
from job_escrow.codec import PROGRAM_ID
from job_escrow_indexer.store.database import DatabaseFile
from job_escrow_indexer.store.progress import Progress
from job_escrow_indexer.store.store import Store
from job_escrow_indexer.transaction import Transaction
from program_harness.model.account import AccountModel
from program_harness.model.lots import Lots
from program_harness.simulation.driver import Simulation

_DAY = 86_400
_LEAPS = 0.01
_BATCH = 100


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What the model held at the end of a slot. `vaults` are base units."""

    slot: int
    time: int
    accounts: dict[str, AccountModel]
    vaults: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class History:
    """A run of the simulation that was recorded; its moments are in the order of their slots."""

    simulation: Simulation
    transactions: list[Transaction]
    moments: list[Moment]

    @classmethod
    def play(cls, seed: int, steps: int) -> "History":
        """Play so many steps; the same seed gives the same."""
        machine = RecordingMachine(verify=False)
        simulation = Simulation(seed, machine)
        moments: dict[int, Moment] = {}
        rng = Random(seed)
        for _ in range(steps):
            if rng.random() < _LEAPS:
                # The simulation's own clock hardly leaves a month.
                simulation.scene.model.now += rng.randrange(20 * _DAY)
                machine.move_clock_to(simulation.scene.model.now)
            simulation.run(1)
            slot = machine.recorded[-1].slot
            moments[slot] = _moment(simulation, slot)
        return cls(simulation=simulation, transactions=machine.recorded, moments=list(moments.values()))

    def ingest(self, path: Path, *, finalized: int | None = None) -> None:
        """Fill a database with it, in batches, as the indexer would."""
        last = self.transactions[-1].slot
        progress = Progress(
            genesis_hash="litesvm",
            program=str(PROGRAM_ID),
            from_slot=0,
            tip_slot=last,
            finalized_slot=last if finalized is None else finalized,
            anchor=None,
        )
        with DatabaseFile(path) as file:
            store = Store(file.db)
            for start in range(0, len(self.transactions), _BATCH):
                store.ingest(self.transactions[start : start + _BATCH], progress)


def _moment(simulation: Simulation, slot: int) -> Moment:
    model, credits = simulation.scene.model, simulation.scene.credits
    return Moment(
        slot=slot,
        time=model.now,
        accounts={str(address): _copy(account) for address, account in model.accounts.items()},
        vaults={str(credit.vault): model.tokens.get(credit.vault, 0) for credit in credits},
    )


def _copy(account: AccountModel) -> AccountModel:
    """The account as it is now; what does not change, or is not looked at, is shared."""
    copied = copy(account)
    copied.lots = Lots()
    copied.lots.slots = [copy(lot) for lot in account.lots.slots]
    copied.jobs = {number: copy(job) for number, job in account.jobs.items()}
    copied.sessions = {number: copy(session) for number, session in account.sessions.items()}
    return copied

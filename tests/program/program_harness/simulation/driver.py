"""Runs the simulation: one operation after the other, on the model and on the chain, from a seed."""

from collections import Counter, deque
from collections.abc import Callable
from random import Random

from program_harness.machine import Machine, Outcome
from program_harness.model.refusing import Refused
from program_harness.reasons import Reason
from program_harness.simulation.checker import Checker
from program_harness.simulation.operations import OPERATIONS, Planned, Player, open_account
from program_harness.simulation.operations_of_admin import OPERATIONS_OF_ADMIN
from program_harness.simulation.operations_of_sessions import OPERATIONS_OF_SESSIONS
from program_harness.simulation.operations_of_top_ups import OPERATIONS_OF_TOP_UPS
from program_harness.simulation.scene import Scene

_REMEMBERED = 25
_ENDED_JOBS = 50


class Mismatch(AssertionError):
    """Chain and model differ. The message has the seed, the step and what led there."""


class Simulation:
    """One run. The same seed gives the same run."""

    def __init__(self, seed: int, machine: Machine | None = None) -> None:
        self.seed = seed
        self.step = 0
        self.rng = Random(seed)
        self.scene = Scene(machine)
        self.checker = Checker(self.scene)
        self.player = Player(self.scene, self.rng)
        self.outcomes: Counter[str] = Counter()
        """How often each instruction succeeded, or was refused and why."""
        self._operations = OPERATIONS | OPERATIONS_OF_ADMIN | OPERATIONS_OF_SESSIONS | OPERATIONS_OF_TOP_UPS
        self._history: deque[str] = deque(maxlen=_REMEMBERED)
        self.checker.check()

    def run(self, steps: int) -> None:
        """Play so many operations. Raises Mismatch."""
        for _ in range(steps):
            self.step += 1
            self._pass_time()
            planned = self._operation()(self.player)
            if planned is not None:
                self._play(planned)

    def _operation(self) -> Callable[[Player], Planned | None]:
        """Which one is next: while no account is open, nearly everything else is refused for that alone."""
        if not self.scene.model.accounts:
            return open_account
        (operation,) = self.rng.choices(list(self._operations), weights=list(self._operations.values()))
        return operation

    def _play(self, planned: Planned) -> None:
        outcome = self._send(planned)
        expected: Reason | None = None
        try:
            planned.apply()
        except Refused as refused:
            expected = refused.reason
        self._history.append(f"{self.step} at {self.scene.model.now}: {planned.what} -> {name_of(outcome.reason)}")
        self.outcomes[f"{planned.name}: {name_of(outcome.reason)}"] += 1
        try:
            assert outcome.reason == expected, f"{planned.name}: {outcome.reason} instead of {expected}"
            if expected is None:
                self.checker.check()
            else:
                self.checker.unchanged()
        except AssertionError as difference:
            log = "\n".join([*self._history, *outcome.logs])
            raise Mismatch(f"seed {self.seed}, step {self.step}: {difference}\n{log}") from difference
        if planned.job is not None and expected is None:
            self.player.ended = [*self.player.ended, planned.job][-_ENDED_JOBS:]
        if planned.session is not None and expected is None:
            self.player.ended_sessions = [*self.player.ended_sessions, planned.session][-_ENDED_JOBS:]

    def _send(self, planned: Planned) -> Outcome:
        """Play an operation on the chain; after this, the model's clock is that at which it was played."""
        return self.scene.world.machine.send(planned.instructions, planned.signers)

    def _pass_time(self) -> None:
        rng, model = self.rng, self.scene.model
        kind = rng.random()
        if kind < 0.6:
            return
        deadlines = [claim.deadline for account in model.accounts.values() for claim in account.open_claims]
        expiries = [lot.expires_at for account in model.accounts.values() for lot in account.lots.slots if lot.free]
        payees = [payee for platform in model.platforms.values() for payee in platform.payees.values()]
        notices = [at for payee in payees for at in (payee.usable_from, *(at for at, _ in payee.shares))]
        soon = [edge for edge in (*deadlines, *expiries, *notices) if model.now < edge < model.now + 100_000]
        if kind < 0.65 and soon:
            model.now = rng.choice(soon) + rng.choice((-1, 0, 0, 1))
        elif kind < 0.77:
            model.now -= rng.randint(1, 3)
        elif kind < 0.772:
            model.now += rng.choice((3_600, 86_400, 10_000_000))
        else:
            model.now += rng.randint(1, 10)
        self.scene.world.machine.move_clock_to(model.now)


def name_of(reason: Reason | None) -> str:
    """What an outcome is called in a report."""
    if reason is None:
        return "done"
    return reason.__name__ if isinstance(reason, type) else f"{type(reason).__name__}.{reason.name}"

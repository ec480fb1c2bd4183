"""The simulation on a real node: its clock goes on by itself, and is read for each step."""

from program_harness.machine import Outcome
from program_harness.node import NodeMachine
from program_harness.simulation.driver import Simulation
from program_harness.simulation.operations import Planned, Player

_SHORT_SECONDS = 3


class HastyPlayer(Player):
    """Locks jobs that time out while one looks."""

    longest_job = _SHORT_SECONDS


class NodeSimulation(Simulation):
    """The same operations from the same seed; what they meet depends on the time that they take."""

    def __init__(self, seed: int, machine: NodeMachine) -> None:
        self.machine = machine
        super().__init__(seed, machine)
        self.player = HastyPlayer(self.scene, self.rng)

    def _send(self, planned: Planned) -> Outcome:
        before = self.machine.now
        outcome = super()._send(planned)
        same = self.machine.now == before
        self.scene.model.now = before if same else self.machine.time_of_last
        return outcome

    def _pass_time(self) -> None:
        self.scene.model.now = self.machine.now

"""Random instructions on a real node and on the model: what the virtual machine does is what a validator does."""

import pytest
from job_escrow.chain.rpc import RpcChain
from program_harness.node import NodeMachine
from program_harness.simulation.on_node import NodeSimulation

SEED = 12

NODES = [
    pytest.param("localnet_url", 300, id="localnet"),
    # Each step waits for the end of a slot.
    pytest.param("validator_url", 120, id="solana-test-validator", marks=pytest.mark.validator),
]
"""Fixtures that give the URL of a node, and the steps that are played on it."""


@pytest.mark.parametrize(("node", "steps"), NODES)
def test_node_and_model_agree(node: str, steps: int, request: pytest.FixtureRequest) -> None:
    with RpcChain(request.getfixturevalue(node), commitment="processed") as chain:
        simulation = NodeSimulation(SEED, NodeMachine(chain))
        simulation.run(steps)
    done = sum(times for what, times in simulation.outcomes.items() if what.endswith(": done"))
    assert steps // 4 < done < steps
    assert len(simulation.outcomes) > steps // 8, simulation.outcomes

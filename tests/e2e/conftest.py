"""A platform to act on, on each kind of chain."""

from collections.abc import Iterator

import pytest
from escrow_harness.stage import Stage, opened_stage
from job_escrow import Escrow
from job_escrow.testing.embedded import embedded_chain

CHAINS = ["embedded", "localnet", pytest.param("validator", marks=pytest.mark.validator)]


@pytest.fixture(scope="module", params=CHAINS)
def escrow(request: pytest.FixtureRequest) -> Iterator[Escrow]:
    """The program on each kind of chain."""
    if request.param == "embedded":
        yield Escrow(embedded_chain())
        return
    with Escrow.connect(request.getfixturevalue(f"{request.param}_url")) as connected:
        yield connected


@pytest.fixture
def stage(escrow: Escrow) -> Stage:
    """A platform of its own, on which alice has 1,000 credits."""
    return opened_stage(escrow)

import sys
from pathlib import Path

import pytest

# The simulation, and what it takes from the indexer's harness.
for _folder in (Path(__file__).parent, Path(__file__).parents[1] / "indexer"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

from simulation import processes  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def warm() -> None:
    """The process that the simulation's processes are forked from."""
    processes.warm_up()

import sys
from pathlib import Path

import pytest

# The harness of these tests.
_FOLDER = str(Path(__file__).parent)
if _FOLDER not in sys.path:
    sys.path.insert(0, _FOLDER)

from program_harness.parties import Credit, Platform  # noqa: E402
from program_harness.sessions import Sessions  # noqa: E402
from program_harness.top_ups import TopUps  # noqa: E402
from program_harness.world import World  # noqa: E402


@pytest.fixture
def world() -> World:
    """A fresh chain with nothing but the program and USDC."""
    return World()


@pytest.fixture
def decentral(world: World) -> Platform:
    """A platform of the preset `decentral`."""
    return world.create_platform("decentral")


@pytest.fixture
def alice(world: World, decentral: Platform) -> Credit:
    """An opened account with 1,000 credits, whose operator may lock."""
    return world.opened(decentral, "alice", buy=1_000)


@pytest.fixture
def sessions(world: World) -> Sessions:
    """Verbs for the sessions of that chain."""
    return Sessions(world)


@pytest.fixture
def top_ups(world: World) -> TopUps:
    """Verbs for the top-ups of that chain."""
    return TopUps(world)


@pytest.fixture
def low(world: World, decentral: Platform) -> Credit:
    """An account with 100 credits."""
    return world.opened(decentral, "alice", buy=100)

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# Helpers of these tests, and the fault proxy that several suites share.
for _folder in (Path(__file__).parent, Path(__file__).parents[1]):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

from cli_harness.command import Cli  # noqa: E402
from cli_harness.world import World, made_world  # noqa: E402
from escrow_harness.nodes import private_localnet  # noqa: E402


@pytest.fixture(scope="session")
def localnet_url() -> Iterator[str]:
    """A local chain on which every account has a history, so that an index of it is whole."""
    with private_localnet(spoilt=False) as url:
        yield url


@pytest.fixture(scope="module")
def world(localnet_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A platform of a module's own on the local chain, with people whose keys are files."""
    with made_world(localnet_url, tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """The command, in a home folder that holds nothing."""
    return Cli(home=tmp_path / "home")

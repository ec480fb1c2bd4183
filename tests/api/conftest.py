import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from escrow_harness.stage import Stage
from faults.plan import Faults
from faults.proxy import FaultProxy, fault_proxy
from job_escrow import Escrow

if str(Path(__file__).parent) not in sys.path:
    sys.path.insert(0, str(Path(__file__).parent))

from api_harness.people import stage_with_accounts
from api_harness.server import Server, serving
from api_harness.typescript import Driver, driving, installed_client


@pytest.fixture(scope="session")
def stage(localnet_url: str) -> Iterator[Stage]:
    """A platform with customers; tests that change balances use wallets of their own."""
    with Escrow.connect(localnet_url) as escrow:
        yield stage_with_accounts(escrow)


@pytest.fixture(scope="session")
def server(stage: Stage, localnet_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that the tests of a session share."""
    folder = tmp_path_factory.mktemp("api")
    with serving(
        folder,
        chain=localnet_url,
        platform=stage.platform,
        operator=stage.cast.operator,
        options=(
            "--page",
            "--key-rate",
            "1000000",
            "--address-rate",
            "1000000",
            "--sign-in-rate",
            "1000000",
            "--lockout-failures",
            "100000",
        ),
    ) as running:
        yield running


@pytest.fixture
def proxy(localnet_url: str) -> Iterator[FaultProxy]:
    """Between a server without an index of its own and the chain: it does what it is told, and counts."""
    with fault_proxy(localnet_url, "", Faults(delay=120)) as running:
        yield running


@pytest.fixture(scope="session")
def typescript_client() -> Iterator[Path]:
    """The folder of the installed TypeScript client; skips where there is no Node.js."""
    with installed_client() as folder:
        yield folder


@pytest.fixture
def typescript(typescript_client: Path) -> Iterator[Driver]:
    """What calls the TypeScript client."""
    with driving(typescript_client) as running:
        yield running

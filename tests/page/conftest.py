import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from escrow_harness.stage import Stage
from job_escrow import Escrow, Pack

# The page's harness, and the servers of the API's.
for _folder in (Path(__file__).parent, Path(__file__).parents[1] / "api"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

from api_harness.people import stage_with_accounts  # noqa: E402
from api_harness.server import Server, serving  # noqa: E402
from page_harness.browser import Browser, browsing  # noqa: E402
from page_harness.people import Customers  # noqa: E402


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; each visit has cookies of its own."""
    with browsing() as running:
        yield running


@pytest.fixture(scope="session")
def stage(browser: Browser, localnet_url: str) -> Iterator[Stage]:
    """A platform with an operator and a pack; customers are a test's own. Without a browser, none is set."""
    with Escrow.connect(localnet_url) as escrow:
        made = stage_with_accounts(escrow)
        made.admin.open_promotion()
        made.escrow.admin(made.cast.operator, made.platform).fund_promotion(4_000_000)
        made.admin.set_pack(1, Pack(credits=1_200, bonus_credits=300))
        yield made


@pytest.fixture(scope="session")
def server(stage: Stage, localnet_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with its page."""
    with serving(
        tmp_path_factory.mktemp("page"),
        chain=localnet_url,
        platform=stage.platform,
        operator=stage.cast.operator,
        options=(
            "--page",
            "--preset",
            "decentral",
            "--key-rate",
            "1000000",
            "--address-rate",
            "1000000",
            "--sign-in-rate",
            "1000000",
        ),
    ) as running:
        yield running


@pytest.fixture(scope="session")
def customers(stage: Stage) -> Customers:
    """Wallets that nobody else uses."""
    return Customers(stage)

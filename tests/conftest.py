"""What every test may use: the local chain, and a real validator where one is installed."""

import os
from collections.abc import Iterator

import pytest
from escrow_harness.nodes import private_localnet, private_validator
from hypothesis import HealthCheck, settings
from support.spread import spread
from support.validator import installed_validator

# How long an example takes is the machine's affair.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

_NOT_INSTALLED = "solana-test-validator is not installed: scripts/install-validator builds it"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several workers share the tests, the slowest are begun first."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1:
        items[:] = spread(items, workers)


@pytest.fixture(scope="session")
def localnet_url() -> Iterator[str]:
    """The URL of the project's local chain with the program and USDC, shared by a session: keys are a test's own."""
    with private_localnet() as url:
        yield url


@pytest.fixture(scope="session")
def validator_url() -> Iterator[str]:
    """The URL of solana-test-validator with the program and USDC, shared by a session: keys are a test's own."""
    binary = installed_validator()
    if binary is None:
        if os.environ.get("JOB_ESCROW_REQUIRE_VALIDATOR") == "1":
            pytest.fail(_NOT_INSTALLED)
        pytest.skip(_NOT_INSTALLED)
    with private_validator(binary) as url:
        yield url

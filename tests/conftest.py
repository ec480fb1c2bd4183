"""What every test may use: the local chain, and a real validator where one is installed."""

import os
from collections.abc import Iterator

import pytest
from escrow_harness.nodes import private_localnet, private_validator
from support.validator import installed_validator

_NOT_INSTALLED = "solana-test-validator is not installed: scripts/install-validator builds it"


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

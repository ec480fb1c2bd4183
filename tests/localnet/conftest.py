import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# Helpers of these tests, and the fault proxy that several suites share.
for _folder in (Path(__file__).parent, Path(__file__).parents[1]):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

from localnet_harness.endpoint import Endpoint  # noqa: E402
from localnet_harness.nodes import (  # noqa: E402
    LocalProcess,
    installed_validator,
    local_process,
    validator_process,
)


@pytest.fixture(scope="session")
def localnet() -> Iterator[Endpoint]:
    """A local chain that the tests of a session share: keys are a test's own, and nobody rolls it back."""
    with local_process() as running:
        yield running.endpoint


@pytest.fixture(scope="session")
def unhurried_localnet() -> Iterator[Endpoint]:
    """A local chain for programs on clients that listen only some time after they have subscribed."""
    with local_process(slot_ms=200) as running:
        yield running.endpoint


@pytest.fixture
def own_localnet() -> Iterator[LocalProcess]:
    """A local chain of one test, with the methods for tests, whose slots only its test closes by its needs."""
    with local_process("--test-methods") as running:
        yield running


@pytest.fixture(scope="session")
def validator_binary() -> str:
    """The path of solana-test-validator."""
    binary = installed_validator()
    if binary is None:
        reason = "solana-test-validator is not installed: scripts/install-validator builds it"
        if os.environ.get("JOB_ESCROW_REQUIRE_VALIDATOR") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return binary


@pytest.fixture(scope="session")
def test_validator(validator_binary: str) -> Iterator[Endpoint]:
    """solana-test-validator, shared by a session: keys are a test's own."""
    with validator_process(validator_binary) as endpoint:
        yield endpoint

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if str(Path(__file__).parent) not in sys.path:
    sys.path.insert(0, str(Path(__file__).parent))
    # Our own gateway is run by what the tests of the API have.
    sys.path.insert(1, str(Path(__file__).parents[1] / "api"))

from conformance_harness.client import Behind
from conformance_harness.target import Target, read_target

_VARIABLE = "GATEWAY_TARGET"


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """The gateway that GATEWAY_TARGET describes, or ours."""
    described = os.environ.get(_VARIABLE)
    if described is not None:
        yield read_target(Path(described))
        return
    from conformance_harness.ours import our_gateway

    with our_gateway(request.getfixturevalue("localnet_url"), tmp_path_factory.mktemp("conformance")) as running:
        yield running


@pytest.fixture
def behind(target: Target) -> Behind:
    """The server behind the gateway."""
    return Behind(target.upstream)

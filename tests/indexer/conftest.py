import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# The harness of these tests.
_FOLDER = str(Path(__file__).parent)
if _FOLDER not in sys.path:
    sys.path.insert(0, _FOLDER)

pytest.register_assert_rewrite("indexer_harness")

from job_escrow_indexer.queries import View, connect, snapshot  # noqa: E402
from queries_harness.history import History  # noqa: E402
from queries_harness.indexed import Indexed  # noqa: E402


@pytest.fixture(scope="session", params=(1, 3), ids="seed {}".format)
def indexed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Indexed]:
    """Random months of several wallets, ingested; nobody changes it."""
    history = History.play(request.param, 1_500)
    path = tmp_path_factory.mktemp("indexed") / "chain.db"
    history.ingest(path)
    connection = connect(path)
    yield Indexed(history, path, connection)
    connection.close()


@pytest.fixture
def view(indexed: Indexed) -> Iterator[View]:
    """All of it, at its end."""
    with snapshot(indexed.connection, now=indexed.now) as seen:
        yield seen

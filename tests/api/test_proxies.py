"""Behind a proxy, a request comes from where the proxy says last, however much the client said before."""

from types import SimpleNamespace
from typing import Any

import pytest
from job_escrow_indexer.api.keys.guard import client_address
from litestar.datastructures import Headers


@pytest.mark.parametrize(
    "lines", [["1.1.1.1, 2.2.2.2"], ["1.1.1.1", "2.2.2.2"], ["1.1.1.1, 3.3.3.3", "4.4.4.4,2.2.2.2"]]
)
def test_the_last_entry_of_the_last_line_counts(lines: list[str]) -> None:
    services: Any = SimpleNamespace(settings=SimpleNamespace(trust_proxy=True))
    scope: Any = {"headers": [(b"x-forwarded-for", each.encode()) for each in lines]}
    connection: Any = SimpleNamespace(headers=Headers.from_scope(scope), client=None)
    assert client_address(services, connection) == "2.2.2.2"

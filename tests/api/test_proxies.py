"""Behind a proxy, a request comes from where the proxy says last, however much the client said before."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from api_harness.server import Server, problem, serving
from escrow_harness.stage import Stage


@pytest.fixture(scope="module")
def paced(stage: Stage, localnet_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server behind a proxy, which takes one request of an address and then none for a minute."""
    options = ("--no-index", "--trust-proxy", "--address-rate", "1")
    with serving(
        tmp_path_factory.mktemp("proxied"), chain=localnet_url, platform=stage.platform, options=options
    ) as running:
        yield running


def ask(server: Server, *lines: str) -> httpx2.Response:
    """A request with these lines of X-Forwarded-For, as they come out of a proxy."""
    return httpx2.get(f"{server.url}/health/live", headers=[("X-Forwarded-For", line) for line in lines])


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        ("2.2.2.2", ["1.1.1.1, 2.2.2.2"]),
        ("2.2.2.3", ["1.1.1.1", "2.2.2.3"]),
        ("2.2.2.4", ["1.1.1.1, 3.3.3.3", "4.4.4.4,2.2.2.4"]),
    ],
)
def test_the_last_entry_of_the_last_line_counts(paced: Server, address: str, lines: list[str]) -> None:
    assert ask(paced, address).status_code == 200
    assert problem(ask(paced, *lines))["type"] == "/v1/problems/rate-limited"
    # What the client itself wrote is nobody's address.
    assert ask(paced, *lines[:-1], f"{lines[-1]}, {address}0").status_code == 200


def test_without_a_proxy_nobody_chooses_an_address(stage: Stage, localnet_url: str, tmp_path: Path) -> None:
    options = ("--no-index", "--address-rate", "1")
    with serving(tmp_path, chain=localnet_url, platform=stage.platform, options=options) as running:
        assert ask(running, "1.1.1.1").status_code == 200
        assert problem(ask(running, "2.2.2.2"))["type"] == "/v1/problems/rate-limited"


@pytest.mark.parametrize(
    ("first", "same", "other"),
    [
        # Whoever has one address of an IPv6 network has as many as he likes.
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"),
        ("[2001:db8:2:2::1]", "2001:0DB8:2:2::2", "2001:db8:2:3::1"),
        ("::ffff:9.9.9.9", "9.9.9.9", "::ffff:9.9.9.8"),
        ("fe80:5::1%eth0", "fe80:5::2", "fe80:6::1"),
        ("unknown", "unknown", "unknown2"),
    ],
)
def test_the_addresses_of_one_network_count_together(paced: Server, first: str, same: str, other: str) -> None:
    assert ask(paced, first).status_code == 200
    assert problem(ask(paced, same))["type"] == "/v1/problems/rate-limited"
    assert ask(paced, other).status_code == 200

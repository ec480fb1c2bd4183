"""A node that is away, slow, busy, wrong, or of another chain: a sentence that says what to do, and code 4."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from cli_harness.command import Cli
from cli_harness.world import World
from faults.answers import NONSENSE, Nonsense, each
from faults.plan import Fault, Faults
from faults.proxy import FaultProxy, fault_proxy

_NODE = 4
"""The exit code for a node that does not do what it was asked."""
_MAINNET = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d"
# What can be told from any answer, whatever was asked for.
_NO_ANSWER = (
    "brackets",
    "brackets without end",
    "deep within",
    "half an answer",
    "a page",
    "no UTF-8",
    "nothing",
)


@pytest.fixture
def proxy(world: World) -> Iterator[FaultProxy]:
    with fault_proxy(world.url, "", Faults()) as running:
        yield running


@pytest.fixture
def alice(world: World, cli: Cli, proxy: FaultProxy) -> Cli:
    return world.acting(cli, "alice", url=proxy.url)


def test_nobody_listens(world: World, cli: Cli) -> None:
    with socket.socket() as taken:
        # Bound and not listening: nobody else gets the port meanwhile.
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        done = world.acting(cli, "alice", url=url)("balance")
    assert done.code == _NODE
    assert done.error == f"{url} did not answer (Connection refused): check --url and the network"


def test_a_node_that_hangs_is_waited_for_as_long_as_was_said(alice: Cli, proxy: FaultProxy) -> None:
    # Until the proxy ends: the answer never comes.
    proxy.faults.http, proxy.faults.delay = {Fault.SLOW: 1.0}, 3_600.0
    done = alice("balance", "--rpc-timeout", "1")
    assert done.code == _NODE
    assert done.error == f"{proxy.url} did not answer within 1 s: try again, or another node with --url"


def test_a_node_that_is_busy_for_a_moment_is_asked_again(alice: Cli, proxy: FaultProxy) -> None:
    alice.ok("open", "--buy", "100", "--namespace", "busy")
    calm = alice.json("balance", "--namespace", "busy")
    proxy.faults.http_next = [Fault.TOO_MANY_REQUESTS, Fault.TOO_MANY_REQUESTS]
    assert alice.json("balance", "--namespace", "busy") == calm
    proxy.faults.http_next = [Fault.UNAVAILABLE]
    assert alice.json("balance", "--namespace", "busy") == calm
    assert proxy.faults.happened == [Fault.TOO_MANY_REQUESTS, Fault.TOO_MANY_REQUESTS, Fault.UNAVAILABLE]


def test_a_node_that_is_busy_in_json_is_asked_again(alice: Cli, proxy: FaultProxy) -> None:
    """Some providers answer 200 with an error of their own in place of 429."""
    alice.ok("open", "--buy", "100", "--namespace", "json")
    said = iter([True])

    def busy(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        if next(said, False):
            return {"jsonrpc": "2.0", "id": request["id"], "error": {"code": -32429, "message": "rate limited"}}
        return answer

    proxy.faults.rewrite = each("getMultipleAccounts", busy)
    assert alice.json("balance", "--namespace", "json")["available"] == 100
    assert next(said, None) is None


def test_a_purchase_gets_through_a_busy_node_once(alice: Cli, proxy: FaultProxy) -> None:
    alice.ok("open", "--buy", "100", "--namespace", "through")
    proxy.faults.methods = frozenset({"simulateTransaction", "sendTransaction", "getSignatureStatuses"})
    proxy.faults.http_next = [Fault.TOO_MANY_REQUESTS] * 3
    alice.ok("buy", "100", "--namespace", "through")
    assert len(proxy.faults.happened) == 3
    assert alice.json("balance", "--namespace", "through")["available"] == 200


def test_a_node_that_stays_busy_is_told_after_four_attempts(alice: Cli, proxy: FaultProxy) -> None:
    proxy.faults.http = {Fault.TOO_MANY_REQUESTS: 1.0}
    done = alice("balance")
    assert done.code == _NODE
    assert done.error == f"{proxy.url} answered 429 (too many requests): wait a moment, or name your own node"
    assert proxy.faults.asked.total() == 4


def test_a_page_of_an_error_is_none_of_a_node(alice: Cli, proxy: FaultProxy) -> None:
    proxy.faults.http = {Fault.SERVER_ERROR: 1.0}
    done = alice("balance")
    assert done.code == _NODE
    assert done.error == f"{proxy.url} answered HTTP 500 (): check --url"
    # Nobody knows what was done: it is not asked again.
    assert proxy.faults.asked.total() == 1


@pytest.mark.parametrize("kind", _NO_ANSWER)
def test_nonsense_is_told_and_never_believed(alice: Cli, proxy: FaultProxy, kind: str) -> None:
    assert kind in NONSENSE
    proxy.faults.rewrite = Nonsense("getMultipleAccounts", kind, times=10**9)
    done = alice("balance")
    assert done.code == _NODE
    assert done.error.startswith(f"{proxy.url} gave an answer that is not Solana JSON-RPC (")
    assert done.error.endswith("): check --url")


def test_a_database_of_another_chain_is_not_compared_with_this_one(alice: Cli, proxy: FaultProxy) -> None:
    alice.ok("open", "--buy", "100", "--namespace", "mirrored")
    alice.ok("index", "verify")
    proxy.faults.rewrite = each("getGenesisHash", lambda _, answer: answer | {"result": _MAINNET})
    done = alice("index", "verify")
    assert done.code != 0
    assert _MAINNET in done.error
    assert "choose another database" in done.error

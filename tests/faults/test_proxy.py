"""The faults happen as they are planned, before the local chain and before the validator alike."""

import http.client
import itertools
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

for _folder in (Path(__file__).parents[1] / "localnet", Path(__file__).parents[1]):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

from localnet_harness import builders as b  # noqa: E402
from localnet_harness.endpoint import Endpoint, until  # noqa: E402
from localnet_harness.listener import listen  # noqa: E402
from localnet_harness.nodes import installed_validator, local_process, validator_process  # noqa: E402

from faults import Fault, FaultProxy, Faults, fault_proxy, take_back  # noqa: E402


@pytest.fixture(scope="module", params=["localnet", pytest.param("validator", marks=pytest.mark.validator)])
def node(request: pytest.FixtureRequest) -> Iterator[Endpoint]:
    if request.param == "localnet":
        with local_process() as running:
            yield running.endpoint
        return
    binary = installed_validator()
    if binary is None:
        reason = "solana-test-validator is not installed: scripts/install-validator builds it"
        if os.environ.get("JOB_ESCROW_REQUIRE_VALIDATOR") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with validator_process(binary) as endpoint:
        yield endpoint


@pytest.fixture
def proxy(node: Endpoint) -> Iterator[FaultProxy]:
    with fault_proxy(node.url, node.websocket_url, Faults()) as running:
        yield running


def _endpoint(proxy: FaultProxy) -> Endpoint:
    return Endpoint(proxy.url, proxy.websocket_url)


def test_without_faults_nothing_changes(node: Endpoint, proxy: FaultProxy) -> None:
    through = _endpoint(proxy)
    for body in (b'{"jsonrpc":"2.0","id":1,"method":"getGenesisHash"}', b"{", b"[]"):
        ours, theirs = node.post(body), through.post(body)
        assert (ours[0], ours[1].get("content-type"), ours[2]) == (theirs[0], theirs[1].get("content-type"), theirs[2])
    signature = through.rpc("requestAirdrop", str(b.key("proxied").pubkey()), 1_000_000_000)
    b.confirm(through, signature)
    assert proxy.faults.happened == []


@pytest.mark.parametrize(("fault", "status"), [(Fault.TOO_MANY_REQUESTS, 429), (Fault.SERVER_ERROR, 500)])
def test_a_status(proxy: FaultProxy, fault: Fault, status: int) -> None:
    proxy.faults.http_next = [fault]
    through = _endpoint(proxy)
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "getHealth"}).encode()
    answer = through.post(body)
    assert answer[0] == status
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(answer[2])
    assert through.rpc("getHealth") == "ok"
    assert proxy.faults.happened == [fault]


def test_a_slow_answer(proxy: FaultProxy) -> None:
    proxy.faults.delay, proxy.faults.http_next = 0.3, [Fault.SLOW]
    start = time.monotonic()
    assert _endpoint(proxy).rpc("getHealth") == "ok"
    assert time.monotonic() - start >= 0.3


@pytest.mark.parametrize(("fault", "landed"), [(Fault.CUT_BEFORE, False), (Fault.CUT_AFTER, True)])
def test_a_connection_that_is_cut(node: Endpoint, proxy: FaultProxy, fault: Fault, landed: bool) -> None:
    """The client hears nothing either way; whether the node was asked differs."""
    wallet = b.key(f"cut {fault} {node.name}").pubkey()
    proxy.faults.http_next = [fault]
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        _endpoint(proxy).rpc("requestAirdrop", str(wallet), 1_000_000_000)
    marker = b.fund(node, b.key(f"after the cut {fault}").pubkey())
    b.confirm(node, marker)
    if landed:
        until(lambda: _balance(node, wallet) == 1_000_000_000, what="the airdrop that nobody heard of")
    else:
        assert _balance(node, wallet) == 0


def _balance(node: Endpoint, wallet: b.Pubkey) -> int:
    value = node.rpc("getBalance", str(wallet), {"commitment": "confirmed"})["value"]
    assert isinstance(value, int)
    return value


def test_a_truncated_answer(proxy: FaultProxy) -> None:
    proxy.faults.http_next = [Fault.TRUNCATED]
    with pytest.raises(http.client.IncompleteRead):
        _endpoint(proxy).rpc("getEpochInfo")


def test_only_some_methods(proxy: FaultProxy) -> None:
    proxy.faults.http, proxy.faults.methods = {Fault.SERVER_ERROR: 1.0}, frozenset({"getSlot"})
    through = _endpoint(proxy)
    assert through.rpc("getHealth") == "ok"
    body = json.dumps([{"jsonrpc": "2.0", "id": 1, "method": "getSlot"}]).encode()
    assert through.post(body)[0] == 500
    proxy.faults.calm()
    assert through.post(body)[0] == 200


def _slots(proxy: FaultProxy, plan: list[Fault | None], count: int) -> list[int]:
    """Slots as a subscriber hears them, once some were heard that meet no fault."""
    with listen(proxy.websocket_url) as listener:
        number = listener.subscribe("slotSubscribe")
        until(lambda: len(listener.told(number)) >= 2, what="two slots")
        start = len(listener.told(number))
        proxy.faults.websocket_next = plan
        until(lambda: len(listener.told(number)) >= start + count, what="slots with faults")
        return [one["result"]["slot"] for one in listener.told(number)][start - 1 : start + count]


def test_a_dropped_notification(proxy: FaultProxy) -> None:
    slots = _slots(proxy, [Fault.DROPPED], 3)
    gaps = [after - before for before, after in itertools.pairwise(slots)]
    assert sorted(gaps) == [1] * (len(gaps) - 1) + [2]


def test_a_repeated_notification(proxy: FaultProxy) -> None:
    slots = _slots(proxy, [Fault.REPEATED], 4)
    assert len(slots) - len(set(slots)) == 1
    assert slots == sorted(slots)


def test_reordered_notifications(proxy: FaultProxy) -> None:
    slots = _slots(proxy, [Fault.REORDERED], 5)
    assert slots != sorted(slots)
    assert sorted(slots) == list(range(min(slots), min(slots) + len(slots)))


def test_a_connection_that_ends(proxy: FaultProxy) -> None:
    with listen(proxy.websocket_url) as listener:
        number = listener.subscribe("slotSubscribe")
        listener.wait(number)
        proxy.faults.websocket_next = [Fault.CUT_AFTER]
        until(lambda: listener.closed, what="the end of the connection")
    with listen(proxy.websocket_url) as again:
        again.wait(again.subscribe("slotSubscribe"))


def test_a_fork_through_the_proxy() -> None:
    with (
        local_process("--test-methods") as running,
        fault_proxy(running.endpoint.url, running.endpoint.websocket_url, Faults()) as proxy,
    ):
        through = _endpoint(proxy)
        wallet = b.key("forked away").pubkey()
        until(lambda: through.rpc("getSlot", {"commitment": "processed"}) > 5, what="some slots")
        b.fund(through, wallet)
        assert take_back(proxy.url, 5) is True
        assert _balance(through, wallet) == 0
        with pytest.raises(ValueError, match="cannot be taken back"):
            take_back(proxy.url, 1_000)


def test_a_chain_that_knows_no_forks(node: Endpoint) -> None:
    assert take_back(node.url, 1) is False


def test_a_plan_from_a_seed_repeats_itself() -> None:
    shares = {Fault.DROPPED: 0.3, Fault.REPEATED: 0.3}
    first, second, other = (Faults(seed=seed, websocket=dict(shares)) for seed in (7, 7, 8))
    drawn = [[plan.for_notification() for _ in range(100)] for plan in (first, second, other)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert set(drawn[0]) == {None, *shares}


def test_a_plan_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="no fault of http"):
        Faults(http={Fault.DROPPED: 0.1})
    with pytest.raises(ValueError, match="at most 1"):
        Faults(http={Fault.SLOW: 0.6, Fault.SERVER_ERROR: 0.6})

"""Time travel and forks: for tests, and off unless asked for."""

import base64
from pathlib import Path

import pytest
from localnet_harness import builders as b
from localnet_harness.endpoint import Endpoint, until
from localnet_harness.listener import listen
from localnet_harness.nodes import LocalProcess, local_process

CLOCK = "SysvarC1ock11111111111111111111111111111111"


def _clock(node: Endpoint) -> int:
    """What programs see as the time: the end of the clock's data."""
    account = node.rpc("getAccountInfo", CLOCK, {"encoding": "base64", "commitment": "confirmed"})["value"]
    return int.from_bytes(base64.b64decode(account["data"][0])[32:40], "little")


@pytest.mark.parametrize(
    ("method", "params"), [("localnet_timeTravel", [{"seconds": 1}]), ("localnet_rollback", [1]), ("nothing", [])]
)
def test_they_are_off_by_default(localnet: Endpoint, method: str, params: list[object]) -> None:
    assert localnet.error(method, *params) == {"code": -32601, "message": "Method not found"}


def test_travel_by_seconds_moves_clock_and_blocks(own_localnet: LocalProcess) -> None:
    node = own_localnet.endpoint
    before = _clock(node)
    there = node.rpc("localnet_timeTravel", {"seconds": 86_400})
    assert before + 86_400 <= there["unixTimestamp"] <= before + 86_410
    assert _clock(node) >= before + 86_400
    assert node.rpc("getBlockTime", there["slot"] - 1) >= before + 86_400


def test_travel_to_a_time_and_not_back(own_localnet: LocalProcess) -> None:
    node = own_localnet.endpoint
    later = _clock(node) + 1_000
    assert later <= node.rpc("localnet_timeTravel", {"unixTimestamp": later})["unixTimestamp"] <= later + 1
    error = node.error("localnet_timeTravel", {"unixTimestamp": later - 500})
    assert (error["code"], "cannot go back" in error["message"]) == (-32602, True)


def test_travel_by_slots_skips_them(own_localnet: LocalProcess) -> None:
    node = own_localnet.endpoint
    before = node.rpc("getSlot", {"commitment": "processed"})
    height = node.rpc("getBlockHeight", {"commitment": "processed"})
    after = node.rpc("localnet_timeTravel", {"slots": 1_000_000})["slot"]
    assert after >= before + 1_000_000
    assert node.rpc("getBlockHeight", {"commitment": "processed"}) < height + 1_000
    skipped = before + 500_000
    until(lambda: node.rpc("getSlot", {"commitment": "finalized"}) > skipped, what="the skip to be final")
    assert node.error("getBlock", skipped)["code"] == -32007
    assert node.rpc("getBlocks", skipped, skipped + 100) == []
    assert node.rpc("getEpochInfo", {"commitment": "processed"})["epoch"] == 2


def test_travel_by_blocks_makes_them(own_localnet: LocalProcess) -> None:
    node = own_localnet.endpoint
    blockhash = node.rpc("getLatestBlockhash", {"commitment": "processed"})["value"]
    node.rpc("localnet_timeTravel", {"blocks": 151})
    assert node.rpc("getBlockHeight", {"commitment": "processed"}) > blockhash["lastValidBlockHeight"]
    assert node.rpc("isBlockhashValid", blockhash["blockhash"], {"commitment": "processed"})["value"] is False


def test_travelled_time_survives_a_restart(tmp_path: Path) -> None:
    arguments = ("--test-methods", "--ledger", str(tmp_path))
    with local_process(*arguments) as first:
        there = first.endpoint.rpc("localnet_timeTravel", {"seconds": 1_000_000})["unixTimestamp"]
        first.kill()
    with local_process(*arguments) as second:
        assert there <= _clock(second.endpoint) <= there + 60


def test_a_fork_takes_back_what_is_not_final(own_localnet: LocalProcess) -> None:
    node = own_localnet.endpoint
    payer, wallet, new = b.key("payer"), b.key("wallet"), b.key("new")
    b.fund(node, payer.pubkey())
    kept = b.run(node, [b.pay(payer, wallet.pubkey(), 1_000_000)], [payer])
    b.confirm(node, kept, "finalized")
    blockhash = b.latest(node, "finalized")
    instructions = [b.pay(payer, wallet.pubkey(), 1), b.pay(payer, new.pubkey(), 2_000_000)]
    forked = b.signed(instructions, [payer], blockhash)
    count = node.rpc("getTransactionCount", {"commitment": "confirmed"})
    signature = b.send(node, forked)
    b.confirm(node, signature)
    [status] = node.rpc("getSignatureStatuses", [signature])["value"]
    young = b.latest(node)
    gone = node.rpc("getSlot", {"commitment": "confirmed"}) - status["slot"] + 1
    fork = node.rpc("localnet_rollback", gone + 2)
    assert fork["parent"] < status["slot"] < fork["slot"]

    history = {"searchTransactionHistory": True}
    assert node.rpc("getSignatureStatuses", [signature], history)["value"] == [None]
    assert node.rpc("getTransaction", signature, {"commitment": "confirmed"}) is None
    found = node.rpc("getSignaturesForAddress", str(wallet.pubkey()), {"commitment": "confirmed"})
    assert [one["signature"] for one in found] == [kept]
    for level in ("processed", "confirmed", "finalized"):
        assert node.rpc("getBalance", str(wallet.pubkey()), {"commitment": level})["value"] == 1_000_000
        assert node.rpc("getAccountInfo", str(new.pubkey()), {"commitment": level})["value"] is None
    assert node.rpc("getTransactionCount", {"commitment": "confirmed"}) == count
    assert node.rpc("isBlockhashValid", str(young), {"commitment": "confirmed"})["value"] is False

    # The same transaction can land again, on the other branch.
    b.confirm(node, b.send(node, forked))
    assert node.rpc("getBalance", str(new.pubkey()), {"commitment": "confirmed"})["value"] == 2_000_000
    found = node.rpc("getTransaction", signature, {"commitment": "confirmed"})
    assert found["slot"] >= fork["slot"]


def test_a_fork_shows_in_the_slots(own_localnet: LocalProcess) -> None:
    node = own_localnet.endpoint
    until(lambda: node.rpc("getSlot", {"commitment": "processed"}) > 10, what="ten slots")
    with listen(node.websocket_url) as listener:
        number = listener.subscribe("slotSubscribe")
        fork = node.rpc("localnet_rollback", 4)
        told = listener.wait(number, lambda one: one["result"]["slot"] == fork["slot"])["result"]
    assert told["parent"] == fork["parent"] == told["slot"] - 6


def test_final_slots_stay(own_localnet: LocalProcess) -> None:
    node = own_localnet.endpoint
    until(lambda: node.rpc("getSlot", {"commitment": "finalized"}) > 0, what="a final slot")
    error = node.error("localnet_rollback", 32)
    assert error["code"] == -32602
    assert "31 are not final" in error["message"]


def test_a_fork_survives_a_kill(tmp_path: Path) -> None:
    arguments = ("--test-methods", "--ledger", str(tmp_path))
    wallet = b.key("forked and killed").pubkey()
    with local_process(*arguments) as first:
        node = first.endpoint
        until(lambda: node.rpc("getSlot", {"commitment": "processed"}) > 5, what="some slots")
        signature = b.fund(node, wallet)
        node.rpc("localnet_rollback", 5)
        first.kill()
    with local_process(*arguments) as second:
        assert second.endpoint.rpc("getBalance", str(wallet), {"commitment": "confirmed"})["value"] == 0
        history = {"searchTransactionHistory": True}
        assert second.endpoint.rpc("getSignatureStatuses", [signature], history)["value"] == [None]

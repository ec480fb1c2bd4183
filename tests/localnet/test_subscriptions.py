"""What subscribers hear, beyond what is compared with a validator."""

from typing import Any

from localnet_harness import builders as b
from localnet_harness.endpoint import Endpoint, until
from localnet_harness.listener import listen
from localnet_harness.nodes import LocalProcess


def test_slots_come_one_after_another(localnet: Endpoint) -> None:
    with listen(localnet.websocket_url) as listener:
        number = listener.subscribe("slotSubscribe")
        until(lambda: len(listener.told(number)) >= 5, what="five slots")
        told = [one["result"] for one in listener.told(number)]
    assert [one["slot"] for one in told] == list(range(told[0]["slot"], told[0]["slot"] + len(told)))
    assert all(one["parent"] == one["slot"] - 1 for one in told)
    assert all(one["root"] <= one["slot"] - 32 or one["root"] == 0 for one in told)


def test_roots_come_one_after_another(localnet: Endpoint) -> None:
    with listen(localnet.websocket_url) as listener:
        number = listener.subscribe("rootSubscribe")
        until(lambda: len(listener.told(number)) >= 3, what="three roots")
        told = [one["result"] for one in listener.told(number)]
    assert told == list(range(told[0], told[0] + len(told)))


def test_each_commitment_is_told_in_its_time(localnet: Endpoint) -> None:
    wallet = b.key("told of thrice").pubkey()
    with listen(localnet.websocket_url) as listener:
        numbers = {
            level: listener.subscribe("accountSubscribe", str(wallet), {"commitment": level})
            for level in ("processed", "confirmed", "finalized")
        }
        localnet.rpc("requestAirdrop", str(wallet), 1_000_000)
        messages = {level: listener.wait(number) for level, number in numbers.items()}
        order = [one["params"]["subscription"] for one in listener.messages if "method" in one]
    assert order == [numbers["processed"], numbers["confirmed"], numbers["finalized"]]
    assert len({one["result"]["context"]["slot"] for one in messages.values()}) == 1
    assert {one["result"]["value"]["lamports"] for one in messages.values()} == {1_000_000}


def test_an_account_that_is_closed(localnet: Endpoint) -> None:
    payer, wallet = b.key("closer"), b.key("closed")
    b.fund(localnet, payer.pubkey())
    b.run(localnet, [b.pay(payer, wallet.pubkey(), 1_000_000)], [payer])
    with listen(localnet.websocket_url) as listener:
        number = listener.subscribe("accountSubscribe", str(wallet.pubkey()), {"commitment": "confirmed"})
        b.run(localnet, [b.pay(wallet, payer.pubkey(), 1_000_000)], [payer, wallet])
        told = listener.wait(number)["result"]["value"]
    assert (told["lamports"], told["space"], told["owner"]) == (0, 0, str(b.SYSTEM))


def test_all_logs_and_only_those_of_an_address(localnet: Endpoint) -> None:
    first, second = b.key("logs of one"), b.key("logs of another")
    for one in (first, second):
        b.fund(localnet, one.pubkey())
    with listen(localnet.websocket_url) as listener:
        everything = listener.subscribe("logsSubscribe", "all", {"commitment": "confirmed"})
        mine = listener.subscribe("logsSubscribe", {"mentions": [str(first.pubkey())]}, {"commitment": "confirmed"})
        signatures = [b.run(localnet, [b.memo("hello")], [one]) for one in (first, second)]
        until(lambda: len(listener.told(everything)) >= 2, what="logs of both")
        told = [one["result"]["value"]["signature"] for one in listener.told(everything)]
        assert [one for one in told if one in signatures] == signatures
        assert [one["result"]["value"]["signature"] for one in listener.told(mine)] == signatures[:1]
    assert "Program log: hello" in listener.told(mine)[0]["result"]["value"]["logs"]


def test_what_had_landed_is_told_when_a_later_slot_ends(own_localnet: LocalProcess) -> None:
    """Not with the reply: clients listen for it only after they have read that."""
    node = own_localnet.endpoint
    signature = b.airdrop(node, b.key("told late").pubkey(), 1_000_000)
    for commitment in ("processed", "confirmed"):
        with listen(node.websocket_url) as listener:
            slots = listener.subscribe("slotSubscribe")
            listener.wait(slots)
            number = listener.subscribe("signatureSubscribe", signature, {"commitment": commitment})
            listener.wait(number)
            place = next(at for at, one in enumerate(listener.messages) if one.get("result") == number)
            after = [one["params"]["subscription"] for one in list(listener.messages)[place + 1 :] if "method" in one]
        assert after[: after.index(number) + 1] == [slots, number]


def test_a_slot_goes_through_its_steps_in_order(localnet: Endpoint) -> None:
    with listen(localnet.websocket_url) as listener:
        number = listener.subscribe("slotsUpdatesSubscribe")
        first = listener.wait(number, lambda one: one["result"]["type"] == "createdBank")["result"]
        listener.wait(number, lambda one: one["result"]["type"] == "root" and one["result"]["slot"] == first["slot"])
        told = [one["result"] for one in listener.told(number)]
    steps = [one["type"] for one in told if one["slot"] == first["slot"]]
    assert steps == ["createdBank", "frozen", "completed", "optimisticConfirmation", "root"]
    assert first["parent"] == first["slot"] - 1
    times = [one["timestamp"] for one in told]
    assert times == sorted(times)


def test_a_frozen_slot_counts_its_transactions(own_localnet: LocalProcess) -> None:
    node = own_localnet.endpoint
    payer = b.key("counted")
    b.fund(node, payer.pubkey())
    with listen(node.websocket_url) as listener:
        number = listener.subscribe("slotsUpdatesSubscribe")
        b.run(node, [b.pay(payer, b.key("counted to").pubkey(), 1_000_000)], [payer])
        b.run(node, [b.pay(payer, b.key("counted to").pubkey(), 10**15)], [payer], skipPreflight=True)
        until(lambda: sum(_failed(one) for one in listener.told(number)) == 1, what="the failed one's slot")
        stats = [one["result"]["stats"] for one in listener.told(number) if one["result"]["type"] == "frozen"]
    assert sum(one["numSuccessfulTransactions"] for one in stats) == 1
    assert sum(one["numTransactionEntries"] for one in stats) == 2


def _failed(told: dict[str, Any]) -> int:
    stats: dict[str, int] = told["result"].get("stats", {})
    return stats.get("numFailedTransactions", 0)


def test_an_ended_subscription_is_silent(localnet: Endpoint) -> None:
    with listen(localnet.websocket_url) as listener:
        ended, other = (listener.subscribe("slotSubscribe") for _ in range(2))
        assert listener.answer("slotUnsubscribe", ended)["result"] is True
        count = len(listener.told(ended))
        heard = len(listener.told(other))
        until(lambda: len(listener.told(other)) > heard + 3, what="more slots")
        assert len(listener.told(ended)) == count


def test_a_subscription_belongs_to_its_connection(localnet: Endpoint) -> None:
    with listen(localnet.websocket_url) as mine, listen(localnet.websocket_url) as other:
        number = mine.subscribe("slotSubscribe")
        answer = other.answer("slotUnsubscribe", number)
        assert answer["error"] == {"code": -32602, "message": "Invalid subscription id."}
        heard = len(mine.told(number))
        until(lambda: len(mine.told(number)) > heard, what="another slot")

"""Subscriptions, and a story that each of them tells something of."""

from typing import Any

from solders.signature import Signature

from localnet_harness import builders as b
from localnet_harness.endpoint import until
from localnet_harness.listener import listen
from localnet_harness.story import Story

NOBODY = str(b.key("nobody").pubkey())
REFUSED: dict[str, tuple[str, list[Any]]] = {
    "an address that is none": ("accountSubscribe", ["abc"]),
    "no address": ("accountSubscribe", []),
    "a number": ("accountSubscribe", [5]),
    "an encoding that is none": ("accountSubscribe", [NOBODY, {"encoding": "base32"}]),
    "a program that is none": ("programSubscribe", ["abc"]),
    "five filters": ("programSubscribe", [NOBODY, {"filters": [{"dataSize": 1}] * 5}]),
    "a signature that is none": ("signatureSubscribe", ["abc"]),
    "logs of nothing": ("logsSubscribe", []),
    "logs of two": ("logsSubscribe", [{"mentions": [NOBODY, NOBODY]}]),
    "logs of no address": ("logsSubscribe", [{"mentions": ["abc"]}]),
    "logs of some": ("logsSubscribe", ["some"]),
    "a subscription that is none": ("accountUnsubscribe", [123_456]),
    "parameters where there are none": ("slotSubscribe", [1]),
    "blocks": ("blockSubscribe", ["all"]),
    "votes": ("voteSubscribe", []),
    "a method that is none": ("everythingSubscribe", []),
    "a method of HTTP": ("getSlot", []),
}


def refused(story: Story, name: str) -> dict[str, Any]:
    method, params = REFUSED[name]
    with listen(story.node.websocket_url) as listener:
        return listener.answer(method, *params)


def notifications(story: Story, commitment: str) -> dict[str, Any]:
    """What subscribers hear of one token transfer and one failed transaction."""
    payer, owner = story.payer, story.owner
    config = {"commitment": commitment}
    with listen(story.node.websocket_url) as listener:
        subscribed = {
            "token account": ("accountSubscribe", str(story.ata), config | {"encoding": "jsonParsed"}),
            "token account in base64": ("accountSubscribe", str(story.ata), config | {"encoding": "base64"}),
            "token program": (
                "programSubscribe",
                str(b.TOKEN),
                config | {"encoding": "base64", "filters": [{"memcmp": {"offset": 32, "bytes": str(owner.pubkey())}}]},
            ),
            "logs of the owner": ("logsSubscribe", {"mentions": [str(owner.pubkey())]}, config),
        }
        numbers = {name: listener.subscribe(*arguments) for name, arguments in subscribed.items()}
        assert len(set(numbers.values())) == len(numbers)
        transfer = b.token_transfer(story.ata, story.other_ata, owner.pubkey(), 11)
        good = b.signed([transfer], [payer, owner], b.latest(story.node))
        numbers["signature"] = listener.subscribe("signatureSubscribe", str(good.signatures[0]), config)
        received = config | {"enableReceivedNotification": True}
        numbers["signature received"] = listener.subscribe("signatureSubscribe", str(good.signatures[0]), received)
        story.remember(f"good {commitment}", b.send(story.node, good))
        listener.wait(numbers["signature"], seconds=300)
        too_much = b.token_transfer(story.ata, story.other_ata, owner.pubkey(), 10**15)
        bad = b.signed([too_much], [payer, owner], b.latest(story.node))
        numbers["failed signature"] = listener.subscribe("signatureSubscribe", str(bad.signatures[0]), config)
        story.remember(f"bad {commitment}", b.send(story.node, bad, skipPreflight=True))
        listener.wait(numbers["failed signature"], seconds=300)
        until(
            lambda: len(listener.told(numbers["logs of the owner"])) >= 2, seconds=300, what="both transactions' logs"
        )
        passing = b.key(f"passing {commitment}")
        config64 = config | {"encoding": "base64"}
        numbers["closed account"] = listener.subscribe("accountSubscribe", str(passing.pubkey()), config64)
        b.run(story.node, [b.pay(payer, passing.pubkey(), 1_000_000)], [payer])
        b.run(story.node, [b.pay(passing, payer.pubkey(), 1_000_000)], [payer, passing])
        until(lambda: len(listener.told(numbers["closed account"])) >= 2, seconds=300, what="the account's end")
        numbers["late signature"] = listener.subscribe("signatureSubscribe", str(good.signatures[0]), config)
        listener.wait(numbers["late signature"], seconds=300)
        numbers["nobody"] = listener.subscribe("accountSubscribe", NOBODY, config)
        numbers["no signature"] = listener.subscribe("signatureSubscribe", str(Signature.default()), config)
        ended = listener.answer("accountUnsubscribe", numbers["token account"])
        again = listener.answer("accountUnsubscribe", numbers["token account"])
        return {
            "told": {name: _whole(listener.told(number)) for name, number in numbers.items()},
            "ended": ended,
            "ended again": again,
        }


def life_of_a_slot(story: Story) -> dict[str, Any]:
    """Each step from a slot's bank to its root, by the fields that it is told with."""
    with listen(story.node.websocket_url) as listener:
        number = listener.subscribe("slotsUpdatesSubscribe")
        slot = listener.wait(number, lambda one: one["result"]["type"] == "createdBank")["result"]["slot"]
        listener.wait(number, lambda one: one["result"]["type"] == "root" and one["result"]["slot"] == slot)
        told = [one for one in listener.told(number) if one["result"]["slot"] == slot]
        ended = listener.answer("slotsUpdatesUnsubscribe", number)
    steps = {one["result"]["type"]: sorted(one["result"]) for one in told}
    return {"names": sorted({one["method"] for one in told}), "steps": steps, "stats": _stats(told), "ended": ended}


def _stats(told: list[dict[str, Any]]) -> list[list[str]]:
    return [sorted(one["result"]["stats"]) for one in told if "stats" in one["result"]]


def _whole(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Log lines say what programs consumed, which differs by their release: their number is enough here."""
    for one in told:
        value = one["result"]["value"]
        if isinstance(value, dict) and "logs" in value:
            value["logs"] = len(value["logs"])
    return told

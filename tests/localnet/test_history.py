"""The order of transactions, and reading it page by page."""

from typing import Any

import pytest
from localnet_harness import builders as b
from localnet_harness.endpoint import Endpoint
from localnet_harness.nodes import local_process
from solders.keypair import Keypair

CONFIRMED = {"commitment": "confirmed"}
COUNT = 25
_NEVER_MS = 3_600_000
"""Slots end when the test says so, however long it takes to send."""


@pytest.fixture(scope="module")
def sent() -> Any:
    """Many transactions in one slot, in the order in which they were sent, and two in later slots."""
    with local_process("--test-methods", slot_ms=_NEVER_MS) as still:
        node = still.endpoint
        payer = b.key("payer")
        node.rpc("requestAirdrop", str(payer.pubkey()), 10_000_000_000)
        signatures: list[str] = []
        for texts in ([f"number {place}" for place in range(COUNT)], ["later"], ["last"]):
            node.rpc("localnet_timeTravel", {"seconds": 1})
            signatures += [b.send(node, b.signed([b.memo(text)], [payer], b.latest(node))) for text in texts]
        node.rpc("localnet_timeTravel", {"seconds": 1})
        b.confirm(node, signatures[-1])
        yield node, payer, signatures


def _page(node: Endpoint, payer: Keypair, **config: object) -> list[str]:
    found = node.rpc("getSignaturesForAddress", str(payer.pubkey()), CONFIRMED | config)
    return [one["signature"] for one in found]


def test_newest_first_also_within_a_slot(sent: tuple[Endpoint, Keypair, list[str]]) -> None:
    node, payer, signatures = sent
    found = node.rpc("getSignaturesForAddress", str(payer.pubkey()), CONFIRMED)
    assert [one["signature"] for one in found][:-1] == signatures[::-1]  # the last is the airdrop
    slots = {one["slot"] for one in found[2:-1]}
    assert len(slots) == 1, "the transactions were to be in one slot"
    assert [one["transactionIndex"] for one in found[2:-1]] == list(range(COUNT - 1, -1, -1))
    assert found[2]["memo"] == "[9] number 24"


def test_a_block_has_them_in_the_order_they_came(sent: tuple[Endpoint, Keypair, list[str]]) -> None:
    node, _, signatures = sent
    slot = node.rpc("getTransaction", signatures[0], CONFIRMED)["slot"]
    block = node.rpc("getBlock", slot, CONFIRMED | {"transactionDetails": "signatures", "rewards": False})
    assert block["signatures"] == signatures[:COUNT]


@pytest.mark.parametrize("limit", [1, 2, 7, 1000])
def test_pages_have_everything_once(sent: tuple[Endpoint, Keypair, list[str]], limit: int) -> None:
    node, payer, signatures = sent
    walked: list[str] = []
    while page := _page(node, payer, limit=limit, **({"before": walked[-1]} if walked else {})):
        walked += page
    assert walked[:-1] == signatures[::-1]


def test_until_ends_a_page_before_it(sent: tuple[Endpoint, Keypair, list[str]]) -> None:
    node, payer, signatures = sent
    assert _page(node, payer, until=signatures[20]) == signatures[:20:-1]
    assert _page(node, payer, before=signatures[22], until=signatures[18]) == signatures[21:18:-1]
    assert _page(node, payer, before=signatures[18], until=signatures[22]) == []


def test_blocks_name_their_parents(sent: tuple[Endpoint, Keypair, list[str]]) -> None:
    node, _, signatures = sent
    slot = node.rpc("getTransaction", signatures[-1], CONFIRMED)["slot"]
    numbers = node.rpc("getBlocks", 0, slot, CONFIRMED)
    assert numbers == list(range(slot + 1))
    assert node.rpc("getBlocksWithLimit", 1, 2, CONFIRMED) == [1, 2]
    config = CONFIRMED | {"transactionDetails": "none", "rewards": False}
    block, parent = (node.rpc("getBlock", one, config) for one in (slot, slot - 1))
    assert (block["parentSlot"], block["previousBlockhash"]) == (slot - 1, parent["blockhash"])
    assert block["blockTime"] == node.rpc("getBlockTime", slot)


def test_counting_transactions(sent: tuple[Endpoint, Keypair, list[str]]) -> None:
    node, _, signatures = sent
    assert node.rpc("getTransactionCount", CONFIRMED) == len(signatures) + 1

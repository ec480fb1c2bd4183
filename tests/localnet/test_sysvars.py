"""What programs and clients see of slots and of time: that of the bank they ask."""

import base64
from typing import Any

from localnet_harness import builders as b
from localnet_harness.endpoint import Endpoint
from localnet_harness.nodes import LocalProcess, local_process
from localnet_harness.story import CLOCK, LOOKUP_TABLE
from solders.instruction import Instruction
from solders.pubkey import Pubkey

SLOT_HASHES = "SysvarS1otHashes111111111111111111111111111"
RECENT_BLOCKHASHES = "SysvarRecentB1ockHashes11111111111111111111"


def _parsed(node: Endpoint, address: str, commitment: str) -> tuple[int, Any]:
    """The slot of an answer, and what it says of a sysvar."""
    answer = node.rpc("getAccountInfo", address, {"encoding": "jsonParsed", "commitment": commitment})
    return answer["context"]["slot"], answer["value"]["data"]["parsed"]["info"]


def test_the_clock_is_that_of_the_commitment(own_localnet: LocalProcess) -> None:
    node = own_localnet.endpoint
    node.rpc("localnet_timeTravel", {"blocks": 40})
    node.rpc("localnet_timeTravel", {"seconds": 86_400})
    (final, early), (slot, late) = (_parsed(node, CLOCK, one) for one in ("finalized", "confirmed"))
    assert (early["slot"], late["slot"]) == (final, slot)
    assert late["unixTimestamp"] - early["unixTimestamp"] >= 86_400
    assert early["unixTimestamp"] == node.rpc("getBlockTime", final)


def test_hashes_of_slots_end_before_the_bank(own_localnet: LocalProcess) -> None:
    node = own_localnet.endpoint
    node.rpc("localnet_timeTravel", {"blocks": 40})
    for commitment in ("processed", "confirmed", "finalized"):
        slot, hashes = _parsed(node, SLOT_HASHES, commitment)
        assert hashes[0]["slot"] == slot - 1
        newest = node.rpc("getBlock", slot - 1, {"transactionDetails": "none", "commitment": "confirmed"})
        assert hashes[0]["hash"] == newest["blockhash"]


def test_recent_blockhashes_end_with_the_bank(localnet: Endpoint) -> None:
    slot, hashes = _parsed(localnet, RECENT_BLOCKHASHES, "confirmed")
    block = localnet.rpc("getBlock", slot, {"transactionDetails": "none", "commitment": "confirmed"})
    assert hashes[0]["blockhash"] == block["blockhash"]


def test_a_simulation_sees_the_slots_of_its_commitment() -> None:
    """A table of a slot that the confirmed bank knows, and the final one does not for 31 slots."""
    with local_process("--test-methods", slot_ms=400) as running:
        _simulate_with_a_slot(running.endpoint)


def _simulate_with_a_slot(node: Endpoint) -> None:
    payer = b.key("table maker")
    b.fund(node, payer.pubkey())
    node.rpc("localnet_timeTravel", {"blocks": 40})
    slot = node.rpc("getSlot", {"commitment": "confirmed"}) - 1
    recent = slot.to_bytes(8, "little")
    address, bump = Pubkey.find_program_address([bytes(payer.pubkey()), recent], LOOKUP_TABLE)
    accounts = [b.writable(address), b.readonly(payer.pubkey(), signer=True)]
    accounts += [b.writable(payer.pubkey(), signer=True), b.readonly(b.SYSTEM)]
    create = Instruction(LOOKUP_TABLE, bytes(4) + recent + bytes([bump]), accounts)
    wire = b.wire(b.signed([create], [payer], b.latest(node)))
    seen = {}
    for commitment in ("confirmed", "finalized"):
        config = {"encoding": "base64", "commitment": commitment, "replaceRecentBlockhash": True}
        seen[commitment] = node.rpc("simulateTransaction", wire, config)["value"]
    assert seen["confirmed"]["err"] is None
    assert seen["finalized"]["err"] == {"InstructionError": [0, "InvalidInstructionData"]}
    # A bank of the past leaves nothing behind in the machine.
    assert (
        node.rpc("simulateTransaction", wire, {"encoding": "base64", "commitment": "processed"})["value"]["err"] is None
    )
    clock = node.rpc("getAccountInfo", CLOCK, {"encoding": "base64", "commitment": "processed"})
    assert int.from_bytes(base64.b64decode(clock["value"]["data"][0])[:8], "little") == clock["context"]["slot"]

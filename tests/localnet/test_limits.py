"""What a cluster enforces: size, age, signatures, fees, and that nothing lands twice."""

import pytest
from localnet_harness import builders as b
from localnet_harness.endpoint import Endpoint, until
from localnet_harness.nodes import LocalProcess
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.signature import Signature
from solders.transaction import VersionedTransaction


@pytest.fixture(scope="module")
def payer(localnet: Endpoint) -> Keypair:
    payer = b.key("payer of limits")
    b.fund(localnet, payer.pubkey())
    return payer


def _of_size(payer: Keypair, size: int, node: Endpoint) -> VersionedTransaction:
    """A transaction of exactly so many bytes."""
    empty = len(bytes(b.signed([Instruction(b.SYSTEM, bytes(200), [])], [payer], b.latest(node)))) - 200
    transaction = b.signed([Instruction(b.SYSTEM, bytes(size - empty), [])], [payer], b.latest(node))
    assert len(bytes(transaction)) == size
    return transaction


def test_1232_bytes_are_taken_and_1233_are_not(localnet: Endpoint, payer: Keypair) -> None:
    fits = _of_size(payer, 1232, localnet)
    b.confirm(localnet, b.send(localnet, fits, skipPreflight=True))
    too_long = b.wire(_of_size(payer, 1233, localnet))
    error = localnet.error("sendTransaction", too_long, {"encoding": "base64", "skipPreflight": True})
    assert error == {
        "code": -32602,
        "message": "decoded solana_transaction::versioned::VersionedTransaction too large: "
        "1233 bytes (max: 1232 bytes)",
    }
    assert localnet.error("simulateTransaction", too_long, {"encoding": "base64"}) == error


def test_the_same_transaction_lands_once(localnet: Endpoint, payer: Keypair) -> None:
    wallet = b.key("paid once").pubkey()
    transaction = b.signed([b.pay(payer, wallet, 5_000_000)], [payer], b.latest(localnet))
    b.confirm(localnet, b.send(localnet, transaction))
    error = localnet.error(
        "sendTransaction", b.wire(transaction), {"encoding": "base64", "preflightCommitment": "confirmed"}
    )
    assert (error["code"], error["data"]["err"]) == (-32002, "AlreadyProcessed")
    assert error["message"] == "Transaction simulation failed: This transaction has already been processed"
    # Without preflight nobody is told, and nothing happens.
    assert b.send(localnet, transaction, skipPreflight=True) == str(transaction.signatures[0])
    later = b.run(localnet, [b.memo("later")], [payer])
    b.confirm(localnet, later)
    assert localnet.rpc("getBalance", str(wallet), {"commitment": "confirmed"})["value"] == 5_000_000


def test_a_blockhash_expires_after_150_blocks(own_localnet: LocalProcess) -> None:
    node = own_localnet.endpoint
    payer = b.key("payer")
    b.fund(node, payer.pubkey())
    found = node.rpc("getLatestBlockhash", {"commitment": "confirmed"})["value"]
    blockhash, last = b.Hash.from_string(found["blockhash"]), found["lastValidBlockHeight"]
    assert 149 <= last - node.rpc("getBlockHeight", {"commitment": "confirmed"}) <= 150
    early, late = (b.signed([b.memo(text)], [payer], blockhash) for text in ("early", "late"))
    b.confirm(node, b.send(node, early))
    until(lambda: node.rpc("getBlockHeight", {"commitment": "confirmed"}) > last, what="the last valid block height")
    assert node.rpc("isBlockhashValid", str(blockhash), {"commitment": "confirmed"})["value"] is False
    error = node.error("sendTransaction", b.wire(late), {"encoding": "base64", "preflightCommitment": "confirmed"})
    assert error["data"]["err"] == "BlockhashNotFound"
    # One that landed and whose blockhash has expired cannot land again either.
    error = node.error("sendTransaction", b.wire(early), {"encoding": "base64", "preflightCommitment": "confirmed"})
    assert error["data"]["err"] == "BlockhashNotFound"
    b.send(node, late, skipPreflight=True)
    b.run(node, [b.memo("after")], [payer])
    config = {"searchTransactionHistory": True}
    assert node.rpc("getSignatureStatuses", [str(late.signatures[0])], config)["value"] == [None]


def test_a_wrong_signature_is_refused_and_never_runs(localnet: Endpoint, payer: Keypair) -> None:
    wallet = b.key("never paid").pubkey()
    signed = b.signed([b.pay(payer, wallet, 5_000_000)], [payer], b.latest(localnet))
    forged = VersionedTransaction.populate(signed.message, [Signature.from_bytes(b"\x07" * 64)])
    error = localnet.error(
        "sendTransaction", b.wire(forged), {"encoding": "base64", "preflightCommitment": "confirmed"}
    )
    assert error["data"]["err"] == "SignatureFailure"
    b.send(localnet, forged, skipPreflight=True)
    b.run(localnet, [b.memo("after the forged one")], [payer])
    assert localnet.rpc("getBalance", str(wallet), {"commitment": "confirmed"})["value"] == 0


def test_fees_are_taken_from_who_succeeds_and_who_fails(localnet: Endpoint, payer: Keypair) -> None:
    def balance() -> int:
        value = localnet.rpc("getBalance", str(payer.pubkey()), {"commitment": "confirmed"})["value"]
        assert isinstance(value, int)
        return value

    before = balance()
    b.run(localnet, [b.memo("costs one signature")], [payer])
    assert before - balance() == 5_000
    before = balance()
    signature = b.run(localnet, [b.pay(payer, payer.pubkey(), 10**18)], [payer], skipPreflight=True)
    assert before - balance() == 5_000
    found = localnet.rpc("getTransaction", signature, {"commitment": "confirmed"})
    assert found["meta"]["err"] == {"InstructionError": [0, {"Custom": 1}]}
    assert found["meta"]["fee"] == 5_000


def test_a_transaction_that_nobody_can_pay_takes_no_place(localnet: Endpoint) -> None:
    poor = b.key("poor")
    transaction = b.signed([b.memo("free")], [poor], b.latest(localnet))
    signature = b.send(localnet, transaction, skipPreflight=True)
    slot = localnet.rpc("getSlot", {"commitment": "confirmed"})
    until(lambda: localnet.rpc("getSlot", {"commitment": "confirmed"}) > slot + 2, what="some slots")
    assert localnet.rpc("getSignatureStatuses", [signature])["value"] == [None]


def test_two_equal_airdrops_are_two(localnet: Endpoint) -> None:
    wallet = b.key("greedy").pubkey()
    signatures = [localnet.rpc("requestAirdrop", str(wallet), 1_000_000) for _ in range(3)]
    assert len(set(signatures)) == 3
    for signature in signatures:
        b.confirm(localnet, signature)
    assert localnet.rpc("getBalance", str(wallet), {"commitment": "confirmed"})["value"] == 3_000_000

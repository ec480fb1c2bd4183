"""Processed, confirmed, finalized: what is known at each of them, and when."""

from localnet_harness import builders as b
from localnet_harness.endpoint import Endpoint, until
from localnet_harness.nodes import LocalProcess, local_process

LAMPORTS = 1_000_000_000
LEVELS = ("processed", "confirmed", "finalized")


def _balances(node: Endpoint, address: str) -> list[int]:
    return [node.rpc("getBalance", address, {"commitment": level})["value"] for level in LEVELS]


def test_a_transaction_is_processed_then_confirmed_then_finalized() -> None:
    with local_process(slot_ms=60_000) as slow:
        node = slow.endpoint
        wallet = b.key("wallet").pubkey()
        signature = node.rpc("requestAirdrop", str(wallet), LAMPORTS)
        [status] = node.rpc("getSignatureStatuses", [signature])["value"]
        assert (status["confirmationStatus"], status["err"], status["slot"]) == ("processed", None, 1)
        assert _balances(node, str(wallet)) == [LAMPORTS, 0, 0]
        assert node.rpc("getTransaction", signature, {"commitment": "confirmed"}) is None
        assert node.rpc("getSignaturesForAddress", str(wallet), {"commitment": "confirmed"}) == []
        assert [node.rpc("getSlot", {"commitment": level}) for level in LEVELS] == [1, 0, 0]


def test_confirmed_comes_with_the_next_slot_and_finalized_32_slots_later(localnet: Endpoint) -> None:
    wallet = b.key("commitments").pubkey()
    signature = localnet.rpc("requestAirdrop", str(wallet), LAMPORTS)
    [status] = localnet.rpc("getSignatureStatuses", [signature])["value"]
    slot = status["slot"]
    b.confirm(localnet, signature)
    assert localnet.rpc("getSlot", {"commitment": "confirmed"}) >= slot
    found = localnet.rpc("getTransaction", signature, {"commitment": "confirmed"})
    assert found["slot"] == slot
    b.confirm(localnet, signature, "finalized")
    final = localnet.rpc("getSlot", {"commitment": "finalized"})
    assert slot <= final <= localnet.rpc("getSlot", {"commitment": "processed"}) - 32
    assert _balances(localnet, str(wallet)) == [LAMPORTS] * 3


def test_older_commitments_see_what_accounts_were(own_localnet: LocalProcess) -> None:
    """At finalized an account is what it was, while newer slots change it, close it and open it again."""
    node = own_localnet.endpoint
    payer, wallet = b.key("payer"), b.key("changing")
    b.fund(node, payer.pubkey())
    first = b.run(node, [b.pay(payer, wallet.pubkey(), LAMPORTS)], [payer])
    b.confirm(node, first, "finalized")
    everything = [b.pay(wallet, payer.pubkey(), LAMPORTS)]
    b.run(node, everything, [payer, wallet])
    b.run(node, [b.pay(payer, wallet.pubkey(), 2 * LAMPORTS)], [payer])
    balances = _balances(node, str(wallet.pubkey()))
    assert balances[:2] == [2 * LAMPORTS] * 2
    assert balances[2] in (LAMPORTS, 2 * LAMPORTS), "the closed account may not show: its slot is not final"
    until(lambda: _balances(node, str(wallet.pubkey())) == [2 * LAMPORTS] * 3, what="the last change final")


def test_program_accounts_of_an_older_commitment(own_localnet: LocalProcess) -> None:
    """An account that changed hands is still found with its owner of then."""
    node = own_localnet.endpoint
    payer, owner, mint = b.key("payer"), b.key("owner"), b.key("mint")
    b.fund(node, payer.pubkey())
    rent = node.rpc("getMinimumBalanceForRentExemption", 82)
    b.run(node, b.create_mint(payer.pubkey(), mint.pubkey(), owner.pubkey(), rent), [payer, mint])
    created = b.run(node, [b.create_associated(payer.pubkey(), owner.pubkey(), mint.pubkey())], [payer])
    b.confirm(node, created, "finalized")
    ata = b.associated(owner.pubkey(), mint.pubkey())
    b.run(node, [b.close_token_account(ata, payer.pubkey(), owner.pubkey())], [payer, owner])

    def accounts(level: str) -> list[str]:
        config = {"encoding": "base64", "commitment": level}
        found = node.rpc("getTokenAccountsByOwner", str(owner.pubkey()), {"mint": str(mint.pubkey())}, config)
        return [one["pubkey"] for one in found["value"]]

    slot = node.rpc("getSlot", {"commitment": "finalized"})
    final = accounts("finalized")
    assert accounts("confirmed") == []
    until(lambda: accounts("finalized") == [], what="the closing final")
    assert final == [str(ata)] or node.rpc("getSlot", {"commitment": "finalized"}) > slot


def test_preflight_looks_at_the_commitment_that_is_asked_for() -> None:
    """Money that is only processed is none at finalized."""
    with local_process(slot_ms=60_000) as slow:
        node = slow.endpoint
        payer = b.key("preflight")
        node.rpc("requestAirdrop", str(payer.pubkey()), LAMPORTS)
        transaction = b.signed([b.memo("x")], [payer], b.latest(node, "finalized"))
        config = {"encoding": "base64"}
        refused = node.error("sendTransaction", b.wire(transaction), config)
        assert refused["data"]["err"] == "AccountNotFound"
        config["preflightCommitment"] = "processed"
        assert node.rpc("sendTransaction", b.wire(transaction), config) == str(transaction.signatures[0])


def test_simulation_leaves_no_trace_at_any_commitment(own_localnet: LocalProcess) -> None:
    node = own_localnet.endpoint
    payer, wallet = b.key("payer"), b.key("wallet")
    b.confirm(node, b.fund(node, payer.pubkey()), "finalized")
    b.run(node, [b.pay(payer, wallet.pubkey(), LAMPORTS)], [payer])
    before = {
        level: node.rpc("getBalance", str(payer.pubkey()), {"commitment": level})["value"] for level in LEVELS[:2]
    }
    for level in LEVELS:
        transaction = b.signed([b.pay(payer, wallet.pubkey(), LAMPORTS)], [payer], b.latest(node, level))
        config = {"encoding": "base64", "commitment": level}
        value = node.rpc("simulateTransaction", b.wire(transaction), config)["value"]
        assert value["err"] is None
    after = {level: node.rpc("getBalance", str(payer.pubkey()), {"commitment": level})["value"] for level in LEVELS[:2]}
    assert before == after


def test_min_context_slot(localnet: Endpoint) -> None:
    far = localnet.rpc("getSlot", {"commitment": "processed"}) + 100_000
    for method in ("getBalance", "getAccountInfo"):
        error = localnet.error(method, str(b.key("nobody").pubkey()), {"minContextSlot": far})
        assert error["code"] == -32016
        assert error["message"] == "Minimum context slot has not been reached"
        assert error["data"]["contextSlot"] < far

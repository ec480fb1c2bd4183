"""Transactions of version 1: their limits and their bid stand in the message, and hold."""

from typing import Any

import pytest
from localnet_harness import builders as b
from localnet_harness.endpoint import Endpoint
from solders.compute_budget import set_compute_unit_limit, set_compute_unit_price
from solders.message import TransactionConfig

_ENOUGH = {"compute_unit_limit": 10_000, "loaded_accounts_data_size_limit": 100_000}


@pytest.fixture
def payer(localnet: Endpoint, request: pytest.FixtureRequest) -> Any:
    key = b.key(request.node.name)
    b.fund(localnet, key.pubkey())
    return key


def _landed(node: Endpoint, signature: str) -> Any:
    b.confirm(node, signature)
    config = {"commitment": "confirmed", "maxSupportedTransactionVersion": 1}
    return node.rpc("getTransaction", signature, config)


def _paid(found: Any) -> int:
    before, after = (found["meta"][name] for name in ("preBalances", "postBalances"))
    paid = before[0] - after[0]
    assert isinstance(paid, int)
    return paid


def test_the_bid_is_paid_beside_the_signature(localnet: Endpoint, payer: Any) -> None:
    to = b.key("paid by version 1").pubkey()
    config = TransactionConfig(priority_fee=777, **_ENOUGH)
    transaction = b.signed_v1([b.pay(payer, to, 2_000_000)], [payer], b.latest(localnet), config)
    found = _landed(localnet, b.send(localnet, transaction))
    assert (found["version"], found["meta"]["err"], found["meta"]["fee"]) == (1, None, 5_777)
    assert _paid(found) == 2_005_777
    assert (
        localnet.rpc("getBalance", str(payer.pubkey()), {"commitment": "confirmed"})["value"]
        == (found["meta"]["postBalances"][0])
    )


@pytest.mark.parametrize(
    ("config", "error"),
    [
        (
            TransactionConfig(priority_fee=777, compute_unit_limit=100, loaded_accounts_data_size_limit=100_000),
            {"InstructionError": [0, "ComputationalBudgetExceeded"]},
        ),
        (
            TransactionConfig(priority_fee=777, compute_unit_limit=10_000, loaded_accounts_data_size_limit=10),
            "MaxLoadedAccountsDataSizeExceeded",
        ),
    ],
)
def test_what_goes_beyond_its_limits_fails_and_pays(
    localnet: Endpoint, payer: Any, config: TransactionConfig, error: object
) -> None:
    transfer = [b.pay(payer, b.key("never paid").pubkey(), 2_000_000)]
    transaction = b.signed_v1(transfer, [payer], b.latest(localnet), config)
    found = _landed(localnet, b.send(localnet, transaction, skipPreflight=True))
    assert (found["meta"]["err"], found["meta"]["fee"], _paid(found)) == (error, 5_777, 5_777)


def test_a_simulation_leaves_the_bid(localnet: Endpoint, payer: Any) -> None:
    before = localnet.rpc("getBalance", str(payer.pubkey()), {"commitment": "processed"})["value"]
    config = TransactionConfig(priority_fee=777, **_ENOUGH)
    transaction = b.signed_v1([b.memo("v1")], [payer], b.latest(localnet), config)
    for commitment in ("processed", "confirmed"):
        options = {"encoding": "base64", "commitment": commitment}
        localnet.rpc("simulateTransaction", b.wire(transaction), options)
    legacy = b.signed([b.pay(payer, b.key("after").pubkey(), 1_000_000)], [payer], b.latest(localnet))
    found = _landed(localnet, b.send(localnet, legacy))
    assert (found["meta"]["preBalances"][0], _paid(found)) == (before, 1_005_000)


def test_others_keep_their_own_limits_afterwards(localnet: Endpoint, payer: Any) -> None:
    """The machine is told limits from the first transaction of version 1 on."""
    small = TransactionConfig(compute_unit_limit=200, loaded_accounts_data_size_limit=100_000)
    to = b.key("others' limits").pubkey()
    _landed(localnet, b.send(localnet, b.signed_v1([b.pay(payer, to, 1_000_000)], [payer], b.latest(localnet), small)))
    budget = [set_compute_unit_limit(400), set_compute_unit_price(1_000_000)]
    enough = b.signed([*budget, b.pay(payer, to, 1)], [payer], b.latest(localnet))
    found = _landed(localnet, b.send(localnet, enough, skipPreflight=True))
    assert found["meta"]["err"] == {"InstructionError": [2, "ComputationalBudgetExceeded"]}
    assert found["meta"]["fee"] == 5_400
    free = b.signed([b.memo("two hundred thousand")], [payer], b.latest(localnet))
    assert _landed(localnet, b.send(localnet, free))["meta"]["err"] is None


def test_clients_that_do_not_read_version_1_are_told(localnet: Endpoint, payer: Any) -> None:
    transaction = b.signed_v1(
        [b.pay(payer, b.key("version").pubkey(), 1_000_000)], [payer], b.latest(localnet), TransactionConfig(**_ENOUGH)
    )
    signature = b.send(localnet, transaction)
    b.confirm(localnet, signature)
    error = localnet.error(
        "getTransaction", signature, {"commitment": "confirmed", "maxSupportedTransactionVersion": 0}
    )
    assert "Transaction version (1) is not supported" in error["message"]

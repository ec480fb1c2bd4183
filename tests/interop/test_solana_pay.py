"""@solana/pay, unchanged, on the local chain: a shop asks, a wallet pays, the shop finds the payment and checks it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from escrow_harness.other_clients import run_node
from escrow_harness.stage import LIMITS, Stage, set_stage
from job_escrow import Escrow
from job_escrow.solana_pay import transfer_request
from job_escrow.tokens import USDC_MINT
from solders.keypair import Keypair

PROGRAM = Path(__file__).parent / "solana-pay/shop.mjs"


@pytest.fixture
def stage(localnet_url: str) -> Iterator[Stage]:
    """A buyer and a shop, both ordinary wallets with USDC, and the buyer's credit account."""
    with Escrow.connect(localnet_url) as escrow:
        found = set_stage(escrow)
        escrow.create_platform(found.cast.admin, found.terms)
        found.alice.open(LIMITS)
        yield found


def test_payments_between_wallets_are_made_found_and_checked(stage: Stage, localnet_url: str) -> None:
    host, port = localnet_url.rstrip("/").rsplit(":", 1)
    seen = run_node(
        PROGRAM,
        {
            "url": localnet_url,
            "websocket_url": f"{host.replace('http', 'ws', 1)}:{int(port) + 1}",
            "wallet": list(bytes(stage.cast.alice)),
            "shop": str(stage.cast.bob.pubkey()),
            "credit": str(stage.alice.address),
            "mint": str(USDC_MINT),
            "link": transfer_request(
                stage.alice.address, "1.25", USDC_MINT, Keypair().pubkey(), label="credits & more"
            ),
        },
    )
    assert seen == {
        "usdc": _paid(1_250_000, memo="[7] order 7"),
        "sol": _paid(500_000_000),
        "credit": _paid(1_000_000),
        "link": {"label": "credits & more", "amount": "1.25", "found": True},
    }
    # D13: this release pays into a credit account too, by links of ours as well; wallets that refuse an address off
    # the curve do not.
    balance = stage.alice.balance()
    assert (balance.available, balance.surplus_base_units) == (0, 2_250_000)
    stage.alice.sync_deposits()
    assert stage.alice.balance().available == 225


def _paid(received: int, memo: str | None = None) -> dict[str, Any]:
    return {
        "unpaid": "FindReferenceError: not found",
        "found": True,
        "err": None,
        "memo": memo,
        "validated": True,
        "received": str(received),
        "more": "ValidateTransferError: amount not transferred",
        "other": "ValidateTransferError: invalid transfer",
        "elsewhere": "ValidateTransferError: invalid reference 0",
    }

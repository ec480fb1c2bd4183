"""Other Anchor clients, unchanged, with nothing but the published IDL: they buy, lock, settle and withdraw.

Each is a program in an environment of its own that knows a node and an IDL. What it read on its way has to be what the
chain says, and what the same steps cost by our own client.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from escrow_harness.other_clients import as_javascript, run_node, run_python, run_rendered
from escrow_harness.stage import LIMITS, Stage, set_stage
from job_escrow import Escrow, platform_address, token_address
from job_escrow.addresses import credit_address, payee_address, session_address
from job_escrow.codec import PROGRAM_ID, BelowMinimumPurchase, JobIdOfTheOther
from job_escrow.tokens import USDC_MINT

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
IDL = REPOSITORY / "client/job_escrow/program/job_escrow.json"
PYTHON_PROGRAM = HERE / "anchorpy-and-anchorpy3/program.py"
NODE_PROGRAM = HERE / "anchor-lang-core/program.mjs"
CODAMA = HERE / "codama"
HELPERS = REPOSITORY / "clients/idl"
BOUGHT_BEFORE = 200


@pytest.fixture
def stage(localnet_url: str) -> Iterator[Stage]:
    """A platform with Decentral's prices, and a wallet whose operator may lock 48 credits."""
    with Escrow.connect(localnet_url) as escrow:
        found = set_stage(escrow)
        escrow.create_platform(found.cast.admin, found.terms)
        found.alice.open(LIMITS, buy=BOUGHT_BEFORE)
        yield found


@pytest.fixture
def told(stage: Stage, localnet_url: str) -> dict[str, Any]:
    """What such a program is told."""
    host, port = localnet_url.rstrip("/").rsplit(":", 1)
    return {
        "url": localnet_url,
        "websocket_url": f"{host.replace('http', 'ws', 1)}:{int(port) + 1}",
        "idl": str(IDL),
        "program": str(PROGRAM_ID),
        "wallet": list(bytes(stage.cast.alice)),
        "operator": list(bytes(stage.cast.operator)),
        "platform": str(stage.platform),
        "mint": str(USDC_MINT),
    }


def _check(seen: dict[str, Any], stage: Stage, sequence_before: int) -> None:
    """Bought 500; locked 48 for 2,400 tokens of tier Max; charged 41 for 2,001 (D8); withdrawn all (D6)."""

    def account(available: int, locked: int, spent: int, withdrawn: int, used: int) -> dict[str, str]:
        return {
            "paid_available": str(available),
            "paid_locked": str(locked),
            "spent_paid": str(spent),
            "withdrawn": str(withdrawn),
            "open_jobs": str(int(locked > 0)),
            "sequence": str(sequence_before + used),
        }

    assert {name: step["account"] for name, step in seen["steps"].items()} == {
        "purchase": account(700, 0, 0, 0, 1),
        "lock": account(652, 48, 0, 0, 1),
        "settle": account(659, 0, 41, 0, 1),
        "withdraw": account(0, 0, 41, 659, 2),
    }
    # Some clients write an event's name with a small letter in front.
    assert [[name[0].upper() + name[1:] for name in step["events"]] for step in seen["steps"].values()] == [
        ["CreditsPurchased"],
        ["JobLocked"],
        ["JobSettled"],
        ["CreditsWithdrawn"],
    ]
    treasury = token_address(stage.cast.admin.pubkey(), USDC_MINT)
    assert seen["platform"] == {"base_units_per_credit": "10000", "treasury": str(treasury), "max_flat": "40"}
    assert seen["job"] == {"credits": "48", "max_units": "2400", "paid": "48"}
    assert seen["refused"]["code"] == BelowMinimumPurchase.code
    # The chain, by our own client.
    found = stage.alice.account()
    assert found is not None
    assert (found.paid_available, found.spent_paid, found.withdrawn) == (0, 41, 659)
    assert (found.purchased, found.open_jobs, found.sequence) == (700, 0, sequence_before + 2)


def _sequence(stage: Stage) -> int:
    found = stage.alice.account()
    assert found is not None
    return found.sequence


def test_anchorpy3_runs_a_job_from_the_published_idl(stage: Stage, told: dict[str, Any]) -> None:
    before = _sequence(stage)
    seen = run_python("interop-anchorpy3", PYTHON_PROGRAM, told)
    _check(seen, stage, before)
    assert seen["refused"]["message"] == BelowMinimumPurchase.message


def test_anchorpy_runs_a_job_from_the_idl_in_the_older_format(
    stage: Stage, told: dict[str, Any], tmp_path: Path
) -> None:
    written = subprocess.run(
        [sys.executable, REPOSITORY / "scripts/legacy-idl"], capture_output=True, text=True, check=True
    )
    older = tmp_path / "job_escrow.legacy.json"
    older.write_text(written.stdout)
    before = _sequence(stage)
    seen = run_python("interop-anchorpy", PYTHON_PROGRAM, told | {"idl": str(older)})
    _check(seen, stage, before)
    assert seen["refused"]["message"] == BelowMinimumPurchase.message


def test_anchor_lang_core_runs_a_job_from_the_published_idl(stage: Stage, told: dict[str, Any]) -> None:
    before = _sequence(stage)
    seen = run_node(NODE_PROGRAM, told, {"helper.mjs": as_javascript(HELPERS / "program.ts", CODAMA)})
    _check(seen, stage, before)
    _check_refusal_and_addresses(seen, stage)


def test_the_client_that_codama_renders_runs_a_job(stage: Stage, told: dict[str, Any]) -> None:
    before = _sequence(stage)
    seen = run_rendered(CODAMA, IDL, (HELPERS / "codama.mjs", HELPERS / "program.ts"), told)
    _check(seen, stage, before)
    _check_refusal_and_addresses(seen, stage)
    assert seen["refused"]["rendered"] is True
    decoded = {name: (event["creditAccount"], event) for name, event in seen["decoded"].items()}
    assert {account for account, _ in decoded.values()} == {seen["derived"]["credit"]}
    assert decoded["JobSettled"][1]["id"] == decoded["JobLocked"][1]["id"] == seen["derived"]["id"]
    assert decoded["CreditsPurchased"][1]["credits"] == "500"


def _check_refusal_and_addresses(seen: dict[str, Any], stage: Stage) -> None:
    refused = seen["refused"]
    assert (refused["name"], refused["message"]) == (BelowMinimumPurchase.name, BelowMinimumPurchase.message)
    # What it derived by the IDL's seeds; of those that it used, the steps above would have failed.
    wallet = stage.cast.alice.pubkey()
    credit = credit_address(stage.platform, wallet)
    assert seen["derived"] == {
        "credit": str(credit),
        "vault": str(token_address(credit, USDC_MINT)),
        "session": str(session_address(credit, int(seen["derived"]["id"])).address),
        "payee": str(payee_address(stage.platform, wallet)),
        "platform": str(platform_address(wallet, "mine")),
        "id": seen["derived"]["id"],
    }


def test_a_program_that_fails_says_so(stage: Stage, told: dict[str, Any]) -> None:
    """Else the three tests above could not fail."""
    with pytest.raises(AssertionError, match=JobIdOfTheOther.message):
        run_python("interop-anchorpy3", PYTHON_PROGRAM, told | {"operator": told["wallet"]})

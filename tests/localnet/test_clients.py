"""Programs on solana-py, @solana/kit and @solana/web3.js, unchanged, against the local chain and the validator."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from localnet_harness.endpoint import Endpoint
from support.isolated import isolated_node_modules, node_is_required, node_problem

HERE = Path(__file__).parent


def _run(*command: str | Path, **environment: str) -> dict[str, Any]:
    finished = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | environment, timeout=300, check=False
    )
    assert finished.returncode == 0, finished.stderr + finished.stdout
    seen: dict[str, Any] = json.loads(finished.stdout)
    return seen


def solana_py(node: Endpoint) -> dict[str, Any]:
    module = "localnet_harness.solana_py_program"
    return _run(sys.executable, "-m", module, node.url, node.websocket_url, PYTHONPATH=str(HERE))


@pytest.fixture(scope="session")
def kit_program() -> Path:
    return _installed("kit")


@pytest.fixture(scope="session")
def web3_program() -> Path:
    return _installed("web3")


def _installed(name: str) -> Path:
    """A program beside its modules, installed once for each lock file into the user's cache."""
    problem = node_problem()
    if problem is not None and not node_is_required():
        pytest.skip(problem)
    folder = isolated_node_modules(HERE / name)
    shutil.copy(HERE / name / "program.mjs", folder)
    return folder / "program.mjs"


def on_node_js(program: Path, node: Endpoint) -> dict[str, Any]:
    return _run("node", program, node.url, node.websocket_url)


def test_solana_py_runs(localnet: Endpoint) -> None:
    seen = solana_py(localnet)
    assert (seen["notified"], seen["balance"], seen["supply"], seen["token"]) == (
        1_234_567,
        1_234_567,
        "5000000",
        "1.5",
    )
    assert seen["inner"] == [[0, 4], [1, 4]]


def test_kit_runs(unhurried_localnet: Endpoint, kit_program: Path) -> None:
    seen = on_node_js(kit_program, unhurried_localnet)
    assert (seen["notified"], seen["balance"], seen["supply"], seen["token"]) == (
        "1234567",
        "1234567",
        "5000000",
        "1500000",
    )
    assert seen["landed"] is None
    assert sorted(seen["tokenBalances"]) == [["owner", "3500000"], ["wallet", "1500000"]]


def test_web3_js_runs(unhurried_localnet: Endpoint, web3_program: Path) -> None:
    """Lookup tables of the final bank's clock, every step of a slot, what has landed, and Token-2022's extensions."""
    seen = on_node_js(web3_program, unhurried_localnet)
    assert (seen["clock"], seen["table"], seen["transfer"], seen["balance"]) == (
        ["sysvar", "clock", True],
        [True],
        None,
        1_234_567,
    )
    assert seen["landed"] is None
    assert seen["leaders"] == [5, 1, True]
    assert set(seen["mint"].values()) == {True}, seen["mint"]
    assert seen["others"] == 0
    assert seen["account"] == [True, True, True, "initialized"]
    assert seen["updates"] == [[True] * 5, "createdBank", "root"]
    assert seen["frozen"] == [
        *("maxTransactionsPerEntry", "numFailedTransactions", "numSuccessfulTransactions", "numTransactionEntries"),
    ]
    assert seen["timestamp"]


@pytest.mark.validator
def test_web3_js_sees_the_same_on_a_validator(
    unhurried_localnet: Endpoint, test_validator: Endpoint, web3_program: Path
) -> None:
    assert on_node_js(web3_program, unhurried_localnet) == on_node_js(web3_program, test_validator)


@pytest.mark.validator
def test_solana_py_sees_the_same_on_a_validator(localnet: Endpoint, test_validator: Endpoint) -> None:
    assert solana_py(localnet) == solana_py(test_validator)


@pytest.mark.validator
def test_kit_sees_the_same_on_a_validator(
    unhurried_localnet: Endpoint, test_validator: Endpoint, kit_program: Path
) -> None:
    ours, theirs = (on_node_js(kit_program, node) for node in (unhurried_localnet, test_validator))
    for seen in (ours, theirs):
        seen["tokenBalances"].sort()  # in the order of addresses, which are new in every run
    assert ours == theirs

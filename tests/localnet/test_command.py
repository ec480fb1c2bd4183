"""`python -m job_escrow_localnet`: what it is started with, what it loads, and what it says when it cannot."""

import base64
import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from job_escrow_localnet import AccountFile, LocalnetConfig, ProgramFile
from job_escrow_localnet.__main__ import main
from localnet_harness import builders as b
from localnet_harness.nodes import REPOSITORY, local_process
from solders.instruction import Instruction
from solders.litesvm import LiteSVM

PROGRAM = b.key("a program of our own").pubkey()


@pytest.fixture(scope="module")
def program_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A compiled program: SPL Memo, as LiteSVM carries it."""
    account = LiteSVM().get_account(b.MEMO)
    assert account is not None
    path = tmp_path_factory.mktemp("program") / "program.so"
    path.write_bytes(account.data)
    return path


@pytest.fixture
def account_file(tmp_path: Path) -> Path:
    """An account as `solana account --output json` writes it."""
    account = {
        "lamports": 123_456_789,
        "data": [base64.b64encode(b"some data").decode(), "base64"],
        "owner": str(b.key("some owner").pubkey()),
        "executable": False,
        "rentEpoch": 2**64 - 1,
        "space": 9,
    }
    path = tmp_path / "account.json"
    path.write_text(json.dumps({"pubkey": str(b.key("in the file").pubkey()), "account": account}))
    return path


def test_a_program_is_loaded_and_again_on_every_start(program_file: Path, tmp_path: Path) -> None:
    arguments = ("--bpf-program", str(PROGRAM), str(program_file), "--ledger", str(tmp_path / "ledger"))
    payer = b.key("payer")
    for start in range(2):
        with local_process(*arguments) as running:
            node = running.endpoint
            if start == 0:
                b.fund(node, payer.pubkey())
            signature = b.run(node, [Instruction(PROGRAM, f"start {start}".encode(), [])], [payer])
            logs = node.rpc("getTransaction", signature, {"commitment": "confirmed"})["meta"]["logMessages"]
            assert f"Program log: start {start}" in logs
            assert f"Program {PROGRAM} success" in logs
            found = node.rpc("getAccountInfo", str(PROGRAM), {"encoding": "base64", "commitment": "processed"})["value"]
            assert found["executable"] is True


def test_accounts_are_loaded_into_a_new_ledger(account_file: Path, tmp_path: Path) -> None:
    elsewhere = str(b.key("elsewhere").pubkey())
    files = ("--account", "-", str(account_file), "--account", elsewhere, str(account_file))
    with local_process("--ledger", str(tmp_path / "ledger"), *files) as running:
        for address in (str(b.key("in the file").pubkey()), elsewhere):
            account = running.endpoint.rpc("getAccountInfo", address, {"encoding": "base64"})["value"]
            assert base64.b64decode(account["data"][0]) == b"some data"
            assert (account["lamports"], account["owner"]) == (123_456_789, str(b.key("some owner").pubkey()))
        owner = str(b.key("some owner").pubkey())
        assert len(running.endpoint.rpc("getProgramAccounts", owner, {"encoding": "base64"})) == 2
    account_file.write_text("nothing any more")
    with local_process("--ledger", str(tmp_path / "ledger"), *files) as running:
        assert running.endpoint.rpc("getBalance", elsewhere)["value"] == 123_456_789


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--bpf-program", str(PROGRAM), "missing.so"], "missing.so is no file: build the program first"),
        (["--bpf-program", "abc", __file__], "is no address"),
        (["--bpf-program", str(PROGRAM), __file__], "cannot be loaded as program"),
        (["--account", "-", __file__], "is no account as `solana account --output json` writes it"),
        (["--account", "-", "missing.json"], "missing.json is no account"),
        (["--slot-ms", "0"], "slot_ms is 0; it must be at least 1 millisecond"),
        (["--rpc-port", "65535"], "rpc_port is 65535"),
    ],
)
def test_it_says_what_is_wrong(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    if "--rpc-port" not in arguments:
        arguments = ["--rpc-port", "0", *arguments]
    assert main(arguments) == 1
    assert says in capsys.readouterr().err


def test_a_port_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["--rpc-port", str(port)]) == 1
    error = capsys.readouterr().err
    assert f"ports {port} and {port + 1} of 127.0.0.1 cannot be listened on" in error
    assert "choose others with --rpc-port" in error


def test_the_config_is_checked_where_it_is_made() -> None:
    config = LocalnetConfig(
        programs=(ProgramFile(address="x", path=Path("y")),), accounts=(AccountFile(path=Path("z")),)
    )
    assert (config.rpc_port, config.slot_ms, config.test_methods, config.ledger) == (8899, 400, False, None)
    with pytest.raises(ValueError, match="slot_ms is 0"):
        LocalnetConfig(slot_ms=0)


def test_it_imports_nothing_else_of_ours() -> None:
    """The local chain knows nothing of job_escrow."""
    code = (
        "import sys, job_escrow_localnet.__main__\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('job_escrow', 'job_escrow_indexer', 'solana')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY / "localnet", check=True
    )
    assert done.stdout == "[]\n"


def test_a_stop_ends_open_connections() -> None:
    with local_process() as running:
        address = running.endpoint.url.removeprefix("http://").split(":")
        with socket.create_connection((address[0], int(address[1]))) as idle:
            running.stop()
            assert idle.recv(1) == b""

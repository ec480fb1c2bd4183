"""Nodes of their own for the tests, on free ports."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import httpx2
from caller import CALLER_ID, caller_program
from support.genesis import write_account, write_genesis
from support.steps import say
from support.validator_process import (
    Genesis,
    ends_with_its_parent,
    free_ports,
    running_validator,
    validator_command,
)

from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.spoilt import spoilt_accounts

_SLOT_MS = 50
_SHREDS = 1_000_000
# Slots of 100 ms instead of 400: a transaction is final after 32 of them, and its blockhash still lives for 15 s.
_TICKS_PER_SLOT = 16
_STOP_SECONDS = PATIENCE_SECONDS


@contextmanager
def private_validator(binary: Path) -> Iterator[str]:
    """Run a validator with the program, one that calls others, and USDC for the length of a block; gives its URL."""
    with TemporaryDirectory(prefix="job-escrow-validator-") as folder:
        root = Path(folder)
        ports = free_ports()
        # By default a validator forgets what is older than a few minutes of tests.
        more = (
            *("--limit-ledger-size", str(_SHREDS), "--ticks-per-slot", str(_TICKS_PER_SLOT)),
            *_caller(root),
        )
        command = validator_command(binary, _genesis(root), ledger=root / "ledger", ports=ports, more=more)
        with running_validator(command, ports.url, log=root / "output.log", tell=say):
            yield ports.url


@contextmanager
def private_localnet(*, bare: bool = False, spoilt: bool = True) -> Iterator[str]:
    """Run the local chain of this project for the length of a block; gives its URL.

    It has the program, one that calls others, and USDC, unless it is `bare`, and accounts that no transaction explains
    if they may be `spoilt`.
    """
    with TemporaryDirectory(prefix="job-escrow-localnet-") as folder:
        genesis = _genesis(Path(folder), spoilt=spoilt)
        accounts = [part for address, file in genesis.accounts.items() for part in ("--account", address, str(file))]
        command = [
            *ends_with_its_parent(),
            *(sys.executable, "-m", "job_escrow_localnet", "--rpc-port", "0", "--slot-ms", str(_SLOT_MS)),
            "--test-methods",
            *(() if bare else ("--bpf-program", genesis.program_id, str(genesis.program), *accounts)),
            *(() if bare else _caller(Path(folder))),
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                url = re.fullmatch(r"JSON-RPC +(\S+)\n", process.stdout.readline())
                assert url is not None, "the local chain did not say where it is"
                yield url[1]
            finally:
                process.terminate()
                process.wait(timeout=_STOP_SECONDS)


def travel(url: str, *, seconds: int = 0, slots: int = 0, blocks: int = 0) -> None:
    """Let the local chain's own time pass: seconds, slots, blocks, or all of them. Nothing else notices."""
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "localnet_timeTravel",
        "params": [{"seconds": seconds, "slots": slots, "blocks": blocks}],
    }
    answer = httpx2.post(url, json=body, timeout=PATIENCE_SECONDS).json()
    assert "result" in answer, answer


def _caller(root: Path) -> tuple[str, ...]:
    """A program that calls others, as an option."""
    file = root / "caller.so"
    file.write_bytes(caller_program())
    return ("--bpf-program", str(CALLER_ID), str(file))


def _genesis(root: Path, *, spoilt: bool = True) -> Genesis:
    written = write_genesis(root / "genesis")
    accounts = {key: Path(file) for key, file in cast("dict[str, str]", written["accounts"]).items()}
    for address, account in spoilt_accounts().items() if spoilt else ():
        accounts[str(address)] = write_account(root / "genesis" / f"{address}.json", address, account)
    return Genesis(program_id=str(written["program_id"]), program=Path(str(written["program"])), accounts=accounts)

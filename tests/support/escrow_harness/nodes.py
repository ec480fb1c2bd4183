"""Nodes of their own for the tests, on free ports."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from support.genesis import write_genesis
from support.steps import say
from support.validator_process import Genesis, free_ports, running_validator, validator_command


@contextmanager
def private_validator(binary: Path) -> Iterator[str]:
    """Run a validator with the program and USDC for the length of a block; gives its URL."""
    with TemporaryDirectory(prefix="job-escrow-validator-") as folder:
        root = Path(folder)
        written = write_genesis(root / "genesis")
        genesis = Genesis(
            program_id=str(written["program_id"]),
            program=Path(str(written["program"])),
            accounts={key: Path(file) for key, file in cast("dict[str, str]", written["accounts"]).items()},
        )
        ports = free_ports()
        command = validator_command(binary, genesis, ledger=root / "ledger", ports=ports)
        with running_validator(command, ports.url, log=root / "output.log", tell=say):
            yield ports.url

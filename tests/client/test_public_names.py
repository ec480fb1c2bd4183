"""Public names are there, and nothing is imported before it is used."""

import subprocess
import sys

import job_escrow
import pytest
from job_escrow import codec


@pytest.mark.parametrize("package", [job_escrow, codec])
def test_every_public_name_is_there(package: object) -> None:
    for name in package.__all__:  # type: ignore[attr-defined]
        assert getattr(package, name) is not None
    for module in ("accounts", "instructions"):
        assert getattr(codec, module).__name__ == f"job_escrow.codec.{module}"
    with pytest.raises(AttributeError, match="has no attribute 'NoSuchName'"):
        package.NoSuchName  # type: ignore[attr-defined]  # noqa: B018


def _imported_by(statement: str) -> set[str]:
    script = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_reading_an_account_imports_neither_the_network_nor_the_instructions() -> None:
    read = _imported_by("from job_escrow.codec import CreditAccount\nimport job_escrow.addresses")
    assert "job_escrow.codec.accounts" in read
    assert not read & {"solana", "job_escrow.codec.events", "job_escrow.codec.instructions", "job_escrow.escrow"}

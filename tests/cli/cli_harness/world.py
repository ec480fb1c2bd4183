"""A chain with a platform on it, and people whose keys are files."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from escrow_harness.stage import Stage, set_stage
from job_escrow import Escrow
from job_escrow.codec import CreditAccount
from job_escrow.tokens import TOKEN_ACCOUNT_SIZE
from solders.keypair import Keypair

from cli_harness.command import Cli


@dataclass(frozen=True)
class World:
    """Where the commands of a test go, and who gives them."""

    url: str
    stage: Stage
    keys: Path

    def acting(self, cli: Cli, name: str, *, url: str | None = None) -> Cli:
        """The command as somebody runs it on this chain and platform."""
        return cli.with_options(
            "--url",
            url or self.url,
            "--keypair",
            str(self.keys / f"{name}.json"),
            "--platform",
            str(self.stage.platform),
        )

    def address(self, name: str) -> str:
        """Somebody's public key."""
        return str(self.stage.cast.members()[name].pubkey())


@contextmanager
def made_world(url: str, folder: Path) -> Iterator[World]:
    """Create the platform, and write everybody's key into the folder."""
    with Escrow.connect(url) as escrow:
        stage = set_stage(escrow)
        escrow.create_platform(stage.cast.admin, stage.terms)
        for name, key in stage.cast.members().items():
            write_keypair(folder / f"{name}.json", key)
        yield World(url=url, stage=stage, keys=folder)


def write_keypair(path: Path, key: Keypair, *, mode: int = 0o600) -> Path:
    """Write a key as solana-keygen does."""
    path.write_text(json.dumps(list(bytes(key))))
    path.chmod(mode)
    return path


def rent_of_opening() -> Decimal:
    """SOL that a credit account and its vault cost: 6,960 lamports a byte, and 128 bytes for each account."""
    lamports = (CreditAccount.SIZE + 128 + TOKEN_ACCOUNT_SIZE + 128) * 6_960
    return Decimal(lamports).scaleb(-9).normalize()

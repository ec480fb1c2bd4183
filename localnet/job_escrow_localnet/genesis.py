"""What a chain starts with: the ledger's own keys, the faucet, and the programs and accounts that are given to it."""

import base64
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from solders.account import Account
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from job_escrow_localnet.accounts import Accounts
from job_escrow_localnet.chain import Chain
from job_escrow_localnet.config import AccountFile, LocalnetConfig, ProgramFile
from job_escrow_localnet.engine import Engine
from job_escrow_localnet.ledger import Block, Ledger
from job_escrow_localnet.node import Node
from job_escrow_localnet.programs import LOADER_V3, SYSTEM

if TYPE_CHECKING:
    from job_escrow_localnet.json_types import Json

FAUCET_LAMPORTS = 1_000_000 * 1_000_000_000
_RENT_EXEMPT_EPOCH = 2**64 - 1


class GenesisError(Exception):
    """A program or an account cannot be loaded; the text says which and why."""


def create_node(config: LocalnetConfig) -> Node:
    """Open the ledger, or begin a new one, and load everything into a chain."""
    ledger = Ledger(config.ledger)
    try:
        engine = Engine()
        if ledger.last_block() is None:
            _begin(ledger, config.accounts)
        accounts = Accounts(engine.genesis_account)
        stored = sorted(ledger.accounts(), key=lambda item: _load_order(item[1]))
        for key, account in stored:
            engine.put(key, account)
        accounts.load(stored)
        for program in config.programs:
            _load_program(engine, program)
        chain = Chain(engine, accounts, ledger, lambda: int(time.time()))
        return Node(
            chain,
            config,
            identity=Keypair.from_seed(_seed(ledger, "identity")).pubkey(),
            faucet=Keypair.from_seed(_seed(ledger, "faucet")),
        )
    except BaseException:
        ledger.close()
        raise


def _begin(ledger: Ledger, accounts: tuple[AccountFile, ...]) -> None:
    seeds = {name: os.urandom(32) for name in ("seed", "identity", "faucet")}
    faucet = Keypair.from_seed(seeds["faucet"]).pubkey()
    funded = Account(FAUCET_LAMPORTS, b"", SYSTEM, False, _RENT_EXEMPT_EPOCH)
    ledger.write(
        blocks=[Block(0, 0, 0, int(time.time()))],
        accounts=[(faucet, funded), *_read_accounts(accounts)],
        meta={**seeds, "reserved": 0},
    )


def _seed(ledger: Ledger, name: str) -> bytes:
    seed = ledger.octets(name)
    if seed is None:
        raise GenesisError(f"the ledger has no {name}: it was not made by this program, use another folder")
    return seed


def _load_order(account: Account) -> int:
    """Programs come after the accounts that hold their code."""
    return 1 if account.executable and account.owner == LOADER_V3 else 0


def _load_program(engine: Engine, program: ProgramFile) -> None:
    if not program.path.is_file():
        raise GenesisError(f"{program.path} is no file: build the program first, or correct the path")
    try:
        engine.load_program(_address(program.address), program.path)
    except Exception as problem:
        raise GenesisError(f"{program.path} cannot be loaded as program {program.address}: {problem}") from None


def _read_accounts(files: tuple[AccountFile, ...]) -> Iterator[tuple[Pubkey, Account]]:
    for file in files:
        try:
            yield _read_account(file.path, file.address)
        except (OSError, LookupError, AttributeError, TypeError, ValueError, OverflowError, RecursionError) as problem:
            raise GenesisError(
                f"{file.path} is no account as `solana account --output json` writes it: {problem!r}"
            ) from None


def _read_account(path: Path, address: str | None) -> tuple[Pubkey, Account]:
    document: dict[str, Json] = json.loads(path.read_text())
    fields = document["account"]
    text, encoding = fields["data"]
    if encoding != "base64":
        raise ValueError(f"its data is {encoding}, it must be base64")
    account = Account(
        fields["lamports"],
        base64.b64decode(text, validate=True),
        _address(fields["owner"]),
        fields["executable"],
        fields.get("rentEpoch", _RENT_EXEMPT_EPOCH),
    )
    return _address(address or document["pubkey"]), account


def _address(text: str) -> Pubkey:
    try:
        return Pubkey.from_string(text)
    except ValueError:
        raise GenesisError(f"{text!r} is no address: it must be 32 bytes in base58") from None

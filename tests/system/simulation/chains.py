"""The chain of a run: the project's own, with the program, whose time is the clocks'."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import base58
from indexer_harness.chain_machine import ChainMachine
from indexer_harness.fault_run import localnet_config
from job_escrow.addresses import token_address
from job_escrow.codec import (
    EVENT_TAG,
    PROGRAM_ID,
    AnyAccount,
    CreditAccount,
    Event,
    Job,
    Session,
    decode_account,
    decode_event,
)
from job_escrow.tokens import USDC_MINT
from job_escrow_localnet.server import Running, serving
from program_harness import tokens
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM_ID
from solders.transaction import VersionedTransaction

from simulation.clocks import Clocks

_SLOT_SECONDS = 0.04
_LAMPORTS = 10**12
_FINAL = 34
LANDING_BLOCKS = 320
"""Twice as many as a blockhash lives."""


class Chain:
    """A chain that runs."""

    def __init__(self, running: Running, clocks: Clocks, seed: int) -> None:
        self.url, self.websocket_url, self.node = running.url, running.websocket_url, running.node
        self.machine = ChainMachine(running.node, seed)
        self.stands_still = False
        self.node.chain._now = lambda: int(clocks.now())
        self.node.chain.close_slot()

    async def run(self) -> None:
        """Close slots, for ever."""
        while True:
            await asyncio.sleep(_SLOT_SECONDS)
            if not self.stands_still:
                self.node.chain.close_slot()

    def pass_blocks(self, blocks: int) -> None:
        """Close so many slots at once."""
        self.node.chain.pass_blocks(blocks)

    def make_final(self) -> int:
        """Close so many slots that all of now is final; gives the newest slot that then is."""
        self.pass_blocks(_FINAL)
        return self.node.chain.root.slot

    def fund(self, address: Pubkey, *, base_units: int = 0) -> None:
        """Give lamports and USDC."""
        self.machine.airdrop(address, _LAMPORTS)
        if base_units:
            tokens.fund(self.machine, address, base_units)
        self.node.chain.close_slot()

    def lamports_for(self, address: Pubkey) -> int:
        return self.machine.lamports(address)

    def usdc(self, owner: Pubkey) -> int:
        """Base units that somebody owns."""
        return tokens.amount_of(self.machine, token_address(owner, USDC_MINT))

    @property
    def now(self) -> int:
        """The chain's clock."""
        return self.node.chain.open.unix_time

    def open_jobs(self) -> list[Job]:
        """Jobs that hold credits."""
        return [each for each in self._accounts() if isinstance(each, Job)]

    def open_sessions(self) -> list[Session]:
        """Sessions that hold credits."""
        return [each for each in self._accounts() if isinstance(each, Session)]

    def expired_lots(self) -> bool:
        """Whether there are lots that a keeper has to expire."""
        accounts = [each for each in self._accounts() if isinstance(each, CreditAccount)]
        return any(lot.credits_free > 0 and lot.expires_at <= self.now for each in accounts for lot in each.lots)

    def _accounts(self) -> list[AnyAccount]:
        owned = self.node.chain.accounts.owned_by(PROGRAM_ID, self.node.chain.tip.slot)
        return [decode_account(account.data) for _, account in owned]

    def last_event_slot(self) -> int:
        """The slot of the newest transaction."""
        found = self.node.chain.ledger.transactions(0, self.node.chain.tip.slot)
        return found[-1].slot if found else 0

    def events(self) -> list[Event]:
        """What the program said so far, in order: the truth that all else is held against."""
        return [decode_event(data) for data in self._event_data()]

    def _event_data(self) -> Iterator[bytes]:
        for one in self.node.chain.ledger.transactions(0, self.node.chain.tip.slot):
            if one.error is not None:
                continue
            meta = json.loads(one.meta)
            loaded = meta["loadedAddresses"]
            keys = [
                *map(str, VersionedTransaction.from_bytes(one.wire).message.account_keys),
                *loaded["writable"],
                *loaded["readonly"],
            ]
            for group in meta["innerInstructions"] or ():
                for inner in group["instructions"]:
                    data = base58.b58decode(inner["data"])
                    if keys[inner["programIdIndex"]] == str(PROGRAM_ID) and data.startswith(EVENT_TAG):
                        yield data

    def copy_to(self, other: "Chain") -> None:
        """Let another cluster have the same accounts, as where somebody plays the same keys on both."""
        for key, account in self.node.chain.accounts.owned_by(PROGRAM_ID, self.node.chain.tip.slot):
            other.machine.put(key, lamports=account.lamports, owner=account.owner, data=account.data)
        for key, account in self.node.chain.accounts.owned_by(TOKEN_PROGRAM_ID, self.node.chain.tip.slot):
            if key != USDC_MINT:
                other.machine.put(key, lamports=account.lamports, owner=account.owner, data=account.data)
        other.node.chain.close_slot()


@contextlib.asynccontextmanager
async def chain(folder: Path, clocks: Clocks, seed: int) -> AsyncIterator[Chain]:
    """A chain for the length of a block."""
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    async with serving(localnet_config(folder)) as running:
        made = Chain(running, clocks, seed)
        ticking = asyncio.create_task(made.run())
        try:
            yield made
        finally:
            ticking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ticking

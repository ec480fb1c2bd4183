"""The chain: slots open and close, transactions land in the open one, and what is closed is confirmed."""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from solders.account import Account
from solders.clock import Clock
from solders.hash import Hash
from solders.pubkey import Pubkey
from solders.signature import Signature

from job_escrow_localnet import records
from job_escrow_localnet.accounts import Accounts
from job_escrow_localnet.blockhashes import Blockhashes
from job_escrow_localnet.engine import SLOTS_PER_EPOCH, Bank, Engine, Result, nonce_of
from job_escrow_localnet.ledger import Block, Ledger, Record
from job_escrow_localnet.params import CONFIRMED, PROCESSED
from job_escrow_localnet.programs import SYSVAR_CLOCK, SYSVAR_SLOT_HASHES
from job_escrow_localnet.sysvars import (
    OF_A_BANK,
    RECENT_BLOCKHASHES,
    SLOT_HASHES,
    clock_data,
    recent_blockhashes_data,
    slot_hashes_data,
)
from job_escrow_localnet.tokens import token_balances
from job_escrow_localnet.transaction_errors import TransactionError
from job_escrow_localnet.transactions import MAX_ACCOUNT_LOCKS, Transaction

FINAL_DEPTH = 32
"""A block is final when this many blocks count from it on."""
STATUS_BLOCKS = 300
"""Blocks for which the status of a signature is known without a search of the history."""
_SLOTS_RESERVED = 32


@dataclass(frozen=True, slots=True)
class Landed:
    """A transaction that took its place in a block, with what subscribers are told of it."""

    record: Record
    error: TransactionError | None
    logs: tuple[str, ...]
    written: tuple[Pubkey, ...]
    """The accounts that it wrote, changed or not."""


class Listener(Protocol):
    """Who wants to know what happens; called at once, in order."""

    def landed(self, landed: Landed) -> None:
        """A transaction is processed."""

    def opened(self, block: Block, root: int) -> None:
        """A slot began."""

    def completed(self, landed: int, failed: int, slot: int) -> None:
        """A slot ended: how many of its transactions succeeded and how many failed."""

    def confirmed(self, slot: int) -> None:
        """A slot's block is confirmed."""

    def rooted(self, slot: int) -> None:
        """A slot's block is final."""


class RollbackError(Exception):
    """So many slots cannot be taken back."""


class Chain:
    """All state of the node. Nothing in it waits or knows of the network."""

    def __init__(self, engine: Engine, accounts: Accounts, ledger: Ledger, now: Callable[[], int]) -> None:
        """`now` gives seconds since 1970. The ledger has at least the block of slot 0, and a seed."""
        self.engine = engine
        self.accounts = accounts
        self.ledger = ledger
        self.listeners: list[Listener] = []
        self._now = now
        self._time_offset = ledger.number("time_offset") or 0
        last = self._fill_gap()
        recent = ledger.blocks(max(0, last.slot - SLOT_HASHES), last.slot)
        self.hashes = Blockhashes(ledger.octets("seed") or b"", recent)
        self.genesis = ledger.block(0) or last
        # Everything that comes from the ledger is final: what it overwrote is not known any more.
        self.tip = last
        self.root = last
        self._unrooted: deque[Block] = deque()
        self._unwritten: list[Block] = []
        self._landed: dict[int, list[Landed]] = {}
        self._statuses: dict[Signature, tuple[int, TransactionError | None]] = {}
        self._status_slots: deque[tuple[int, list[Signature]]] = deque()
        for slot, signature, error in ledger.statuses(max(0, last.slot - STATUS_BLOCKS)):
            self._remember(slot, signature, None if error is None else json.loads(error))
        self.transaction_count = ledger.transaction_count()
        self._reserved = last.slot
        self._epoch: tuple[int, int] | None = None
        self.open = self._open(last.slot + 1)

    def _fill_gap(self) -> Block:
        """After a crash: empty blocks up to the last slot that anyone may have seen."""
        last = self.ledger.last_block()
        if last is None:
            raise ValueError("the ledger has no genesis block")
        missing = []
        for slot in range(last.slot + 1, (self.ledger.number("reserved") or 0) + 1):
            last = Block(slot, last.slot, last.height + 1, last.unix_time)
            missing.append(last)
        self.ledger.write(blocks=missing)
        return last

    # What is known at a commitment

    def slot_at(self, commitment: str) -> int:
        """The newest slot of a commitment."""
        return self.block_at(commitment).slot

    def block_at(self, commitment: str) -> Block:
        """The newest block of a commitment; the open one for processed."""
        if commitment == PROCESSED:
            return self.open
        return self.tip if commitment == CONFIRMED else self.root

    def hashed_block(self, slot: int) -> Block:
        """The block whose hash is the latest one, seen from a slot: its own, or its parent's while it is open."""
        if slot >= self.open.slot:
            return self.tip
        block = self.block(slot)
        return self.tip if block is None else block

    def block(self, slot: int) -> Block | None:
        """The closed block of a slot."""
        if slot >= self.tip.slot:
            return self.tip if slot == self.tip.slot else None
        for block in self._unwritten:
            if block.slot == slot:
                return block
        return self.ledger.block(slot)

    def blocks(self, first: int, last: int, limit: int = -1) -> list[Block]:
        """The closed blocks from one slot to another, both included, at most so many."""
        found = self.ledger.blocks(first, last, limit) + [one for one in self._unwritten if first <= one.slot <= last]
        return found if limit < 0 else found[:limit]

    def account(self, key: Pubkey, slot: int) -> Account | None:
        """An account's state at the end of a slot."""
        return self._sysvar(key, slot) if key in OF_A_BANK else self.accounts.at(key, slot)

    def _sysvar(self, key: Pubkey, slot: int) -> Account:
        if key == SYSVAR_CLOCK:
            data = clock_data(self._clock(slot))
        elif key == SYSVAR_SLOT_HASHES:
            data = slot_hashes_data(self._slot_hashes(slot))
        else:
            data = recent_blockhashes_data(one for _, one in self.hashes.up_to(slot, RECENT_BLOCKHASHES))
        return self.engine.sysvar_account(data)

    def _clock(self, slot: int) -> Clock:
        """The clock of a slot's bank."""
        block = self.open if slot >= self.open.slot else self.block(slot) or self.genesis
        epoch = block.slot // SLOTS_PER_EPOCH
        return Clock(
            slot=block.slot,
            epoch_start_timestamp=self._epoch_start(block),
            epoch=epoch,
            leader_schedule_epoch=epoch + 1,
            unix_timestamp=block.unix_time,
        )

    def _slot_hashes(self, slot: int) -> list[tuple[int, Hash]]:
        """The hashes of the slots before a bank's own, the newest first."""
        return self.hashes.up_to(slot - 1, SLOT_HASHES)

    def status(self, signature: Signature) -> tuple[int, TransactionError | None] | None:
        """The slot and the error of a recent transaction."""
        return self._statuses.get(signature)

    def landed_in(self, slot: int) -> list[Landed]:
        """The transactions of a slot that is open or not final."""
        return self._landed.get(slot, [])

    # Transactions

    def submit(self, transaction: Transaction) -> TransactionError | None:
        """Run a transaction in the open slot; gives the error for which it takes no place in the block."""
        refusal = self._refusal(transaction, self.open.slot)
        if refusal is not None:
            return refusal
        read = self.accounts.get
        self.accounts.hold(transaction.writable_keys)
        before = records.balances(transaction, read), token_balances(transaction, read)
        result = self.engine.execute(transaction, read)
        if not result.charged:
            return result.error
        for key, account in result.writes.items():
            if account is not None or read(key) is not None:
                self.accounts.write(self.open.slot, key, account)
        after = records.balances(transaction, read), token_balances(transaction, read)
        meta = records.build_meta(transaction, result, before=before, after=after)
        self._land(
            transaction,
            result,
            records.build_record(transaction, result, meta, self.open.slot, len(self.landed_in(self.open.slot))),
        )
        return None

    def simulate(self, transaction: Transaction, slot: int, *, brief: bool = False) -> Result:
        """Try a transaction on the state of a slot; brief: of a success nothing is told but that it is one."""
        refusal = self._refusal(transaction, slot)
        if refusal is not None:
            return Result(error=refusal, charged=False, fee=0, writes={}, executed=False)
        bank = None if slot >= self.open.slot else Bank(self._clock(slot), lambda: self._slot_hashes(slot))
        return self.engine.simulate(
            transaction, lambda key: self.account(key, slot), self.accounts.get, bank=bank, brief=brief
        )

    def _refusal(self, transaction: Transaction, slot: int) -> TransactionError | None:
        if len(transaction.keys) > MAX_ACCOUNT_LOCKS:
            return "TooManyAccountLocks"
        if len(set(transaction.keys)) < len(transaction.keys):
            return "AccountLoadedTwice"
        if not self.hashes.is_valid(transaction.blockhash, self.hashed_block(slot).height) and not self._has_nonce(
            transaction, slot
        ):
            return "BlockhashNotFound"
        known = self.status(transaction.signature)
        return "AlreadyProcessed" if known is not None and known[0] <= slot else None

    def _has_nonce(self, transaction: Transaction, slot: int) -> bool:
        """Whether the blockhash is the value of a durable nonce whose authority signs."""
        key = transaction.nonce_account
        account = None if key is None else self.account(key, slot)
        if account is None or nonce_of(account) != transaction.blockhash:
            return False
        authority = account.data[8:40]
        places = transaction.instructions[0].accounts
        return any(place < transaction.signers and bytes(transaction.keys[place]) == authority for place in places)

    def _land(self, transaction: Transaction, result: Result, record: Record) -> None:
        landed = Landed(record, result.error, result.logs, tuple(result.writes))
        self._landed.setdefault(record.slot, []).append(landed)
        self._remember(record.slot, transaction.signature, result.error)
        self.transaction_count += 1
        for listener in self.listeners:
            listener.landed(landed)

    def _remember(self, slot: int, signature: Signature, error: TransactionError | None) -> None:
        self._statuses[signature] = (slot, error)
        if not self._status_slots or self._status_slots[-1][0] != slot:
            self._status_slots.append((slot, []))
        self._status_slots[-1][1].append(signature)

    # Slots

    def close_slot(self) -> None:
        """End the open slot: its block is on the disk and confirmed, and the next slot begins."""
        block = self.open
        self._unwritten.append(block)
        if self.landed_in(block.slot) or block.slot >= self._reserved:
            self._write(block.slot + _SLOTS_RESERVED)
        self.hashes.add(block)
        self.tip = block
        self._unrooted.append(block)
        failed = sum(one.error is not None for one in self.landed_in(block.slot))
        for listener in self.listeners:
            listener.completed(len(self.landed_in(block.slot)) - failed, failed, block.slot)
            listener.confirmed(block.slot)
        self._advance_root()
        self._forget_statuses(block.slot - STATUS_BLOCKS)
        self.open = self._open(block.slot + 1)

    def stop(self) -> None:
        """End the open slot and write all that waits, so that the next start goes on right after it."""
        self.close_slot()
        self._write(self.open.slot)
        self.ledger.close()

    def _write(self, reserved: int) -> None:
        """Put the blocks that wait on the disk, with what the newest of them did."""
        slot = self.open.slot
        self.ledger.write(
            blocks=self._unwritten,
            records=[one.record for one in self.landed_in(slot)] if self._unwritten else (),
            accounts=self.accounts.changed_in(slot) if self._unwritten else (),
            meta={"reserved": reserved},
        )
        self._unwritten = []
        self._reserved = reserved

    def _open(self, slot: int) -> Block:
        block = Block(
            slot, self.tip.slot, self.tip.height + 1, max(self.tip.unix_time, self._now() + self._time_offset)
        )
        self.open = block
        self.engine.begin_slot(Bank(self._clock(slot), lambda: self._slot_hashes(slot)))
        for listener in self.listeners:
            listener.opened(block, self.root.slot)
        return block

    def _epoch_start(self, block: Block) -> int:
        """When the epoch of a new block began: seconds since 1970."""
        epoch = block.slot // SLOTS_PER_EPOCH
        if self._epoch is None or self._epoch[0] != epoch:
            first = self.blocks(epoch * SLOTS_PER_EPOCH, block.slot, limit=1)
            self._epoch = epoch, first[0].unix_time if first else block.unix_time
        return self._epoch[1]

    def _advance_root(self) -> None:
        while len(self._unrooted) >= FINAL_DEPTH:
            self.root = self._unrooted.popleft()
            for listener in self.listeners:
                listener.rooted(self.root.slot)
            self._landed.pop(self.root.slot, None)
            self.accounts.forget(self.root.slot)

    def _forget_statuses(self, oldest: int) -> None:
        while self._status_slots and self._status_slots[0][0] < oldest:
            _, signatures = self._status_slots.popleft()
            for signature in signatures:
                self._statuses.pop(signature, None)

    # For tests

    def pass_blocks(self, blocks: int) -> None:
        """Close so many slots at once: blockhashes grow old by blocks."""
        for _ in range(blocks):
            self.close_slot()

    def travel(self, seconds: int, slots: int) -> None:
        """Go forward in time, and skip slots; what is in the open slot stays there."""
        self.close_slot()
        self._time_offset += seconds
        self.ledger.write(meta={"time_offset": self._time_offset})
        self.open = self._open(self.open.slot + slots)
        self._reserved = self.tip.slot  # the next block is written at once: a crash must not fill the skipped slots
        self.close_slot()

    def rollback(self, slots: int) -> None:
        """A fork: take back the open slot and so many blocks before it; their slot numbers stay unused."""
        if not 0 <= slots <= len(self._unrooted):
            raise RollbackError(
                f"{slots} slots cannot be taken back: {len(self._unrooted)} are not final; ask for at most that many"
            )
        if self._unwritten:
            self._flush_empty()
        gone = [self._unrooted.pop() for _ in range(slots)]
        self.tip = self._unrooted[-1] if self._unrooted else self.root
        dead = self.open.slot
        restored = self.accounts.rollback(self.tip.slot)
        for key, account in restored.items():
            self.engine.put(key, account)
        if gone:
            self.ledger.take_back(self.tip.slot, restored.items())
        self.hashes.rollback(self.tip.slot)
        for slot in [slot for slot in self._landed if slot > self.tip.slot]:
            self.transaction_count -= len(self._landed.pop(slot))
        while self._status_slots and self._status_slots[-1][0] > self.tip.slot:
            for signature in self._status_slots.pop()[1]:
                self._statuses.pop(signature, None)
        self._reserved = self.tip.slot
        self.open = self._open(dead + 1)

    def _flush_empty(self) -> None:
        self.ledger.write(blocks=self._unwritten)
        self._unwritten = []

"""A chain in this process: a real Solana virtual machine without a network, for the demo and for tests.

Time stands still between transactions; a pause moves it on at once.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, cast

from solders.account import Account
from solders.address_lookup_table_account import AddressLookupTable
from solders.clock import Clock
from solders.hash import Hash
from solders.litesvm import LiteSVM
from solders.message import Message, MessageV0, MessageV1
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction_metadata import FailedTransactionMetadata, SimulatedTransactionInfo, TransactionMetadata
from solders.transaction_status import TransactionErrorInstructionError

from job_escrow.chain.requests import (
    PACKET_LIMIT,
    AccountInfo,
    Answer,
    Blockhash,
    ChainError,
    ConfirmedTransaction,
    GetAccounts,
    GetBlockHeight,
    GetElapsed,
    GetGenesisHash,
    GetLatestBlockhash,
    GetPriorityFees,
    GetProgramAccounts,
    GetRent,
    GetSignatures,
    GetSignatureStatus,
    GetSlot,
    GetTransaction,
    GetUnixTime,
    InnerInstruction,
    Pause,
    Request,
    RequestAirdrop,
    Send,
    SignatureInfo,
    SignatureStatus,
    Simulate,
    SimulationResult,
)
from job_escrow.slots import SLOT_SECONDS

_BLOCKHASH_LIFETIME_BLOCKS = 150


class LiteSvmChain:
    """A blocking chain over LiteSVM. Its clock starts at the present time unless another is given."""

    def __init__(self, *, unix_time: int | None = None) -> None:
        # The machine takes only its newest blockhash, a cluster those of the last 150 blocks: they are checked here.
        self.svm = LiteSVM().with_blockhash_check(False)
        self._blockhashes: dict[Hash, int] = {}
        self._landed: dict[Signature, ConfirmedTransaction] = {}
        self._set_clock(int(time.time()) if unix_time is None else unix_time, slot=1)

    def answer(self, request: Request[Answer]) -> Answer:
        """Answer one request from the virtual machine's state."""
        return cast("Answer", self._ANSWERS[type(request)](self, request))

    def add_program(self, program_id: Pubkey, path: Path) -> None:
        """Load a compiled program."""
        self.svm.add_program_from_file(program_id, path)

    def set_account(self, address: Pubkey, account: AccountInfo) -> None:
        """Write an account as it is, past every program."""
        stored = Account(account.lamports, account.data, account.owner, account.executable, 2**64 - 1)
        self.svm.set_account(address, stored)

    @property
    def transactions(self) -> tuple[ConfirmedTransaction, ...]:
        """Every transaction that landed, in order."""
        return tuple(self._landed.values())

    def _accounts(self, request: GetAccounts) -> list[AccountInfo | None]:
        return [self._account(address) for address in request.addresses]

    def _account(self, address: Pubkey) -> AccountInfo | None:
        return _existing(self.svm.get_account(address))

    def _program_accounts(self, request: GetProgramAccounts) -> list[tuple[Pubkey, AccountInfo]]:
        def matches(data: bytes) -> bool:
            right_size = request.size is None or len(data) == request.size
            return right_size and all(data[at : at + len(want)] == want for at, want in request.match)

        found = self.svm.get_program_accounts(request.program)
        return [(address, AccountInfo.of(account)) for address, account in found if matches(account.data)]

    def _latest_blockhash(self, _: GetLatestBlockhash) -> Blockhash:
        now = self.svm.get_clock().slot
        self._blockhashes = {known: last for known, last in self._blockhashes.items() if last >= now}
        newest = self.svm.latest_blockhash()
        self._blockhashes[newest] = now + _BLOCKHASH_LIFETIME_BLOCKS
        return Blockhash(hash=newest, last_valid_block_height=self._blockhashes[newest])

    def _simulate(self, request: Simulate) -> SimulationResult:
        # The methods are named with_…, though they change the machine in place, and its type stubs say set_….
        with_sigverify: Callable[[bool], LiteSVM] = getattr(self.svm, "with_sigverify")  # noqa: B009
        with_sigverify(False)
        try:
            result = self.svm.simulate_transaction(request.transaction)
        finally:
            with_sigverify(True)
        meta = result.meta()
        failed = isinstance(result, FailedTransactionMetadata)
        after = {} if failed else dict(cast("SimulatedTransactionInfo", result).post_accounts())
        found = () if failed else tuple(after.get(each) or self.svm.get_account(each) for each in request.accounts)
        return SimulationResult(
            error=result.err() if isinstance(result, FailedTransactionMetadata) else None,
            logs=tuple(meta.logs()),
            compute_units=meta.compute_units_consumed(),
            accounts=tuple(_existing(each) for each in found),
        )

    def _send(self, request: Send) -> None:
        transaction = request.transaction
        size = len(bytes(transaction))
        # The virtual machine itself does not enforce it.
        if size > PACKET_LIMIT:
            raise ChainError(f"the transaction has {size} bytes, a packet holds {PACKET_LIMIT}: send less in one")
        if transaction.signatures[0] in self._landed:
            return
        blockhash = transaction.message.recent_blockhash
        if blockhash != self.svm.latest_blockhash() and self._blockhashes.get(blockhash, 0) < self.svm.get_clock().slot:
            raise ChainError("the chain did not take the transaction: TransactionErrorFieldless.BlockhashNotFound")
        result = self.svm.send_transaction(transaction)
        error = result.err() if isinstance(result, FailedTransactionMetadata) else None
        if error is not None and not isinstance(error, TransactionErrorInstructionError):
            # It did not get as far as its first instruction: a cluster would not have taken it into a block.
            raise ChainError(f"the chain did not take the transaction: {error}")
        meta = result.meta() if isinstance(result, FailedTransactionMetadata) else result
        clock = self.svm.get_clock()
        self._landed[transaction.signatures[0]] = ConfirmedTransaction(
            signature=transaction.signatures[0],
            slot=clock.slot,
            block_time=clock.unix_timestamp,
            transaction=transaction,
            account_keys=self._all_keys(transaction.message),
            error=error,
            logs=tuple(meta.logs()),
            compute_units=meta.compute_units_consumed(),
            fee=meta.fee(),
            inner=_inner_instructions(meta),
        )
        # As on a cluster, a transaction of equal content is another one in the next slot.
        self._set_clock(clock.unix_timestamp, slot=clock.slot + 1)
        self.svm.expire_blockhash()

    def _all_keys(self, message: Message | MessageV0 | MessageV1) -> tuple[Pubkey, ...]:
        """The keys of a message, with those that come from lookup tables: the writable ones of all tables first."""
        lookups = message.address_table_lookups if isinstance(message, MessageV0) else []
        writable: list[Pubkey] = []
        readonly: list[Pubkey] = []
        for lookup in lookups:
            # The machine ran the transaction, so that the table is there.
            table = cast("Account", self.svm.get_account(lookup.account_key))
            addresses = AddressLookupTable.deserialize(bytes(table.data)).addresses
            writable += [addresses[index] for index in bytes(lookup.writable_indexes)]
            readonly += [addresses[index] for index in bytes(lookup.readonly_indexes)]
        return (*message.account_keys, *writable, *readonly)

    def _status(self, request: GetSignatureStatus) -> SignatureStatus | None:
        landed = self._landed.get(request.signature)
        return None if landed is None else SignatureStatus(slot=landed.slot, error=landed.error, commitment="finalized")

    def _signatures(self, request: GetSignatures) -> list[SignatureInfo]:
        newest_first = [each for each in reversed(self._landed.values()) if request.address in each.account_keys]
        signatures = [each.signature for each in newest_first]
        start = signatures.index(request.before) + 1 if request.before in signatures else 0
        end = signatures.index(request.until) if request.until in signatures else len(signatures)
        return [
            SignatureInfo(signature=each.signature, slot=each.slot, block_time=each.block_time, error=each.error)
            for each in newest_first[start:end][: request.limit]
        ]

    def _airdrop(self, request: RequestAirdrop) -> Signature:
        result = self.svm.airdrop(request.address, request.lamports)
        if isinstance(result, FailedTransactionMetadata):
            raise ChainError(f"the airdrop failed: {result.err()}")
        return result.signature()

    def _pause(self, request: Pause) -> None:
        clock = self.svm.get_clock()
        passed = max(1, -int(-request.seconds // 1))
        self._set_clock(clock.unix_timestamp + passed, slot=clock.slot + max(1, int(request.seconds / SLOT_SECONDS)))

    def _set_clock(self, unix_time: int, *, slot: int) -> None:
        before = self.svm.get_clock()
        self.svm.warp_to_slot(slot)
        # Lookup tables are named for a slot that has passed.
        self.svm.set_slot_hashes([(slot - 1, Hash.default())])
        self.svm.set_clock(
            Clock(slot, before.epoch_start_timestamp, before.epoch, before.leader_schedule_epoch, unix_time)
        )

    # Of the class: a chain that held its own methods would keep its machine's memory until it is collected, or longer.
    _ANSWERS: ClassVar[dict[type, Callable[..., Any]]] = {
        GetAccounts: _accounts,
        GetProgramAccounts: _program_accounts,
        GetGenesisHash: lambda _self, _: str(Hash.default()),
        GetLatestBlockhash: _latest_blockhash,
        GetBlockHeight: lambda self, _: self.svm.get_clock().slot,
        GetElapsed: lambda self, _: float(self.svm.get_clock().unix_timestamp),
        GetPriorityFees: lambda _self, _: (),
        GetRent: lambda self, request: self.svm.minimum_balance_for_rent_exemption(request.size),
        Simulate: _simulate,
        Send: _send,
        GetSignatureStatus: _status,
        GetSignatures: _signatures,
        GetSlot: lambda self, request: self.svm.get_clock().slot - request.rooted,
        GetTransaction: lambda self, request: self._landed.get(request.signature),
        RequestAirdrop: _airdrop,
        GetUnixTime: lambda self, _: self.svm.get_clock().unix_timestamp,
        Pause: _pause,
    }


def _existing(account: Account | None) -> AccountInfo | None:
    # A closed account stays behind as an empty one.
    return None if account is None or account.lamports == 0 else AccountInfo.of(account)


def _inner_instructions(meta: TransactionMetadata) -> tuple[tuple[InnerInstruction, ...], ...]:
    def convert(inner: Any) -> InnerInstruction:  # noqa: ANN401  (solders exports no name for it)
        instruction = inner.instruction()
        return InnerInstruction(
            program_index=instruction.program_id_index,
            accounts=bytes(instruction.accounts),
            data=bytes(instruction.data),
            stack_height=inner.stack_height(),
        )

    return tuple(tuple(convert(inner) for inner in group) for group in meta.inner_instructions())

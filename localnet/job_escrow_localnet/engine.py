"""The virtual machine: runs one transaction against the newest state, or tries one without a trace."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from solders.account import Account
from solders.clock import Clock
from solders.compute_budget import ComputeBudget
from solders.epoch_schedule import EpochSchedule
from solders.hash import Hash
from solders.litesvm import LiteSVM
from solders.pubkey import Pubkey
from solders.transaction_metadata import (
    SimulatedTransactionInfo,
    TransactionMetadata,
)

from job_escrow_localnet.programs import (
    LOADER_V3,
    LOADERS,
    LOOKUP_TABLE,
    MEMO,
    NATIVE_LOADER,
    SYSTEM,
    SYSVAR,
    SYSVAR_INSTRUCTIONS,
    SYSVAR_RECENT_BLOCKHASHES,
    SYSVAR_SLOT_HASHES,
    SYSVAR_STAKE_HISTORY,
)
from job_escrow_localnet.sysvars import OF_A_BANK
from job_escrow_localnet.transaction_errors import TransactionError, to_json
from job_escrow_localnet.transactions import AccountReader, Transaction

SLOTS_PER_EPOCH = 432_000
_RENT_EXEMPT_EPOCH = 2**64 - 1
_ACCOUNT_BASE_BYTES = 64
_TABLE_BASE_BYTES = 8_248
_NONCE_BYTES = 80

# What a cluster gives these at genesis. LiteSVM's are smaller, and balances show in transactions.
_SYSVAR_BYTES = {SYSVAR_RECENT_BLOCKHASHES: 6_008, SYSVAR_STAKE_HISTORY: 16_392}
_MEMO_LAMPORTS = 521_498_880

Writes = dict[Pubkey, Account | None]


@dataclass(frozen=True, slots=True)
class InnerInstruction:
    """An instruction that a program called: places among the transaction's keys, data, and depth from 2 on."""

    program: int
    accounts: bytes
    data: bytes
    stack_height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What running a transaction did."""

    error: TransactionError | None
    charged: bool
    """Whether it takes a place in a block: it succeeded, or failed after its fee was due."""
    fee: int
    """Lamports; 0 where it is not charged."""
    writes: Writes
    """Accounts as they are afterwards, all that it may have changed; None: gone."""
    logs: tuple[str, ...] = ()
    inner: tuple[tuple[InnerInstruction, ...], ...] = ()
    """For every top-level instruction, those that were called below it."""
    units: int = 0
    """Compute units consumed."""
    return_data: tuple[Pubkey, bytes] | None = None
    loaded_bytes: int = 0
    """Bytes of accounts that were loaded."""
    executed: bool = True
    """False: it was charged although its programs could not be loaded, and has no logs."""


@dataclass(frozen=True, slots=True)
class Bank:
    """What programs see of the chain at a slot."""

    clock: Clock
    slot_hashes: Callable[[], list[tuple[int, Hash]]]
    """The slots before and their hashes, the newest first: asked for when a transaction needs them."""


class Engine:
    """LiteSVM with the checks off that the chain does itself, and its state open to it."""

    def __init__(self) -> None:
        self._svm = LiteSVM().with_sigverify(False).with_blockhash_check(False).with_transaction_history(0)
        self._svm.set_epoch_schedule(EpochSchedule.without_warmup())
        self._genesis: dict[Pubkey, Account | None] = {}
        memo = self._svm.get_account(MEMO)
        if memo is not None:
            self.put(MEMO, Account(_MEMO_LAMPORTS, memo.data, memo.owner, memo.executable, _RENT_EXEMPT_EPOCH))
        self._limits: ComputeBudget | None = None
        self._bank = Bank(self._svm.get_clock(), list)

    # State

    def genesis_account(self, key: Pubkey) -> Account | None:
        """An account that no transaction has written, with the balance that a cluster gives it."""
        if key in self._genesis:
            return self._genesis[key]
        account = self._svm.get_account(key)
        if account is None or account.lamports == 0:
            return None
        if account.owner == SYSVAR:
            return self.sysvar_account(account.data, _SYSVAR_BYTES.get(key))
        self._genesis[key] = account if account.owner == NATIVE_LOADER else _exempt(account)
        return self._genesis[key]

    def sysvar_account(self, data: bytes, size: int | None = None) -> Account:
        """A sysvar's account, whose balance is what so many bytes need: those of its data, if none are named."""
        lamports = self.minimum_balance(len(data) if size is None else size)
        return Account(lamports, data, SYSVAR, executable=False, rent_epoch=0)

    def put(self, key: Pubkey, account: Account | None) -> None:
        """Replace an account; None removes it."""
        self._genesis.pop(key, None)
        self._svm.set_account(key, Account(0, b"", SYSTEM) if account is None else account)

    def load_program(self, key: Pubkey, path: Path) -> None:
        """Load a compiled program, in place of one that is there."""
        self._genesis.pop(key, None)
        self._svm.add_program_from_file(key, path)

    def minimum_balance(self, data_bytes: int) -> int:
        """Lamports that an account with so many bytes of data needs to be free of rent."""
        return self._svm.minimum_balance_for_rent_exemption(data_bytes)

    def begin_slot(self, bank: Bank) -> None:
        """Set what programs see to that of a new slot."""
        self._bank = bank
        self._svm.set_clock(bank.clock)

    # Running

    def execute(self, transaction: Transaction, read: AccountReader) -> Result:
        """Run a transaction for good."""
        if (refused := self._not_loaded(transaction, read)) is not None:
            return self._keep(refused)
        self._refresh_slot_hashes(transaction, self._bank)
        payer = transaction.keys[0]
        self._tell_limits(transaction)
        self._take_bid(transaction, read)
        before = self._svm.get_balance(payer)
        outcome = self._svm.send_transaction(transaction.inner)
        if isinstance(outcome, TransactionMetadata):
            return _finish(outcome, None, transaction, self._written(transaction), read)
        error = to_json(outcome.err())
        if self._svm.get_balance(payer) == before and transaction.fee:
            self._give_bid_back(transaction, read)
            if error == "MaxLoadedAccountsDataSizeExceeded":
                return self._keep(self._fees_only(transaction, error, read))
            return _finish(outcome.meta(), error, transaction, None, read)
        writes: Writes = {payer: self._read(payer)}
        return self._keep(_finish(outcome.meta(), error, transaction, writes | _next_nonce(transaction, read), read))

    def simulate(
        self,
        transaction: Transaction,
        read: AccountReader,
        newest: AccountReader,
        *,
        bank: Bank | None = None,
        brief: bool = False,
    ) -> Result:
        """Try a transaction on the state that `read` gives, where `newest` reads what the machine holds now.

        Bank: what programs see, if not that of the open slot. Brief: of a success nothing is told but that it is one.
        """
        if (refused := self._not_loaded(transaction, read)) is not None:
            return refused
        self._refresh_slot_hashes(transaction, bank or self._bank)
        older = {}
        for key in transaction.keys:
            if key in OF_A_BANK:
                continue
            account, now = read(key), newest(key)
            if account is not now and account != now:
                older[key] = account
        try:
            if bank is not None:
                self._svm.set_clock(bank.clock)
            for key, account in older.items():
                self.put(key, account)
            self._tell_limits(transaction)
            self._take_bid(transaction, read)
            outcome = self._svm.simulate_transaction(transaction.inner)
        finally:
            if bank is not None:
                self._svm.set_clock(self._bank.clock)
            self._give_bid_back(transaction, newest)
            for key in older:
                self.put(key, newest(key))
        if isinstance(outcome, SimulatedTransactionInfo):
            if brief:
                return Result(error=None, charged=True, fee=transaction.fee, writes={})
            writes = {key: _exempt(_alive(account)) for key, account in outcome.post_accounts()}
            return _finish(outcome.meta(), None, transaction, writes, read)
        return _finish(outcome.meta(), to_json(outcome.err()), transaction, _charge(transaction, read), read)

    def _keep(self, result: Result) -> Result:
        for key, account in result.writes.items():
            self.put(key, account)
        return result

    def _read(self, key: Pubkey) -> Account | None:
        account = _alive(self._svm.get_account(key))
        exempt = _exempt(account)
        if exempt is not account:
            self.put(key, exempt)
        return exempt

    def _written(self, transaction: Transaction) -> Writes:
        return {key: self._read(key) for key in transaction.writable_keys}

    # What LiteSVM does not read: limits and bid of version 1, which stand in its message.

    def _tell_limits(self, transaction: Transaction) -> None:
        """Once the machine is told limits it knows no others: from then on it is told those of every transaction."""
        if transaction.version == 1 and self._limits is None:
            self._limits = ComputeBudget(True)
        if self._limits is not None:
            self._limits.compute_unit_limit = transaction.budget.unit_limit
            self._limits.heap_size = transaction.budget.heap_bytes
            self._svm.with_compute_budget(self._limits)

    def _take_bid(self, transaction: Transaction, read: AccountReader) -> None:
        key = transaction.keys[0]
        payer = read(key)
        if transaction.budget.bid and payer is not None:
            self._svm.set_account(key, _with_lamports(payer, payer.lamports - transaction.budget.bid))

    def _give_bid_back(self, transaction: Transaction, read: AccountReader) -> None:
        if transaction.budget.bid:
            self.put(transaction.keys[0], read(transaction.keys[0]))

    def _refresh_slot_hashes(self, transaction: Transaction, bank: Bank) -> None:
        """Programs seldom look at the hashes of slots, and writing all 512 takes a quarter of a millisecond."""
        keys = transaction.keys
        if transaction.lookups or LOOKUP_TABLE in keys or SYSVAR_SLOT_HASHES in keys:
            self._svm.set_slot_hashes(bank.slot_hashes())

    # What is refused before the machine sees it

    def _not_loaded(self, transaction: Transaction, read: AccountReader) -> Result | None:
        """A cluster takes the fee of a transaction whose programs cannot be loaded; LiteSVM does not."""
        refusal = self._payer_error(read(transaction.keys[0]), transaction.fee)
        if refusal is not None:
            return Result(error=refusal, charged=False, fee=0, writes={}, executed=False)
        limit = transaction.budget.loaded_bytes_limit
        if limit is not None and _loaded_bytes(transaction, read) > limit:
            return self._fees_only(transaction, "MaxLoadedAccountsDataSizeExceeded", read)
        for instruction in transaction.instructions:
            program = read(transaction.keys[instruction.program])
            if program is None:
                return self._fees_only(transaction, "ProgramAccountNotFound", read)
            if program.owner not in LOADERS:
                return self._fees_only(transaction, "InvalidProgramForExecution", read)
        return None

    def _fees_only(self, transaction: Transaction, error: TransactionError, read: AccountReader) -> Result:
        return Result(
            error=error,
            charged=True,
            fee=transaction.fee,
            writes=_charge(transaction, read) | _next_nonce(transaction, read),
            loaded_bytes=_loaded_bytes(transaction, read),
            executed=False,
        )

    def _payer_error(self, payer: Account | None, fee: int) -> TransactionError | None:
        if payer is None:
            return "AccountNotFound"
        data = payer.data
        if payer.owner != SYSTEM or len(data) not in (0, _NONCE_BYTES):
            return "InvalidAccountForFee"
        minimum = self.minimum_balance(len(data))
        left = payer.lamports - fee
        if left < (minimum if data else 0):
            return "InsufficientFundsForFee"
        if 0 < left < minimum <= payer.lamports:
            return {"InsufficientFundsForRent": {"account_index": 0}}
        return None


def _charge(transaction: Transaction, read: AccountReader) -> Writes:
    """The fee payer with the fee taken, where it can pay it."""
    key = transaction.keys[0]
    payer = read(key)
    if payer is None:
        return {}
    return {key: _alive(_with_lamports(payer, payer.lamports - transaction.fee))}


def _with_lamports(account: Account, lamports: int) -> Account:
    return Account(lamports, account.data, account.owner, account.executable, account.rent_epoch)


def _finish(
    meta: TransactionMetadata,
    error: TransactionError | None,
    transaction: Transaction,
    writes: Writes | None,
    read: AccountReader,
) -> Result:
    """A result of the machine; `writes` None: the transaction was refused before its fee was due."""
    returned = meta.return_data()
    data = bytes(returned.data)
    logs = tuple(meta.logs())
    ran = writes is not None and (error is None or bool(logs) or meta.compute_units_consumed() > 0)
    return Result(
        error=error,
        charged=writes is not None,
        fee=transaction.fee if writes is not None else 0,
        writes=writes or {},
        logs=logs,
        inner=tuple(
            tuple(
                InnerInstruction(
                    one.instruction().program_id_index,
                    bytes(one.instruction().accounts),
                    bytes(one.instruction().data),
                    one.stack_height() or 2,
                )
                for one in group
            )
            for group in meta.inner_instructions()
        ),
        units=meta.compute_units_consumed(),
        return_data=(returned.program_id, data) if data else None,
        loaded_bytes=_loaded_bytes(transaction, read) if ran else 0,
    )


def _loaded_bytes(transaction: Transaction, read: AccountReader) -> int:
    """Bytes that count against the limit of loaded data: every account, and the code of upgradeable programs once."""
    total = _TABLE_BASE_BYTES * len(transaction.lookups)
    keys = set(transaction.keys)
    counted = set()
    for key in transaction.keys:
        if key == SYSVAR_INSTRUCTIONS or (account := read(key)) is None:
            continue
        total += _ACCOUNT_BASE_BYTES + len(account.data)
        if account.owner != LOADER_V3 or account.data[:4] != b"\x02\0\0\0":
            continue
        code = Pubkey.from_bytes(account.data[4:36])
        if code not in keys and code not in counted and (code_account := read(code)) is not None:
            counted.add(code)
            total += _ACCOUNT_BASE_BYTES + len(code_account.data)
    return total


def _next_nonce(transaction: Transaction, read: AccountReader) -> Writes:
    """A durable nonce advances even if its transaction fails, or the failure could be charged again and again."""
    key = transaction.nonce_account
    account = None if key is None else read(key)
    if key is None or account is None or account.owner != SYSTEM or len(account.data) != _NONCE_BYTES:
        return {}
    if nonce_of(account) != transaction.blockhash:
        return {}
    following = hashlib.sha256(b"DURABLE_NONCE" + bytes(transaction.blockhash)).digest()
    data = account.data[:40] + following + account.data[72:]
    return {key: Account(account.lamports, data, account.owner, account.executable, account.rent_epoch)}


def nonce_of(account: Account) -> Hash | None:
    """The value that a nonce account holds; None where it is no initialized nonce account."""
    data = account.data
    if account.owner != SYSTEM or len(data) != _NONCE_BYTES or data[4:8] != b"\x01\0\0\0":
        return None
    return Hash.from_bytes(data[40:72])


def _exempt(account: Account | None) -> Account | None:
    """A cluster marks every account free of rent from its first transaction on, LiteSVM from its second."""
    if account is None or account.rent_epoch == _RENT_EXEMPT_EPOCH:
        return account
    return Account(account.lamports, account.data, account.owner, account.executable, _RENT_EXEMPT_EPOCH)


def _alive(account: Account | None) -> Account | None:
    return None if account is None or account.lamports == 0 else account

"""The virtual machine: transactions in, outcomes out, and a clock that tests move."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from job_escrow.codec import PROGRAM_ID, Event, decode_event, is_event
from job_escrow.testing.embedded import embedded_chain
from solders.account import Account
from solders.address_lookup_table_account import ID as LOOKUP_TABLE_PROGRAM_ID
from solders.address_lookup_table_account import AddressLookupTableAccount, LookupTableMeta
from solders.clock import Clock
from solders.instruction import Instruction
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import FailedTransactionMetadata, SimulatedTransactionInfo, TransactionMetadata

from program_harness.keys import Key, key
from program_harness.reasons import Reason, reason_of

START = 1_790_000_000
"""Unix time at which every chain of these tests begins."""

_RENT_EPOCH = 2**64 - 1
_LOOKUP_TABLE = b"\1\0\0\0"
_LOOKUP_TABLE_META = 52
_FEE_PAYER_LAMPORTS = 10**15


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a transaction; `reason` is None where it succeeded."""

    reason: Reason | None
    events: tuple[Event, ...]
    logs: tuple[str, ...]
    compute_units: int
    failed_at: int | None = None
    """Index of the instruction that failed."""


class Machine:
    """LiteSVM with the program. A key of its own pays every fee, so that no other balance changes for it.

    Equal transactions are run again: what protects against repeats has to be in the program. Without `verify`,
    transactions are not signed, which makes them faster.
    """

    def __init__(self, *, verify: bool = True) -> None:
        self.svm = embedded_chain(unix_time=START).svm
        self.verify = verify
        self.fee_payer = key("fee payer")
        self.seen: set[Pubkey] = set()
        """Every address that a transaction named."""
        self.events: list[Event] = []
        """Every event that was emitted, in order."""
        # The methods are named with_…, though they change the machine in place, and the type stubs say set_….
        self._set("transaction_history", 0)
        self._set("sigverify", verify)
        self._set("blockhash_check", False)
        self._blockhash = self.svm.latest_blockhash()
        self.airdrop(self.fee_payer.pubkey(), _FEE_PAYER_LAMPORTS)
        self._set("transaction_history", 0)

    @property
    def now(self) -> int:
        """The clock, in unix seconds."""
        return self.svm.get_clock().unix_timestamp

    @property
    def slot(self) -> int:
        """The slot that the last transaction was run in: one more each time that the clock is set."""
        return self.svm.get_clock().slot

    def move_clock_to(self, unix_time: int) -> None:
        """Set the clock, in unix seconds."""
        clock = self.svm.get_clock()
        self.svm.set_clock(
            Clock(clock.slot + 1, clock.epoch_start_timestamp, clock.epoch, clock.leader_schedule_epoch, unix_time)
        )

    def advance(self, seconds: int) -> None:
        """Move the clock; a negative number moves it back."""
        self.move_clock_to(self.now + seconds)

    def airdrop(self, address: Pubkey, lamports: int) -> None:
        """Add lamports to an address."""
        found = self.svm.get_account(address)
        if found is None or found.lamports == 0:
            self.put(address, lamports=lamports, owner=Pubkey.default(), data=b"")
        else:
            self.put(address, lamports=found.lamports + lamports, owner=found.owner, data=found.data)

    def put(self, address: Pubkey, *, lamports: int, owner: Pubkey, data: bytes) -> None:
        """Write an account past every program."""
        self.seen.add(address)
        self.svm.set_account(address, Account(lamports, data, owner, False, _RENT_EPOCH))

    def get(self, address: Pubkey) -> Account | None:
        """Read an account; None where there is none, as after a close."""
        found = self.svm.get_account(address)
        return None if found is None or found.lamports == 0 else found

    def data(self, address: Pubkey) -> bytes:
        """Data of an account that exists."""
        found = self.get(address)
        assert found is not None, f"no account at {address}"
        return found.data

    def lamports(self, address: Pubkey) -> int:
        """Lamports of an address; 0 where there is no account."""
        return self.svm.get_balance(address) or 0

    def rent(self, size: int) -> int:
        """Lamports that an account of `size` bytes needs."""
        return self.svm.minimum_balance_for_rent_exemption(size)

    def lookup_table(self, addresses: Sequence[Pubkey]) -> AddressLookupTableAccount:
        """An address lookup table that is ready to be used."""
        table = AddressLookupTableAccount(key(f"lookup table {len(self.seen)}").pubkey(), list(addresses))
        data = _LOOKUP_TABLE + bytes(LookupTableMeta()).ljust(_LOOKUP_TABLE_META, b"\0")
        data += b"".join(bytes(address) for address in addresses)
        self.put(table.key, lamports=self.rent(len(data)), owner=LOOKUP_TABLE_PROGRAM_ID, data=data)
        self.advance(1)
        return table

    def send(
        self,
        instructions: Sequence[Instruction],
        signers: Sequence[Key] = (),
        *,
        lookup: Sequence[AddressLookupTableAccount] = (),
    ) -> Outcome:
        """Run a transaction."""
        return self.send_transaction(self.transaction(instructions, signers, lookup=lookup), lookup)

    def send_transaction(
        self, transaction: VersionedTransaction, lookup: Sequence[AddressLookupTableAccount] = ()
    ) -> Outcome:
        """Run a transaction that is signed already."""
        keys = _all_keys(transaction, lookup)
        self.seen.update(keys)
        return self.landed(transaction, keys, self.svm.send_transaction(transaction))

    def landed(
        self,
        transaction: VersionedTransaction,
        keys: Sequence[Pubkey],
        result: TransactionMetadata | FailedTransactionMetadata,
    ) -> Outcome:
        """What a transaction with these accounts has come to."""
        if isinstance(result, FailedTransactionMetadata):
            return _failure(result)
        events = _events(result, keys)
        self.events.extend(events)
        return Outcome(None, events, (), result.compute_units_consumed())

    def simulate(self, instructions: Sequence[Instruction], signers: Sequence[Key] = ()) -> Outcome:
        """Run a transaction and change nothing."""
        transaction = self.transaction(instructions, signers)
        result = self.svm.simulate_transaction(transaction)
        if isinstance(result, FailedTransactionMetadata):
            return _failure(result)
        assert isinstance(result, SimulatedTransactionInfo)
        meta = result.meta()
        events = _events(meta, transaction.message.account_keys)
        return Outcome(None, events, tuple(meta.logs()), meta.compute_units_consumed())

    def transaction(
        self,
        instructions: Sequence[Instruction],
        signers: Sequence[Key],
        *,
        payer: Key | None = None,
        lookup: Sequence[AddressLookupTableAccount] = (),
    ) -> VersionedTransaction:
        """A transaction as it goes over the wire."""
        fee_payer = payer or self.fee_payer
        message = MessageV0.try_compile(fee_payer.pubkey(), list(instructions), list(lookup), self._blockhash)
        if not self.verify:
            required = message.header.num_required_signatures
            return VersionedTransaction.populate(message, [Signature.default()] * required)
        by_key = {signer.pubkey(): signer for signer in [fee_payer, *signers]}
        required_keys = message.account_keys[: message.header.num_required_signatures]
        return VersionedTransaction(message, [by_key[address].keypair for address in required_keys])

    def _set(self, name: str, value: object) -> None:
        setter: Callable[[object], object] = getattr(self.svm, f"with_{name}")
        setter(value)


def _failure(result: FailedTransactionMetadata) -> Outcome:
    logs = tuple(result.meta().logs())
    error = result.err()
    reason = reason_of(error, logs)
    return Outcome(reason, (), logs, result.meta().compute_units_consumed(), getattr(error, "index", None))


def _all_keys(transaction: VersionedTransaction, lookup: Sequence[AddressLookupTableAccount]) -> list[Pubkey]:
    """The accounts in the order in which the runtime numbers them: written ones of all tables before read ones."""
    message = transaction.message
    tables = {table.key: table.addresses for table in lookup}
    used = [] if not isinstance(message, MessageV0) else message.address_table_lookups
    written = [tables[each.account_key][index] for each in used for index in each.writable_indexes]
    read = [tables[each.account_key][index] for each in used for index in each.readonly_indexes]
    return [*message.account_keys, *written, *read]


def _events(meta: TransactionMetadata, keys: Sequence[Pubkey]) -> tuple[Event, ...]:
    found = []
    for group in meta.inner_instructions():
        for inner in group:
            instruction = inner.instruction()
            if keys[instruction.program_id_index] == PROGRAM_ID and is_event(bytes(instruction.data)):
                found.append(decode_event(bytes(instruction.data)))
    return tuple(found)

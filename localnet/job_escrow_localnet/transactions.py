"""A transaction that was checked and whose addresses are known: what runs, and what the ledger keeps."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from solders.account import Account
from solders.hash import Hash
from solders.message import Message as LegacyMessage
from solders.message import MessageV0, MessageV1
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from job_escrow_localnet.budget import Budget, BudgetError, fee, read_budget, read_config
from job_escrow_localnet.programs import LOADER_V3, LOOKUP_TABLE, RESERVED, SYSTEM
from job_escrow_localnet.transaction_errors import TransactionError

MAX_INSTRUCTIONS = 64
MAX_ACCOUNT_LOCKS = 64
_MAX_SIGNERS_V1 = 12
_TABLE_HEADER = 56
_ADVANCE_NONCE = b"\x04\0\0\0"

AccountReader = Callable[[Pubkey], Account | None]
Message = LegacyMessage | MessageV0 | MessageV1


class SanitizeError(Exception):
    """A transaction that no block can hold; carries the error as the node answers it."""

    def __init__(self, error: TransactionError) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(frozen=True, slots=True)
class CompiledInstruction:
    """An instruction of a message: the places of its program and accounts among the keys, and its data."""

    program: int
    accounts: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Lookup:
    """A use of an address lookup table: which of its entries are loaded, writable ones first."""

    table: Pubkey
    writable: bytes
    readonly: bytes


@dataclass(frozen=True)
class Transaction:
    """A sanitized transaction."""

    inner: VersionedTransaction
    wire: bytes
    version: int | None
    """None: legacy."""
    static_keys: tuple[Pubkey, ...]
    loaded_writable: tuple[Pubkey, ...]
    """Keys from lookup tables."""
    loaded_readonly: tuple[Pubkey, ...]
    lookups: tuple[Lookup, ...]
    instructions: tuple[CompiledInstruction, ...]
    signers: int
    readonly_signers: int
    readonly_others: int
    blockhash: Hash
    budget: Budget

    signature: Signature = field(init=False)
    """The first signature, by which the transaction is known."""
    keys: tuple[Pubkey, ...] = field(init=False)
    """All its addresses: of the message, then from tables the writable and the read-only ones."""
    invoked: frozenset[int] = field(init=False)
    """Places of the programs that its instructions call."""
    writable: tuple[bool, ...] = field(init=False)
    """For every key whether the transaction can write to it."""
    writable_keys: tuple[Pubkey, ...] = field(init=False)
    """The addresses that the transaction can write to."""
    program_data: tuple[tuple[Pubkey, bytes], ...] = field(init=False)
    """The program and the data of every top-level instruction."""
    fee: int = field(init=False)
    """Lamports that it costs whether it succeeds or fails."""

    def __post_init__(self) -> None:
        """Work out what every use of a transaction asks for."""
        keys = self.static_keys + self.loaded_writable + self.loaded_readonly
        invoked = frozenset(instruction.program for instruction in self.instructions)
        has_loader = LOADER_V3 in keys
        writable = tuple(
            self._asked_writable(place) and key not in RESERVED and (has_loader or place not in invoked)
            for place, key in enumerate(keys)
        )
        program_data = tuple((self.static_keys[one.program], one.data) for one in self.instructions)
        for name, value in (
            ("signature", self.inner.signatures[0]),
            ("keys", keys),
            ("invoked", invoked),
            ("writable", writable),
            ("writable_keys", tuple(key for key, can in zip(keys, writable, strict=True) if can)),
            ("program_data", program_data),
            ("fee", fee(self.signers, program_data, self.budget)),
        ):
            object.__setattr__(self, name, value)

    @property
    def write_locks(self) -> int:
        """How many keys the header and the tables ask to write to."""
        return sum(self._asked_writable(place) for place in range(len(self.keys)))

    def _asked_writable(self, place: int) -> bool:
        static = len(self.static_keys)
        if place >= static:
            return place < static + len(self.loaded_writable)
        if place < self.signers:
            return place < self.signers - self.readonly_signers
        return place < static - self.readonly_others

    @property
    def nonce_account(self) -> Pubkey | None:
        """The durable nonce's account, where the first instruction advances one."""
        if not self.instructions:
            return None
        first = self.instructions[0]
        if self.keys[first.program] != SYSTEM or first.data[:4] != _ADVANCE_NONCE or not first.accounts:
            return None
        place = first.accounts[0]
        return self.keys[place] if self.writable[place] else None

    def with_loaded(self, writable: tuple[Pubkey, ...], readonly: tuple[Pubkey, ...]) -> "Transaction":
        """The same transaction with the addresses that its lookup tables gave."""
        return replace(self, loaded_writable=writable, loaded_readonly=readonly)

    def verify(self) -> bool:
        """Whether every signature is valid."""
        return all(self.inner.verify_with_results())


def sanitize(transaction: VersionedTransaction, wire: bytes, read: AccountReader | None) -> Transaction:
    """Check a transaction's form and load the addresses of its lookup tables; SanitizeError where it is refused.

    Without `read` the tables are not looked at, and `with_loaded` has to follow.
    """
    message = transaction.message
    if not isinstance(message, LegacyMessage | MessageV0 | MessageV1):
        raise SanitizeError("UnsupportedVersion")
    header = message.header
    static = tuple(message.account_keys)
    instructions = tuple(
        CompiledInstruction(one.program_id_index, bytes(one.accounts), bytes(one.data)) for one in message.instructions
    )
    lookups = _lookups(message)
    loaded = sum(len(one.writable) + len(one.readonly) for one in lookups)
    signers = header.num_required_signatures
    if (
        len(transaction.signatures) != signers
        or signers > len(static)
        or signers + header.num_readonly_unsigned_accounts > len(static)
        or header.num_readonly_signed_accounts >= signers
        or len(static) + loaded > 256
        or len(instructions) > MAX_INSTRUCTIONS
        or any(not one.writable and not one.readonly for one in lookups)
        or any(
            one.program == 0
            or one.program >= len(static)
            or any(place >= len(static) + loaded for place in one.accounts)
            for one in instructions
        )
        or (isinstance(message, MessageV1) and not _fits_v1(signers, static))
    ):
        raise SanitizeError("SanitizeFailure")
    try:
        budget = (
            read_config(message.config)
            if isinstance(message, MessageV1)
            else read_budget((static[one.program], one.data) for one in instructions)
        )
    except BudgetError as problem:
        raise SanitizeError(problem.error) from None
    writable, readonly = ((), ()) if read is None else _load_tables(lookups, read)
    return Transaction(
        inner=transaction,
        wire=wire,
        version=version_of(message),
        static_keys=static,
        loaded_writable=writable,
        loaded_readonly=readonly,
        lookups=lookups,
        instructions=instructions,
        signers=signers,
        readonly_signers=header.num_readonly_signed_accounts,
        readonly_others=header.num_readonly_unsigned_accounts,
        blockhash=message.recent_blockhash,
        budget=budget,
    )


def version_of(message: Message) -> int | None:
    """The version of a message; None: legacy."""
    if isinstance(message, LegacyMessage):
        return None
    return 1 if isinstance(message, MessageV1) else 0


def _fits_v1(signers: int, keys: tuple[Pubkey, ...]) -> bool:
    return signers <= _MAX_SIGNERS_V1 and len(keys) <= MAX_ACCOUNT_LOCKS and len(set(keys)) == len(keys)


def _lookups(message: Message) -> tuple[Lookup, ...]:
    if not isinstance(message, MessageV0):
        return ()
    return tuple(
        Lookup(one.account_key, bytes(one.writable_indexes), bytes(one.readonly_indexes))
        for one in message.address_table_lookups
    )


def _load_tables(lookups: tuple[Lookup, ...], read: AccountReader) -> tuple[tuple[Pubkey, ...], tuple[Pubkey, ...]]:
    writable: list[Pubkey] = []
    readonly: list[Pubkey] = []
    for lookup in lookups:
        account = read(lookup.table)
        if account is None:
            raise SanitizeError("AddressLookupTableNotFound")
        if account.owner != LOOKUP_TABLE:
            raise SanitizeError("InvalidAddressLookupTableOwner")
        data = account.data
        if len(data) < _TABLE_HEADER or data[0] != 1 or (len(data) - _TABLE_HEADER) % 32:
            raise SanitizeError("InvalidAddressLookupTableData")
        for places, keys in ((lookup.writable, writable), (lookup.readonly, readonly)):
            for place in places:
                start = _TABLE_HEADER + 32 * place
                if start + 32 > len(data):
                    raise SanitizeError("InvalidAddressLookupTableIndex")
                keys.append(Pubkey.from_bytes(data[start : start + 32]))
    return tuple(writable), tuple(readonly)

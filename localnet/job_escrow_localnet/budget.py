"""What a transaction asks for beyond its instructions, and the fee that comes of it.

Legacy transactions and version 0 ask by the compute budget program, version 1 in its message.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from solders.message import TransactionConfig
from solders.pubkey import Pubkey

from job_escrow_localnet.programs import CHEAP_BUILTINS, COMPUTE_BUDGET, PRECOMPILES
from job_escrow_localnet.transaction_errors import TransactionError

LAMPORTS_PER_SIGNATURE = 5_000
_MAX_COMPUTE_UNITS = 1_400_000
_DEFAULT_UNITS = 200_000
_DEFAULT_BUILTIN_UNITS = 3_000
_MAX_LOADED_BYTES = 64 * 1024 * 1024
_MICRO_LAMPORTS = 1_000_000
_HEAP = range(32 * 1024, 256 * 1024 + 1)


class BudgetError(Exception):
    """The compute budget's instructions are invalid; carries the transaction's error."""

    def __init__(self, error: TransactionError) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits of a transaction and the price it bids."""

    unit_limit: int
    """Compute units that the transaction may use."""
    unit_price: int
    """Micro-lamports for each unit of the limit."""
    bid: int = 0
    """Lamports of its bid, where it is not for each unit."""
    heap_bytes: int = _HEAP.start
    loaded_bytes_limit: int | None = None
    """Bytes of accounts that it may load; None: the virtual machine knows."""

    @property
    def priority_fee(self) -> int:
        """Lamports on top of the fee for signatures, rounded up."""
        return self.bid - (-self.unit_limit * self.unit_price // _MICRO_LAMPORTS)


def read_budget(instructions: Iterable[tuple[Pubkey, bytes]]) -> Budget:
    """The budget of a transaction's top-level instructions, each a program and its data."""
    limit = price = loaded = heap = None
    default_units = 0
    for index, (program, data) in enumerate(instructions):
        if program != COMPUTE_BUDGET:
            default_units += _DEFAULT_BUILTIN_UNITS if program in CHEAP_BUILTINS else _DEFAULT_UNITS
            continue
        default_units += _DEFAULT_BUILTIN_UNITS
        kind, value = data[:1], data[1:]
        match kind, len(value):
            case b"\x01", size if size >= 4:
                heap = _once(heap, value[:4], index)
                if heap not in _HEAP or heap % 1024:
                    raise BudgetError({"InstructionError": [index, "InvalidInstructionData"]})
            case b"\x02", size if size >= 4:
                limit = _once(limit, value[:4], index)
            case b"\x03", size if size >= 8:
                price = _once(price, value[:8], index)
            case b"\x04", size if size >= 4:
                loaded = _once(loaded, value[:4], index)
                if loaded == 0:
                    raise BudgetError("InvalidLoadedAccountsDataSizeLimit")
            case _:
                raise BudgetError({"InstructionError": [index, "InvalidInstructionData"]})
    return Budget(
        unit_limit=min(default_units if limit is None else limit, _MAX_COMPUTE_UNITS),
        unit_price=price or 0,
        heap_bytes=heap or _HEAP.start,
    )


def read_config(config: TransactionConfig) -> Budget:
    """The budget of a message of version 1: what it does not ask for is nothing."""
    heap = _HEAP.start if config.heap_size is None else config.heap_size
    if heap not in _HEAP or heap % 1024:
        raise BudgetError("SanitizeFailure")
    return Budget(
        unit_limit=min(config.compute_unit_limit or 0, _MAX_COMPUTE_UNITS),
        unit_price=0,
        bid=config.priority_fee or 0,
        heap_bytes=heap,
        loaded_bytes_limit=min(config.loaded_accounts_data_size_limit or 0, _MAX_LOADED_BYTES),
    )


def _once(seen: int | None, value: bytes, index: int) -> int:
    if seen is not None:
        raise BudgetError({"DuplicateInstruction": index})
    return int.from_bytes(value, "little")


def fee(signatures: int, instructions: Iterable[tuple[Pubkey, bytes]], budget: Budget) -> int:
    """Lamports that the fee payer pays: for every signature, those that precompiles verify too, and the bid."""
    verified = sum(data[0] for program, data in instructions if program in PRECOMPILES and data)
    return (signatures + verified) * LAMPORTS_PER_SIGNATURE + budget.priority_fee

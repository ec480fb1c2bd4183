"""Where something happened on the chain, as one integer that sorts as the chain does.

slot (33 bits) | transaction in the slot (16) | instruction in the transaction (6) | inner instruction, from 1 (8)

It identifies an event once, and is the primary key of what was read of the chain: new rows go to the end of a table.
The inner number 0 is the top-level instruction itself.
"""

INNER_BITS = 8
INSTRUCTION_BITS = 6
TRANSACTION_BITS = 16
SLOT_BITS = 33

INSTRUCTION_SHIFT = INNER_BITS
TRANSACTION_SHIFT = INSTRUCTION_SHIFT + INSTRUCTION_BITS
SLOT_SHIFT = TRANSACTION_SHIFT + TRANSACTION_BITS

_SLOTS = 1 << SLOT_BITS
_TRANSACTIONS = 1 << TRANSACTION_BITS
_INSTRUCTIONS = 1 << INSTRUCTION_BITS
_INNER = 1 << INNER_BITS


class PositionOutOfRange(ValueError):
    """A slot, index or count that no position has room for; nothing may be stored under a position cut short."""


def position(slot: int, transaction: int, instruction: int = 0, inner: int = 0) -> int:
    """The position of an instruction; without the last two, of a transaction. Raises PositionOutOfRange."""
    if not (
        0 <= slot < _SLOTS
        and 0 <= transaction < _TRANSACTIONS
        and 0 <= instruction < _INSTRUCTIONS
        and 0 <= inner < _INNER
    ):
        raise PositionOutOfRange(
            f"slot {slot}, transaction {transaction}, instruction {instruction}, inner {inner}: not below "
            f"{_SLOTS}, {_TRANSACTIONS}, {_INSTRUCTIONS} and {_INNER}"
        )
    return slot << SLOT_SHIFT | transaction << TRANSACTION_SHIFT | instruction << INSTRUCTION_SHIFT | inner


def with_inner(place: int, inner: int) -> int:
    """The position of what an instruction called, from the instruction's own. Raises PositionOutOfRange."""
    if inner >= _INNER:
        raise PositionOutOfRange(f"inner instruction {inner} of position {place}: not below {_INNER}")
    return place | inner


def first_of(slot: int) -> int:
    """The first position of a slot."""
    return slot << SLOT_SHIFT


def last_of(slot: int) -> int:
    """The last position of a slot."""
    return (slot + 1 << SLOT_SHIFT) - 1


def slot_of(place: int) -> int:
    """The slot of a position."""
    return place >> SLOT_SHIFT


def transaction_of(place: int) -> int:
    """The position of the transaction that a position is in."""
    return place >> TRANSACTION_SHIFT << TRANSACTION_SHIFT


def transaction_of_sql(column: str) -> str:
    """`transaction_of` as an expression of SQL over a column of positions."""
    return f"({column} >> {TRANSACTION_SHIFT}) << {TRANSACTION_SHIFT}"

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

_LIMITS = (1 << SLOT_BITS, 1 << TRANSACTION_BITS, 1 << INSTRUCTION_BITS, 1 << INNER_BITS)


class PositionOutOfRange(ValueError):
    """A slot, index or count that no position has room for; nothing may be stored under a position cut short."""


def position(slot: int, transaction: int, instruction: int = 0, inner: int = 0) -> int:
    """The position of an instruction; without the last two, of a transaction. Raises PositionOutOfRange."""
    for value, limit in zip((slot, transaction, instruction, inner), _LIMITS, strict=True):
        if not 0 <= value < limit:
            raise PositionOutOfRange(
                f"slot {slot}, transaction {transaction}, instruction {instruction}, inner {inner}: "
                f"{value} is not below {limit}"
            )
    return slot << SLOT_SHIFT | transaction << TRANSACTION_SHIFT | instruction << INSTRUCTION_SHIFT | inner


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

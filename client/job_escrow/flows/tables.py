"""Address lookup tables: with one that holds what transactions name again and again, more fits into each."""

from collections.abc import Sequence

from solders.address_lookup_table_account import (
    ID as TABLE_PROGRAM_ID,
)
from solders.address_lookup_table_account import (
    AddressLookupTable,
    AddressLookupTableAccount,
    derive_lookup_table_address,
)
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM_ID

from job_escrow.chain.requests import ChainError, Flow, GetAccounts, GetSlot, Pause, ask
from job_escrow.errors import NotFound
from job_escrow.flows.sides import Side
from job_escrow.slots import SLOT_SECONDS
from job_escrow.transactions import execute

MOST_ADDRESSES = 256
"""Most addresses that a table holds."""

_PER_TRANSACTION = 20
_CREATE = b"\x00\x00\x00\x00"
_EXTEND = b"\x02\x00\x00\x00"


def create_table(side: Side, addresses: Sequence[Pubkey]) -> Flow[Pubkey]:
    """Make a lookup table of at most 256 addresses, whose authority is the signer; gives its address once it is usable.

    Its rent, about 0.002 SOL and 0.0002 SOL an address, is the payer's. Raises ValueError for none or too many.
    """
    if not 1 <= len(addresses) <= MOST_ADDRESSES:
        raise ValueError(f"a table of {len(addresses)} addresses is not possible: give 1 to {MOST_ADDRESSES}")
    # A table is named for a slot that has a block.
    slot = yield from ask(GetSlot(rooted=True))
    table, bump = derive_lookup_table_address(side.key, slot)
    steps = [_instruction(side, table, _CREATE + slot.to_bytes(8, "little") + bytes([bump]))]
    for start in range(0, len(addresses), _PER_TRANSACTION):
        chunk = addresses[start : start + _PER_TRANSACTION]
        listed = len(chunk).to_bytes(8, "little") + b"".join(map(bytes, chunk))
        steps.append(_instruction(side, table, _EXTEND + listed))
        receipt = yield from execute(steps, [side.signer, side.payer], side.options)
        steps = []
    # What was added in a slot can be used from the next one on.
    while (yield from ask(GetSlot())) <= receipt.slot:
        yield from ask(Pause(SLOT_SECONDS))
    return table


def read_table(address: Pubkey) -> Flow[AddressLookupTableAccount]:
    """Read a lookup table. Raises NotFound or ChainError."""
    (info,) = yield from ask(GetAccounts([address]))
    if info is None:
        raise NotFound(f"there is no lookup table at {address}: create it first")
    if info.owner != TABLE_PROGRAM_ID:
        raise ChainError(f"{address} is no lookup table: check the address")
    try:
        addresses = AddressLookupTable.deserialize(info.data).addresses
    except ValueError as error:
        raise ChainError(f"the lookup table at {address} cannot be read ({error}): check the node") from error
    return AddressLookupTableAccount(address, addresses)


def _instruction(side: Side, table: Pubkey, data: bytes) -> Instruction:
    accounts = [
        AccountMeta(table, is_signer=False, is_writable=True),
        AccountMeta(side.key, is_signer=True, is_writable=False),
        AccountMeta(side.payer.pubkey(), is_signer=True, is_writable=True),
        AccountMeta(SYSTEM_PROGRAM_ID, is_signer=False, is_writable=False),
    ]
    return Instruction(TABLE_PROGRAM_ID, data, accounts)

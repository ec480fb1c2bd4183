"""Compute units that a transaction may need beyond what its simulation used.

Between the two anybody may send lamports to an address, where an account is then made by three calls instead of one;
and a token account may go away or come back. What that costs at most is asked for too. What is not used is not charged,
unless there is a priority fee, and then it is a few lamports.
"""

from collections.abc import Sequence

from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM_ID

from job_escrow.addresses import ASSOCIATED_TOKEN_PROGRAM_ID
from job_escrow.codec.instructions import ACCOUNT_NAMES, SettleData, SettleSessionData

# On the virtual machine 2,300, 12,200 and 1,600; other releases of the token programs take more.
_CREATED = 4_000
"""Of an account that the program makes where lamports are already."""
_ASSOCIATED = 16_000
"""Of an associated token account that was there in the simulation, and is to be made where lamports are."""
_PAYEE = 8_000
"""Of a payee whose token account could not be paid in the simulation."""

_PAYEES = {kind.DISCRIMINATOR: ACCOUNT_NAMES[kind.NAME].index("payee") for kind in (SettleData, SettleSessionData)}
"""Where settlements have their payee, by the bytes that they begin with."""


def room_of(instructions: Sequence[Instruction], program_id: Pubkey) -> int:
    """Compute units that these may need more than they did in a simulation."""
    return sum(_room(each, program_id) for each in instructions)


def _room(instruction: Instruction, program_id: Pubkey) -> int:
    if instruction.program_id == ASSOCIATED_TOKEN_PROGRAM_ID:
        return _ASSOCIATED
    if instruction.program_id != program_id:
        return 0
    payee = _PAYEES.get(instruction.data[:8])
    if payee is not None:
        # An optional account that is left out has the program's own address.
        return 0 if instruction.accounts[payee].pubkey == program_id else _PAYEE
    # Whatever makes an account calls the System program.
    return _CREATED if any(meta.pubkey == SYSTEM_PROGRAM_ID for meta in instruction.accounts) else 0

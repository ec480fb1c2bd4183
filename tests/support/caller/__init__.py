"""A program that calls others, for what no transaction of the client's own ever does on a chain.

What it does is said by the first byte of its data, and the rest is whatever the caller wants:

- `FORWARD`: calls the program that its first account is, with its other accounts as they are and the rest of the data.
- `LOG`: writes the rest of the data behind two bytes into the log, as `Program data: …`, as often as these two say.
- anything else: does nothing, and succeeds.

So it stands between a wallet and the program, forges events by calling itself with their bytes, and floods the log.
"""

from collections.abc import Sequence
from dataclasses import replace

from job_escrow.codec import EVENT_TAG, PROGRAM_ID, CreditsPurchased
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from caller.program import FORWARD, LOG, caller_program

CALLER_ID = Pubkey.from_string("Ca11erCa11erCa11erCa11erCa11erCa11erCa11er11")

__all__ = ["CALLER_ID", "caller_program", "calls_itself_with", "flood", "forged_event", "through"]


def through(instruction: Instruction, times: int = 1) -> Instruction:
    """The same instruction, called by the caller; `times`: by as many callers, one calling the other."""
    for _ in range(times):
        accounts = [AccountMeta(instruction.program_id, is_signer=False, is_writable=False), *instruction.accounts]
        instruction = Instruction(CALLER_ID, bytes([FORWARD]) + instruction.data, accounts)
    return instruction


def calls_itself_with(data: bytes, accounts: Sequence[Pubkey] = (PROGRAM_ID,)) -> Instruction:
    """The caller calls itself with any data, as Anchor's programs do to emit events; accounts are named only."""
    metas = [AccountMeta(address, is_signer=False, is_writable=False) for address in accounts]
    return through(Instruction(CALLER_ID, data, metas))


def flood(data: bytes, times: int) -> Instruction:
    """The caller writes data into the log, so many times; nodes cut the log of a transaction at 10 KB."""
    return Instruction(CALLER_ID, bytes([LOG]) + times.to_bytes(2, "little") + data, [])


def forged_event(credit_account: Pubkey, credits: int = 1_000_000) -> bytes:
    """An event by which an account would have bought credits, to the byte as the program writes it."""
    empty = CreditsPurchased.decode((EVENT_TAG + CreditsPurchased.DISCRIMINATOR).ljust(CreditsPurchased.SIZE, b"\0"))
    after = replace(empty.after, paid_available=credits)
    return replace(empty, credit_account=credit_account, credits=credits, after=after).encode()

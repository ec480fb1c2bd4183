"""Everything that a chain holds, as one value: what a refusal must not change by a single byte."""

from job_escrow.codec import PROGRAM_ID
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM_ID

from program_harness.machine import Machine

TOKEN_2022_PROGRAM_ID = Pubkey.from_string("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")

Snapshot = dict[Pubkey, tuple[int, Pubkey, bytes]]
"""Lamports, owner and data of each account."""


def snapshot(machine: Machine) -> Snapshot:
    """All accounts of the program and of both Token programs, and every other one that a transaction ever named.

    Left out is only who pays the fees.
    """
    addresses = set(machine.seen)
    for program in (PROGRAM_ID, TOKEN_PROGRAM_ID, TOKEN_2022_PROGRAM_ID):
        addresses.update(address for address, _ in machine.svm.get_program_accounts(program))
    addresses.discard(machine.fee_payer.pubkey())
    taken: Snapshot = {}
    for address in addresses:
        found = machine.get(address)
        # Programs never change here, and are large.
        if found is not None and not found.executable:
            taken[address] = (found.lamports, found.owner, found.data)
    return taken


def changes(before: Snapshot, after: Snapshot) -> list[str]:
    """What differs, for a message."""
    return [
        f"{address}: {_shown(before.get(address))} became {_shown(after.get(address))}"
        for address in before.keys() | after.keys()
        if before.get(address) != after.get(address)
    ]


def _shown(account: tuple[int, Pubkey, bytes] | None) -> str:
    return "nothing" if account is None else f"{account[0]} lamports of {account[1]} with {account[2].hex()}"

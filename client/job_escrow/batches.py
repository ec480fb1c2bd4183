"""Many small steps in few transactions, where one that fails does not stop the others."""

from collections.abc import Sequence
from typing import TypeAlias

from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.instruction import Instruction

from job_escrow.chain.requests import ChainError, Flow
from job_escrow.errors import (
    EscrowError,
    OutcomeUnknown,
    SigningFailed,
    SpendCapReached,
    TransactionExpired,
    TransactionFailed,
    TransactionTooLarge,
)
from job_escrow.signing import AnySigner
from job_escrow.transactions import Options, Receipt, execute, fits

Done: TypeAlias = Receipt | EscrowError | ChainError
"""What became of a step: the receipt of its transaction, or why it was not done."""

# More than 20 run into the 64 instructions, inner ones included, that a transaction may have; a payee's are one more.
_MOST_STEPS = 20
_MOST_EXPIRIES = 2


def execute_each(
    steps: Sequence[Sequence[Instruction]],
    signers: Sequence[AnySigner],
    options: Options,
    *,
    tables: Sequence[AddressLookupTableAccount] = (),
) -> Flow[list[Done]]:
    """Run each step, as many in a transaction as fit, in their order; what became of each, in the same order.

    A step that the simulation or the chain refuses is taken out, and the others go on without it. What has to do with
    no step (no SOL, a cap, a signer, a node that does not answer) ends it for all that are left.
    """
    done: dict[int, Done] = {}
    left = list(range(len(steps)))
    most = _MOST_STEPS
    expiries = 0
    while left:
        group = _first_group(steps, left, signers, options, tables, most)
        if not group:
            done[left.pop(0)] = TransactionTooLarge("this alone does not fit into a transaction: do less in one")
            continue
        joined = [instruction for index in group for instruction in steps[index]]
        try:
            receipt = yield from execute(joined, signers, options, tables=tables)
        except TransactionFailed as failed:
            culprit = _owner(steps, group, failed.instruction)
            if culprit is None and len(group) > 1:
                most = len(group) // 2
                continue
            if culprit is None:
                done |= dict.fromkeys(left, failed)
                break
            done[culprit] = failed
            left.remove(culprit)
        except TransactionExpired as expired:
            expiries += 1
            if expiries > _MOST_EXPIRIES:
                done |= dict.fromkeys(left, expired)
                break
        except OutcomeUnknown as unknown:
            done |= dict.fromkeys(group, unknown)
            left = left[len(group) :]
        except (ChainError, SpendCapReached, SigningFailed) as error:
            done |= dict.fromkeys(left, error)
            break
        else:
            done |= dict.fromkeys(group, receipt)
            left = left[len(group) :]
    return [done[index] for index in range(len(steps))]


def _first_group(
    steps: Sequence[Sequence[Instruction]],
    left: Sequence[int],
    signers: Sequence[AnySigner],
    options: Options,
    tables: Sequence[AddressLookupTableAccount],
    most: int,
) -> list[int]:
    group: list[int] = []
    joined: list[Instruction] = []
    for index in left[:most]:
        joined += steps[index]
        if not fits(joined, signers, options, tables=tables):
            break
        group.append(index)
    return group


def _owner(steps: Sequence[Sequence[Instruction]], group: Sequence[int], instruction: int | None) -> int | None:
    """The step of the group that an instruction of their transaction belongs to."""
    if instruction is None:
        return None
    end = 0
    for index in group:
        end += len(steps[index])
        if instruction < end:
            return index
    return None

"""Many small steps in few transactions, several under way at a time, where one that fails does not stop the others."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.instruction import Instruction

from job_escrow.chain.requests import ChainError, Flow, Together, ask
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

AT_ONCE = 8
"""How many transactions are under way at a time, unless it is told otherwise."""

Done: TypeAlias = Receipt | EscrowError | ChainError
"""What became of a step: the receipt of its transaction, or why it was not done."""

# More than 20 run into the 64 instructions, inner ones included, that a transaction may have; a payee's are one more.
_MOST_STEPS = 20
_MOST_EXPIRIES = 2


@dataclass(frozen=True)
class Step:
    """Instructions that belong together. Of steps with the same key a later one waits until an earlier one is known."""

    key: Hashable
    instructions: Sequence[Instruction]


def execute_each(
    steps: Sequence[Step],
    signers: Sequence[AnySigner],
    options: Options,
    *,
    tables: Sequence[AddressLookupTableAccount] = (),
    at_once: int = AT_ONCE,
) -> Flow[list[Done]]:
    """Run each step, as many in a transaction as fit; what became of each, in the order of the steps.

    At most `at_once` transactions are under way at a time. A step that the simulation or the chain refuses is taken
    out, and the others go on without it. What has to do with no step (no SOL, a cap, a signer, a node that does not
    answer) ends it for all that were not sent yet. Raises ValueError for an `at_once` below 1.
    """
    if at_once < 1:
        raise ValueError(f"{at_once} transactions at once are none: give 1 or more")
    batch = _Batch(steps, signers, options, tables)
    for level in _levels(list(batch.groups()), steps):
        yield from ask(Together([batch.run(group) for group in level], at_once))
    return [batch.done[index] for index in range(len(steps))]


def _levels(groups: Sequence[Sequence[int]], steps: Sequence[Step]) -> list[list[Sequence[int]]]:
    """Groups that may be under way at the same time: none has a key of another's."""
    levels: list[list[Sequence[int]]] = []
    level_after: dict[Hashable, int] = {}
    for group in groups:
        keys = {steps[index].key for index in group}
        level = max(level_after.get(key, 0) for key in keys)
        level_after |= dict.fromkeys(keys, level + 1)
        if level == len(levels):
            levels.append([])
        levels[level].append(group)
    return levels


@dataclass
class _Batch:
    """Steps on their way; `ended` is what ends it for those that were not sent yet."""

    steps: Sequence[Step]
    signers: Sequence[AnySigner]
    options: Options
    tables: Sequence[AddressLookupTableAccount]
    done: dict[int, Done] = field(default_factory=dict)
    ended: EscrowError | ChainError | None = None

    def groups(self) -> Iterator[Sequence[int]]:
        """The steps in their order, as many in a group as fit a transaction."""
        group: list[int] = []
        for index in range(len(self.steps)):
            if group and (len(group) == _MOST_STEPS or not self._fits([*group, index])):
                yield group
                group = []
            if not group and not self._fits([index]):
                self.done[index] = TransactionTooLarge("this alone does not fit into a transaction: do less in one")
                continue
            group.append(index)
        if group:
            yield group

    def run(self, group: Sequence[int]) -> Flow[None]:
        """Run a group's steps, in one transaction unless some of them are refused."""
        left = list(group)
        most = len(left)
        expiries = 0
        while left:
            if self.ended is not None:
                self.done |= dict.fromkeys(left, self.ended)
                return
            part = left[:most]
            try:
                receipt = yield from execute(self._joined(part), self.signers, self.options, tables=self.tables)
            except TransactionFailed as failed:
                culprit = self._owner(part, failed.instruction)
                if culprit is not None:
                    self.done[culprit] = failed
                    left.remove(culprit)
                elif len(part) > 1:
                    most = len(part) // 2
                else:
                    self.ended = failed
            except TransactionExpired as expired:
                expiries += 1
                if expiries > _MOST_EXPIRIES:
                    self.ended = expired
            except OutcomeUnknown as unknown:
                self.done |= dict.fromkeys(part, unknown)
                left = left[len(part) :]
            except (ChainError, SpendCapReached, SigningFailed) as error:
                self.ended = error
            else:
                self.done |= dict.fromkeys(part, receipt)
                left = left[len(part) :]

    def _joined(self, group: Sequence[int]) -> list[Instruction]:
        return [instruction for index in group for instruction in self.steps[index].instructions]

    def _fits(self, group: Sequence[int]) -> bool:
        return fits(self._joined(group), self.signers, self.options, tables=self.tables)

    def _owner(self, group: Sequence[int], instruction: int | None) -> int | None:
        """The step of the group that an instruction of their transaction belongs to."""
        if instruction is None:
            return None
        end = 0
        for index in group:
            end += len(self.steps[index].instructions)
            if instruction < end:
                return index
        return None

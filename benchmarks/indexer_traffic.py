"""What the indexer's benchmark reads: transactions that a virtual machine ran, and endless traffic made after them."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, cast

from job_escrow.codec import PROGRAM_ID
from job_escrow_indexer.decode.layout import event_layouts
from job_escrow_indexer.store.values import address
from job_escrow_indexer.transaction import Transaction

REPOSITORY = Path(__file__).resolve().parents[1]
for _folder in ("tests/indexer", "tests/program"):
    sys.path.insert(0, str(REPOSITORY / _folder))

from indexer_harness.recording import RecordingMachine  # noqa: E402
from program_harness.world import World  # noqa: E402

EVENTS_OF_AN_ACCOUNT = 1_000
_CREDITS = 4_000_000_000
_FIRST_SLOT = 1_000
IN_A_SLOT = 50
_SECONDS = 1_800_000_000
_SLOTS_A_SECOND = 2
_PRICE = 40
TRANSACTIONS_A_SECOND = IN_A_SLOT * _SLOTS_A_SECOND
_EVENTS = {layout.name: (tag, layout) for tag, layout in event_layouts().items()}


def recorded(jobs: int, wallets: int = 20) -> list[Transaction]:
    """Jobs that are locked and settled on the program itself, two transactions each, after wallets were opened."""
    machine = RecordingMachine(verify=False)
    world = World(machine=machine)
    platform = world.create_platform("decentral")
    credits = [world.opened(platform, f"wallet {number}", buy=1_000_000) for number in range(wallets)]
    for number in range(jobs):
        job = world.lock(credits[number % wallets])
        world.settle(job, 500)
    return _named(machine)


def _named(machine: RecordingMachine) -> list[Transaction]:
    """The transactions that name the program, which are those that an indexer is given."""
    return [one for one in machine.recorded if str(PROGRAM_ID) in one.keys]


@dataclass(frozen=True, slots=True)
class RawCall:
    """An instruction whose data was never base58: what that costs does not grow, and making it takes longer."""

    program: str
    accounts: Sequence[int]
    data: bytes
    height: int | None


class _Template:
    """A recorded transaction of one event, to be said of other accounts and jobs."""

    def __init__(self, transaction: Transaction, event: str) -> None:
        self.transaction = transaction
        self.tag, self.layout = _EVENTS[event]
        for place, calls in enumerate(transaction.calls):
            for inner, call in enumerate(calls):
                if call.data.startswith(self.tag):
                    self.group, self.inner, self.values = place, inner, list(self.layout.unpack(call.data))
        self._calls = [
            [RawCall(one.program, one.accounts, one.data, one.height) for one in calls] for calls in transaction.calls
        ]

    def said(self, number: int, changes: dict[str, Any], names: dict[str, str]) -> Transaction:
        """The transaction as the `number`th one, with other values in its event and other names for its accounts."""
        values = list(self.values)
        for field, value in changes.items():
            values[self.layout.at(field)] = value
        data = self.tag + self.layout.struct.pack(*values)[16:]
        calls = list(self._calls)
        group = list(calls[self.group])
        group[self.inner] = replace(group[self.inner], data=data)
        calls[self.group] = group
        slot = _FIRST_SLOT + number // IN_A_SLOT
        return replace(
            self.transaction,
            slot=slot,
            index=number % IN_A_SLOT,
            signature=f"{number:088d}",
            block_time=_time_of(slot),
            keys=[names.get(key, key) for key in self.transaction.keys],
            calls=cast("Any", calls),
            token_balances={names.get(key, key): amount for key, amount in self.transaction.token_balances.items()},
        )


def _time_of(slot: int) -> int:
    return _SECONDS + slot // _SLOTS_A_SECOND


class Traffic:
    """Jobs of many accounts, locked and settled, one event to a transaction; the same seed gives the same."""

    def __init__(self, accounts: int, seed: int = 1) -> None:
        machine = RecordingMachine(verify=False)
        world = World(machine=machine)
        world_platform = world.create_platform("decentral")
        self._begin = _named(machine)
        credit = world.opened(world_platform, "template", buy=1_000)
        job = world.lock(credit)
        world.settle(job, 500)
        opened, bought, locked, settled = _named(machine)[len(self._begin) :]
        self._opened, self._bought = _Template(opened, "AccountOpened"), _Template(bought, "CreditsPurchased")
        self._locked, self._settled = _Template(locked, "JobLocked"), _Template(settled, "JobSettled")
        self._names = (str(credit.wallet.pubkey()), str(credit.address), str(credit.vault), str(job.address))
        self._rng = Random(seed)
        keys = [[self._rng.randbytes(32) for _ in range(3)] for _ in range(accounts)]
        self.accounts = [address(credit_account) for _, credit_account, _ in keys]
        self._keys = keys
        self._left = [_CREDITS] * accounts
        self._first_id: int = self._opened.values[self._opened.layout.at("starts_at")]
        self._ids: list[int] = [self._first_id] * accounts
        self._number = 0

    def begin(self) -> Iterator[Transaction]:
        """The platform, and every account with its credits."""
        yield from self._begin
        for wallet, credit_account, vault in self._keys:
            whose = {"wallet": wallet, "credit_account": credit_account}
            names = self._renamed(wallet, credit_account, vault)
            yield self._say(self._opened, {**whose, "vault": vault}, names)
            balances = _balances("before", 0, 0) | _balances("after", _CREDITS, 0)
            yield self._say(self._bought, {**whose, "credits": _CREDITS, **balances}, names)

    def jobs(self) -> Iterator[Transaction]:
        """Locks and settlements, for ever."""
        accounts = len(self._keys)
        while True:
            which = self._rng.randrange(accounts)
            wallet, credit_account, vault = self._keys[which]
            job = self._rng.randbytes(32)
            left = self._left[which]
            self._left[which] = left - _PRICE
            self._ids[which] += 1
            whose = {"wallet": wallet, "credit_account": credit_account, "job": job, "id": self._ids[which]}
            names = self._renamed(wallet, credit_account, vault) | {self._names[3]: address(job)}
            balances = _balances("before", left, 0) | _balances("after", left - _PRICE, _PRICE)
            yield self._say(self._locked, {**whose, **balances}, names)
            balances = _balances("before", left - _PRICE, _PRICE) | _balances("after", left - _PRICE, 0)
            yield self._say(self._settled, {**whose, **balances}, names)

    def go_on_after(self, copies: int) -> None:
        """Go on where these jobs were repeated so many times, see `indexer_bulk`."""
        self._number += copies * self.later()
        self._ids = [last + copies * self.most_jobs() for last in self._ids]

    def later(self) -> int:
        """By how many transactions a copy of all so far is later: whole seconds of whole slots."""
        return -(-(self._number + 1) // TRANSACTIONS_A_SECOND) * TRANSACTIONS_A_SECOND

    def most_jobs(self) -> int:
        """How many ids have to be between a job and its copy."""
        return max(self._ids) - self._first_id + 1

    def _renamed(self, wallet: bytes, credit_account: bytes, vault: bytes) -> dict[str, str]:
        return dict(zip(self._names, (address(wallet), address(credit_account), address(vault)), strict=False))

    def _say(self, template: _Template, changes: dict[str, Any], names: dict[str, str]) -> Transaction:
        self._number += 1
        at = _time_of(_FIRST_SLOT + self._number // IN_A_SLOT)
        return template.said(self._number, {**changes, "at": at}, names)


def _balances(when: str, available: int, locked: int) -> dict[str, int]:
    return {f"{when}.paid_available": available, f"{when}.paid_locked": locked}


def batches(transactions: Iterator[Transaction], size: int) -> Iterator[list[Transaction]]:
    """Parts of so many."""
    while part := list(islice(transactions, size)):
        yield part

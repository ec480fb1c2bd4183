"""Rows against chain: reads every account of the program and every vault, and compares, explains and heals.

An account is compared with what was read of it at a slot once the rows are at that slot, and only where no later event
has changed the row meanwhile; the others are read again.
"""

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from job_escrow.codec import CreditAccount, DecodeError, Job, Payee, Platform, Session, TopUpRule, decode_account
from sqlite_utils import Database

from job_escrow_indexer.accounts.kinds import (
    CREDIT_ACCOUNTS,
    JOBS,
    PARTS,
    PAYEES,
    PLATFORMS,
    SESSIONS,
    TOP_UP_RULES,
    VAULTS,
    Kind,
    state_of,
)
from job_escrow_indexer.follow import Follower
from job_escrow_indexer.position import first_of, last_of, slot_of
from job_escrow_indexer.settings import Settings
from job_escrow_indexer.source.node import Listed, Read
from job_escrow_indexer.source.rpc import NodeUnavailable
from job_escrow_indexer.store.values import large
from job_escrow_indexer.store.writing import writing
from job_escrow_indexer.tokens import token_amount

_log = logging.getLogger(__name__)
_ROUNDS = 20
_PAUSE_SECONDS = 0.1
_ON_CHAIN = (PLATFORMS, PAYEES, CREDIT_ACCOUNTS, JOBS, SESSIONS, TOP_UP_RULES)

_KINDS: dict[type, Kind] = {
    Platform: PLATFORMS,
    Payee: PAYEES,
    CreditAccount: CREDIT_ACCOUNTS,
    TopUpRule: TOP_UP_RULES,
}

Row = dict[str, Any]
Key = tuple[Any, ...]
Subject = tuple[Kind, str]


@dataclass(frozen=True)
class Difference:
    """A field that the rows and the chain disagree about; None where one of them has no such account."""

    slot: int
    address: str
    kind: str
    field: str
    stored: str | None
    on_chain: str | None
    healed: str
    """rebuilt: the row was wrong, its events were right; history: a transaction was missing; read: the events do not
    explain what the chain has; beginning: the events begin after the account; transfer: tokens came into or went out of
    a vault without the program."""

    @property
    def is_error(self) -> bool:
        """Whether something was wrong, rather than only not known yet."""
        return self.healed not in ("transfer", "beginning")


@dataclass
class Report:
    """What a comparison found."""

    slot: int = 0
    """Up to where rows and chain were compared."""
    accounts: int = 0
    vaults: int = 0
    differences: list[Difference] = field(default_factory=list)
    undecodable: list[str] = field(default_factory=list)
    """Accounts of the program that this release cannot read."""
    suspected: set[str] = field(default_factory=set)
    """Accounts that were looked at twice."""
    restless: list[str] = field(default_factory=list)
    """Accounts that changed each time they were looked at, and so were not compared."""

    @property
    def wrong(self) -> list[Difference]:
        """The differences that are errors: a plain transfer into a vault is none."""
        return [one for one in self.differences if one.is_error]


class Reconciler:
    """Compares and heals. Needs the follower, since the rows have to be where the chain was read."""

    def __init__(self, follower: Follower, *, catch_up_seconds: float = Settings.catch_up_seconds) -> None:
        self._follower = follower
        self._catch_up_seconds = catch_up_seconds
        self._store = follower.store
        self._node = follower.node
        self._db: Database = follower.store.db
        self.runs = 0
        self.found = 0
        """Differences since the process began, without transfers."""

    async def run(self) -> Report:
        """Compare everything, and heal what differs. Raises what the node raises."""
        await self._follower.step()
        report = Report()
        slot, program = await self._node.accounts()
        places = _Places(self._db)
        reads = {address: Read(slot, data) for address, data in program.items()}
        reads |= {address: Read(slot, None) for address in places.open if address not in program}
        reads |= await self._node.read(sorted(places.vaults), slot)
        report.accounts, report.vaults = len(program), len(places.vaults)
        for _ in range(_ROUNDS):
            report.slot = max([slot, *(read.slot for read in reads.values())])
            await self._catch_up(report.slot)
            report.restless = await self._compare(reads, places, report)
            if not report.restless:
                break
            reads = await self._node.read(report.restless)
        self.runs += 1
        return report

    async def _catch_up(self, slot: int) -> None:
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._catch_up_seconds
        while True:
            await self._follower.step()
            progress = self._follower.progress
            if progress is not None and progress.tip_slot >= slot:
                return
            if clock() >= deadline:
                raise NodeUnavailable(
                    f"accounts were read at slot {slot}, which the node has not reached in "
                    f"{self._catch_up_seconds:.0f} s: nothing was compared with them; ask another node if this goes on"
                )
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _compare(self, reads: Mapping[str, Read], places: "_Places", report: Report) -> list[str]:
        """Compare what was read; gives the addresses that have to be read again."""
        again: list[str] = []
        waiting: set[Subject] = set()
        wrong: dict[Subject, dict[str, Read]] = {}
        for address, read in reads.items():
            try:
                kind, key = places.of(address, read)
                row = self._row(kind, key)
                if row is not None and slot_of(row["position"]) > read.slot:
                    again.append(address)
                elif not _differences(kind, address, read, row):
                    continue
                elif kind is not VAULTS and address not in report.suspected:
                    # What was read may have been on a fork: a second look is cheap, and healing what is right is not.
                    report.suspected.add(address)
                    again.append(address)
                    waiting.add(places.subject(kind, address, key))
                else:
                    wrong.setdefault(places.subject(kind, address, key), {})[address] = read
            except DecodeError as problem:
                _log.error("account %s cannot be read: %s", address, problem)
                report.undecodable.append(address)
        for subject, parts in wrong.items():
            if subject in waiting:
                # Healing a vault makes its account's row anew, and what was wrong with that would never be told.
                again += parts
            else:
                await self._heal(subject, parts, places, report)
        return again

    def _row(self, kind: Kind, key: Key) -> Row | None:
        condition = " AND ".join(f"{name} = ?" for name in kind.key)
        return next(iter(self._db.query(f"SELECT * FROM {kind.table} WHERE {condition}", list(key))), None)

    async def _heal(self, subject: Subject, parts: Mapping[str, Read], places: "_Places", report: Report) -> None:
        before = {address: self._row(*places.of(address, read)) for address, read in parts.items()}
        transfers = {address: read for address, read in parts.items() if address in places.vaults}
        accounts = {address: read for address, read in parts.items() if address not in places.vaults}
        if transfers:
            # Tokens came or went without the program: nothing is wrong, the row was old.
            self._keep(subject, transfers)
        how = "rebuilt"
        if accounts:
            self._store.rebuild([subject])
        if self._still_wrong(accounts, places):
            how = "history"
            await self._read_missing(subject[1])
        if self._still_wrong(accounts, places):
            how = "beginning" if self._begins_late() and not any(before.values()) else "read"
            self._keep(subject, await self._whole(subject, accounts))
        for address, read in parts.items():
            kind, _ = places.of(address, read)
            healed = "transfer" if address in transfers else how
            self._report(kind, address, read, before[address], healed, report)

    def _begins_late(self) -> bool:
        progress = self._follower.progress
        return progress is not None and progress.from_slot > 0

    def _still_wrong(self, parts: Mapping[str, Read], places: "_Places") -> bool:
        for address, read in parts.items():
            kind, key = places.of(address, read)
            row = self._row(kind, key)
            # Where a later event has come in meanwhile, the next comparison is about that.
            if (row is None or slot_of(row["position"]) <= read.slot) and _differences(kind, address, read, row):
                return True
        return False

    async def _read_missing(self, address: str) -> None:
        """Transactions of an account that are not stored."""
        progress = self._follower.progress
        before: str | None = None
        missing: list[Listed] = []
        while progress is not None:
            page = await self._node.listed("confirmed", before=before, seen=progress.tip_slot, address=address)
            old = [one for one in page if progress.from_slot <= one.slot <= progress.tip_slot]
            missing += [one for one in old if not self._is_stored(one)]
            if not page or page[-1].slot < progress.from_slot:
                break
            before = page[-1].signature
        # What cannot be read is in the rows only as the chain has the account.
        found, _ = await self._follower.fetch(missing[::-1], "confirmed")
        # A plain transfer to the account is no transaction of the program.
        self._store.ingest([one for one in found if self._node.program in one.keys])

    def _is_stored(self, listed: Listed) -> bool:
        ends = [first_of(listed.slot), last_of(listed.slot), listed.signature]
        query = "SELECT 1 FROM transactions WHERE position BETWEEN ? AND ? AND signature = ?"
        # What was passed over is tried again on its own.
        passed_over = "SELECT 1 FROM unread WHERE signature = ?"
        return (
            self._db.execute(query, ends).fetchone() is not None
            or self._db.execute(passed_over, [listed.signature]).fetchone() is not None
        )

    async def _whole(self, subject: Subject, parts: Mapping[str, Read]) -> dict[str, Read]:
        """All accounts of a subject as of one slot, so that later events can be added to them."""
        kind, address = subject
        whose = f"credit_account = '{address}'" if kind is CREDIT_ACCOUNTS else f"platform = '{address}'"
        addresses = {address, *parts}
        for part in PARTS[kind]:
            rows = self._db.query(f"SELECT address FROM {part.table} WHERE {whose} AND ended_at IS NULL")
            addresses |= {row["address"] for row in rows}
        # Final, since no fork may take back what rows begin from.
        slot, program = await self._node.accounts("finalized")
        return {one: Read(slot, program.get(one)) for one in sorted(addresses)}

    def _keep(self, subject: Subject, reads: Mapping[str, Read]) -> None:
        """Let the rows begin from what was read."""
        with writing(self._db):
            self._db.conn.executemany(
                "INSERT OR REPLACE INTO chain_reads VALUES (?, ?, ?, ?)",
                [(subject[1], address, read.slot, read.data) for address, read in reads.items()],
            )
            self._store.rebuild([subject])

    def _report(self, kind: Kind, address: str, read: Read, row: Row | None, healed: str, report: Report) -> None:
        for name, stored, on_chain in _differences(kind, address, read, row):
            one = Difference(read.slot, address, kind.name, name, stored, on_chain, healed)
            report.differences.append(one)
            self.found += one.is_error
            self._db.table("differences").insert({**asdict(one), "found_at": int(time.time())})
            level = logging.ERROR if one.is_error else logging.INFO
            _log.log(level, "%s %s: %s is %s, on the chain %s (%s)", kind.name, address, name, stored, on_chain, healed)


class _Places:
    """Where the rows of addresses are."""

    def __init__(self, db: Database) -> None:
        self.open: dict[str, tuple[Kind, Key]] = {}
        for kind in _ON_CHAIN:
            condition = "1" if kind is PLATFORMS else "ended_at IS NULL"
            for row in db.query(f"SELECT * FROM {kind.table} WHERE {condition}"):
                self.open[row["address"]] = (kind, tuple(row[name] for name in kind.key))
        query = "SELECT address, credit_account FROM vaults UNION SELECT vault, address FROM credit_accounts"
        self.vaults: dict[str, str] = dict(db.execute(query).fetchall())
        """The credit account of each vault."""
        self._platforms = {row["address"]: row["platform"] for row in db.query("SELECT * FROM payees")}
        self._ruled = {row["address"]: row["credit_account"] for row in db.query("SELECT * FROM top_up_rules")}

    def of(self, address: str, read: Read) -> tuple[Kind, Key]:
        """The table and key of an address. Raises DecodeError where it is no account that this release knows."""
        if address in self.vaults:
            return VAULTS, (address,)
        if read.data is None:
            return self.open[address]
        account = decode_account(read.data)
        if isinstance(account, Job | Session):
            kind = JOBS if isinstance(account, Job) else SESSIONS
            place: tuple[Kind, Key] = kind, (str(account.credit_account), large(account.id))
        else:
            place = next(kind for type_, kind in _KINDS.items() if isinstance(account, type_)), (address,)
        # The next look at it may find it gone.
        self.open[address] = place
        if isinstance(account, Payee):
            self._platforms[address] = str(account.platform)
        if isinstance(account, TopUpRule):
            self._ruled[address] = str(account.credit_account)
        return place

    def subject(self, kind: Kind, address: str, key: Key) -> Subject:
        """Whose history an account belongs to."""
        if kind is VAULTS:
            return CREDIT_ACCOUNTS, self.vaults[address]
        if kind in (JOBS, SESSIONS):
            return CREDIT_ACCOUNTS, str(key[0])
        if kind is TOP_UP_RULES:
            return CREDIT_ACCOUNTS, self._ruled[address]
        if kind is PAYEES:
            return PLATFORMS, self._platforms[address]
        return kind, address


def _differences(kind: Kind, address: str, read: Read, row: Row | None) -> list[tuple[str, str | None, str | None]]:
    """What differs: field, stored, on the chain; an account that only one of them has differs in all."""
    if kind is VAULTS:
        amount = None if read.data is None else large(token_amount(read.data))
        stored = None if row is None else row["base_units"]
        return [] if amount == stored else [("base_units", _shown(stored), _shown(amount))]
    is_open = row is not None and row.get("ended_at") is None
    if read.data is None:
        return [("", "open", None)] if is_open else []
    if row is None or not is_open:
        return [("", None, "open")]
    _, state = state_of(address, decode_account(read.data), 0)
    chain = dict(zip(kind.columns, kind.row({"ended_at": None, **state}), strict=True))
    return [(name, _shown(row[name]), _shown(chain[name])) for name in kind.compared() if row[name] != chain[name]]


def _shown(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)

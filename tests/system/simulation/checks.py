"""The end: chain, database, budgets, statements and webhooks agree, and nobody was wronged."""

import contextlib
import sqlite3
from collections import Counter, defaultdict
from typing import Any

from indexer_harness.fault_run import assert_equals
from job_escrow.codec import (
    CreditsGranted,
    CreditsPurchased,
    CreditsWithdrawn,
    Event,
    JobLocked,
    JobRefunded,
    JobSettled,
    LotsExpired,
    SessionSettled,
)
from job_escrow_indexer.store.database import read_only
from solders.pubkey import Pubkey

from simulation.chains import Chain
from simulation.journal import Asked
from simulation.opening import BASE_UNITS, FUNDED
from simulation.world import World, keypair_of

Job = tuple[str, int]


class Truth:
    """What the chain says happened."""

    def __init__(self, chain: Chain) -> None:
        self.events = chain.events()
        self.locks: dict[Job, JobLocked] = {}
        self.charged: Counter[Job] = Counter()
        self.refunds: dict[Job, JobRefunded] = {}
        self.ended: dict[Job, str] = {}
        for event in self.events:
            match event:
                case JobLocked():
                    self.locks[_job(event)] = event
                case JobSettled():
                    self.charged[_job(event)] = event.settled
                    if event.is_final:
                        self.ended[_job(event)] = "settled"
                case JobRefunded():
                    self.refunds[_job(event)] = event
                    self.ended[_job(event)] = "refunded"

    def of_account(self, account: str) -> list[Any]:
        """The events of a credit account, in order."""
        return [event for event in self.events if str(getattr(event, "credit_account", "")) == account]


def wrongs_of_jobs(world: World, truth: Truth) -> list[str]:
    """Charged twice or for nothing, lost settlements, budgets, revoked keys."""
    wrongs: list[str] = []
    by_tag: defaultdict[int, list[Job]] = defaultdict(list)
    for name, lock in truth.locks.items():
        by_tag[lock.max_units].append(name)
    for tag, jobs in by_tag.items():
        asked = world.journal.jobs.get(tag)
        if asked is None:
            wrongs.append(f"job {tag} was locked and nobody asked for it")
            continue
        if len(jobs) > 1:
            wrongs.append(f"{_told(asked)} was locked {len(jobs)} times: {jobs}")
        for name in jobs:
            wrongs += _wrongs_of(asked, truth, name)
    for asked in world.journal.jobs.values():
        wrongs += [f"{_told(asked)}: {refusal}" for refusal in asked.refusals]
        if asked.must_charge is not None and asked.tag not in by_tag:
            wrongs.append(f"{_told(asked)} was answered as locked, and never was")
    return wrongs + _over_budget(world, truth)


def _wrongs_of(asked: Asked, truth: Truth, name: Job) -> list[str]:
    wrongs = []
    charged = truth.charged[name]
    if charged > asked.most_units:
        wrongs.append(f"{_told(asked)} was charged {charged}, and at most {asked.most_units} was asked for")
    if asked.must_charge is not None and charged != asked.must_charge:
        wrongs.append(f"{_told(asked)} was charged {charged} of {asked.must_charge}, though its deadline is far away")
    refund = truth.refunds.get(name)
    if refund is not None and not refund.timed_out and not asked.may_refund:
        early = truth.locks[name].deadline - refund.at
        wrongs.append(f"{_told(asked)} was refunded {early} s before its deadline, and nobody asked for it")
    revoked = asked.key.revoked_order
    if revoked is not None and asked.order > revoked:
        wrongs.append(f"{_told(asked)} was locked with a key that had been revoked before it was asked for")
    if name not in truth.ended:
        wrongs.append(f"{_told(asked)} is still open")
    return wrongs


def _over_budget(world: World, truth: Truth) -> list[str]:
    wrongs: list[str] = []
    used: Counter[str] = Counter()
    held: dict[Job, int] = {}
    for event in truth.events:
        match event:
            case JobLocked():
                asked = world.journal.jobs.get(event.max_units)
                if asked is None:
                    continue
                used[asked.key.id] += event.credits
                held[_job(event)] = event.credits
                if used[asked.key.id] > asked.key.budget:
                    wrongs.append(f"{_told(asked)} is beyond its key's budget: {used[asked.key.id]}")
            case JobSettled() | JobRefunded():
                asked = world.journal.jobs.get(truth.locks[_job(event)].max_units)
                if asked is not None and truth_ended(event):
                    used[asked.key.id] -= held[_job(event)] - event.settled
    return wrongs


def truth_ended(event: Event) -> bool:
    return isinstance(event, JobRefunded) or (isinstance(event, JobSettled) and event.is_final == 1)


def wrongs_of_money(world: World, truth: Truth) -> list[str]:
    """Each purchase, withdrawal and grant once; every base unit somewhere."""
    wrongs: list[str] = []
    kinds: tuple[tuple[str, type[Any], dict[tuple[str, int], int]], ...] = (
        ("purchase", CreditsPurchased, world.journal.purchases),
        ("withdrawal", CreditsWithdrawn, world.journal.withdrawals),
        ("grant", CreditsGranted, world.journal.grants),
    )
    opened = {customer.account for customer in world.customers}
    for name, kind, asked in kinds:
        found: Counter[tuple[str, int, int]] = Counter()
        for event in truth.events:
            if isinstance(event, kind):
                number = event.id if isinstance(event, CreditsGranted) else event.sequence
                if isinstance(event, CreditsPurchased) and str(event.credit_account) in opened:
                    # The first one came with the account.
                    opened.discard(str(event.credit_account))
                    continue
                found[str(event.credit_account), number, event.credits] += 1
        wanted = Counter({(account, number, credits): 1 for (account, number), credits in asked.items()})
        if found != wanted:
            wrongs.append(f"each {name} once: too many {found - wanted}, missing {wanted - found}")
    return wrongs + _base_units(world, truth)


def _base_units(world: World, truth: Truth) -> list[str]:
    """What stands behind the credits of each account, and what the treasury earned."""
    wrongs: list[str] = []
    for customer in world.customers:
        last = next(event.after for event in reversed(truth.of_account(customer.account)) if hasattr(event, "after"))
        owed = sum(getattr(last, each) for each in last.__slots__) * BASE_UNITS
        behind = world.chain.usdc(Pubkey.from_string(customer.account))
        if behind != owed:
            wrongs.append(f"{behind} base units stand behind {customer.name}'s credits, which are worth {owed}")
    earned = sum(event.treasury_base_units for event in truth.events if isinstance(event, JobSettled | SessionSettled))
    earned += sum(event.base_units for event in truth.events if isinstance(event, LotsExpired))
    treasury = world.chain.usdc(keypair_of(world.seed, "admin").pubkey()) - FUNDED
    if treasury != earned:
        wrongs.append(f"the treasury has earned {treasury} base units, and events tell of {earned}")
    return wrongs


def wrongs_of_database(world: World, truth: Truth) -> list[str]:
    """The index is the chain, and the API's own rows are."""
    wrongs: list[str] = []
    db = read_only(world.database)
    with contextlib.closing(db.conn):
        try:
            assert_equals(db, world.chain.node)
        except AssertionError as error:
            wrongs.append(f"the index is not the chain: {str(error)[:1500]}")
        db.conn.row_factory = sqlite3.Row
        rows = db.conn.execute("SELECT * FROM api_jobs WHERE status <> 'failed'").fetchall()
    known = {}
    for row in rows:
        name = (row["credit_account"], row["job_id"])
        known[name] = row
        if name not in truth.locks:
            wrongs.append(f"row {name} is {row['status']}, and the chain never had it")
        elif (row["status"], row["charged"]) != (truth.ended.get(name), truth.charged[name]):
            said = f"{row['status']} with {row['charged']}"
            wrongs.append(f"row {name} is {said}, the chain: {truth.ended.get(name)} with {truth.charged[name]}")
    missing = truth.locks.keys() - known.keys()
    # What a restored database has forgotten is looked up before the account's next lock, which may never come.
    if missing and not world.was_restored:
        wrongs.append(f"{len(missing)} jobs of the chain have no row: {sorted(missing)[:5]}")
    return wrongs


def _job(event: JobLocked | JobSettled | JobRefunded) -> Job:
    return str(event.credit_account), event.id


def _told(asked: Asked) -> str:
    return f"job {asked.tag} ({asked.kind}, {asked.seconds} s)"

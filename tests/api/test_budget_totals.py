"""What a key has spent is kept as a total for each day: it costs the same for any number of jobs, and is exact."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlite_utils
from api_harness.reservations import reservation
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from job_escrow.addresses import credit_address
from job_escrow_api.domain import schema
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.jobs.budgets import check_budgets
from job_escrow_api.domain.jobs.store import JobStore
from job_escrow_api.domain.keys.store import Key, KeyStore
from job_escrow_api.domain.keys.terms import KeyTerms
from job_escrow_api.domain.problems import Kinds, Refusal
from solders.pubkey import Pubkey
from sqlite_utils import Migrations

PLATFORM, WALLET = Pubkey.new_unique(), Pubkey.new_unique()
ACCOUNT = credit_address(PLATFORM, WALLET, bytes(16))
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
BUDGET = 10**9
DAY = 86_400
JOB = {
    "platform": str(PLATFORM), "credit_account": str(ACCOUNT), "project": "", "member": "", "operator_wallet": "o",
    "request_sha256": bytes(32), "amount": 1, "seconds": 1, "max_credits": 1, "job_type": "", "components": "[]",
}  # fmt: skip


@pytest.fixture
def database(tmp_path: Path) -> Iterator[ApiDatabase]:
    with closing(ApiDatabase(tmp_path / "index.sqlite")) as opened:
        yield opened


def new_key(database: ApiDatabase, nonce: str, budget: int = BUDGET) -> Key:
    terms = KeyTerms(wallet=str(WALLET), name="k", daily_budget=budget, monthly_budget=budget)
    return asyncio.run(KeyStore(database, PLATFORM).create(terms, bytes(16), ACCOUNT, nonce))[1]


def put(connection: sqlite3.Connection, key: Key, jobs: list[dict[str, object]]) -> None:
    rows = [JOB | {"key_id": key.id, "status": "settled", "credits": 20, "charged": 7} | job for job in jobs]
    columns = list(rows[0])
    sql = f"INSERT INTO api_jobs ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    connection.execute("BEGIN")
    connection.executemany(sql, [list(row.values()) for row in rows])
    connection.execute("COMMIT")


def many(first: int, count: int) -> list[dict[str, object]]:
    at = int(NOW.timestamp()) - 30 * DAY
    return [
        {"job_id": number, "address": f"a{number}", "created_at": at + number % 30 * DAY}
        for number in range(first, first + count)
    ]


def steps_of_a_check(connection: sqlite3.Connection, key: Key) -> int:
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection.set_progress_handler(count, 1)
    check_budgets(connection, key, 1, NOW)
    connection.set_progress_handler(None, 1)
    return steps


def test_a_budget_costs_as_much_at_400_000_jobs_as_at_1_000(database: ApiDatabase) -> None:
    """By the steps of SQLite's machine, which no other load changes."""
    key = new_key(database, "a")
    writer = sqlite3.connect(database.path, isolation_level=None)
    with closing(writer):
        put(writer, key, many(0, 1_000))
        few = steps_of_a_check(writer, key)
        put(writer, key, many(1_000, 399_000))
        lots = steps_of_a_check(writer, key)
        assert writer.execute("SELECT count(*) FROM api_jobs").fetchone() == (400_000,)
    assert few > 10
    assert lots <= 1.2 * few, (few, lots)


def test_a_whole_reservation_costs_as_much(database: ApiDatabase) -> None:
    key = new_key(database, "a")
    jobs = JobStore(database, PLATFORM)
    counted = []
    for first, count in ((0, 1_000), (10_000, 100_000)):
        with closing(sqlite3.connect(database.path, isolation_level=None)) as writer:
            put(writer, key, many(first, count))
        steps = 0

        def one() -> int:
            nonlocal steps
            steps += 1
            return 0

        asyncio.run(database.write(lambda connection: connection.set_progress_handler(one, 1)))
        wanted = reservation(key, f"from {first}", ids=first + count)
        asyncio.run(jobs.reserve(wanted))
        asyncio.run(database.write(lambda connection: connection.set_progress_handler(None, 1)))
        counted.append(steps)
    assert counted[1] <= 1.2 * counted[0], counted


def test_jobs_from_before_the_totals_are_in_them(tmp_path: Path) -> None:
    """A database of the release before gets them when it is opened."""
    before = Migrations("job_escrow_api")
    for each in schema.migrations._migrations:
        if each.name < "m007":
            before(name=each.name)(each.fn)
    path = tmp_path / "index.sqlite"
    with closing(ApiDatabase(tmp_path / "new.sqlite")) as new:
        key = new_key(new, "a")
        columns = dict(new.one("SELECT * FROM api_keys") or {})
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        schema_of_the_indexer(old)
        before.apply(sqlite_utils.Database(old))
        old_columns = [row[1] for row in old.execute("PRAGMA table_info(api_keys)")]
        marks = ", ".join("?" * len(old_columns))
        old.execute(f"INSERT INTO api_keys VALUES ({marks})", [columns[name] for name in old_columns])
        put(old, key, [*many(0, 90), {**many(90, 1)[0], "status": "locked"}, {**many(91, 1)[0], "status": "failed"}])
    with closing(ApiDatabase(path)) as opened:
        assert totals(opened.reader) == plain(opened.reader) != {}


def schema_of_the_indexer(connection: sqlite3.Connection) -> None:
    from job_escrow_indexer.store.migrations import MIGRATIONS

    MIGRATIONS.apply(sqlite_utils.Database(connection))


def totals(connection: sqlite3.Connection) -> dict[tuple[str, int], int]:
    found = connection.execute("SELECT key_id, day, credits FROM api_spent WHERE credits <> 0").fetchall()
    return {(key, day): credits for key, day, credits in found}


def plain(connection: sqlite3.Connection) -> dict[tuple[str, int], int]:
    """The same from the jobs themselves."""
    found: dict[tuple[str, int], int] = {}
    for key, at, status, credits, charged in connection.execute(
        "SELECT key_id, created_at, status, credits, charged FROM api_jobs"
    ):
        counted = credits if status in ("locking", "locked") else charged
        if counted:
            found[key, at // DAY] = found.get((key, at // DAY), 0) + counted
    return {name: credits for name, credits in found.items() if credits}


class Spending(RuleBasedStateMachine):
    """Jobs of two keys over some months: asked for, locked, settled in parts, refunded, failed, lost in a crash."""

    folder: Path

    @initialize()
    def begin(self) -> None:
        self.path = self.folder / f"{len(list(self.folder.iterdir()))}.sqlite"
        self.database = ApiDatabase(self.path)
        self.keys = [new_key(self.database, nonce, 500) for nonce in "ab"]
        self.writer = sqlite3.connect(self.path, isolation_level=None)
        self.jobs = 0

    @rule(which=st.integers(0, 1), credits=st.integers(1, 60), day=st.integers(0, 70), lost=st.booleans())
    def ask(self, which: int, credits: int, day: int, lost: bool) -> None:
        now = datetime.fromtimestamp(int(datetime(2026, 1, 20, tzinfo=UTC).timestamp()) + day * DAY, UTC)
        self.writer.execute("BEGIN IMMEDIATE")
        try:
            check_budgets(self.writer, self.keys[which], credits, now)
        except Refusal as refusal:
            self.writer.execute("ROLLBACK")
            if refusal.kind is not Kinds.BUDGET_EXCEEDED:
                raise
            assert self.used(which, now) + credits > 500
            return
        assert self.used(which, now) + credits <= 500
        self.jobs += 1
        row = JOB | {"key_id": self.keys[which].id, "status": "locking", "credits": credits, "charged": 0}
        row |= {"job_id": self.jobs, "address": f"a{self.jobs}", "created_at": int(now.timestamp())}
        sql = f"INSERT INTO api_jobs ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
        self.writer.execute(sql, list(row.values()))
        self.writer.execute("ROLLBACK" if lost else "COMMIT")

    def used(self, which: int, now: datetime) -> int:
        """Of the month, by the jobs themselves: the budgets of day and month are the same, so that it decides."""
        since = int(now.replace(day=1, hour=0, minute=0, second=0).timestamp()) // DAY
        key = self.keys[which].id
        return sum(credits for (of, day), credits in plain(self.writer).items() if of == key and day >= since)

    @rule(
        pick=st.integers(0, 40),
        charged=st.integers(0, 60),
        status=st.sampled_from(["locked", "settled", "refunded", "failed"]),
        lost=st.booleans(),
    )
    def change(self, pick: int, charged: int, status: str, lost: bool) -> None:
        self.writer.execute("BEGIN IMMEDIATE")
        self.writer.execute(
            "UPDATE api_jobs SET status = ?, charged = min(credits, ?) WHERE number = ?", (status, charged, pick)
        )
        self.writer.execute("ROLLBACK" if lost else "COMMIT")

    @rule(pick=st.integers(0, 40), day=st.integers(0, 70))
    def what_no_code_does(self, pick: int, day: int) -> None:
        self.writer.execute("UPDATE api_jobs SET created_at = created_at + ? WHERE number = ?", (day * DAY, pick))

    @rule(pick=st.integers(0, 40))
    def forget(self, pick: int) -> None:
        self.writer.execute("DELETE FROM api_jobs WHERE number = ?", (pick,))

    @rule()
    def restore_a_copy(self) -> None:
        """The totals come along with the jobs."""
        copy = self.path.with_suffix(".copy")
        copy.unlink(missing_ok=True)
        with closing(sqlite3.connect(copy)) as target:
            self.writer.backup(target)
        self.writer.close()
        self.database.close()
        for end in ("-wal", "-shm"):
            Path(f"{self.path}{end}").unlink(missing_ok=True)
        copy.replace(self.path)
        self.database = ApiDatabase(self.path)
        self.writer = sqlite3.connect(self.path, isolation_level=None)

    @invariant()
    def totals_are_sums(self) -> None:
        if hasattr(self, "writer"):
            assert totals(self.writer) == plain(self.writer)

    def teardown(self) -> None:
        if hasattr(self, "writer"):
            self.writer.close()
            self.database.close()


def test_totals_are_the_plain_sums(tmp_path: Path) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    Spending.folder = tmp_path
    few = settings(max_examples=15, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Spending, settings=few)

"""What is asked of sessions and requests takes no longer the more of them there have been."""

import re
from pathlib import Path

import pytest
from api_harness.sessions_world import METERED, World, told
from job_escrow.codec import PROGRAM_ID
from job_escrow_api.domain.problems import Refusal
from job_escrow_api.domain.reports.desk import ReportDesk
from job_escrow_api.domain.reports.labels import ServersLabels
from job_escrow_api.domain.sessions.remaining import free_in_sessions
from job_escrow_indexer.queries import Part, SettledReceipts, View

_LONG = re.compile(
    r"^SCAN (?!\(|CONSTANT)(?!.*(api_sessions_live|api_requests_running|open_sessions))"
    # By the account alone, of which there are as many as it ever had.
    r"|_of_account \(credit_account=\?\)|autoindex_sessions_1 \(credit_account=\?\)"
    r"|events_of_credit_account \(credit_account=\?( AND rowid[<>]\?)*\)"
)
_TABLES = ("api_sessions", "api_requests", "api_settlements", "api_session_tiers", " sessions ")


def test_every_query_of_a_sessions_life_finds_its_rows_by_an_index(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        asked: set[str] = set()

        def note(sql: str) -> None:
            if any(table in sql for table in _TABLES) and not sql.lstrip().startswith(("--", "EXPLAIN", "BEGIN")):
                asked.add(sql)

        await world.database.write(lambda connection: connection.set_trace_callback(note))
        world.database.reader.set_trace_callback(note)
        alice = str(world.stage.alice.address)
        one = await world.admit("one")
        await world.settle(one, 1)
        await world.turn()
        await world.release(await world.admit("two", 100, tier=METERED))
        await world.admit("three", seconds=10)
        await world.pass_time(10)
        await world.turn()
        free_in_sessions(world.database.reader, alice)
        world.sessions.store.receipt(world.requests()[0])
        await world.end_all()
        world.database.reader.set_trace_callback(None)
        await world.database.write(lambda connection: connection.set_trace_callback(None))
        assert len(asked) > 30
        plans = {
            sql: [step[3] for step in world.database.reader.execute(f"EXPLAIN QUERY PLAN {sql}")]
            for sql in asked
            if re.match(r"\s*(SELECT|UPDATE|INSERT|DELETE)", sql)
        }
        long = {sql: steps for sql, steps in plans.items() if any(map(_LONG.search, steps))}
        assert long == {}

    told(tmp_path, story, session_settle_credits=1)


def test_what_reports_ask_of_requests_finds_them_by_an_index(tmp_path: Path) -> None:
    """The receipts of one settlement, and those that no settlement has reported yet."""

    async def story(world: World) -> None:
        await world.settle(await world.admit("one"), 1)
        asked: list[str] = []
        reader, alice = world.database.reader, str(world.stage.alice.address)
        view = View(connection=reader, as_of_slot=10, commitment="confirmed", now=0, genesis_hash="")
        platform = str(world.stage.platform)
        parts = [
            Part(column="credit_account", address=alice, base_units_per_credit=1, platform=platform),
            Part(column="platform", address=platform, base_units_per_credit=1, platform=platform),
        ]
        (session,) = world.rows()
        receipts = SettledReceipts(
            credit_account=alice, session_id=session.session_id, from_count=0, count=1, granted=3
        )
        reader.set_trace_callback(asked.append)
        (found,) = ServersLabels().settled(view, receipts, ["key", "model"])
        unsettled = [list(ServersLabels().unsettled(view, part, ["key", "model"], "day", 0, None)) for part in parts]
        reader.set_trace_callback(None)
        assert (found.labels[1], found.receipts, found.credits, found.granted) == ("m", 1, 18, 3)
        assert [[each.unsettled_credits for each in facts] for facts in unsettled] == [[18], [18]]
        for sql in asked:
            steps = [step[3] for step in reader.execute(f"EXPLAIN QUERY PLAN {sql}")]
            # The receipts are what was found.
            assert [step for step in steps if _LONG.search(step) and step != "SCAN receipts"] == [], sql
            assert not any("AUTOMATIC" in step for step in steps), steps
            assert any("api_requests_receipts" in step for step in steps), steps

    told(tmp_path, story)


def test_a_report_that_takes_too_long_is_broken_off(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        begun = """INSERT INTO progress (id, genesis_hash, program, from_slot, tip_slot, finalized_slot, updated_at)
                   VALUES (1, 'x', ?, 0, 1, 1, 0)"""
        await world.database.write(lambda connection: connection.execute(begun, (str(PROGRAM_ID),)))
        (_, _, path), *_ = world.database.reader.execute("PRAGMA database_list")
        desk = ReportDesk(Path(path), world.clock, most_seconds=0.1)
        with pytest.raises(Refusal, match=r"longer than 0\.1 seconds: ask for a shorter time"):
            await desk.ask("alice", lambda view: view.rows(endless))
        assert await desk.ask("alice", lambda view: view.rows("SELECT 1")) == [(1,)]

    told(tmp_path, story)


def test_a_request_costs_as_much_after_200_000_of_its_month_as_after_1_000(tmp_path: Path) -> None:
    """By the steps of SQLite's machine, which no other load changes (A12)."""

    async def steps_of_one(world: World, name: str) -> int:
        steps = 0

        def one() -> int:
            nonlocal steps
            steps += 1
            return 0

        await world.database.write(lambda connection: connection.set_progress_handler(one, 1))
        world.database.reader.set_progress_handler(one, 1)
        await world.settle(await world.admit(name, 1, tier=METERED), 1)
        world.database.reader.set_progress_handler(None, 1)
        await world.database.write(lambda connection: connection.set_progress_handler(None, 1))
        return steps

    async def story(world: World) -> None:
        await world.settle(await world.admit("first", 1, tier=METERED), 1)
        columns = [row[1] for row in world.database.reader.execute("PRAGMA table_info(api_requests)")]
        own = {"number": "NULL", "id": "'copy ' || n", "idempotency_key": "'copy ' || n", "receipt_number": "NULL"}
        copies = f"""
            WITH RECURSIVE numbers (n) AS (SELECT ? UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?)
            INSERT INTO api_requests SELECT {", ".join(own.get(name, f"r.{name}") for name in columns)}
            FROM numbers, api_requests r WHERE r.number = 1
        """
        counted = []
        for first, end in ((0, 1_000), (1_000, 200_000)):
            await world.database.write(lambda connection, span: connection.execute(copies, span), (first, end))
            counted.append(await steps_of_one(world, f"after {end}"))
        assert counted[0] > 100
        assert counted[1] <= 1.2 * counted[0], counted

    told(tmp_path, story)

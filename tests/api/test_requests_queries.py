"""What is asked of sessions and requests takes no longer the more of them there have been."""

import re
from pathlib import Path

from api_harness.sessions_world import METERED, World, told
from job_escrow_api.domain.sessions.remaining import free_in_sessions

_LONG = re.compile(
    r"^SCAN (?!\(|CONSTANT)(?!.*(api_sessions_live|api_requests_running|open_sessions))"
    # By the account alone, of which there are as many as it ever had.
    r"|_of_account \(credit_account=\?\)|autoindex_sessions_1 \(credit_account=\?\)"
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

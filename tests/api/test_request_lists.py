"""Requests, receipts and sessions by label and time: pages and files have the same, whatever of it is asked for."""

import csv
import io
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from api_harness.sessions_world import METERED, World, told
from job_escrow_api.domain.sessions import listing
from job_escrow_api.domain.sessions.lines import (
    ReceiptLine,
    RequestLine,
    receipt_lines,
    request_lines,
    session_lines,
)
from job_escrow_api.domain.sessions.listing import (
    Wanted,
    requests_page,
    sessions_page,
    stream_requests,
    stream_sessions,
)
from job_escrow_api.domain.sessions.rows import RequestRow
from job_escrow_cli.receipt_files import read_signed_receipts
from job_escrow_indexer.export import export
from job_escrow_indexer.queries import connect

_DAY = 86_400
WHERE: tuple[dict[str, str], ...] = (
    {},
    {"project": "search"},
    {"member": "ada", "tier": METERED},
    {"model": "m"},
    {"status": "released"},
    {"project": "nobody's"},
    {"job_type": ""},
)
TIMES = ((None, None), (3 * _DAY, None), (None, 9 * _DAY), (2 * _DAY, 7 * _DAY), (40 * _DAY, None))


async def busy(world: World) -> None:
    """Twelve requests of two keys, made a day after each other, of which a third were settled and one runs."""
    search = await world.new_key("search", project="search", member="ada")
    for number in range(12):
        tier = METERED if number % 2 else "pro"
        row = await world.admit(f"r{number}", 30, tier=tier, key=search if number % 3 else None)
        if number % 4 < 2:
            await world.settle(row, 20)
        elif number != 11:
            await world.release(row)
    sql = "UPDATE api_requests SET created_at = number * 86400"
    await world.database.write(lambda connection: connection.execute(sql))


def kept(world: World, wanted: Wanted) -> list[RequestRow]:
    """What is wanted, by reading everything."""
    return [
        row
        for row in world.requests()
        if (wanted.since is None or row.created_at >= wanted.since)
        and (wanted.until is None or row.created_at < wanted.until)
        and all(str(getattr(row, listing.FILTERS[name])) == value for name, value in wanted.where.items())
        and (not wanted.only_receipts or row.receipt is not None)
    ]


def test_pages_and_streams_have_what_is_wanted_and_all_of_it(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        await busy(world)
        alice = str(world.stage.alice.address)
        found = set()
        with listing_connection(world) as connection:
            for where in WHERE:
                for since, until in TIMES:
                    for only in (False, True):
                        wanted = Wanted(credit_account=alice, since=since, until=until, where=where, only_receipts=only)
                        expected = kept(world, wanted)
                        found.add(len(expected))
                        assert list(stream_requests(connection, wanted)) == expected
                        for limit, examined in ((1, 1), (2, 3), (5, 50_000)):
                            pages, cursor = [], None
                            while True:
                                rows, cursor = requests_page(connection, wanted, cursor, limit, examined=examined)
                                assert len(rows) <= limit
                                pages += rows
                                if cursor is None:
                                    break
                            assert pages == expected[::-1], wanted
        assert {0, 12} < found

    told(tmp_path, story)


def test_lines_of_a_file_say_what_answers_say(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        await busy(world)
        await world.turn()
        alice = str(world.stage.alice.address)
        with listing_connection(world) as connection:
            wanted = Wanted(credit_account=alice, where={}, only_receipts=True)
            lines = list(receipt_lines(connection, stream_requests(connection, wanted)))
            assert len(lines) == 6
            for line, row in zip(lines, kept(world, wanted), strict=True):
                view = world.sessions.store.receipt(row)
                assert view is not None
                assert (line.id, line.receipt_bytes, line.price) == (view.id, view.receipt_bytes, row.charged)
                assert (line.count, line.root) == (
                    (None, None) if view.settlement is None else (view.settlement.count, view.settlement.root)
                )
            file = tmp_path / "receipts.ndjson"
            file.write_bytes(b"".join(export(ReceiptLine, iter(lines), "ndjson")))
            # What `job-escrow session verify` reads of it.
            for (receipt, signature), row in zip(read_signed_receipts(file), kept(world, wanted), strict=True):
                assert receipt.to_bytes() == row.receipt
                assert signature is not None
                assert signature.signer == world.stage.cast.operator.pubkey()
                assert signature.is_of(receipt)
            everything = Wanted(credit_account=alice, where={})
            rows = stream_requests(connection, everything)
            table = b"".join(export(RequestLine, request_lines(rows), "csv")).decode()
            assert [row["project"] for row in csv.DictReader(io.StringIO(table))] == [
                row.project for row in world.requests()
            ]
            sessions = list(session_lines(stream_sessions(connection, alice, None, None)))
            assert [each.id for each in sessions] == [row.address for row in world.rows()]
            assert sessions_page(connection, alice, None, None, None, 1) == (world.rows()[-1:], world.rows()[-1].number)
            assert sessions_page(connection, alice, None, 1, None, 1) == ([], None)

    told(tmp_path, story, session_settle_credits=1)


@pytest.mark.parametrize("where", WHERE, ids=str)
def test_lists_find_their_rows_by_the_account(tmp_path: Path, where: dict[str, str]) -> None:
    """Never by a scan, and never sorted: the newest are the first that are found."""

    async def story(world: World) -> None:
        asked: list[str] = []
        with listing_connection(world) as connection:
            wanted = Wanted(credit_account="a", since=1, until=9, where=where)
            connection.set_trace_callback(asked.append)
            requests_page(connection, wanted, 7, 5)
            list(stream_requests(connection, wanted))
            sessions_page(connection, "a", 1, 9, 7, 5)
            list(stream_sessions(connection, "a", 1, 9))
            connection.set_trace_callback(None)
            for sql in asked:
                steps = [step[3] for step in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
                assert not any("TEMP B-TREE" in step for step in steps), (sql, steps)
                assert [step for step in steps if step.startswith("SCAN") and "CONSTANT" not in step] == [], (
                    sql,
                    steps,
                )

    told(tmp_path, story)


def listing_connection(world: World) -> closing[sqlite3.Connection]:
    """A connection as reports have them: rows are tuples."""
    return closing(connect(world.settings.database))

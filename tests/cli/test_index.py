"""The index from the command line: it runs, is watched, asked, copied while it runs, verified and stopped."""

import csv
import io
import json
import re
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cli_harness.command import COMMAND, Cli, plain
from cli_harness.world import World
from escrow_harness.patience import PATIENCE_SECONDS
from job_escrow.tokens import USDC_MINT
from job_escrow_cli.books import liability_facts
from job_escrow_cli.money import money_of
from job_escrow_indexer.queries import Liability
from prometheus_client.parser import text_string_to_metric_families

_SECONDS = PATIENCE_SECONDS


class Running:
    """`job-escrow index` in a process, and what it says on standard error."""

    def __init__(self, process: "subprocess.Popen[str]", log: Path) -> None:
        self.process = process
        self.log = log

    def said(self, pattern: str) -> str:
        """Wait until it has said something."""
        found = eventually(lambda: re.search(pattern, self.log.read_text()), f"{pattern!r} in its log")
        return str(found[1])


def eventually(look: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + _SECONDS
    while not (found := look()):
        assert time.monotonic() < deadline, f"no {what} after {_SECONDS} s"
        time.sleep(0.02)
    return found


@contextmanager
def indexing(cli: Cli, world: World, *options: str) -> Iterator[Running]:
    environment = cli.variables({})
    log = cli.home / "index.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [COMMAND, "--url", world.url, "index", "--rate", "5000", *options],
            env=environment,
            cwd=cli.home,
            stderr=output,
            text=True,
        )
        try:
            yield Running(process, log)
        finally:
            process.kill()
            process.wait()


def health(address: str) -> Any:
    answer = httpx2.get(f"{address}/health", timeout=10)
    assert (answer.status_code == 200) == (answer.json()["status"] in ("ok", "backfilling"))
    return answer.json()


def test_an_index_from_its_start_to_its_end(world: World, cli: Cli) -> None:
    alice, operator = world.acting(cli, "alice"), world.acting(cli, "operator")
    alice.ok("open", "--buy", "500", "--per-job", "100", "--per-period", "250")
    account = str(world.stage.alice.address)
    job = operator.json("job", "lock", world.address("alice"), "--tier", "pro", "--units", "400")["job_id"]
    operator.ok("job", "settle", account, str(job), "320")

    early = alice("balance", "--indexed")
    assert early.code == 1
    assert "make it with job-escrow index" in plain(early.error)

    with indexing(cli, world, "--metrics-port", "0") as running:
        address = running.said(r"metrics (http://\S+)/metrics")
        # What was before is there, and what comes now is a row soon.
        eventually(lambda: health(address)["status"] == "ok", "good health")
        alice.ok("buy", "100")
        eventually(lambda: alice.json("balance", "--indexed")["available"] == 582, "balance in the database")
        found = alice.json("balance", "--indexed")
        chain = alice.json("balance")
        assert (found["available"], found["locked"], found["withdrawable_base_units"]) == (
            chain["available"],
            chain["locked"],
            chain["withdrawable"] * 10_000,
        )
        assert found["commitment"] == "confirmed"
        assert found["as_of_slot"] > 0
        before = alice("balance", "--at", "1d")
        assert (before.code, "nothing is indexed of the time before 1d" in before.error) == (1, True)

        scraped = httpx2.get(f"{address}/metrics", timeout=10).text
        families = {one.name: one for one in text_string_to_metric_families(scraped)}
        values = {name: one.samples[0].value for name, one in families.items() if one.samples}
        for name in ("tip_slot", "finalized_slot", "watermark_lag_slots", "rows_per_second", "quarantine_rows"):
            assert f"job_escrow_index_{name}" in values
        assert values["job_escrow_index_events"] >= 5
        assert values["job_escrow_index_quarantine_rows"] == values["job_escrow_index_reconcile_differences"] == 0
        assert values["job_escrow_index_reconcile_runs"] >= 1
        assert "job_escrow_index_errors" in families

        second = cli.with_options("--url", world.url)("index")
        assert second.code == 1
        assert "another `job-escrow index` has job-escrow.sqlite" in second.error
        copied = alice.json("index", "backup", "copy.sqlite")
        assert copied["bytes"] == (cli.home / "copy.sqlite").stat().st_size
        again = alice("index", "backup", "copy.sqlite")
        assert (again.code, "--force" in again.error) == (1, True)
        alice.ok("index", "backup", "copy.sqlite", "--force")

        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(timeout=PATIENCE_SECONDS) == 0
        assert "stopped; job-escrow.sqlite is whole" in running.log.read_text()
    assert list(cli.home.glob(".*unfinished")) == []
    with closing(sqlite3.connect(cli.home / "copy.sqlite")) as copy, copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert alice.json("balance", "--indexed", "--database", "copy.sqlite")["available"] == 582

    lines = [json.loads(line) for line in (cli.home / "index.log").read_text().splitlines() if line.startswith("{")]
    assert all({"event", "level", "timestamp"} <= line.keys() for line in lines)

    # Asked without an indexer.
    report = alice.json("usage", "--per", "month", "--by", "tier")
    (row,) = report["rows"]
    assert (row["group"], row["credits"], row["jobs"]) == ("pro", 18, 1)
    assert row["units"] == [{"kind": "output-token", "amount": 320}]
    assert report["burn_rate"]["charged_credits"] == 18
    whole = operator.json("usage", "--whole-platform")
    assert whole["total"]["credits"] == 18
    split = operator.json("usage", "--whole-platform", "--by", "wallet", "--by", "tier")
    assert [(row["group"], row["second_group"]) for row in split["rows"]] == [(world.address("alice"), "pro")]
    assert "pro" in operator.ok("usage", "--whole-platform", "--by", "wallet", "--by", "tier").out
    unknown = operator("usage", "--whole-platform", "--by", "model")
    assert (unknown.code, "only the server that locked the jobs knows their model" in unknown.error) == (1, True)
    books = operator.json("books")
    assert books["liability"]["paid_credits"] == 582
    assert books["earnings"]["total"]["credits"] == books["forecast"]["month_credits"] == 18
    assert re.search("paid +582 credits", operator.ok("books").out)
    for given, option in ((world.address("alice"), "WALLET"), ("--since=30d", "--since"), ("--until=1d", "--until")):
        refused = operator("export", "--rows", "customers", given)
        assert (refused.code, f"takes no {option}" in refused.error) == (2, True), refused.error
    customers = list(csv.DictReader(io.StringIO(operator.ok("export", "--rows", "customers").out)))
    assert [(each["wallet"], each["spent_paid"]) for each in customers] == [(world.address("alice"), "18")]
    month = datetime.now(UTC).strftime("%Y-%m")
    made = alice.json("statement", month)
    assert [made[name]["credits"] for name in ("purchases", "charges")] == [600, 18]
    assert made["opening"]["paid_available"] == 0
    assert made["closing"]["paid_available"] == 582
    read = alice.ok("statement", month)
    assert "closing balance  582 credits (5.82 USDC)" in read.out
    assert "as of slot" in read.err

    entries = alice.json("history", "--indexed", "--limit", "2")
    assert [entry["kind"] for entry in entries["entries"]] == ["purchase", "settlement"]
    rest = alice.json("history", "--indexed", "--before", entries["next_cursor"])
    assert [entry["kind"] for entry in rest["entries"]] == ["lock", "purchase", "opened"]
    assert "582" in alice.ok("history", "--indexed").out

    exported = list(csv.DictReader(io.StringIO(alice.ok("export").out)))
    assert [row["kind"] for row in exported] == ["opened", "purchase", "lock", "settlement", "purchase"]
    assert [int(row["available"]) for row in exported] == [0, 500, 482, 482, 582]
    lines = [json.loads(line) for line in alice.ok("export", "--rows", "topups", "--format", "ndjson").out.splitlines()]
    assert [line["credits"] for line in lines] == [100, 500]

    # Compared with the chain, which has gone on.
    alice.ok("buy", "100")
    report = alice.json("index", "verify")
    assert report["differences"] == []
    assert report["accounts"] >= 2
    assert alice.json("balance", "--indexed")["available"] == 682


def test_a_wrong_row_is_found_and_healed(world: World, cli: Cli) -> None:
    bob = world.acting(cli, "bob").with_options("--namespace", "research", *world.acting(cli, "bob").options)
    bob.ok("open", "--buy", "300")
    assert bob.json("index", "--database", "mine.sqlite", "verify")["differences"] == []
    with closing(sqlite3.connect(cli.home / "mine.sqlite")) as spoilt, spoilt:
        changed = spoilt.execute(
            "UPDATE credit_accounts SET paid_available = 7 WHERE wallet = ?", [world.address("bob")]
        )
        assert changed.rowcount == 1
    found = bob("index", "verify", "--database", "mine.sqlite", "--output", "json")
    assert found.code == 1
    assert [(one["field"], one["stored"], one["on_chain"]) for one in found.json["differences"]] == [
        ("paid_available", "7", "300")
    ]
    assert bob.ok("index", "verify", "--database", "mine.sqlite").out.count("wrong, healed   0") == 1
    assert bob.json("balance", "--indexed", "--database", "mine.sqlite")["available"] == 300


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("statement", "June"), "write it like 2026-06"),
        (("index", "--log-format", "xml"), "use console or json"),
        (("index", "--log-level", "loud"), "is not a level of logs"),
        (("usage", "--since", "yesterday"), "is not a time"),
    ],
)
def test_what_cannot_be_is_said(world: World, cli: Cli, arguments: tuple[str, ...], sentence: str) -> None:
    sqlite3.connect(cli.variables({})["HOME"] + "/job-escrow.sqlite").close()
    done = world.acting(cli, "alice")(*arguments)
    assert done.code in (1, 2)
    assert sentence in done.error or "nothing is indexed" in done.error


def test_all_paid_credits_stand_beside_all_that_is_behind_them() -> None:
    """What customers have paid, and what the platform's promotion has."""
    owed = Liability(
        as_of_slot=1, commitment="confirmed", platform="p", accounts=2, base_units_per_credit=10_000,
        paid_credits=1_100, granted_credits=0, locked_credits=0,
        expired_credits=0, paid_base_units=10_000_000, bonus_base_units=1_000_000,
        granted_base_units=0, promotion_owed_base_units=0, unearned_grants=(),
    )  # fmt: skip
    shown = liability_facts(owed, money_of(USDC_MINT, 6, 10_000, lambda: False))
    assert shown["paid"] == "1,100 credits (11.00 USDC)"
    assert (shown["of which promotion"], shown["owed in all"]) == ("1.00 USDC", "11.00 USDC")

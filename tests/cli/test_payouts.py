"""What comes back, and what does not yet: withdrawals and the end of an account say what is locked, and which SOL."""

import shlex

from cli_harness.command import Cli, plain
from cli_harness.world import World, rent_of_opening


def test_what_is_locked_is_told_and_comes_back(world: World, cli: Cli) -> None:
    alice = world.acting(cli, "alice")
    options = ("--namespace", "payouts")
    opened = alice.ok("open", "--buy", "100", *options)
    # The way to limits that let anything run.
    allow = shlex.split(opened.err.rsplit("job-escrow ", 1)[1])
    expected = "limits set --per-job 200 --per-session 500 --per-period 2000 --period 24h"
    assert allow[allow.index("limits") :] == expected.split()
    shown = alice.ok("limits", "show", *options).out
    assert "the operator may lock nothing; to allow more: job-escrow limits set" in plain(shown)
    cli.ok(*allow)
    assert alice.json("limits", "show", *options)["credits_per_period"] == 2_000

    job = alice.json("lock", "--credits", "12", *options)
    refused = alice("withdraw", "100", *options)
    assert refused.code == 3
    said = plain(refused.error)
    assert said.startswith("88 credits can be withdrawn, 12 are locked until open jobs and sessions end")
    assert "buy more" not in said
    paid = alice.ok("withdraw", "all", *options, "--output", "json")
    assert (paid.json["withdrawn"], paid.json["locked"]) == (88, 12)
    assert "12 credits are locked in open jobs and sessions" in paid.err

    world.acting(cli, "operator").ok("job", "refund", job["credit_account"], str(job["job_id"]))
    history = alice.ok("history", *options).out
    assert "charged" in history
    closed = alice.json("close", *options)
    assert (closed["base_units"], closed["lamports"]) == (120_000, int(rent_of_opening() * 10**9))


def test_a_settled_job_shows_its_cost_in_the_history(world: World, cli: Cli) -> None:
    bob, operator = world.acting(cli, "bob"), world.acting(cli, "operator")
    bob.ok("open", "--buy", "100", "--per-job", "50", "--per-period", "50")
    job = operator.json("job", "lock", world.address("bob"), "--tier", "pro", "--units", "500")
    operator.ok("job", "settle", job["credit_account"], str(job["job_id"]), "100")
    rows = [line.split() for line in bob.ok("history").out.splitlines()]
    heading = next(row for row in rows if "charged" in row)
    assert heading[:6] == ["time", "(UTC)", "what", "credits", "charged", "available"]
    settled = next(row for row in rows if "settled" in row)
    # Date, time, what, charged: nothing came back, so that no credits changed.
    assert settled[2:4] == ["settled", "18"]

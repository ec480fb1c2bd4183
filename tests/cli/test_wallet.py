"""A wallet's whole path through the command line, on the local chain."""

import json
import subprocess
import sys
from urllib.parse import parse_qsl, urlsplit

import pytest
from cli_harness.command import Cli, plain
from cli_harness.world import World, rent_of_opening
from solders.pubkey import Pubkey


def test_the_whole_path_of_a_wallet(world: World, cli: Cli) -> None:
    alice, operator = world.acting(cli, "alice"), world.acting(cli, "operator")

    opened = alice.ok("open", "--buy", "500", "--per-job", "100", "--per-period", "250", "--output", "json")
    assert opened.json["bought"] == 500
    # Rent and fee are said before they are spent.
    rent = rent_of_opening()
    cost = f"{rent} SOL of rent, which comes back when the account is closed, and a fee of 0.000005 SOL"
    assert cost in opened.err
    balance = alice.json("balance")
    assert (balance["available"], balance["locked"], balance["value"]) == (500, 0, "5.00")
    assert balance["credit_account"] == str(world.stage.alice.address) == opened.json["credit_account"]

    assert alice.json("buy", "100")["available"] == 600
    assert alice.json("limits", "show")["credits_per_period"] == 250
    assert alice.json("limits", "set", "--per-job", "50", "--per-period", "90", "--period", "7d") is not None
    assert alice.json("limits", "show")["period_seconds"] == 7 * 86_400
    more = ("--per-job", "50", "--per-session", "80", "--per-period", "90", "--period", "7d", "--allow-quoted")
    raised = alice.json("limits", "set", *more)
    assert (raised["credits_per_session"], raised["quoted_allowed"]) == (80, True)
    shown = alice.json("limits", "show")
    assert (shown["credits_per_session"], shown["quoted_allowed"]) == (80, True)
    lowered = alice.json("limits", "set", "--per-job", "50", "--per-period", "90", "--period", "7d", "--no-quoted")
    assert (lowered["quoted_allowed"], lowered["sequence"]) == (False, raised["sequence"] + 1)

    locked = operator.json("job", "lock", world.address("alice"), "--tier", "pro", "--units", "400")
    assert (locked["locked"], locked["available"]) == (18, 582)
    (job,) = alice.json("jobs")["jobs"]
    assert (job["id"], job["credits"], job["tier"]["name"]) == (locked["job_id"], 18, "pro")
    account, number = str(world.stage.alice.address), str(locked["job_id"])
    assert operator.json("job", "show", account, number)["job"] == locked["job"]
    proof = "ab" * 32
    short = operator("job", "settle", account, number, "320", "--proof", proof[:-1])
    assert (short.code, "64 hexadecimal digits" in short.error) == (2, True)
    settled = operator.json("job", "settle", account, number, "320", "--proof", proof)
    assert (settled["charged"], settled["returned"], settled["final"]) == (18, 0, True)
    assert settled["proof"] == proof
    assert proof in alice.ok("receipt", settled["signature"]).out
    ended = operator("job", "show", account, number)
    assert ended.code == 1
    assert "it has ended, or was never locked" in ended.error

    own = alice.json("lock", "--credits", "30", "--time", "90s")
    assert alice.json("balance")["open_jobs"] == 1
    assert operator.json("job", "refund", account, str(own["job_id"]))["returned"] == 30

    names = [event["event"] for event in alice.json("history")["events"]]
    assert names[:2] == ["JobRefunded", "JobLocked"]
    assert names[-3:] == ["CreditsPurchased", "CreditsPurchased", "AccountOpened"]
    receipt = alice.json("receipt", opened.json["signature"])
    assert [event["event"] for event in receipt["events"]] == ["AccountOpened", "CreditsPurchased"]

    some = alice.json("withdraw", "82")
    assert (some["withdrawn"], some["base_units"], some["available"]) == (82, 820_000, 500)
    assert alice.json("withdraw", "all")["available"] == 0
    assert alice.json("close")["base_units"] == 0
    gone = alice("balance")
    assert gone.code == 1
    assert "has no credit account on this platform yet" in gone.error
    assert "job-escrow open" in plain(gone.error)


def test_what_people_read_is_the_same(world: World, cli: Cli) -> None:
    bob = world.acting(cli, "bob")
    bob.ok("open", "--buy", "150")
    text = bob.ok("balance").out
    assert "available     150 credits (1.50 USDC)" in text
    assert f"parity ({world.stage.platform})" in text
    # Another namespace of the same wallet is another account.
    other = bob("balance", "--namespace", "research")
    assert "in the namespace 'research'" in other.error
    history = bob.ok("history").out
    assert "bought" in history
    assert "+150" in history
    events = bob.json("history")["events"]
    assert all(name.islower() for event in events for name in event)
    signature = events[0]["signature"]
    receipt = bob.ok("receipt", signature).out
    assert receipt.startswith("RECEIPT")
    assert "available after  150 credits" in receipt
    assert signature in receipt


def test_another_wallet_needs_no_key(world: World, cli: Cli) -> None:
    world.acting(cli, "stranger").ok("open", "--buy", "100", "--namespace", "seen")
    nobody = cli.with_options("--url", world.url, "--platform", str(world.stage.platform))
    shown = nobody.json("balance", world.address("stranger"), "--namespace", "seen")
    assert shown["available"] == 100


def test_deposits_become_credits(world: World, cli: Cli) -> None:
    stranger = world.acting(cli, "stranger")
    opened = stranger.json("open")
    address = stranger.ok("deposit-address")
    assert address.out == f"{opened['credit_account']}\n"
    assert "send USDC only" in address.err
    assert stranger.json("pay", "150")["deposit_address"] == opened["credit_account"]
    stranger_buys = world.acting(cli, "alice")
    bought = stranger_buys.json("buy", "200", "--for", world.address("stranger"))
    assert bought["bought"] == 200
    nothing = stranger("sync")
    assert nothing.code == 3
    assert "nothing beyond its credits" in nothing.error


def test_the_link_is_a_transaction_request(world: World, cli: Cli) -> None:
    alice = world.acting(cli, "alice")
    paid = alice.json("pay", "150", "--server", "https://pay.example.com/v1")
    assert paid["link"].startswith("solana:https%3A%2F%2Fpay.example.com%2Fv1%2Fpay%2Fpurchase%3Frecipient%3D")
    assert "amount%3D1.5%26credits%3D150" in paid["link"]
    drawn = alice.ok("pay", "150", "--server", "https://pay.example.com")
    assert "▀" in drawn.out or "█" in drawn.out
    tried = alice.ok("pay", "150", "--server", "http://127.0.0.1:8080", "--output", "json")
    assert tried.json["link"].startswith("solana:http%3A%2F%2F127.0.0.1%3A8080%2Fv1%2Fpay%2Fpurchase%3F")
    assert "warning: wallets ask https addresses only" in tried.err
    refused = alice("pay", "150", "--server", "http://pay.example.com")
    assert refused.code == 2
    assert "https" in refused.error
    assert "Without --server you get a transfer request" in refused.error


def test_without_a_server_it_is_a_transfer_request(world: World, cli: Cli) -> None:
    alice = world.acting(cli, "alice")
    paid = alice.json("pay", "150")
    assert paid["link"] is None
    url = urlsplit(paid["transfer_request"])
    assert (url.scheme, url.path) == ("solana", paid["deposit_address"])
    asked = dict(parse_qsl(url.query))
    assert Pubkey.from_string(asked.pop("reference")) != Pubkey.default()
    assert asked == {"amount": "1.5", "spl-token": paid["mint"], "label": "parity credits"}
    closed = alice.ok("pay", "150", "--namespace", "never-opened")
    assert "not open yet" in closed.err


def test_grants_come_from_the_operator(world: World, cli: Cli) -> None:
    operator, alice = world.acting(cli, "operator"), world.acting(cli, "alice")
    alice.ok("open", "--namespace", "granted")
    granted = operator.json("grant", world.address("alice"), "40", "--expires", "30d", "--namespace", "granted")
    assert granted["granted"] == 40
    assert granted["expires_at"] is not None
    balance = alice.json("balance", "--namespace", "granted")
    assert (balance["available"], balance["granted"], balance["withdrawable"]) == (40, 40, 0)
    past = operator("grant", world.address("alice"), "40", "--expires", "2020-01-01", "--namespace", "granted")
    assert past.code == 2
    assert "has passed already" in past.error


def test_a_plans_cycle_is_granted_once(world: World, cli: Cli) -> None:
    operator, alice = world.acting(cli, "operator"), world.acting(cli, "alice")
    alice.ok("open", "--namespace", "on a plan")
    command = ("grant", world.address("alice"), "40", "--namespace", "on a plan", "--plan-slot", "3", "--cycle", "7")
    for done_before in (False, True):
        granted = operator.json(*command)
        assert (granted["plan_slot"], granted["cycle"], granted["done_before"]) == (3, 7, done_before)
        assert alice.json("balance", "--namespace", "on a plan")["granted"] == 40
    assert "slot 3, cycle 8" in operator.ok(*command[:-1], "8").out
    more = operator("grant", world.address("alice"), "41", *command[3:])
    assert (more.code, "This cycle of the plan was granted before" in more.error) == (3, True)
    old = operator(*command[:-1], "100"), operator(*command[:-1], "36")
    assert (old[0].code, old[1].code, "older than the 64" in old[1].error) == (0, 3, True)
    assert alice.json("balance", "--namespace", "on a plan")["granted"] == 120


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--plan-slot", "1"), "give both"),
        (("--cycle", "1"), "give both"),
        (("--plan-slot", "0", "--cycle", "1", "--id", "7"), "leave --id out"),
    ],
)
def test_what_is_no_plans_cycle_is_told_before_anything_is_sent(
    world: World, cli: Cli, options: tuple[str, ...], message: str
) -> None:
    refused = world.acting(cli, "operator")("grant", world.address("alice"), "1", *options)
    assert (refused.code, message in refused.error) == (2, True)


@pytest.mark.parametrize("output", ["json", "json-compact"])
def test_standard_output_is_data_alone(world: World, cli: Cli, output: str) -> None:
    alice = world.acting(cli, "alice")
    out = alice.ok("platform", "show", "--output", output).out
    assert json.loads(out)["name"] == "parity"
    assert (out.count("\n") == 1) == (output == "json-compact")


def test_reading_a_balance_imports_no_more_than_it_needs(world: World, cli: Cli) -> None:
    world.acting(cli, "alice").ok("open", "--namespace", "imports")
    script = (
        "import sys; from job_escrow_cli import main\n"
        "try:\n    main()\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    )
    alice = world.acting(cli, "alice")
    done = subprocess.run(
        [sys.executable, "-c", script, *alice.options, "balance", "--namespace", "imports"],
        env=alice.variables({}),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("available")
    # Each of these takes as long as a good part of the rest.
    slow = {"pydantic", "rich", "solana", "asyncio", "job_escrow.chain.requests", "job_escrow.escrow", "yaml"}
    assert not slow & set(done.stderr.split())

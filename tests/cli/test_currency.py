"""R5, Y7: each preset's own mint on a local chain, and amounts in its currency on the terminal."""

import json

import pytest
from cli_harness.command import Cli, plain
from cli_harness.world import World
from job_escrow.presets import local_mints, preset_names


def test_a_platform_of_the_dinar_from_the_airdrop_to_the_balance(world: World, cli: Cli) -> None:
    admin = cli.with_options("--url", world.url, "--keypair", str(world.keys / "admin.json"))
    platform = admin.json("platform", "create", "--preset", "resayil")["platform"]
    alice = world.acting(cli, "alice")
    alice = alice.with_options(*alice.options[:4], "--platform", platform)
    without = alice("open", "--pack", "0")
    assert without.code == 3
    assert plain(without.error).endswith("or on a local chain: job-escrow airdrop --tokens 2.000 --mint TEST-KWD")
    # What a message says to type can be typed.
    given = alice.ok(*without.error.rsplit("job-escrow ", 1)[1].split())
    assert "given: 2.000 TEST-KWD" in given.err
    # Without a name it is the platform's own.
    held = alice.json("airdrop", "--tokens", "0.5")
    (kwd,) = (each for each in local_mints() if each.symbol == "TEST-KWD")
    assert (held["mint"], held["base_units"]) == (str(kwd.address), 2_500_000)
    assert "5,000 credits for 2.000 TEST-KWD" in alice.ok("open", "--pack", "0").out
    assert "available     5,000 credits (2.000 TEST-KWD)" in alice.ok("balance").out
    rows = [line.split()[-2:] for line in alice.ok("packs").out.splitlines() if "KWD" in line]
    assert rows == [["2.000", "TEST-KWD"], ["5.000", "TEST-KWD"]]
    assert "0.0004 TEST-KWD" in alice.ok("platform", "show").out
    assert alice.json("pay", "5001")["amount"] == "2.0004"
    assert "send TEST-KWD only" in alice.ok("deposit-address").err


@pytest.mark.parametrize("preset", preset_names())
def test_the_demo_runs_every_preset_and_misses_no_base_unit(cli: Cli, preset: str) -> None:
    report = json.loads(cli.ok("demo", "--preset", preset, "--output", "json").out)
    assert (report["preset"], report["conserved"]) == (preset, True)
    assert {job["outcome"] for job in report["jobs"]} == {"settled", "failed", "timed out"}
    assert report["final"]["vault"] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("airdrop", "--tokens", "1", "--mint", "EUR"), "choose one of USDC, TEST-KWD, USDT"),
        (("airdrop", "--mint", "USDT"), "say how many --tokens"),
        (("airdrop", "--tokens", "1", "--usdc", "1"), "and not both"),
        (("airdrop", "--tokens", "0.0000001", "--mint", "USDT"), "is not an amount of USDT"),
        (("airdrop", "--tokens", "0", "--mint", "USDT"), "say how much"),
        (("platform", "create", "--preset", "resultity", "--mint", "EUR"), "is not an address for the mint"),
        (("demo", "--preset", "none"), "there is no preset 'none'"),
    ],
)
def test_what_makes_no_sense_is_refused(world: World, cli: Cli, arguments: tuple[str, ...], said: str) -> None:
    done = cli(*arguments) if arguments[0] == "demo" else world.acting(cli, "admin")(*arguments)
    assert done.code == 2, done.err
    assert said in done.err


def test_a_preset_of_two_mints_is_created_with_either(world: World, cli: Cli) -> None:
    """R5: USDC or USDT, by its symbol."""
    admin = cli.with_options("--url", world.url, "--keypair", str(world.keys / "admin.json"))
    for symbol in ("USDT", "USDC"):
        made = admin.json("platform", "create", "--preset", "resultity", "--mint", symbol, "--name", symbol.lower())
        shown = admin.with_options(*admin.options, "--platform", made["platform"]).ok("platform", "show").out
        assert f"0.001 {symbol}" in shown

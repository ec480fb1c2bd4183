"""`job-escrow init` and `job-escrow doctor`: a first hour from nothing, and what each check says to do."""

import shlex
from pathlib import Path
from typing import Any

import pytest
from cli_harness.command import Cli
from cli_harness.servers import answering, relaying
from cli_harness.world import World
from escrow_harness.nodes import private_localnet, travel

_DEVNET = "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG"


def _checks(cli: Cli, *options: str) -> dict[str, dict[str, Any]]:
    done = cli("doctor", *options, "--output", "json")
    assert done.code == (0 if done.json["ok"] else 1)
    return {each["name"]: each for each in done.json["checks"]}


def test_from_nothing_each_step_is_what_the_one_before_says(cli: Cli) -> None:
    asked = cli("init")
    assert asked.code == 2
    assert "say which chain" in asked.error
    with private_localnet(spoilt=False) as url:
        first = cli("init", "--url", url)
        assert first.code == 1
        assert "made the key" in first.err
        assert "funded" in first.err
        checks = _checks(cli)
        assert [name for name, each in checks.items() if each["state"] != "ok"] == ["platform"]
        # It stays in the settings, so that nothing has to be repeated.
        create = shlex.split(checks["platform"]["do"].rsplit("job-escrow ", 1)[1])
        cli.ok(*create)
        second = cli.ok("init")
        assert "the only platform here is decentral" in second.err
        assert "made the key" not in second.err
        checks = _checks(cli)
        assert [name for name, each in checks.items() if each["state"] != "ok"] == ["account"]
        assert "-> job-escrow open --buy 100 --per-job 200" in second.out
        cli.ok(*shlex.split(checks["account"]["do"].removeprefix("job-escrow ")))
        checks = _checks(cli)
        assert {each["state"] for each in checks.values()} == {"ok"}
        assert "100 credits available" in checks["account"]["found"]
        cli.ok("limits", "set", "--nothing")
        zero = _checks(cli)["limits"]
        assert zero["state"] == "note"
        cli.ok(*shlex.split(zero["do"].removeprefix("job-escrow ")))
        assert _checks(cli)["limits"]["state"] == "ok"
    gone = _checks(cli)
    assert list(gone) == ["version", "key", "node"]
    assert gone["node"]["do"] == "start a chain here with: job-escrow localnet"


def test_what_has_expired_and_a_period_that_is_over_count_by_the_chains_clock(cli: Cli) -> None:
    with private_localnet(spoilt=False) as url:
        cli("init", "--url", url)
        cli.ok("platform", "create", "--preset", "decentral")
        cli.ok("init")
        cli.ok("open", "--buy", "100", "--per-job", "50", "--per-period", "80", "--period", "1h")
        wallet = cli.ok("address").out.strip()
        cli.ok("grant", wallet, "40", "--expires", "2h")
        job = cli.json("job", "lock", wallet, "--tier", "lite", "--units", "1")["job_id"]
        cli.ok("job", "settle", wallet, str(job), "1")
        before = _checks(cli)
        assert "138 credits available" in before["account"]["found"]
        assert "2 of 80 credits" in before["limits"]["found"]
        travel(url, seconds=3 * 3_600)
        after = _checks(cli)
        assert "100 credits available" in after["account"]["found"]
        assert "0 of 80 credits" in after["limits"]["found"]


def test_a_local_chain_that_was_begun_anew_is_recognized(cli: Cli) -> None:
    with private_localnet(spoilt=False) as url:
        cli("init", "--url", url)
        cli.ok("platform", "create", "--preset", "decentral")
        cli.ok("init")
        before = cli.ok("config", "get", "platform").out
    with private_localnet(spoilt=False) as url:
        lost = cli("-u", url, "balance")
        assert "A local chain that was begun anew has nothing of what was there before: job-escrow -u" in lost.error
        # The same address may be a platform's there too: it follows from the admin's key and the name.
        other = cli.home / "other.json"
        cli.ok("keygen", str(other))
        cli.ok("-u", url, "-k", str(other), "airdrop", "1")
        cli.ok("-u", url, "-k", str(other), "platform", "create", "--preset", "decentral")
        again = cli.ok("init", "--url", url)
        assert "this is another chain" in again.err
        assert cli.ok("config", "get", "platform").out != before
        named = cli("init", "--url", url, "--platform", before.strip())
        assert named.code == 1
        assert "there is no platform" in named.out


def test_a_key_that_cannot_be_read_ends_no_other_check(world: World, cli: Cli) -> None:
    checks = _checks(cli.with_options("--url", world.url, "--platform", str(world.stage.platform)))
    assert checks["key"]["state"] == "missing"
    assert "job-escrow keygen" in checks["key"]["found"]
    assert checks["platform"]["state"] == "ok"


def test_a_public_chain_gives_nothing_and_no_platform_is_chosen_there(world: World, cli: Cli, tmp_path: Path) -> None:
    with answering(relaying(world.url, genesis_hash=_DEVNET, seen=[])) as url:
        done = cli("init", "--url", url, "--keypair", str(tmp_path / "new" / "key.json"))
    assert done.code == 1
    assert "funded" not in done.err
    assert "the only platform" not in done.err
    assert "devnet" in done.out
    assert "job-escrow -u" in done.out
    assert "airdrop 1" in done.out


@pytest.mark.parametrize(
    ("options", "name", "found"),
    [
        (("--platform", "11111111111111111111111111111111"), "platform", "is not a platform"),
        (("--platform", "SysvarRent111111111111111111111111111111112"), "platform", "there is no platform"),
        (("--url", "http://127.0.0.1:1"), "node", "did not answer"),
    ],
)
def test_what_is_wrong_is_found(world: World, cli: Cli, options: tuple[str, ...], name: str, found: str) -> None:
    check = _checks(world.acting(cli, "alice"), *options)[name]
    assert check["state"] == "missing"
    assert found in check["found"]

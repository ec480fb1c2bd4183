"""What admins and operators do with a platform, on the local chain."""

from pathlib import Path

import pytest
from cli_harness.command import Cli, plain
from cli_harness.servers import answering, relaying
from cli_harness.world import World, write_keypair
from job_escrow.tokens import USDC_MINT
from solders.keypair import Keypair

_DEVNET = "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG"


@pytest.fixture
def admin(world: World, cli: Cli) -> Cli:
    """The admin with a platform of its own: what a test changes, no other sees."""
    return cli.with_options("--url", world.url, "--keypair", str(world.keys / "admin.json"))


def _create(admin: Cli, name: str, *options: str) -> Cli:
    created = admin.json("platform", "create", "--preset", "decentral", "--name", name, *options)
    return admin.with_options(*admin.options, "--platform", created["platform"])


def test_a_platform_from_a_preset(world: World, admin: Cli) -> None:
    created = admin.ok(
        "platform", "create", "--preset", "decentral", "--operator", world.address("operator"), "--output", "json"
    )
    assert "of rent" in created.err
    assert f"job-escrow config set platform {created.json['platform']}" in created.err
    shown = admin.json("platform", "show", "--platform", created.json["platform"])
    assert (shown["name"], shown["mint"]) == ("decentral", str(USDC_MINT))
    assert (shown["base_units_per_credit"], shown["min_purchase"]) == (10_000, 100)
    assert shown["operator"] == world.address("operator")
    again = admin("platform", "create", "--preset", "decentral")
    assert again.code == 2
    assert "exists already" in again.error
    listed = admin.json("platform", "list", "--mine")["platforms"]
    assert created.json["platform"] in [each["platform"] for each in listed]
    assert created.json["platform"] in admin.ok("platform", "list").out


@pytest.mark.parametrize("preset", ["ai-engine", "capacloud", "resultity"])
def test_the_other_presets(admin: Cli, preset: str) -> None:
    mint = ("--mint", str(USDC_MINT))
    shown = admin.json(
        "platform", "show", "-p", admin.json("platform", "create", "--preset", preset, *mint)["platform"]
    )
    assert shown["name"] == preset


def test_a_preset_without_a_mint_asks_for_one_on_a_cluster(world: World, admin: Cli) -> None:
    """A chain of one's own has one for it."""
    with answering(relaying(world.url, genesis_hash=_DEVNET, seen=[])) as url:
        done = admin.with_options("--url", url, *admin.options[2:])("platform", "create", "--preset", "resayil")
    assert done.code == 2
    assert "names no mint" in done.error


def test_a_preset_of_ones_own(admin: Cli, tmp_path: Path) -> None:
    import job_escrow.presets

    text = (Path(job_escrow.presets.__file__).parent / "decentral.toml").read_text()
    path = tmp_path / "mine.toml"
    path.write_text(text.replace('name = "decentral"', 'name = "mine"'))
    assert admin.json("platform", "create", "--preset", str(path))["platform"]
    missing = admin("platform", "create", "--preset", str(tmp_path / "none.toml"))
    assert missing.code in (1, 2)
    assert "none.toml" in missing.error


def test_changes_are_announced_or_made_at_once(world: World, admin: Cli) -> None:
    mine = _create(admin, "changing")
    paused = mine.json("platform", "pause")
    assert paused["announced"] == {}
    refused = world.acting(mine, "alice")
    assert mine.json("platform", "show")["paused"] == 1
    opened = refused.with_options(*refused.options[:4], "--platform", mine.options[-1])
    opened.ok("open")
    stopped = opened("buy", "100")
    assert stopped.code == 3
    assert "the platform changing is paused" in stopped.error
    mine.ok("platform", "unpause")
    opened.ok("buy", "100")

    announced = mine.json("platform", "update", "--fee-bps", "250")["announced"]
    assert announced["fee bps"]["value"] == "250"
    assert "250, from 20" in mine.ok("platform", "show").out
    early = mine("platform", "apply-changes")
    assert early.code == 3
    assert "wait until its notice period is over" in early.error

    mine.ok("platform", "tier", "lite", "--flat", "1")
    assert mine.json("platform", "show")["tiers"][0]["flat_credits"] == 1
    dearer = mine.json("platform", "tier", "lite", "--flat", "90")["announced"]
    assert dearer["tier 0"]["value"] == "lite: 90 up to 500, 1 per 1,000"
    new = mine.json("platform", "tier", "5", "--name", "tiny", "--flat", "1", "--unit", "request")
    assert new is not None
    unnamed = mine("platform", "tier", "6", "--flat", "1")
    assert unnamed.code == 2
    assert "give it a --name" in unnamed.error


def test_payees_come_and_go(world: World, admin: Cli) -> None:
    mine = _create(admin, "payees")
    payee = world.address("bob")
    assert "no payees" in mine.ok("platform", "payee", "list").err
    added = mine.json("platform", "payee", "add", payee)
    assert added["owner"] == payee
    (listed,) = mine.json("platform", "payee", "list")["payees"]
    assert listed["token_account"] == added["token_account"]
    assert listed["suspended"] is False
    in_use = mine("platform", "payee", "remove", payee)
    assert (in_use.code, "suspend it first" in in_use.error) == (3, True)
    announced = mine.json("platform", "payee", "set-share", payee, "8500")
    assert (announced["share_bps"], announced["announced"]["share_bps"]) == (None, 8_500)
    too_little = mine("platform", "payee", "set-share", payee, "6999")
    assert (too_little.code, "7,000" in too_little.error) == (2, True)
    assert mine.json("platform", "payee", "set-share", payee, "none")["announced"] is None
    assert mine.json("platform", "payee", "suspend", payee)["suspended"] is True
    assert mine.json("platform", "payee", "resume", payee)["suspended"] is False
    mine.ok("platform", "payee", "suspend", payee)
    assert mine.json("platform", "payee", "remove", payee)["owner"] == payee
    assert mine.json("platform", "payee", "list")["payees"] == []


def test_the_admin_is_handed_over_in_two_steps(world: World, admin: Cli, tmp_path: Path) -> None:
    mine = _create(admin, "handed-over")
    successor = world.acting(mine, "stranger")
    successor = successor.with_options(*successor.options[:4], "--platform", mine.options[-1])
    early = successor("platform", "accept-admin")
    assert early.code == 3
    assert "ask the admin to propose this key first" in early.error
    proposed = mine.ok("platform", "propose-admin", world.address("stranger"))
    assert "accepts with: job-escrow platform accept-admin" in plain(proposed.err)
    successor.ok("platform", "accept-admin")
    assert mine.json("platform", "show")["admin"] == world.address("stranger")
    late = mine("platform", "pause")
    assert late.code == 3
    assert "sign with the admin's key" in late.error


def test_an_operator_can_be_revoked_at_once(admin: Cli, tmp_path: Path) -> None:
    mine = _create(admin, "revoked")
    mine.ok("platform", "update", "--operator", "none")
    assert "operator          nobody" in mine.ok("platform", "show").out
    nobody = write_keypair(tmp_path / "nobody.json", Keypair())
    assert mine("platform", "pause", "--keypair", str(nobody)).code == 3

"""Somebody who has this package and nothing else: a key, SOL and test USDC, up to the first credits."""

import json
from pathlib import Path

import pytest
from cli_harness.command import Cli, plain
from cli_harness.servers import answering, relaying
from cli_harness.world import World
from solders.keypair import Keypair

_MAINNET = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d"
_DEVNET = "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG"


def test_from_nothing_to_credits(world: World, cli: Cli) -> None:
    at = cli.with_options("--url", world.url)
    missing = at("address")
    assert missing.code == 2
    # The message has the command that makes what is missing.
    made = cli.json(*missing.error.split("job-escrow ")[1].split())
    assert made["address"] == at.ok("address").out.strip()
    poor = at("platform", "create", "--preset", "decentral")
    assert poor.code == 3
    assert f"job-escrow airdrop 1 {made['address']}" in plain(poor.error)
    at.ok("airdrop", "1")
    platform = at.json("platform", "create", "--preset", "decentral")["platform"]
    at.ok("config", "set", "platform", platform)
    without = at("open", "--buy", "1000")
    assert without.code == 3
    assert plain(without.error).endswith("or on a local chain: job-escrow airdrop --usdc 10.00")
    funded = at.json("airdrop", "--usdc", "10.00")
    assert funded["usdc_base_units"] == 10_000_000
    at.ok("open", "--buy", "1000")
    assert at.json("balance")["available"] == 1_000
    # What a message says to type can be typed, whatever the amount.
    lacking = at("buy", "200000").error.rsplit("job-escrow ", 1)[1].split()
    assert lacking == ["-u", world.url, "airdrop", "--usdc", "2000.00"]
    at.ok(*lacking)
    assert at.json("buy", "200000")["available"] == 201_000
    nothing = at("sync")
    assert nothing.code == 3
    assert "to the address that job-escrow deposit-address prints" in plain(nothing.error)


def test_a_key_is_its_owners_alone_and_never_replaced(cli: Cli, tmp_path: Path) -> None:
    cli.environment["HOME"] = str(tmp_path)
    folder = tmp_path / "new" / "folder"
    file = folder / "key.json"
    done = cli.ok("keygen", str(file), "--output", "json")
    assert file.stat().st_mode & 0o777 == 0o600
    key = Keypair.from_json(file.read_text())
    assert done.json == {"address": str(key.pubkey()), "keypair": str(file)}
    assert str(key) not in done.out + done.err
    assert cli.ok("address", "--keypair", str(file)).out.strip() == str(key.pubkey())
    (folder / "link.json").symlink_to(folder / "elsewhere.json")
    for taken in (file, folder / "link.json", folder):
        again = cli("keygen", str(taken))
        assert again.code == 2
        assert "a key that is overwritten is lost" in again.error
    assert Keypair.from_json(file.read_text()) == key
    assert not (folder / "elsewhere.json").exists()
    for impossible in (str(file / "below.json"), "/proc/key.json"):
        refused = cli("keygen", impossible)
        assert refused.code == 2
        assert "cannot be written" in refused.error
    # Without a name it goes where --keypair looks.
    assert cli.json("keygen")["keypair"] == str(tmp_path / ".config" / "solana" / "id.json")


def test_an_airdrop_is_of_exact_amounts(world: World, cli: Cli) -> None:
    somebody = str(Keypair().pubkey())
    at = cli.with_options("--url", world.url)
    given = at.ok("airdrop", "0.000890881", somebody, "--usdc", "0.000001", "--output", "json")
    assert given.json == {"address": somebody, "lamports": 890_881, "usdc_base_units": 1}
    assert "given: 0.000890881 SOL and 0.000001 USDC" in given.err
    for wrong in (("nan",), ("-1",), ("1e30",), ("0.0000000001",), ("much",), (), ("0",), ("1", "nobody")):
        done = at("airdrop", "--", *wrong) if wrong else at("airdrop")
        assert (wrong, done.code) == (wrong, 2)
        assert "Traceback" not in done.err
    for wrong_usdc in ("nan", "-1", "0.0000001", "1e30"):
        done = at("airdrop", f"--usdc={wrong_usdc}", "1", somebody)
        assert (wrong_usdc, done.code) == (wrong_usdc, 2)
    assert json.loads(at.ok("airdrop", "1", somebody, "--output", "json").out)["lamports"] == 1_000_890_881


@pytest.mark.parametrize(
    ("genesis", "arguments", "says"),
    [
        (_MAINNET, ("1",), "on mainnet: use devnet or localhost"),
        (_MAINNET, ("--usdc", "1"), "on mainnet: use devnet or localhost"),
        (_DEVNET, ("1", "--usdc", "1"), "USDC of devnet is Circle's: ask https://faucet.circle.com"),
    ],
)
def test_nothing_is_asked_of_a_cluster_that_gives_none(
    world: World, cli: Cli, genesis: str, arguments: tuple[str, ...], says: str
) -> None:
    seen: list[str] = []
    with answering(relaying(world.url, genesis_hash=genesis, seen=seen)) as url:
        done = world.acting(cli, "alice", url=url)("airdrop", *arguments)
    assert done.code == 2
    assert says in done.error
    assert seen == ["getGenesisHash"]

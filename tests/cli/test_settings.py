"""Where settings come from: options, then the environment, then the files, then defaults."""

import json
from pathlib import Path

import pytest
from cli_harness.command import Cli
from cli_harness.world import World
from job_escrow_cli.clusters import cluster_of
from solders.keypair import Keypair

_SOLANA = ".config/solana/cli/config.yml"


def _get(cli: Cli, *options: str, **environment: str) -> dict[str, tuple[str, str]]:
    found = json.loads(cli.ok("config", "get", *options, "--output", "json", **environment).out)
    return {name: (each["value"], each["source"]) for name, each in found.items()}


def _write(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return str(path)


def test_the_defaults_are_those_of_the_solana_command_line(cli: Cli) -> None:
    assert _get(cli) == {
        "url": ("https://api.mainnet-beta.solana.com", "default"),
        "keypair": ("~/.config/solana/id.json", "default"),
        "commitment": ("confirmed", "default"),
        "platform": ("", "default"),
        "namespace": ("", "default"),
    }


def test_what_is_nearer_wins(cli: Cli) -> None:
    solana = _write(
        cli.home / _SOLANA,
        'json_rpc_url: "http://127.0.0.1:1111"\nwebsocket_url: ""\nkeypair_path: /solana.json\n'
        "address_labels:\n  '11111111111111111111111111111111': System Program\ncommitment: finalized\n",
    )
    found = _get(cli)
    assert found["url"] == ("http://127.0.0.1:1111", solana)
    assert found["keypair"] == ("/solana.json", solana)
    assert found["commitment"] == ("finalized", solana)

    anchor = {"ANCHOR_PROVIDER_URL": "http://127.0.0.1:2222", "ANCHOR_WALLET": "/anchor.json"}
    found = _get(cli, **anchor)
    assert found["url"] == ("http://127.0.0.1:2222", "ANCHOR_PROVIDER_URL")
    assert found["keypair"] == ("/anchor.json", "ANCHOR_WALLET")
    assert found["commitment"] == ("finalized", solana)

    found = _get(cli, "-u", "http://127.0.0.1:3333", "-k", "/option.json", "--commitment", "processed", **anchor)
    assert found["url"] == ("http://127.0.0.1:3333", "--url")
    assert found["keypair"] == ("/option.json", "--keypair")
    assert found["commitment"] == ("processed", "--commitment")

    other = _write(cli.home / "other.yml", "json_rpc_url: http://127.0.0.1:4444\n")
    assert _get(cli, "--config", other)["url"] == ("http://127.0.0.1:4444", other)
    assert _get(cli, "-C", "~/other.yml")["url"][0] == "http://127.0.0.1:4444"


def test_our_own_settings_are_kept(cli: Cli) -> None:
    platform = str(Keypair().pubkey())
    said = cli.ok("config", "set", "platform", platform)
    own = str(cli.home / ".config/job-escrow/config.yml")
    assert own in said.err
    cli.ok("config", "set", "namespace", "team a")
    assert _get(cli)["platform"] == (platform, own)
    assert _get(cli)["namespace"] == ("team a", own)
    assert cli.ok("config", "get", "platform").out == f"{platform}\n"
    assert _get(cli, JOB_ESCROW_NAMESPACE="b")["namespace"] == ("b", "JOB_ESCROW_NAMESPACE")
    assert _get(cli, "-n", "c", JOB_ESCROW_NAMESPACE="b")["namespace"] == ("c", "--namespace")
    cli.ok("config", "set", "platform", "")
    assert _get(cli)["platform"] == ("", "default")
    assert _get(cli)["namespace"] == ("team a", own)
    folder = cli.home / "elsewhere"
    cli.ok("config", "set", "namespace", "d", XDG_CONFIG_HOME=str(folder))
    assert (folder / "job-escrow" / "config.yml").is_file()


def test_what_belongs_to_the_solana_command_line_is_left_to_it(cli: Cli) -> None:
    done = cli("config", "set", "commitment", "finalized")
    assert done.code == 2
    assert "solana config set --commitment finalized" in done.error


def test_node_and_key_may_be_set_for_this_command_alone(cli: Cli) -> None:
    solana = _write(cli.home / _SOLANA, "json_rpc_url: http://127.0.0.1:1111\nkeypair_path: /solana.json\n")
    own = str(cli.home / ".config/job-escrow/config.yml")
    cli.ok("config", "set", "url", "localhost")
    cli.ok("config", "set", "keypair", "mine.json")
    found = _get(cli)
    assert found["url"] == ("http://127.0.0.1:8899", own)
    assert found["keypair"] == (str(cli.home / "mine.json"), own)
    variables = {"JOB_ESCROW_URL": "http://127.0.0.1:2222", "ANCHOR_PROVIDER_URL": "http://127.0.0.1:3333"}
    assert _get(cli, **variables)["url"] == ("http://127.0.0.1:2222", "JOB_ESCROW_URL")
    # A file that is named is nearer than ours.
    assert _get(cli, "--config", solana)["url"] == ("http://127.0.0.1:1111", solana)
    cli.ok("config", "set", "url", "")
    assert _get(cli)["url"] == ("http://127.0.0.1:1111", solana)
    assert Path(solana).read_text().startswith("json_rpc_url: http://127.0.0.1:1111")


@pytest.mark.parametrize(("name", "value"), [("url", "local"), ("keypair", str(Keypair()))], ids=["url", "keypair"])
def test_what_no_command_could_use_is_not_kept(cli: Cli, name: str, value: str) -> None:
    done = cli("config", "set", name, value)
    assert done.code == 2
    assert name == "url" or value not in done.err
    assert not (cli.home / ".config/job-escrow/config.yml").exists()


@pytest.mark.parametrize(
    ("moniker", "url"),
    [
        ("mainnet-beta", "https://api.mainnet-beta.solana.com"),
        ("m", "https://api.mainnet-beta.solana.com"),
        ("testnet", "https://api.testnet.solana.com"),
        ("t", "https://api.testnet.solana.com"),
        ("devnet", "https://api.devnet.solana.com"),
        ("d", "https://api.devnet.solana.com"),
        ("localhost", "http://127.0.0.1:8899"),
        ("l", "http://127.0.0.1:8899"),
    ],
)
def test_monikers(cli: Cli, moniker: str, url: str) -> None:
    assert cli.ok("-u", moniker, "config", "get", "url").out == f"{url}\n"


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("http://127.0.0.1:8899", True),
        ("http://localhost:8899", True),
        ("https://node.example.org", True),
        # A browser does not let the explorer's page ask these.
        ("http://192.168.1.5:8899", False),
        ("http://node.example.org", False),
        ("https://node.example.org/secret", False),
    ],
)
def test_the_explorer_is_linked_where_it_can_ask_the_node(url: str, linked: bool) -> None:
    assert (cluster_of("11111111111111111111111111111111", url).explorer("sig") is not None) == linked


def test_options_stand_before_and_after_the_command(world: World, cli: Cli) -> None:
    key, platform = str(world.keys / "alice.json"), str(world.stage.platform)
    options = ("--url", world.url, "--keypair", key, "--platform", platform, "--output", "json-compact")
    world.acting(cli, "alice").ok("open")
    cli.ok(*options, "limits", "show")
    cli.ok("limits", *options, "show")
    cli.ok("limits", "show", *options)
    # What stands later wins.
    assert cli.ok("-u", "d", "config", "-u", "t", "get", "url", "-u", "l").out == "http://127.0.0.1:8899\n"


def test_a_platform_is_named_by_its_creator_and_name(world: World, cli: Cli) -> None:
    named = f"{world.address('admin')}/parity"
    shown = world.acting(cli, "alice").json("platform", "show", "--platform", named)
    assert shown["platform"] == str(world.stage.platform)


def test_a_config_file_of_the_anchor_kind_reaches_the_chain(world: World, cli: Cli) -> None:
    _write(cli.home / _SOLANA, f"json_rpc_url: {world.url}\nkeypair_path: {world.keys / 'alice.json'}\n")
    cli.ok("config", "set", "platform", str(world.stage.platform))
    assert cli.ok("platform", "show").out.startswith("platform ")


def test_somebody_else_pays_the_fees(world: World, cli: Cli, tmp_path: Path) -> None:
    bob = world.acting(cli, "bob")
    payer = ("--fee-payer", str(world.keys / "operator.json"), "--priority-fee", "1000")
    opened = bob.ok("open", "--namespace", "paid for", *payer, "--output", "json")
    assert f"{world.address('operator')} pays" in opened.err
    receipt = bob.json("receipt", opened.json["signature"])
    assert receipt["fee_payer"] == world.address("operator")
    assert receipt["fee_lamports"] > 10_000

"""Whatever is wrong, a sentence says what it is and what to do; the exit code is not 0, and nothing was sent."""

import json
import socket
from decimal import Decimal
from pathlib import Path

import pytest
from cli_harness.command import Cli, plain
from cli_harness.servers import answering, saying, sleeping
from cli_harness.world import World, rent_of_opening, write_keypair
from escrow_harness.nodes import private_localnet
from solders.keypair import Keypair

_SECRETS = Keypair.from_seed(bytes(range(32)))


@pytest.mark.parametrize("command", [("balance",), ("buy", "100"), ("platform", "show"), ("history",)])
def test_nobody_there(world: World, cli: Cli, command: tuple[str, ...]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        done = world.acting(cli, "alice", url=url)(*command)
    assert done.code == 4
    assert done.error.startswith(f"{url} did not answer (")
    assert "check --url and the network" in done.error


def test_a_host_that_is_none(world: World, cli: Cli) -> None:
    done = world.acting(cli, "alice", url="http://no-such-host.invalid")("balance")
    assert done.code == 4
    assert "http://no-such-host.invalid did not answer" in done.error


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://localhost:99999", "is not the URL of a node: Port out of range 0-65535"),
        ("http://localhost:abc", "is not the URL of a node"),
        ("http://[::1", "is not the URL of a node"),
        ("ftp://localhost", "is not a cluster: use a URL or one of mainnet-beta"),
        ("mainet", "is not a cluster: use a URL or one of mainnet-beta"),
        ("", "is not a cluster"),
    ],
)
@pytest.mark.parametrize("command", [("balance",), ("demo",)])
def test_a_url_that_is_none(world: World, cli: Cli, url: str, says: str, command: tuple[str, ...]) -> None:
    done = world.acting(cli, "alice", url=url)(*command) if url else cli("--url", "", *command, ANCHOR_PROVIDER_URL="")
    if not url:
        assert done.code == 2
        return
    assert done.code == 2
    assert says in done.error


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (200, b"<html>It works!</html>", "an answer that is not Solana JSON-RPC"),
        (200, b'{"jsonrpc":"2.0","id":0,"result":"soon"}', "an answer that is not Solana JSON-RPC"),
        (200, b"[]", "an answer that is not Solana JSON-RPC"),
        (200, b"", "an answer that is not Solana JSON-RPC"),
        (200, b"\xff\xfe", "an answer that is not Solana JSON-RPC"),
        (404, b"not found", "answered HTTP 404"),
        (429, b"slow down", "429 (too many requests)"),
        (500, b'{"jsonrpc":"2.0","id":0,"error":{"code":-32005,"message":"Node is behind"}}', "Node is behind"),
    ],
)
@pytest.mark.parametrize("command", [("balance",), ("platform", "list")])
def test_a_node_that_answers_nonsense(
    world: World, cli: Cli, status: int, body: bytes, says: str, command: tuple[str, ...]
) -> None:
    with answering(saying(status, body)) as url:
        done = world.acting(cli, "alice", url=url)(*command)
    assert done.code == 4
    # Where the answer is read by solana-py, the status is all that is left of it.
    known = "HTTP 500" if status == 500 and command != ("balance",) else says
    assert known in done.error
    assert url in done.error
    assert len(done.err.splitlines()) == 1


def test_a_node_that_is_slow(world: World, cli: Cli) -> None:
    with answering(sleeping(4)) as url:
        done = world.acting(cli, "alice", url=url)("balance", "--rpc-timeout", "1")
    assert done.code == 4
    assert f"{url} did not answer within 1 s" in done.error


def test_secrets_of_a_providers_address_are_not_told(world: World, cli: Cli) -> None:
    with answering(saying(200, b"nonsense")) as url:
        done = world.acting(cli, "alice", url=f"{url}/v2/topsecret?api-key=hidden")("balance")
    assert done.code == 4
    assert f"{url}/…" in done.error
    assert "topsecret" not in done.err
    assert "hidden" not in done.err


def test_the_program_is_not_there(world: World, cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> None:
    with private_localnet(bare=True) as url:
        for command in (("balance",), ("open",), ("buy", "100"), ("platform", "show")):
            done = world.acting(cli, "alice", url=url)(*command)
            assert done.code == 1
            assert "is not deployed on the chain at" in done.error
            assert "check --url" in done.error


def test_a_platform_of_another_cluster(world: World, cli: Cli) -> None:
    nowhere = str(Keypair().pubkey())
    done = world.acting(cli, "alice")("balance", "--platform", nowhere)
    assert done.code == 1
    assert f"there is no platform at {nowhere} on the chain at {world.url}" in done.error
    assert "check --platform, and --url" in done.error


def test_an_account_that_is_no_platform(world: World, cli: Cli) -> None:
    for other in (world.address("alice"), str(world.stage.accounts()["mint"])):
        done = world.acting(cli, "alice")("platform", "show", "--platform", other)
        assert done.code == 2
        assert f"{other} is not a platform" in done.error


def test_no_platform_is_named(world: World, cli: Cli) -> None:
    done = cli("balance", world.address("alice"), "--url", world.url)
    assert done.code == 2
    assert "give --platform" in done.error
    assert "job-escrow config set platform" in done.error


@pytest.mark.parametrize("text", ["abc", "0x12", "O0Il", "1" * 31 + "!", "🦊"])
def test_an_address_that_is_none(world: World, cli: Cli, text: str) -> None:
    alice = world.acting(cli, "alice")
    for command in (("balance", text), ("platform", "show", "--platform", text), ("withdraw", "all", "--to", text)):
        done = alice(*command)
        assert done.code == 2
        assert f"{text!r} is not an address" in done.error


def test_no_keypair_file(world: World, cli: Cli) -> None:
    alice = world.acting(cli, "alice")
    done = alice("balance", "--keypair", "~/missing.json")
    assert done.code == 2
    assert f"there is no keypair file {cli.home}/missing.json" in done.error
    assert f"job-escrow keygen {cli.home}/missing.json" in done.error


@pytest.mark.parametrize(
    "source", ["usb://ledger", "usb://ledger?key=0", "prompt://", "prompt:?key=0/0", "stdin:", "-"]
)
def test_a_key_that_is_no_file(world: World, cli: Cli, source: str) -> None:
    done = world.acting(cli, "alice")("balance", f"--keypair={source}")
    assert done.code == 2
    assert "is not supported: name a keypair file instead" in done.error


_NUMBERS = list(bytes(_SECRETS))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "hello",
        "{}",
        "[1, 2, 3]",
        json.dumps(_NUMBERS[:63]),
        json.dumps([*_NUMBERS[:32], *_NUMBERS[:32]]),
        json.dumps([*_NUMBERS[:63], 256]),
        json.dumps([*_NUMBERS[:63], -1]),
        json.dumps([*_NUMBERS[:63], 1.5]),
        json.dumps(_NUMBERS) + "x",
    ],
)
def test_a_file_that_is_no_keypair(world: World, cli: Cli, tmp_path: Path, content: str) -> None:
    path = tmp_path / "key.json"
    path.write_text(content)
    # Others may read it, which is no fault of a file that is no key.
    path.chmod(0o644)
    done = world.acting(cli, "alice")("balance", "--keypair", str(path))
    assert done.code == 2
    assert "warning" not in done.err
    assert done.error.startswith(f"{path} is not a keypair file: ")
    assert done.error.endswith(". It must hold 64 numbers that belong together, as solana-keygen writes them")


def test_a_keypair_that_others_can_read_is_warned_of(world: World, cli: Cli, tmp_path: Path) -> None:
    key = world.stage.cast.alice
    path = write_keypair(tmp_path / "open.json", key, mode=0o644)
    done = world.acting(cli, "alice")("config", "get")
    assert "warning" not in done.err
    done = world.acting(cli, "alice")("deposit-address", "--keypair", str(path))
    assert f"warning: {path} can be read by others on this machine: chmod 600 {path}" in done.err
    assert done.code == 0
    for secret in (str(key), ", ".join(map(str, bytes(key)[:8]))):
        assert secret not in done.out + done.err


def test_an_account_that_is_not_open(world: World, cli: Cli) -> None:
    stranger = world.acting(cli, "stranger")
    for command in (
        ("balance",),
        ("buy", "100"),
        ("withdraw", "all"),
        ("limits", "show"),
        ("limits", "set", "--nothing"),
        ("sync",),
        ("lock", "--credits", "5"),
        ("close",),
    ):
        done = stranger(*command, "--namespace", "never opened")
        assert (command, done.code) == (command, 1)
        assert "in the namespace 'never opened' yet" in done.error
        assert "job-escrow open" in plain(done.error)


def test_too_little_sol(world: World, cli: Cli, tmp_path: Path) -> None:
    poor = write_keypair(tmp_path / "poor.json", Keypair())
    done = world.acting(cli, "alice")("open", "--keypair", str(poor))
    assert done.code == 3
    assert "too little SOL" in done.error
    rent = rent_of_opening()
    assert f"has 0 SOL, and rent of {rent} SOL and fees take {rent + Decimal('0.00001')} SOL" in done.error
    assert "job-escrow airdrop 1 " in plain(done.error)


def test_too_little_usdc(world: World, cli: Cli) -> None:
    alice = world.acting(cli, "alice")
    alice.ok("open")
    done = alice("buy", "6100")
    assert done.code == 3
    assert "has 60.00 USDC, and this takes 61.00 USDC" in done.error
    # Who has never held any has no token account at all.
    admin = world.acting(cli, "admin")
    admin.ok("open")
    done = admin("buy", "100")
    assert done.code == 3
    assert "has 0.00 USDC, and this takes 1.00 USDC" in done.error
    # Opening and buying is one transaction: without the USDC there is no account either.
    done = admin("open", "--buy", "100", "--namespace", "both")
    assert done.code == 3
    assert "has 0.00 USDC, and this takes 1.00 USDC" in done.error
    assert admin("balance", "--namespace", "both").code == 1


def test_refusals_say_what_to_do(world: World, cli: Cli) -> None:
    bob, operator = world.acting(cli, "bob"), world.acting(cli, "operator")
    bob.ok("open", "--buy", "100")
    for command, says in (
        (("buy", "99"), "at least 100 credits (1.00 USDC)"),
        (("withdraw", "101"), "100 credits can be withdrawn: job-escrow"),
        (("lock", "--credits", "101"), "What there is: job-escrow"),
        (("lock", "--tier", "lite", "--units", "1", "--time", "2d"), "choose fewer seconds"),
        (("platform", "pause"), "sign with the admin's key"),
    ):
        done = bob(*command)
        assert (command, done.code) == (command, 3)
        assert says in done.error
    done = operator("job", "lock", world.address("bob"), "--tier", "lite", "--units", "1")
    assert done.code == 3
    assert "ask the wallet to raise it" in done.error


@pytest.mark.parametrize(
    "command",
    [
        ("buy", "0"),
        ("buy", "-5"),
        ("buy", "1.5"),
        ("buy", "many"),
        ("withdraw", "0"),
        ("withdraw", "1.0"),
        ("withdraw", "everything"),
        ("buy", "4294967296"),
        ("limits", "set"),
        ("limits", "set", "--nothing", "--per-job", "5"),
        ("limits", "set", "--nothing", "--allow-quoted"),
        ("limits", "set", "--nothing", "--per-session", "5"),
        ("limits", "set", "--per-session", "5"),
        ("open", "--allow-quoted"),
        ("limits", "set", "--per-job", "5", "--period", "soon"),
        ("lock",),
        ("lock", "--tier", "lite"),
        ("lock", "--tier", "nonsense", "--units", "5"),
        ("lock", "--credits", "5", "--tier", "lite", "--units", "5"),
        ("platform", "update"),
        ("platform", "create", "--preset", "nonsense"),
        ("receipt", "abc"),
        ("config", "set", "color", "red"),
        ("config", "set", "platform", "abc"),
        ("config", "set", "namespace", "longer than sixteen bytes"),
        ("config", "get", "nonsense"),
        ("balance", "--output", "xml"),
        ("balance", "--commitment", "maybe"),
        ("balance", "--rpc-timeout", "0"),
        ("open", "--priority-fee", "lots"),
        ("balance", "--namespace", "longer than sixteen bytes"),
        ("balance", "--config", "/nowhere/config.yml"),
        ("nonsense",),
        ("platform", "nonsense"),
    ],
)
def test_wrong_usage(world: World, cli: Cli, command: tuple[str, ...]) -> None:
    alice = world.acting(cli, "bob")
    done = alice(*command)
    assert done.code == 2, done
    assert done.out == ""
    assert "Traceback" not in done.err
    assert "rror" in done.err


@pytest.mark.parametrize("content", ["[1, 2", "- a\n- b", "\x00", "a: [", "!!python/object/apply:os.system [id]"])
def test_a_configuration_file_that_cannot_be_read(world: World, cli: Cli, content: str) -> None:
    folder = cli.home / ".config" / "solana" / "cli"
    folder.mkdir(parents=True)
    (folder / "config.yml").write_text(content)
    done = world.acting(cli, "alice")("balance")
    assert done.code == 2
    assert f"the configuration file {folder / 'config.yml'}" in done.error


def test_an_unknown_transaction(world: World, cli: Cli) -> None:
    unknown = str(Keypair().sign_message(b"never sent"))
    done = world.acting(cli, "alice")("receipt", unknown)
    assert done.code == 1
    assert "it never landed, or is older than the node's history" in done.error

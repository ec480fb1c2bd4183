"""`serve` and `keys` take the shared options, and refuse what cannot work before anything is served or signed (D11)."""

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from cli_harness.command import COMMAND, Cli
from cli_harness.servers import answering, saying
from cli_harness.world import World, write_keypair
from escrow_harness.patience import PATIENCE_SECONDS
from job_escrow_api.domain.keys.terms import Scope as ServersScope
from job_escrow_cli.keys import Scope
from solders.keypair import Keypair


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def api(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The API of the world's platform, whose platform and node are those of the configuration files."""
    folder = tmp_path_factory.mktemp("api")
    cli = Cli(home=folder)
    cli.ok("config", "set", "platform", str(world.stage.platform))
    config = folder / ".config" / "solana" / "cli" / "config.yml"
    config.parent.mkdir(parents=True)
    config.write_text(f"json_rpc_url: {world.url}\n")
    options = ("--port", str(_free_port()), "--operator", str(world.keys / "operator.json"))
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [COMMAND, "serve", *options],
            env=cli.variables({}),
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line.startswith("API "), (folder / "log").read_text()
        yield line.removeprefix("API ").strip()
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE_SECONDS) == 0
        process.stdout.close()


def test_a_platform_that_is_not_there_is_not_served(world: World, cli: Cli) -> None:
    nowhere = str(Keypair().pubkey())
    operator = world.acting(cli, "operator")
    for platform, code, says in (
        (nowhere, 1, f"there is no platform at {nowhere}"),
        (world.address("alice"), 2, "is not a platform"),
        ("nonsense", 2, "is not an address"),
    ):
        done = operator("serve", "--platform", platform)
        assert (done.code, says in done.error) == (code, True), done
    done = cli("serve", "--url", world.url)
    assert done.code == 2
    assert "no platform is named" in done.error


def test_an_operator_that_is_none_is_not_served(world: World, cli: Cli) -> None:
    alice = world.acting(cli, "alice")
    done = alice("serve", "--operator", str(world.keys / "alice.json"))
    assert done.code == 2
    assert f"{world.address('alice')} is not the operator of the platform {world.stage.platform}" in done.error
    assert f"that is {world.address('operator')}" in done.error
    assert "leave --operator away" in done.error
    nowhere = ("http://0.0.0.0:8080", "https://[::]")
    for address in ("nonsense", "ftp://example.org", "https://", "http://[::1", "http://localhost:99999", *nowhere):
        refused = alice("serve", "--public-url", address)
        assert (address, refused.code) == (address, 2)
        assert "give --public-url such as https://api.example.org" in refused.error
    everywhere = alice("serve", "--host", "0.0.0.0")  # noqa: S104  (refused)
    assert (everywhere.code, "give --public-url" in everywhere.error) == (2, True)
    for seconds in ("-5", "", "5,,300", "5;300", "1.5", "9" * 30):
        refused = alice("serve", "--webhook-retries", seconds)
        assert (seconds, refused.code) == (seconds, 2)
        assert "is no list of seconds" in refused.error
    assert "write it as 5,300,1800" in refused.error
    done = alice("serve", "--operator", "~/missing.json")
    assert done.code == 2
    assert f"there is no keypair file {cli.home}/missing.json" in done.error


def test_the_index_says_what_it_cannot_use(world: World, cli: Cli) -> None:
    alice = world.acting(cli, "alice")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = alice("index", "--metrics-port", str(taken.getsockname()[1]))
    assert done.code == 2
    assert "stop what uses it, or choose another with --metrics-port" in done.err
    nowhere = alice("index", "verify", "--database", "/nowhere/x.sqlite")
    assert nowhere.code == 1
    assert nowhere.error == (
        "/nowhere/x.sqlite.lock: No such file or directory. "
        "Check the path, that its folder is there, and who may write it"
    )


def test_a_node_that_is_away_needs_the_name_of_its_chain(world: World, cli: Cli) -> None:
    done = world.acting(cli, "alice", url="http://no-such-host.invalid/?api-key=hidden")("serve", "--no-index")
    assert done.code == 2
    assert "warning: the platform is not checked: http://no-such-host.invalid/… did not answer" in done.err
    assert "say which with --chain-id" in done.error
    assert "hidden" not in done.err


def test_keys_take_the_shared_options(world: World, cli: Cli, api: str) -> None:
    world.acting(cli, "alice").ok("open")
    wallet = {"ANCHOR_WALLET": str(world.keys / "alice.json"), "JOB_ESCROW_API": api}
    made = cli.ok("keys", "create", "laptop", "--scope", "manage", "--output", "json", **wallet).json
    assert made["wallet"] == world.address("alice")
    for _ in range(2):
        listed = cli.ok("keys", "list", "--output", "json-compact", **wallet).json
        assert [each["name"] for each in listed] == ["laptop"]
    assert made["id"] in cli.ok("keys", "list", **wallet).out
    # What the commands signed for themselves has ended with them.
    with httpx2.Client(base_url=api, headers={"Authorization": f"Bearer {made['key']}"}) as http:
        helpers = [each for each in http.get("/keys").json()["keys"] if each["id"] != made["id"]]
    assert len(helpers) == 3
    assert all(each["revoked_at"] is not None for each in helpers)
    cli.ok("keys", "revoke", made["id"], **wallet)
    assert "revoked" in cli.ok("keys", "list", **wallet).out
    refused = cli("keys", "create", "x", "--namespace", "not open", **wallet)
    assert refused.code == 1
    assert "buy credits first" in refused.error


def test_a_server_of_another_platform_gets_no_signature(world: World, cli: Cli, api: str) -> None:
    other = str(Keypair().pubkey())
    done = world.acting(cli, "alice")("keys", "create", "x", "--api", api, "--platform", other)
    assert done.code == 1
    assert f"the server is of the platform {world.stage.platform}, not of {other}" in done.error


def test_a_server_that_asks_to_sign_something_else_gets_no_signature(world: World, cli: Cli) -> None:
    seen: list[bytes] = []
    message = f'{world.address("alice")}\nI make the API key "x" for namespace "" of platform {world.stage.platform}. '

    def lying(body: bytes) -> tuple[int, bytes]:
        seen.append(body)
        return 200, json.dumps({"message": message + "It may: operator.", "nonce": "0" * 64, "issued_at": 0}).encode()

    with answering(lying) as url:
        done = world.acting(cli, "alice")("keys", "create", "x", "--api", url)
    assert done.code == 1
    assert "asks to sign something else" in done.error
    assert len(seen) == 1
    assert b"signature" not in seen[0]


def test_a_message_of_another_server_gets_no_signature(world: World, cli: Cli, api: str) -> None:
    """Who passes on what another server asks to sign would get that server's key."""
    seen: list[bytes] = []

    def passing_on(body: bytes) -> tuple[int, bytes]:
        seen.append(body)
        answer = httpx2.post(f"{api}/keys/challenges", content=body)
        return answer.status_code, answer.content

    with answering(passing_on) as url:
        done = world.acting(cli, "alice")("keys", "create", "x", "--api", url)
    assert done.code == 1
    host = httpx2.URL(api).netloc.decode()
    assert f"the server calls itself {host}, and is asked at {httpx2.URL(url).netloc.decode()}" in done.error
    assert len(seen) == 1


@pytest.mark.parametrize("message", [None, 1, ["x"], "", "of platform 11111111111111111111111111111111111111111111. "])
def test_a_message_that_is_none_gets_no_signature(world: World, cli: Cli, message: object) -> None:
    answer = json.dumps({"message": message, "nonce": "0" * 64, "issued_at": 0}).encode()
    with answering(saying(200, answer)) as url:
        done = world.acting(cli, "alice")("keys", "create", "x", "--api", url)
    assert done.code == 1
    assert "asks to sign something else" in done.error


def test_what_the_server_would_refuse_is_refused_here(world: World, cli: Cli, tmp_path: Path) -> None:
    assert [each.value for each in Scope] == [each.value for each in ServersScope]
    asked: list[bytes] = []

    def noting(body: bytes) -> tuple[int, bytes]:
        asked.append(body)
        return 500, b""

    alice = world.acting(cli, "alice")
    with answering(noting) as url:
        for command in (
            ("create", "x", "--scope", "everything"),
            ("create", "x", "--scope", "read", "--scope", "read"),
            ("create", 'two "names"'),
            ("create", ""),
            ("create", "x" * 65),
            ("create", "x", "--project", "a\nb"),
            ("create", "x", "--daily-budget", "0"),
            ("create", "x", "--daily-budget", "4294967296"),
            ("create", "x", "--valid-days", "4000"),
            ("create", "x", "--namespace", "longer than sixteen bytes"),
            ("create", "x", "--keypair", str(tmp_path / "missing.json")),
            ("list", "--keypair", str(write_keypair(tmp_path / "none.json", Keypair()).parent)),
            ("list", "--api", "nonsense"),
            ("list", "--api", "ftp://127.0.0.1"),
        ):
            done = alice("keys", *command, *(() if "--api" in command else ("--api", url)))
            assert (command, done.code) == (command, 2), done
            assert "Traceback" not in done.err
    assert asked == []


def test_a_server_that_is_not_the_api(world: World, cli: Cli) -> None:
    alice = world.acting(cli, "alice")
    url = f"http://127.0.0.1:{_free_port()}"
    done = alice("keys", "list", "--api", url)
    assert done.code == 4
    assert f"{url}/… did not answer" in done.error
    for status, body in ((404, b"<html>"), (200, b"<html>"), (400, b"{}"), (500, b"[]"), (200, b"[]"), (200, b"{}")):
        with answering(saying(status, body)) as other:
            done = alice("keys", "create", "x", "--api", other)
        assert done.code == 4
        assert f"answered HTTP {status}, and not as the account API does: check --api" in done.error

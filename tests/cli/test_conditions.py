"""Every command under every odd condition that a person can cause: a sentence and an exit code, and nothing else."""

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from cli_harness.command import COMMAND, Cli, Done
from cli_harness.everything import NOBODY_MAY_NOT, Case, every_command, run_all
from cli_harness.world import World
from job_escrow_cli.app import app
from job_escrow_cli.failures import ExitCode

_SIGTERM = -15


@pytest.fixture(scope="module")
def alice(world: World, tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """Somebody with credits and a database."""
    alice = world.acting(Cli(home=tmp_path_factory.mktemp("conditions")), "alice")
    alice.ok("open", "--buy", "1000")
    alice.ok("lock", "--credits", "5")
    alice.ok("index", "verify")
    return alice


def _held(done: Done, case: Case, *, said: bool = True) -> str | None:
    """What is wrong with the end of a command; None where nothing is."""
    if "should not happen" in done.err or "Traceback" in done.err or "Exception ignored" in done.err:
        return "not explained"
    if done.code not in {*ExitCode, _SIGTERM}:
        return f"exit code {done.code}"
    if said and done.code > 0 and not done.err.strip() and "--so" not in case.arguments:
        return "said nothing"
    return None


def _check(cli: Cli, cases: list[Case], folder: Path, *, said: bool = True) -> list[Done]:
    found = run_all(cli, cases, folder)
    wrong = [
        f"{' '.join(case.arguments)}: {why}: {done.code} {done.err[-400:]}"
        for case, done in zip(cases, found, strict=True)
        if (why := _held(done, case, said=said)) is not None
    ]
    assert not wrong, "\n".join(wrong)
    return found


def _all(cli: Cli, world: World, **odd: Any) -> list[Case]:
    return [Case(arguments=each, folder=str(cli.home), **odd) for each in every_command(world.address("bob"))]


def _some(cli: Cli, world: World, **odd: Any) -> list[Case]:
    """Those that differ in what they read, write and ask, for conditions that are all alike."""
    return [
        each for each in _all(cli, world, **odd) if each.arguments[:2] in _DIFFERENT or each.arguments in _DIFFERENT
    ]


_DIFFERENT = {
    ("--help",), ("balance",), ("balance", "--indexed"), ("history",), ("buy", "100"), ("pay", "5"), ("usage",),
    ("export",), ("export", "--to"), ("index", "verify"), ("index", "backup"), ("platform", "list"),
    ("keys", "create"), ("serve", "--port"), ("keygen", "new/key.json"), ("address",), ("config", "get"),
    ("config", "set"), ("airdrop", "1"), ("localnet", "--rpc-port"),
}  # fmt: skip


def test_no_command_is_left_out(world: World) -> None:
    def names(group: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
        for name in group.commands:
            command = group.commands[name]
            if hasattr(command, "commands"):
                yield from names(command, (*before, name))
            else:
                yield (*before, name)

    listed = every_command("W")
    for command in names(typer.main.get_command(app)):
        assert any(each[: len(command)] == command for each in listed), command


_STREAMS: dict[str, dict[str, str]] = {
    "stdout closed": {"stdout": "closed"},
    "stderr closed": {"stderr": "closed"},
    "stdin closed": {"stdin": "closed"},
    "all closed": {"stdin": "closed", "stdout": "closed", "stderr": "closed"},
    "stdout full": {"stdout": "full"},
    "stderr full": {"stderr": "full"},
    "stdout broken": {"stdout": "broken"},
    "stderr broken": {"stderr": "broken"},
    "ascii": {"stdout": "ascii", "stderr": "ascii"},
    "latin-1": {"stdout": "latin-1", "stderr": "latin-1"},
}

_OF_ALL = ("all closed", "stdout full", "ascii")


@pytest.mark.parametrize("odd", _STREAMS)
def test_streams(world: World, alice: Cli, tmp_path: Path, odd: str) -> None:
    streams = _STREAMS[odd]
    heard = "stderr" not in streams or streams["stderr"] not in ("closed", "full", "broken")
    cases = (_all if odd in _OF_ALL else _some)(alice, world, **streams)
    found = _check(alice, cases, tmp_path / "runs", said=heard and streams.get("stdout") != "broken")
    by_command = {case.arguments: done for case, done in zip(cases, found, strict=True)}
    if streams.get("stdout") in ("full", "broken"):
        bought = by_command[("buy", "100")]
        assert bought.code == ExitCode.UNKNOWN
        assert "landed, and standard output cannot be written" in bought.err
    if odd == "ascii":
        assert "####" in by_command[("pay", "5")].out
    if streams.get("stdout") == "closed":
        assert {done.code for done in found} == {ExitCode.USAGE}
        assert not heard or all("standard output is closed" in done.err for done in found)


def test_without_a_home(world: World, alice: Cli, tmp_path: Path) -> None:
    cli = Cli(home=alice.home, options=("--url", world.url, "--platform", str(world.stage.platform)))
    cases = _all(cli, world, nobody=True, environment={"HOME": None, "XDG_CONFIG_HOME": None})
    found = run_all(cli, cases[:1], tmp_path / "first")
    if found[0].code == NOBODY_MAY_NOT:
        pytest.skip("this system lets nobody become a user of no list")
    by_command = dict(zip((case.arguments for case in cases), _check(cli, cases, tmp_path / "runs"), strict=True))
    done = by_command[("address",)]
    assert done.code == 2
    assert "HOME is not set, and this user is in no list of users: set HOME, or name the file" in done.err
    assert by_command[("platform", "show")].code == by_command[("config", "get")].code == 0
    assert "set HOME" in by_command[("config", "set", "namespace", "x")].err


def test_in_a_folder_that_is_gone(world: World, alice: Cli, tmp_path: Path) -> None:
    _check(alice, _all(alice, world, folder_gone=True), tmp_path / "runs")


_ENVIRONMENTS: dict[str, dict[str, str | None]] = {
    "proxy that is none": {"HTTP_PROXY": "nonsense", "HTTPS_PROXY": "ftp://[", "ALL_PROXY": "x://y"},
    "no certificates": {"SSL_CERT_FILE": "/nowhere/ca.pem", "SSL_CERT_DIR": "/nowhere"},
    "no room for files": {"TMPDIR": "/nowhere"},
    "terminal": {"COLUMNS": "0", "LINES": "x", "TERM": "nonsense", "FORCE_COLOR": "1"},
    "columns": {"COLUMNS": "many", "NO_COLOR": "1"},
    "language": {"LANG": "nonsense", "LC_ALL": "xx_YY.ZZZ", "TZ": "Nowhere/Nothing", "LANGUAGE": "\\"},
    "home is a file": {"HOME": "/etc/passwd", "XDG_CONFIG_HOME": None},
    "home is relative": {"HOME": "", "XDG_CONFIG_HOME": "relative"},
    "no such user": {"XDG_CONFIG_HOME": "~nobody-of-this-name/x", "ANCHOR_WALLET": "~nobody-of-this-name/key.json"},
}


@pytest.mark.parametrize("odd", _ENVIRONMENTS)
def test_environments(world: World, alice: Cli, tmp_path: Path, odd: str) -> None:
    _check(alice, _some(alice, world, environment=_ENVIRONMENTS[odd]), tmp_path / "runs")


@pytest.mark.parametrize("limits", [{"RLIMIT_NOFILE": 3}, {"RLIMIT_NOFILE": 12}, {"RLIMIT_FSIZE": 0}])
def test_limits_of_the_process(world: World, alice: Cli, tmp_path: Path, limits: dict[str, int]) -> None:
    # Without room for a single byte there is none for what is said either.
    _check(alice, _some(alice, world, limits=limits), tmp_path / "runs", said="RLIMIT_FSIZE" not in limits)


@pytest.mark.parametrize("text", ["\udcff", "", "x" * 100_000, "🦊\n{}"])
def test_arguments_that_are_nothing(world: World, alice: Cli, tmp_path: Path, text: str) -> None:
    """Each word behind the command's name, in turn."""
    # What is set for good is not set for the tests behind this one.
    own: dict[str, str | None] = {"HOME": str(tmp_path)}
    cases = []
    for command in every_command(world.address("bob")):
        first = 1 if len(command) == 1 or command[1].startswith("-") or command[0] in ("buy", "withdraw", "pay") else 2
        for place in range(first, len(command)):
            if not command[place].startswith("-"):
                changed = (*command[:place], text, *command[place + 1 :])
                cases.append(Case(arguments=changed, folder=str(alice.home), environment=own))
    for option in ("--url", "--keypair", "--platform", "--namespace", "--config", "--fee-payer", "--priority-fee"):
        cases += [
            Case(arguments=(*command, option, text), folder=str(alice.home), environment=own)
            for command in (("balance",), ("buy", "100"), ("config", "get"), ("platform", "list"), ("usage",))
        ]
    for command, option in (
        (("balance", "--indexed"), "--at"), (("balance", "--indexed"), "--database"), (("usage",), "--since"),
        (("export",), "--to"), (("index",), "--database"), (("index",), "--ws"), (("index",), "--metrics-host"),
        (("serve",), "--host"), (("serve",), "--public-url"), (("serve",), "--preset"), (("serve",), "--operator"),
        (("serve",), "--chain-id"), (("serve",), "--origin"), (("pay", "5"), "--server"), (("keys", "list"), "--api"),
        (("withdraw", "5"), "--to"), (("grant", "W", "5"), "--expires"), (("history",), "--before"),
        (("lock", "--credits", "5"), "--time"), (("lock", "--credits", "5"), "--payee"), (("keeper",), "--interval"),
        (("platform", "create", "--preset", "decentral"), "--name"), (("keys", "create", "x"), "--project"),
    ):  # fmt: skip
        cases.append(Case(arguments=(*command, option, text), folder=str(alice.home), environment=own, stop_after=3))
    _check(alice, cases, tmp_path / "runs")


_DEEP = "[" * 100_000


@pytest.mark.parametrize(
    "content",
    ["", _DEEP, "{" * 100_000, "a: " * 50_000, "- " * 50_000, "\xff\xfe", "a: 2026-99-99", "a: " + "9" * 5_000, "a: 0x",
     "? {a: b}\n: c", "a: &a [*a]", "\x00", "platform: [1]", "namespace: 2026-01-01"],
)  # fmt: skip
def test_settings_files(world: World, alice: Cli, tmp_path: Path, content: str) -> None:
    home = tmp_path / "home"
    for name in ("solana/cli", "job-escrow"):
        (home / ".config" / name).mkdir(parents=True)
        (home / ".config" / name / "config.yml").write_text(content, encoding="latin-1")
    commands = [
        ("balance",),
        ("config", "get"),
        ("config", "set", "namespace", "x"),
        ("usage",),
        ("demo",),
        ("address",),
    ]
    cases = [
        Case(arguments=each, folder=str(alice.home), environment={"HOME": str(home), "XDG_CONFIG_HOME": None})
        for each in commands
    ]
    _check(alice, cases, tmp_path / "runs")


@pytest.mark.parametrize(
    "content", ["", _DEEP, "a = " + _DEEP, "\xff", "a = 2026-99-99", "a = " + "9" * 5_000, "[a]\n[a]"]
)
def test_presets_and_accounts(world: World, alice: Cli, tmp_path: Path, content: str) -> None:
    for name in ("preset.toml", "account.json"):
        (tmp_path / name).write_text(content, encoding="latin-1")
    preset, account = str(tmp_path / "preset.toml"), str(tmp_path / "account.json")
    commands = [
        ("platform", "create", "--preset", preset),
        ("serve", "--preset", preset),
        ("localnet", "--rpc-port", "0", "--account", "-", account),
        ("localnet", "--rpc-port", "0", "--bpf-program", world.address("bob"), account),
    ]
    cases = [Case(arguments=each, folder=str(alice.home), stop_after=0) for each in commands]
    found = _check(alice, cases, tmp_path / "runs")
    assert all(done.code in (1, 2) for done in found)


def _garbled(path: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    whole = path.read_bytes()
    contents = {
        "text": b"this is no database\n" * 500,
        "empty": b"",
        "half": whole[: len(whole) // 2],
        "cut": whole[: len(whole) // 2 + 777],
        "header": whole[:100],
        "zeros": whole[:4096] + bytes(len(whole) - 4096),
        "noise": whole[:4096] + bytes(each ^ 0x5A for each in whole[4096:]),
        "letters": whole.replace(b"purchase", b"\xff\xfe\xfdchase").replace(b"confirmed", b"\xff\xfe\xfdfirmed"),
    }
    for step in range(4):
        spoilt = bytearray(whole)
        for place in range(4096 + step * 509, len(spoilt), 4099):
            spoilt[place] ^= 0xFF
        contents[f"spoilt {step}"] = bytes(spoilt)
    for name, content in contents.items():
        (folder / name).mkdir()
        (folder / name / "job-escrow.sqlite").write_bytes(content)
        yield name, folder / name
    (folder / "folder" / "job-escrow.sqlite").mkdir(parents=True)
    yield "folder", folder / "folder"
    (folder / "another").mkdir()
    with sqlite3.connect(folder / "another" / "job-escrow.sqlite") as other:
        other.execute("CREATE TABLE progress (a, b)")
        other.execute("INSERT INTO progress VALUES (1, 2)")
    other.close()
    yield "another", folder / "another"


def test_databases_that_are_none(world: World, alice: Cli, tmp_path: Path) -> None:
    whole = tmp_path / "whole.sqlite"
    alice.ok("index", "backup", str(whole))
    commands = [
        ("usage",), ("usage", "--whole-platform", "--per", "day", "--by", "tier"), ("statement", "2026-06"),
        ("export",), ("statement", "2026-11"), ("export", "--format", "ndjson", "--rows", "topups"),
        ("balance", "--indexed"),
        ("balance", "--at", "0s"), ("history", "--indexed"), ("index", "backup", "copy.sqlite", "--force"),
        ("index", "verify"),
    ]  # fmt: skip
    lasting = [("index",), ("serve", "--port", "1")]
    commands += lasting
    cases = []
    for name, folder in _garbled(whole, tmp_path):
        for number, command in enumerate(commands):
            if command in lasting and name not in ("text", "half", "another", "folder"):
                continue
            own = folder.with_name(f"{folder.name}-{number}")
            shutil.copytree(folder, own)
            cases.append(Case(arguments=command, folder=str(own)))
    _check(alice, cases, tmp_path / "runs")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may only read")
def test_a_database_that_may_only_be_read(alice: Cli, world: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    from job_escrow_indexer.queries import balance, connect, snapshot

    folder = Path("/tmp") / f"job-escrow-read-only-{os.getpid()}"  # noqa: S108  (whose folders everybody may enter)
    folder.mkdir(mode=0o755)
    try:
        shutil.copy(alice.home / "job-escrow.sqlite", folder / "wal.sqlite")
        alice.ok("index", "backup", str(folder / "copy.sqlite"))
        for path in folder.iterdir():
            path.chmod(0o444)
        folder.chmod(0o555)
        account = json.loads(alice.ok("balance", "--output", "json").out)
        for path in sorted(folder.glob("*.sqlite")):
            pid = os.fork()
            if pid == 0:
                code = 1
                try:
                    os.setgid(65_534)
                    os.setuid(65_534)
                    connection = connect(path)
                    with snapshot(connection) as view:
                        code = 0 if balance(view, account["credit_account"]).available == account["available"] else 2
                finally:
                    os._exit(code)
            assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, path
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("redirected", "code", "says"),
    [
        (">&-", 2, "standard output is closed"),
        ("> /dev/full", 1, "standard output cannot be written: No space left on device"),
        ("1< /dev/null", 1, "standard output cannot be written: Bad file descriptor"),
        ("<&- > /dev/null", 0, ""),
    ],
)
def test_the_interpreter_finds_streams_as_the_copies_do(cli: Cli, redirected: str, code: int, says: str) -> None:
    for arguments in ("config get", "--help", "--version"):
        done = subprocess.run(
            ["/bin/sh", "-c", f"exec {COMMAND} {arguments} {redirected}"],
            env=cli.variables({}), cwd=cli.home, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (code, ""), done
        assert done.stderr.startswith(f"error: {says}") if says else done.stderr == "", done
        assert len(done.stderr.splitlines()) <= 1


def test_a_code_is_drawn_in_every_encoding(alice: Cli) -> None:
    for encoding in ("ascii", "latin-1"):
        done = alice.ok("pay", "5", PYTHONIOENCODING=encoding)
        assert "####" in done.out
        assert "0.05 USDC for 5 credits" in done.out
    assert "\u2588" in alice.ok("pay", "5", PYTHONIOENCODING="utf-8").out

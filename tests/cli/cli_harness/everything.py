"""Every command, as it may be run, so that whatever happens to one of them happens to all."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from cli_harness.command import Cli, Done

_ZYGOTE = Path(__file__).with_name("zygote.py")
_SIGNATURE = "2" * 87
_FOR_EVER: dict[tuple[str, ...], float] = {("index",): 3.0, ("serve",): 4.0, ("localnet",): 2.0, ("keeper",): 2.0}
NOBODY_MAY_NOT = 77
"""The exit code where this system lets nobody become a user of no list."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One run, and what is odd about it."""

    arguments: tuple[str, ...]
    folder: str
    environment: dict[str, str | None] = field(default_factory=dict)
    stdin: str = "open"
    stdout: str = "open"
    stderr: str = "open"
    nobody: bool = False
    folder_gone: bool = False
    limits: dict[str, int] = field(default_factory=dict)
    stop_after: float | None = None
    """Seconds after which a signal ends it; none: as its command is; 0: never, since it ends by itself."""


def every_command(wallet: str) -> list[tuple[str, ...]]:
    """Arguments for each command that there is."""
    return [
        ("--help",), ("--version",), ("buy", "--help"),
        ("balance",), ("balance", "--indexed"), ("history",), ("history", "--indexed"), ("jobs",),
        ("open", "--buy", "100"), ("buy", "100"), ("buy", "--pack", "0"), ("packs",), ("withdraw", "5"),
        ("receipt", _SIGNATURE),
        ("limits", "show"), ("limits", "set", "--per-job", "5"),
        ("top-up", "set", "--below", "5", "--buy", "100"), ("top-up", "show"), ("top-up", "off"), ("top-up", "run"),
        ("deposit-address",), ("sync",), ("pay", "5"),
        ("pay", "5", "--server", "https://api.example.org"),
        ("lock", "--credits", "5"), ("recover", "--nested"), ("close", "--namespace", "none"),
        ("job", "lock", wallet, "--credits", "5"), ("job", "settle", wallet, "1", "1"), ("job", "refund", wallet, "1"),
        ("job", "show", wallet), ("session", "list"), ("session", "list", wallet), ("session", "list", "--indexed"),
        ("session", "show", wallet, "1"), ("session", "open", wallet, "5"), ("session", "refund", wallet, "1"),
        ("session", "settle", wallet, "1", "/nowhere/receipts"), ("session", "verify", wallet, "1", "/dev/null"),
        ("grant", wallet, "5"), ("keeper", "--once"), ("keeper",),
        ("platform", "create", "--preset", "decentral"), ("platform", "show"), ("platform", "list"),
        ("platform", "update", "--min-purchase", "100"), ("platform", "tier", "lite", "--rate", "5/1000"),
        ("platform", "pack", "0", "--credits", "125", "--bonus", "25"), ("platform", "promotion", "open"),
        ("platform", "promotion", "fund", "25"), ("platform", "promotion", "withdraw", "all"),
        ("platform", "pause"), ("platform", "unpause"), ("platform", "apply-changes"),
        ("platform", "propose-admin", "none"), ("platform", "accept-admin"), ("platform", "switch-operator"),
        ("platform", "payee", "add", wallet), ("platform", "payee", "suspend", wallet),
        ("platform", "payee", "resume", wallet), ("platform", "payee", "set-share", wallet, "8500"),
        ("platform", "payee", "remove", wallet), ("platform", "payee", "list"),
        ("index",), ("index", "verify"), ("index", "backup", "copy.sqlite", "--force"),
        ("index", "reset"),
        ("usage",), ("books",), ("statement", "2026-06"), ("export",), ("export", "--to", "out.csv"),
        ("keys", "create", "mine", "--api", "http://127.0.0.1:1"), ("keys", "list", "--api", "http://127.0.0.1:1"),
        ("keys", "revoke", "1", "--api", "http://127.0.0.1:1"),
        ("keys", "confirm", "--database", "/nowhere/index.sqlite"), ("serve", "--port", "1"),
        ("gateway", "--upstream", "http://127.0.0.1:1/v1", "--port", "1"),
        ("init",), ("doctor",),
        ("keygen", "new/key.json"), ("address",), ("airdrop", "1"), ("demo",), ("localnet", "--rpc-port", "0"),
        ("config", "get"), ("config", "set", "namespace", "x"), ("config", "set", "namespace", ""),
    ]  # fmt: skip


def run_all(cli: Cli, cases: Sequence[Case], folder: Path) -> list[Done]:
    """Run them, one after the other."""
    folder.mkdir()
    whole = [
        replace(
            case,
            arguments=(*cli.options, *case.arguments),
            stop_after=_stop_after(case.arguments) if case.stop_after is None else case.stop_after,
        )
        for case in cases
    ]
    (folder / "cases.json").write_text(json.dumps([asdict(case) for case in whole]))
    results = folder / "results"
    results.mkdir()
    subprocess.run(
        [sys.executable, _ZYGOTE, folder / "cases.json", results], env=cli.variables({}), cwd=cli.home, check=True
    )
    return [Done(one["code"], one["out"], one["err"]) for one in json.loads((results / "found.json").read_text())]


def _stop_after(arguments: tuple[str, ...]) -> float:
    ends = arguments[:2] in (("index", "verify"), ("index", "backup"), ("index", "reset"), ("keeper", "--once"))
    return 0 if ends else _FOR_EVER.get(arguments[:1], 0)

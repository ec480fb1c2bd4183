"""Every command and option is documented: docs/cli.md is what the command line says of itself."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import typer
from cli_harness.command import Cli
from cli_harness.terminal import run_in_terminal
from job_escrow_cli.app import COMMANDS, app
from job_escrow_cli.kept_help import FILE
from support.cli_docs import command_pages, generated


def test_it_is_up_to_date() -> None:
    for path, text in generated().items():
        assert path.read_text() == text, f"{path} is behind: run scripts/write-cli-docs"


def test_every_command_has_a_page_that_fits() -> None:
    pages = dict(command_pages())
    assert {name.split()[1] for name in pages if " " in name} == set(COMMANDS)
    assert len(pages) > 40
    for name, page in pages.items():
        summary = page.split("\n\n")[1].strip()
        assert summary.endswith(".") or ":" in summary, name
        for line in page.splitlines():
            assert len(line) <= 80, (name, line)


def test_every_option_and_argument_is_described() -> None:
    def undescribed(command: Any, name: str) -> list[str]:
        found = [f"{name} {each.name}" for each in command.params if not each.help]
        commands = getattr(command, "commands", {})
        return found + [lack for each in commands for lack in undescribed(commands[each], f"{name} {each}")]

    assert undescribed(typer.main.get_command(app), "job-escrow") == []


def test_the_root_page_comes_from_a_file_and_is_the_same(cli: Cli) -> None:
    assert cli.ok("--help").out == Path(FILE).read_text()
    # In a narrow terminal it is made anew.
    narrow = run_in_terminal(cli, ["--help"], columns=60)
    assert narrow.code == 0
    assert max(map(len, narrow.text.splitlines())) <= 60
    assert "deposit-address" in narrow.text
    wide = run_in_terminal(cli, ["--help"], columns=120)
    assert wide.text == Path(FILE).read_text()


def test_no_command_shows_the_page_too(cli: Cli) -> None:
    done = cli()
    assert done.code == 2
    assert "Credits of a wallet:" in done.err


def test_mistyped_commands_are_suggested(cli: Cli) -> None:
    done = cli("ballance")
    assert done.code == 2
    assert "Did you mean 'balance'?" in done.err


def test_the_shell_completes_commands_and_options(cli: Cli) -> None:
    script = cli.ok("--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1").out
    assert "_JOB_ESCROW_COMPLETE" in script
    completing = {"_JOB_ESCROW_COMPLETE": "complete_bash", "COMP_CWORD": "1"}
    assert cli("--", COMP_WORDS="job-escrow dep", **completing).out.split() == ["deposit-address"]
    found = cli("--", COMP_WORDS="job-escrow buy --seq", **(completing | {"COMP_CWORD": "2"})).out.split()
    assert found == ["--sequence"]


def test_help_imports_nothing_of_the_chain() -> None:
    script = (
        "import sys; sys.argv = ['job-escrow', '--help']; sys.stdout = open('/dev/null', 'w')\n"
        "from job_escrow_cli import main; main()\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, check=True)
    assert not {"typer", "solders", "solana", "rich", "yaml"} & set(done.stderr.split())

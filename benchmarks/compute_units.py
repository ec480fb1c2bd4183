#!/usr/bin/env python3
"""Compute units of each instruction, its event included, and the size of the program.

benchmarks/compute_units.py           print a table
benchmarks/compute_units.py --json    print one object: units by instruction, and so_bytes
benchmarks/compute_units.py --profile print what of each figure goes to which program that the instruction calls
benchmarks/compute_units.py --check   fail where a figure is more than 5% above benchmarks/compute_units.json
benchmarks/compute_units.py --write   write that file, and the table of programs/README.md from it

Each figure is what one transaction of nothing but that instruction uses on LiteSVM, whose virtual machine is Solana's.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).resolve()
_REPOSITORY = _HERE.parents[1]
sys.path.insert(0, str(_REPOSITORY / "scripts"))

from support.environment import BIN, VENV, Kind, ensure_environment, environment_variables  # noqa: E402
from support.steps import main, say  # noqa: E402


@dataclass(frozen=True)
class Committed:
    """Where the committed figures are, and the document with their table."""

    figures: Path
    document: Path


COMMITTED = Committed(_HERE.with_suffix(".json"), _REPOSITORY / "programs" / "README.md")
_BEGIN, _END = "<!-- compute-units -->", "<!-- /compute-units -->"
_ALLOWED_GROWTH_PERCENT = 5
_LAMPORTS = 10_000_000_000
_CALLED = 2
_CALL_UNITS = 946


def body() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--json", action="store_true", help="print one JSON object")
    mode.add_argument("--profile", action="store_true", help="print what goes to which program that is called")
    mode.add_argument("--check", action="store_true", help="compare with the committed figures")
    mode.add_argument("--write", action="store_true", help="write the committed figures and the table")
    arguments = parser.parse_args()
    if Path(sys.prefix) != VENV:
        ensure_environment(Kind.RUNTIME)
        python = str(BIN / "python")
        os.execve(python, [python, str(_HERE), *sys.argv[1:]], environment_variables())
    if arguments.profile:
        print(profile_table())
        return 0
    figures = measure()
    if arguments.check:
        return check(figures, unmeasured(figures))
    if arguments.write:
        write(figures)
        return 0
    print(json.dumps(figures) if arguments.json else table(figures))
    return 0


def measure() -> dict[str, int]:
    """Play the steps on a chain of their own; gives the units by name, and `so_bytes`."""
    from job_escrow.program_files import program_path

    figures = {name: units for name, units, _ in played()}
    return figures | {"so_bytes": program_path().stat().st_size}


def played() -> Iterator[tuple[str, int, list[str]]]:
    """Play the steps; gives each one's name, its units and its logs."""
    # Imported late: the client is there once the environment is.
    from compute_unit_account_steps import account_steps
    from compute_unit_platform_steps import platform_steps
    from compute_unit_stage import UNIX_TIME, Stage
    from job_escrow.chain.requests import Pause, RequestAirdrop
    from job_escrow.testing.embedded import embedded_chain
    from solders.message import MessageV0
    from solders.transaction import VersionedTransaction
    from solders.transaction_metadata import FailedTransactionMetadata

    chain = embedded_chain(unix_time=UNIX_TIME)
    stage = Stage()
    for step in (*account_steps(stage), *platform_steps(stage)):
        payer = step.signers[0].pubkey()
        chain.answer(RequestAirdrop(payer, _LAMPORTS))
        if step.later:
            chain.answer(Pause(step.later))
        message = MessageV0.try_compile(payer, [step.instruction], [], chain.svm.latest_blockhash())
        result = chain.svm.send_transaction(VersionedTransaction(message, list(step.signers)))
        if isinstance(result, FailedTransactionMetadata):
            logs = "\n".join(result.meta().logs())
            raise AssertionError(f"{step.name or 'a step'} failed: {result.err()}\n{logs}")  # noqa: TRY004
        chain.svm.expire_blockhash()
        if step.name is not None:
            yield step.name, result.compute_units_consumed(), result.logs()


def profile_table() -> str:
    """Return where the units of each instruction go: other programs, the event, calling them, and itself.

    Programs that are called say themselves what they used; the event is the program's call to itself. Solana charges
    for each call beside that.
    """
    rows = [
        "| instruction | units | token program | other programs | event | calls | its own |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, units, logs in played():
        tokens, others, event, calls = called(logs)
        own = units - tokens - others - event - calls * _CALL_UNITS
        cells = f"{units:,} | {tokens:,} | {others:,} | {event:,} | {calls} x {_CALL_UNITS} | {own:,}"
        rows.append(f"| {name} | {cells} |")
    return "\n".join(rows)


def called(logs: list[str]) -> tuple[int, int, int, int]:
    """Return what the calls of one instruction used: of the token program, of others, of itself; and their number."""
    from job_escrow.codec import PROGRAM_ID
    from solders.token import ID as TOKEN_PROGRAM_ID

    used = {str(TOKEN_PROGRAM_ID): 0, str(PROGRAM_ID): 0, "": 0}
    depth = calls = 0
    for line in logs:
        words = line.split()
        if words[0] != "Program" or len(words) < 3:
            continue
        if words[2] == "invoke":
            depth += 1
            calls += depth == _CALLED
        elif words[2] == "consumed" and depth == _CALLED:
            used[words[1] if words[1] in used else ""] += int(words[3])
        elif words[2] in ("success", "failed:"):
            depth -= 1
    return used[str(TOKEN_PROGRAM_ID)], used[""], used[str(PROGRAM_ID)], calls


def table(figures: dict[str, int]) -> str:
    """Return the figures as a table of Markdown."""
    units = {name: number for name, number in figures.items() if name != "so_bytes"}
    width = max(len(name) for name in units) + 2
    rows = [f"| {f'`{name}`':<{width}} | {number:>13,} |" for name, number in units.items()]
    head = [f"| {'instruction':<{width}} | compute units |", f"| {'-' * width} | {'-' * 12}: |"]
    return "\n".join([*head, *rows, "", f"The compiled program has {figures['so_bytes']:,} bytes."])


def unmeasured(figures: dict[str, int]) -> list[str]:
    """Return the program's instructions that no step is named after."""
    from job_escrow.codec.instructions import ACCOUNT_NAMES

    return sorted(ACCOUNT_NAMES.keys() - figures.keys())


def check(figures: dict[str, int], missing: list[str], where: Committed = COMMITTED) -> int:
    """Say what grew, what is missing and whether programs/README.md is of the same figures."""
    committed: dict[str, int] = json.loads(where.figures.read_text())
    problems = [
        f"{name}: {number:,}, more than {_ALLOWED_GROWTH_PERCENT}% above the committed {committed[name]:,}"
        for name, number in figures.items()
        if name in committed and number * 100 > committed[name] * (100 + _ALLOWED_GROWTH_PERCENT)
    ]
    problems += [
        f"{name} is {'not measured any more' if name in committed else 'not in the committed figures'}"
        for name in sorted(committed.keys() ^ figures.keys())
    ]
    problems += [f"no step of benchmarks/compute_unit_*.py measures {name}" for name in missing]
    if where.document.read_text() != with_table(where.document.read_text(), committed):
        problems.append("the table of programs/README.md is not of the committed figures")
    for problem in problems:
        say(problem)
    if problems:
        say("What to do: benchmarks/compute_units.py --write, and say in the commit why they changed")
    return 1 if problems else 0


def write(figures: dict[str, int], where: Committed = COMMITTED) -> None:
    where.figures.write_text(json.dumps(figures, indent=2) + "\n")
    text = where.document.read_text()
    if _BEGIN not in text:
        say(f"programs/README.md has no table: put {_BEGIN} and {_END} where it is to be")
    where.document.write_text(with_table(text, figures))


def with_table(text: str, figures: dict[str, int]) -> str:
    """Return a text with the table between the two marks; one without them stays as it is."""
    before, begin, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    return f"{before}{begin}\n{table(figures)}\n{end}{after}" if begin and end else text


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main(body)

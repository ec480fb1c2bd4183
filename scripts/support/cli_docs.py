"""The documentation that is made from the command line itself."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from job_escrow_cli.app import app
from job_escrow_cli.kept_help import COLUMNS, FILE

from support.places import REPOSITORY

DOCUMENT = REPOSITORY / "docs" / "cli.md"
_BEGIN, _END = "<!-- commands -->", "<!-- /commands -->"
_SHARED = "\nOptions of every command:\n"


def generated() -> dict[Path, str]:
    """Each file with the text that it should have."""
    pages = dict(command_pages())
    shared = pages["job-escrow"].partition(_SHARED)[2].partition("\n\n")[0]
    parts = [f"### Options of every command\n\nBefore or after the command's name.\n\n```text\n{shared}\n```"]
    for name, page in pages.items():
        if name != "job-escrow":
            own = page.partition(_SHARED)[0].rstrip()
            parts.append(f"### `{name}`\n\n```text\n{own}\n```")
    text = DOCUMENT.read_text()
    made = f"{_BEGIN}\n" + "\n\n".join(parts) + f"\n{_END}"
    return {
        DOCUMENT: re.sub(f"{_BEGIN}.*{_END}", lambda _: made, text, flags=re.DOTALL),
        Path(FILE): pages["job-escrow"],
    }


def write() -> None:
    """Write them."""
    for path, text in generated().items():
        path.write_text(text)


def command_pages() -> Iterator[tuple[str, str]]:
    """The help page of the root and of every command below it, by its full name."""
    yield from _pages(typer.main.get_command(app), "job-escrow", None)


def _pages(command: Any, name: str, parent: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    # Typer's classes for these are private.
    context = command.make_context(
        name, [], parent=parent, resilient_parsing=True, terminal_width=COLUMNS, max_content_width=COLUMNS
    )
    # A page that was written in a wide terminal is the same.
    page = "\n".join(line.rstrip() for line in command.get_help(context).splitlines()) + "\n"
    yield (name if parent is None else context.command_path, page)
    for each in getattr(command, "commands", {}):
        yield from _pages(command.commands[each], each, context)

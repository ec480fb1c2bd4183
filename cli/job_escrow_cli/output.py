"""How commands print: data on standard output, prose on standard error."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, is_dataclass
from textwrap import fill
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from job_escrow_cli.advice import with_given_options
from job_escrow_cli.options import OutputFormat
from job_escrow_cli.streams import say

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from rich.console import Console
    from rich.table import Table

    from job_escrow_cli.settings import Settings

__all__ = ["Column", "OutputFormat", "facts", "print_json", "show", "table", "tell", "warn"]

# A pipe has no width of its own, and a file is read in a wide window.
_FILE_WIDTH = 1_000


class Column(NamedTuple):
    """A column of a table. Those that may be left out are, the last first, where the terminal is too narrow."""

    title: str
    right: bool = False
    may_leave: bool = False


def tell(text: str, *, mark: str = "", color: str = "") -> None:
    """Say something to the person at the terminal, in lines that end between words; a coloured mark may come first.

    Commands that it names are shown with the options that were given.
    """
    text = mark + with_given_options(text)
    with suppress(OSError, ValueError):  # Not a terminal: there it stays one line.
        columns = os.get_terminal_size(sys.stderr.fileno()).columns
        text = fill(text, columns, break_long_words=False, break_on_hyphens=False)
    # Coloured last: the codes take no room on the screen.
    say(styled(mark.rstrip(), color) + text[len(mark.rstrip()) :] if mark else text)


def warn(text: str) -> None:
    """Say something that should be put right, though the command goes on."""
    tell(text, mark="warning: ", color="yellow")


def styled(text: str, color: str) -> str:
    """The text in a colour, where standard error is a terminal that wants colours."""
    wanted = sys.stderr.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return typer.style(text, fg=color, bold=True) if wanted else text


def show(settings: "Settings", data: "Mapping[str, Any] | DataclassInstance", lines: "str | Sequence[str]") -> None:
    """Print a result: one JSON object, or the lines where a person reads."""
    if settings.output is OutputFormat.DISPLAY:
        typer.echo(with_given_options(lines if isinstance(lines, str) else "\n".join(lines)))
    else:
        print_json(data, settings.output)


def print_json(data: "Mapping[str, Any] | DataclassInstance | Sequence[Any]", output: OutputFormat) -> None:
    """Print one JSON object."""
    plain = asdict(data) if is_dataclass(data) and not isinstance(data, type) else data
    indent = 2 if output is OutputFormat.JSON else None
    separators = None if indent else (",", ":")
    typer.echo(json.dumps(plain, indent=indent, separators=separators, default=str))


def facts(pairs: Mapping[str, object]) -> list[str]:
    """Lines of names and values, the values below each other; what is None is left out."""
    known = {name: value for name, value in pairs.items() if value is not None}
    width = max(map(len, known), default=0)
    return [f"{name.ljust(width)}  {value}".rstrip() for name, value in known.items()]


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]], *, color: bool, title: str | None = None) -> None:
    """Print a table without ever cutting a value: columns are left out where there is no room, and that is said.

    Where even the others do not fit, each row is a list of its values.
    """
    from rich.console import Console

    terminal = Console(no_color=not color or None, highlight=False)
    console = terminal if terminal.is_terminal else Console(width=_FILE_WIDTH, no_color=True, highlight=False)
    shown = list(range(len(columns)))
    while _width(console, made := _made(columns, rows, shown, title)) > console.width:
        optional = [index for index in shown if columns[index].may_leave]
        if not optional:
            _stacked(columns, rows, title)
            return
        shown.remove(optional[-1])
    console.print(made)
    left_out = [column.title for index, column in enumerate(columns) if index not in shown]
    if left_out:
        tell(f"a wider window also shows: {', '.join(left_out)}")


def _made(columns: Sequence[Column], rows: Sequence[Sequence[str]], shown: list[int], title: str | None) -> "Table":
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    made = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    for index in shown:
        made.add_column(columns[index].title, justify="right" if columns[index].right else "left", no_wrap=True)
    for row in rows:
        # Text, since what comes from a chain may look like markup.
        made.add_row(*(Text(row[index]) for index in shown))
    return made


def _width(console: "Console", made: "Table") -> int:
    return made.__rich_measure__(console, console.options.update(width=10_000)).maximum


def _stacked(columns: Sequence[Column], rows: Sequence[Sequence[str]], title: str | None) -> None:
    blocks = ["\n".join(facts(dict(zip((c.title for c in columns), row, strict=True)))) for row in rows]
    typer.echo("\n\n".join([*([title] if title else []), *blocks]))

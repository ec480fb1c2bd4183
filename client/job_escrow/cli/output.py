"""How commands print: data on standard output, prose on standard error."""

import json
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class OutputFormat(StrEnum):
    """The formats of the Solana CLI."""

    DISPLAY = "display"
    JSON = "json"
    JSON_COMPACT = "json-compact"


def tell(text: str) -> None:
    """Say something to the person at the terminal."""
    typer.echo(text, err=True)


def print_json(report: "DataclassInstance", output: OutputFormat) -> None:
    """Print a dataclass as one JSON object."""
    indent = 2 if output is OutputFormat.JSON else None
    separators = None if indent else (",", ":")
    data: dict[str, Any] = asdict(report)
    typer.echo(json.dumps(data, indent=indent, separators=separators))

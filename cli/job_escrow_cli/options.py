"""The options that every command takes, before or after its name."""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from job_escrow_cli.kinds import Kind, whole_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from typer._click import Parameter


DATABASE = Path("job-escrow.sqlite")
"""Where the indexer's database is, by default."""


class OutputFormat(StrEnum):
    """The formats of the Solana CLI."""

    DISPLAY = "display"
    JSON = "json"
    JSON_COMPACT = "json-compact"


class CommitmentLevel(StrEnum):
    """How sure the chain is of what it says."""

    PROCESSED = "processed"
    CONFIRMED = "confirmed"
    FINALIZED = "finalized"


def _shared(
    url: Annotated[
        str | None,
        typer.Option(
            "--url",
            "-u",
            metavar="URL_OR_MONIKER",
            help="The node: a URL, or mainnet-beta, testnet, devnet, localhost, or the first letter of one.",
        ),
    ] = None,
    keypair: Annotated[
        str | None, typer.Option("--keypair", "-k", metavar="FILE", help="The key that signs: a keypair file.")
    ] = None,
    platform: Annotated[
        str | None, typer.Option("--platform", "-p", metavar="ADDRESS", help="The platform, or its CREATOR/NAME.")
    ] = None,
    namespace: Annotated[
        str | None, typer.Option("--namespace", "-n", metavar="NAME", help="The partition of the wallet's credits.")
    ] = None,
    commitment: Annotated[
        CommitmentLevel | None, typer.Option("--commitment", help="How sure the chain must be.")
    ] = None,
    output: Annotated[OutputFormat | None, typer.Option("--output", help="How to print the result.")] = None,
    config: Annotated[
        str | None, typer.Option("--config", "-C", metavar="FILE", help="The Solana CLI's configuration file.")
    ] = None,
    fee_payer: Annotated[
        str | None, typer.Option("--fee-payer", metavar="FILE", help="Another key that pays fees and rents.")
    ] = None,
    priority_fee: Annotated[
        str | None,
        typer.Option("--priority-fee", metavar="N", help="Micro-lamports per compute unit on top of the fee, or auto."),
    ] = None,
    rpc_timeout: Annotated[
        int | None,
        whole_option(
            "--rpc-timeout", "seconds", least=1, most=3600, metavar="SECONDS", help="Longest wait for an answer."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before spending on mainnet.")] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="Without colours; NO_COLOR does the same.")] = False,
) -> None:
    """Only the signature is used: it says which options there are."""


@cache
def shared_parameters() -> "tuple[Parameter, ...]":
    """The shared options, made once."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command()(_shared)
    return tuple(typer.main.get_command(app).params)


def quick_text(parameter: "Parameter") -> None:
    """Take a parameter's text as it is, where text, a file's name or one of a few words is all that it may be.

    Typer checks every value with pydantic, whose import alone takes longer than reading a balance. Where that is
    needed (a word that is not one of them), it still does. Numbers have kinds of their own.
    """
    if not hasattr(parameter, "get_runtime_param"):
        return
    checked: Callable[[], Any] = parameter.get_runtime_param
    kind = parameter.type_descriptor.annotation  # type: ignore[attr-defined]
    own = parameter.type_descriptor.parameter_info.parser  # type: ignore[attr-defined]

    class Quick:
        def coerce(self, value: object, param: "Parameter", ctx: object) -> Any:  # noqa: ANN401  (as Typer has it)
            if value is None and parameter.nargs == 1 and not getattr(parameter, "multiple", False):
                return None
            if isinstance(own, Kind):
                return own.check(value, parameter, ctx) if isinstance(value, str) else value
            if isinstance(value, str) and kind is str:
                return value
            if isinstance(value, (str, Path)) and kind is Path:
                return Path(value)
            if isinstance(value, str) and isinstance(kind, type) and issubclass(kind, StrEnum) and value in list(kind):
                return kind(value)
            return checked().coerce(value, param=param, ctx=ctx)

    parameter.get_runtime_param = Quick

"""The command's root: its groups, and how every failure becomes a sentence and an exit code."""

import sys
from typing import Annotated

import typer

from job_escrow._version import __version__
from job_escrow.cli.demo import demo
from job_escrow.cli.keys import keys
from job_escrow.cli.localnet import localnet
from job_escrow.cli.serve import serve

app = typer.Typer(
    name="job-escrow",
    help="Prepaid credits for AI jobs, held in escrow on Solana.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
)
app.command()(demo)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(localnet)
app.command()(serve)
app.add_typer(keys, name="keys")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"job-escrow {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Prepaid credits for AI jobs, held in escrow on Solana."""


def main() -> None:
    """Run the command line. Whatever goes wrong ends in one sentence on standard error, and exit code 1."""
    try:
        app()
    except KeyboardInterrupt:
        typer.echo("interrupted", err=True)
        sys.exit(130)
    except Exception as error:
        # Imported late: most runs never fail, and the tree of errors pulls in the chain's types.
        from job_escrow.chain import ChainError
        from job_escrow.errors import EscrowError

        if not isinstance(error, (EscrowError, ChainError, ValueError, OSError)):
            raise
        typer.echo(f"error: {error}", err=True)
        sys.exit(1)

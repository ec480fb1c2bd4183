"""The command's root: which commands there are, and how every failure becomes a sentence and an exit code."""

import sys
from typing import Annotated

import typer

from job_escrow._version import __version__
from job_escrow.cli.failures import ExitCode, report
from job_escrow.cli.late import Late, late_group

_WALLET = "Credits of a wallet"
_OPERATOR = "Jobs and grants, for operators"
_ADMIN = "Platforms, for their admins"
_INDEX = "The index"
_API = "The account API"
_HERE = "This machine"

COMMANDS = {
    "balance": Late("job_escrow.cli.balance:balance", _WALLET, "Show the credits of a wallet."),
    "open": Late("job_escrow.cli.buying:open_account", _WALLET, "Open a credit account, and buy credits at once."),
    "buy": Late("job_escrow.cli.buying:buy", _WALLET, "Buy credits with USDC."),
    "withdraw": Late("job_escrow.cli.withdrawing:withdraw", _WALLET, "Pay credits out as USDC: some, or all."),
    "history": Late("job_escrow.cli.history:history", _WALLET, "Show what happened to the credits."),
    "jobs": Late("job_escrow.cli.history:jobs", _WALLET, "Show the open jobs of a wallet."),
    "receipt": Late("job_escrow.cli.receipts:receipt", _WALLET, "Print the receipt of a transaction."),
    "limits": Late("job_escrow.cli.limits:app", _WALLET, "Show or set what the operator may lock."),
    "deposit-address": Late(
        "job_escrow.cli.deposits:deposit_address", _WALLET, "Print where plain transfers of USDC may go."
    ),
    "sync": Late("job_escrow.cli.deposits:sync", _WALLET, "Turn plain transfers into credits."),
    "pay": Late("job_escrow.cli.deposits:pay", _WALLET, "Make a Solana Pay link and QR code."),
    "lock": Late("job_escrow.cli.locking:lock", _WALLET, "Lock the price of a job oneself."),
    "recover": Late("job_escrow.cli.withdrawing:recover", _WALLET, "Take out tokens that were sent by mistake."),
    "close": Late("job_escrow.cli.withdrawing:close", _WALLET, "Pay everything out and close the account."),
    "job": Late("job_escrow.cli.job:app", _OPERATOR, "Lock, settle, refund and show jobs."),
    "grant": Late("job_escrow.cli.job:grant", _OPERATOR, "Give promotional credits."),
    "keeper": Late("job_escrow.cli.keeper:keeper", _OPERATOR, "Refund what timed out, until stopped."),
    "platform": Late("job_escrow.cli.platform:app", _ADMIN, "Create, show and change platforms and payees."),
    "index": Late("job_escrow.cli.indexing:app", _INDEX, "Mirror the chain into a database: run, verify, backup."),
    "usage": Late("job_escrow.cli.indexed:usage", _INDEX, "Show what was charged, and how long the credits last."),
    "statement": Late("job_escrow.cli.indexed:statement", _INDEX, "Print a month's statement."),
    "export": Late("job_escrow.cli.indexed:export", _INDEX, "Write the ledger as CSV, NDJSON or Parquet."),
    "keys": Late("job_escrow.cli.keys:keys", _API, "Make, list and revoke API keys."),
    "serve": Late("job_escrow.cli.serve:serve", _API, "Serve the account API over HTTP."),
    "keygen": Late("job_escrow.cli.keygen:keygen", _HERE, "Make a key and write it to a file."),
    "address": Late("job_escrow.cli.keygen:address", _HERE, "Print the address of the key that signs."),
    "airdrop": Late("job_escrow.cli.airdrop:airdrop", _HERE, "Get SOL from a faucet, and USDC on a local chain."),
    "demo": Late("job_escrow.cli.demo:demo", _HERE, "Show the whole path on a chain of its own."),
    "localnet": Late("job_escrow.cli.localnet:app", _HERE, "Run a Solana chain with the program and USDC."),
    "config": Late("job_escrow.cli.config:app", _HERE, "Show or change the settings."),
}
"""Every command; its module is imported when it is asked for."""

_EXIT_CODES = """
Exit codes: 0 done; 1 failed; 2 wrong usage, configuration or key; 3 refused by the program or the chain;
4 the node does not answer, or not as a node; 5 sent, but the outcome is unknown; 130 interrupted.
"""

app = typer.Typer(
    name="job-escrow",
    cls=late_group(COMMANDS),
    help="Prepaid credits for AI jobs, held in escrow on Solana.",
    epilog=" ".join(_EXIT_CODES.split()),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=True,
)


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
    """Run the command line. Whatever goes wrong ends in one sentence on standard error, and an exit code."""
    try:
        app()
    except KeyboardInterrupt:
        typer.echo("interrupted", err=True)
        sys.exit(ExitCode.INTERRUPTED)
    except Exception as error:
        sys.exit(report(error))

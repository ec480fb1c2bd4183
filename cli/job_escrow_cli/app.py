"""The command's root: which commands there are, and how every failure becomes a sentence and an exit code."""

import sys
from typing import Annotated

import typer
from job_escrow._version import __version__

from job_escrow_cli.failures import ExitCode, report
from job_escrow_cli.lazy_commands import LazyCommand, lazy_group
from job_escrow_cli.streams import say

_WALLET = "Credits of a wallet"
_OPERATOR = "Jobs, sessions and grants, for operators"
_ADMIN = "Platforms, for their admins"
_INDEX = "The index"
_API = "The account API"
_HERE = "This machine"

COMMANDS = {
    "balance": LazyCommand("job_escrow_cli.balance:balance", _WALLET, "Show the credits of a wallet."),
    "open": LazyCommand(
        "job_escrow_cli.buying:open_account", _WALLET, "Open a credit account, and buy credits at once."
    ),
    "buy": LazyCommand("job_escrow_cli.buying:buy", _WALLET, "Buy credits with USDC."),
    "packs": LazyCommand("job_escrow_cli.packs:packs", _WALLET, "List what is sold together, with a bonus."),
    "withdraw": LazyCommand("job_escrow_cli.withdrawing:withdraw", _WALLET, "Pay credits out as USDC: some, or all."),
    "history": LazyCommand("job_escrow_cli.history:history", _WALLET, "Show what happened to the credits."),
    "jobs": LazyCommand("job_escrow_cli.history:jobs", _WALLET, "Show the open jobs of a wallet."),
    "receipt": LazyCommand("job_escrow_cli.receipts:receipt", _WALLET, "Print the receipt of a transaction."),
    "limits": LazyCommand("job_escrow_cli.limits:app", _WALLET, "Show or set what the operator may lock."),
    "top-up": LazyCommand("job_escrow_cli.top_up:app", _WALLET, "Let credits be bought by themselves."),
    "deposit-address": LazyCommand(
        "job_escrow_cli.deposits:deposit_address", _WALLET, "Print where plain transfers of USDC may go."
    ),
    "sync": LazyCommand("job_escrow_cli.deposits:sync", _WALLET, "Turn plain transfers into credits."),
    "pay": LazyCommand("job_escrow_cli.deposits:pay", _WALLET, "Make a Solana Pay link and QR code."),
    "lock": LazyCommand("job_escrow_cli.locking:lock", _WALLET, "Lock the price of a job oneself."),
    "recover": LazyCommand("job_escrow_cli.withdrawing:recover", _WALLET, "Take out tokens that were sent by mistake."),
    "close": LazyCommand("job_escrow_cli.withdrawing:close", _WALLET, "Pay everything out and close the account."),
    "job": LazyCommand("job_escrow_cli.job:app", _OPERATOR, "Lock, settle, refund and show jobs."),
    "session": LazyCommand(
        "job_escrow_cli.session_commands:app", _OPERATOR, "Open, settle, refund and verify sessions."
    ),
    "grant": LazyCommand("job_escrow_cli.job:grant", _OPERATOR, "Give promotional credits."),
    "keeper": LazyCommand("job_escrow_cli.keeper:keeper", _OPERATOR, "Refund what timed out, until stopped."),
    "platform": LazyCommand("job_escrow_cli.platform:app", _ADMIN, "Create, show and change platforms and payees."),
    "index": LazyCommand(
        "job_escrow_cli.indexing:app", _INDEX, "Mirror the chain into a database: run, verify, backup, reset."
    ),
    "usage": LazyCommand(
        "job_escrow_cli.indexed:usage", _INDEX, "Show what was charged, and how long the credits last."
    ),
    "books": LazyCommand("job_escrow_cli.books:books", _INDEX, "Show what a platform owes, has earned and can expect."),
    "statement": LazyCommand("job_escrow_cli.indexed:statement", _INDEX, "Print a month's statement."),
    "export": LazyCommand("job_escrow_cli.indexed:export", _INDEX, "Write the ledger as CSV, NDJSON or Parquet."),
    "keys": LazyCommand("job_escrow_cli.keys:keys", _API, "Make, list and revoke API keys."),
    "serve": LazyCommand("job_escrow_cli.serve:serve", _API, "Serve the account API over HTTP."),
    "gateway": LazyCommand(
        "job_escrow_cli.gateway:gateway", _API, "Serve OpenAI's form of API before a model's server."
    ),
    "init": LazyCommand("job_escrow_cli.starting:init", _HERE, "Set up a wallet: settings, a key, local funds."),
    "doctor": LazyCommand("job_escrow_cli.doctor:doctor", _HERE, "Check everything, and say what to do."),
    "keygen": LazyCommand("job_escrow_cli.keygen:keygen", _HERE, "Make a key and write it to a file."),
    "address": LazyCommand("job_escrow_cli.keygen:address", _HERE, "Print the address of the key that signs."),
    "airdrop": LazyCommand(
        "job_escrow_cli.airdrop:airdrop", _HERE, "Get SOL from a faucet, and USDC on a local chain."
    ),
    "demo": LazyCommand("job_escrow_cli.demo.command:demo", _HERE, "Show the whole path on a chain of its own."),
    "localnet": LazyCommand("job_escrow_cli.localnet:app", _HERE, "Run a Solana chain with the program and USDC."),
    "config": LazyCommand("job_escrow_cli.config:app", _HERE, "Show or change the settings."),
}
"""Every command; its module is imported when it is asked for."""

_EXIT_CODES = """
Exit codes: 0 done; 1 failed; 2 wrong usage, configuration or key; 3 refused by the program or the chain;
4 the node does not answer, or not as a node; 5 sent, but the outcome is unknown; 130 interrupted.
"""

app = typer.Typer(
    name="job-escrow",
    cls=lazy_group(COMMANDS),
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
        say("interrupted")
        sys.exit(ExitCode.INTERRUPTED)
    except Exception as error:
        sys.exit(report(error))

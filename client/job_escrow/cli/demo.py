"""`job-escrow demo`."""

from typing import TYPE_CHECKING, Annotated

import typer

from job_escrow.cli.output import OutputFormat, print_json, tell

if TYPE_CHECKING:
    from job_escrow.demo import DemoReport
    from job_escrow.escrow import Escrow

_WIDE = 110
_FILE_WIDTH = 140


def demo(
    url: Annotated[
        str | None,
        typer.Option("--url", "-u", help="Run on this local chain, such as localhost, instead of one in this process."),
    ] = None,
    output: Annotated[OutputFormat, typer.Option("--output", help="How to print the result.")] = OutputFormat.DISPLAY,
) -> None:
    """Show the whole path: buy 1,000 credits, run seven jobs, withdraw the rest, count every base unit."""
    from job_escrow.demo import run_demo

    escrow, name = _embedded() if url is None else _remote(url)
    tell(f"running the demo on {name}")
    with escrow:
        report = run_demo(escrow, name, lambda step: tell(f"  {step}"))
    if output is OutputFormat.DISPLAY:
        _display(report)
    else:
        print_json(report, output)
    if not report.conserved:
        tell("error: a base unit is missing; this must never happen, please report it with the output above")
        raise typer.Exit(1)


def _embedded() -> "tuple[Escrow, str]":
    from job_escrow.chain.embedded import embedded_chain
    from job_escrow.escrow import Escrow

    return Escrow(embedded_chain()), "a chain in this process (LiteSVM)"


def _remote(url: str) -> "tuple[Escrow, str]":
    from job_escrow.cli.clusters import cluster_url, is_local
    from job_escrow.escrow import Escrow

    address = cluster_url(url)
    if not is_local(address):
        raise ValueError(f"the demo mints USDC and needs a faucet: {address} is not a chain on this machine")
    return Escrow.connect(address), address


def _display(report: "DemoReport") -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    from job_escrow.amounts import Usdc

    terminal = Console()
    # A pipe has no width of its own, and a file is read in a wide window.
    console = terminal if terminal.is_terminal else Console(width=_FILE_WIDTH)
    wide = console.width >= _WIDE
    table = Table(title="Ledger", title_justify="left", box=SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column("step", no_wrap=True, overflow="ellipsis")
    if wide:
        table.add_column("signed by", no_wrap=True)
    amounts = ["credits", "available", "locked", "wallet $", *(["vault $", "treasury $"] if wide else []), "units"]
    for column in amounts:
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("signature", no_wrap=True, min_width=9)
    for row in report.ledger:
        held = [row.wallet_usdc, *([row.vault_usdc, row.treasury_usdc] if wide else [])]
        table.add_row(
            row.step,
            *([row.signed_by] if wide else []),
            f"{row.credits:+,}" if row.credits else "",
            f"{row.available:,}",
            f"{row.locked:,}",
            *(str(Usdc(base_units)) for base_units in held),
            f"{row.compute_units:,}",
            f"{row.signature[:8]}…",
        )
    console.print(table)
    final = report.final
    console.print(
        f"funded        {Usdc(final.funded)} USDC"
        f"\n= wallet      {Usdc(final.wallet)}"
        f"\n+ vault       {Usdc(final.vault)}"
        f"\n+ treasury    {Usdc(final.treasury)}  ({final.charged_credits} credits charged)"
        f"\nmint supply   {Usdc(final.mint_supply)}, in all token accounts {Usdc(final.all_token_accounts)}"
    )
    console.print("every base unit is accounted for" if report.conserved else "A BASE UNIT IS MISSING")

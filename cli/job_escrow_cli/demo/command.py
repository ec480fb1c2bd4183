"""`job-escrow demo`."""

from typing import TYPE_CHECKING, Annotated

import typer

from job_escrow_cli.failures import UsageError
from job_escrow_cli.output import Column, OutputFormat, facts, print_json, table, tell
from job_escrow_cli.settings import settings_of

if TYPE_CHECKING:
    from job_escrow.escrow import Escrow

    from job_escrow_cli.demo import DemoReport


def demo(
    context: typer.Context,
    preset: Annotated[
        str, typer.Option("--preset", metavar="NAME", help="Whose prices, packs and mint.")
    ] = "decentral",
) -> None:
    """Show the whole path: buy 1,000 credits, run seven jobs, withdraw the rest, count every base unit.

    Another preset than the usual one sells its largest pack, and runs a job on each of its tiers.

    It runs on a chain of its own in this process, or with --url on a local one, such as localhost.
    """
    from job_escrow_cli.demo import run_demo

    settings = settings_of(context)
    # A configuration file is for the chain where one's credits are; the demo is asked for by name only.
    escrow, name = _remote(settings.url.value) if settings.url.source == "--url" else _embedded()
    tell(f"running the demo on {name}")
    with escrow:
        report = run_demo(escrow, name, lambda step: tell(f"  {step}"), preset)
    if settings.output is OutputFormat.DISPLAY:
        _display(report, color=settings.color)
    else:
        print_json(report, settings.output)
    if not report.conserved:
        tell("error: a base unit is missing; this must never happen, please report it with the output above")
        raise typer.Exit(1)


def _embedded() -> "tuple[Escrow, str]":
    from job_escrow.escrow import Escrow
    from job_escrow.testing.embedded import embedded_chain

    return Escrow(embedded_chain()), "a chain in this process (LiteSVM)"


def _remote(url: str) -> "tuple[Escrow, str]":
    from job_escrow.escrow import Escrow

    from job_escrow_cli.clusters import is_local

    if not is_local(url):
        raise UsageError(f"the demo mints tokens and needs a faucet: {url} is not a chain on this machine")
    return Escrow.connect(url), url


def _display(report: "DemoReport", *, color: bool) -> None:
    from job_escrow.currency import Currency

    from job_escrow_cli.money import signed

    currency = Currency(report.currency, report.decimals, report.display_decimals)
    sign = "$" if currency.symbol == "USDC" else currency.name

    table(
        [
            Column("step"),
            Column("credits", right=True),
            Column("available", right=True),
            Column("locked", right=True, may_leave=True),
            Column(f"wallet {sign}", right=True, may_leave=True),
            Column(f"vault {sign}", right=True, may_leave=True),
            Column(f"treasury {sign}", right=True, may_leave=True),
            Column("signed by", may_leave=True),
            Column("units", right=True, may_leave=True),
            Column("signature", may_leave=True),
        ],
        [
            (
                row.step,
                signed(row.credits),
                f"{row.available:,}",
                f"{row.locked:,}",
                *(
                    currency.number(base_units)
                    for base_units in (row.wallet_base_units, row.vault_base_units, row.treasury_base_units)
                ),
                row.signed_by,
                f"{row.compute_units:,}",
                row.signature,
            )
            for row in report.ledger
        ],
        color=color,
        title="Ledger",
    )
    final = report.final
    typer.echo(
        "\n".join(
            facts(
                {
                    "funded": currency.text(final.funded),
                    "= wallet": currency.number(final.wallet),
                    "+ vault": currency.number(final.vault),
                    "+ treasury": f"{currency.number(final.treasury)}  ({final.charged_credits} credits charged)",
                    "+ promotion": currency.number(final.promotion) if final.promotion else None,
                    "mint supply": f"{currency.number(final.mint_supply)}, in all token accounts "
                    f"{currency.number(final.all_token_accounts)}",
                }
            )
        )
    )
    typer.echo("every base unit is accounted for" if report.conserved else "A BASE UNIT IS MISSING")

"""`job-escrow books`: what a platform owes, has earned and can expect, from the database."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from job_escrow_cli.indexed import Since, Until, asked_of, labels_in, money_in, tell_of, time_of
from job_escrow_cli.indexing import Database
from job_escrow_cli.money import Money
from job_escrow_cli.options import DATABASE, OutputFormat
from job_escrow_cli.output import Column, facts, print_json, table, tell
from job_escrow_cli.times import moment

if TYPE_CHECKING:
    from job_escrow_indexer.queries import Earnings, Forecast, Liability


def books(
    context: typer.Context,
    since: Since = None,
    until: Until = None,
    database: Database = DATABASE,
) -> None:
    """Show what a platform owes its customers, by kind, what it has earned, by payee, and what it can expect.

    Earnings are those of the time that is given, else of all of it.
    """
    from job_escrow_indexer.queries import OfPlatform, earnings, forecast, liability

    with asked_of(context, database) as (session, view):
        platform = str(session.platform_key)
        owed = liability(view, platform)
        earned = earnings(view, platform, since=time_of(since), until=time_of(until))
        expected = forecast(view, OfPlatform(platform=platform), labels_in(view))
        money = money_in(view, platform)
    if session.settings.output is not OutputFormat.DISPLAY:
        made = {"liability": asdict(owed), "earnings": asdict(earned), "forecast": asdict(expected)}
        print_json(made, session.settings.output)
        return
    typer.echo("\n".join(facts(liability_facts(owed, money) | _expected(expected))))
    _show_earnings(earned, money, color=session.settings.color)
    if earned.indexed_since is not None:
        begins = moment(earned.indexed_since)
        tell(f"the index begins at {begins} (--from-slot): what was earned and used before is missing")
    tell_of(owed, view)


def liability_facts(of: "Liability", money: Money) -> dict[str, str | None]:
    """What is owed, line by line: each amount of credits beside all that stands behind it."""
    grants = [
        f"{each.credits + each.locked:,} "
        + ("for ever" if each.expires_at is None else f"until {moment(each.expires_at)}")
        for each in of.unearned_grants
    ]
    return {
        "accounts": f"{of.accounts:,} open",
        "owed in all": money.text(of.base_units),
        "paid": f"{of.paid_credits:,} credits ({money.text(of.paid_base_units + of.bonus_base_units)})",
        "of which promotion": money.text(of.bonus_base_units) if of.bonus_base_units else None,
        "granted": f"{of.granted_credits:,} credits ({money.text(of.granted_base_units)})",
        "of which expired": f"{of.expired_credits:,} credits" if of.expired_credits else None,
        "locked": f"{of.locked_credits:,} credits of both in jobs and sessions",
        "due to promotion": money.text(of.promotion_owed_base_units) if of.promotion_owed_base_units else None,
        "unearned grants": "; ".join(grants) or None,
    }


def _expected(of: "Forecast") -> dict[str, str | None]:
    return {
        "this month": f"{of.month_credits:,} credits used, {of.month_expected_credits:,} expected at its end",
        "next 30 days": f"{of.next_30_days_credits:,} credits expected",
    }


def _show_earnings(of: "Earnings", money: Money, *, color: bool) -> None:
    columns = [Column("payee"), *(Column(name, right=True) for name in ("settlements", "credits", "payee", "treasury"))]
    rows = [
        [
            row.payee or "none",
            f"{row.settlements:,}",
            f"{row.credits:,}",
            money.text(row.payee_base_units),
            money.text(row.treasury_base_units),
        ]
        for row in (*of.rows, of.total)
    ]
    rows[-1][0] = "total"
    table(columns, rows, color=color)

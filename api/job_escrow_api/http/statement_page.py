"""A statement as a page to print; nothing of it is fetched from anywhere."""

from html import escape

from job_escrow.currency import Currency
from job_escrow.grant_reasons import REASONS, UNSPECIFIED
from job_escrow_indexer.queries import Movement, Topup, UsageRow

from job_escrow_api.domain.reports.statements import Statement

_STYLE = (
    "body{font:14px/1.5 system-ui,sans-serif;max-width:44em;margin:2em auto;color:#111}"
    "table{border-collapse:collapse;width:100%}td,th{padding:.3em .6em;border-bottom:1px solid #ccc;text-align:left}"
    ".n{text-align:right;font-variant-numeric:tabular-nums}code{word-break:break-all}@media print{body{margin:0}}"
)

_USAGE_COLUMNS = (
    ("Model", ""),
    ("Resource", ""),
    ("count", " class=n"),
    ("units", " class=n"),
    ("credits", " class=n"),
)


def page(of: Statement, currency: Currency) -> str:
    """The statement in HTML. Credits, and their worth in the platform's currency."""
    price = of.base_units_per_credit
    lines = [
        ("Balance at the beginning", None, of.opening.total),
        *(_line(name, movement) for name, movement in _movements(of)),
        ("Balance at the end", None, of.closing.total),
    ]
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td class=n>{'' if count is None else count}</td>"
        f"<td class=n>{credits:,}</td><td class=n>{currency.number(credits * price)}</td></tr>"
        for name, count, credits in lines
    )
    topups = "".join(
        f"<tr><td>{escape(each.kind)}{escape(_reason(each))}</td><td><code>{escape(each.signature)}</code></td>"
        f"<td class=n>{each.credits:,}</td><td class=n>{currency.number(each.base_units)}</td></tr>"
        for each in of.topups
    )
    title = f"Statement {of.year}-{of.month:02d}"
    note = "" if of.is_complete else "<p>The month is not over: this is what has happened so far.</p>"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f"<h1>{title}</h1>{note}<p>Wallet <code>{escape(of.wallet)}</code><br>"
        f"Credit account <code>{escape(of.credit_account)}</code><br>Namespace {escape(of.namespace) or 'default'}<br>"
        f"As of slot {of.as_of_slot}, {escape(of.commitment)}</p>"
        f"<table><tr><th></th><th class=n>count</th><th class=n>credits</th>"
        f"<th class=n>{escape(currency.name)}</th></tr>{rows}</table>"
        f"{_usage(of, currency)}{_promotion(of, currency)}<h2>Purchases</h2><table>{topups}</table></html>"
    )


def _promotion(of: Statement, currency: Currency) -> str:
    """What the platform's promotion has paid, which no withdrawal pays out; nothing where it has paid nothing."""
    amounts = (
        ("Of the balance at the end", of.closing.promotion_backing),
        ("Of the jobs and sessions", of.charged_promotion_base_units),
        ("Of the withdrawals, not paid out", of.withdrawn_promotion_base_units),
    )
    rows = "".join(
        f"<tr><td>{name}</td><td class=n>{currency.number(base_units)}</td></tr>"
        for name, base_units in amounts
        if base_units
    )
    return f"<h2>Paid by the platform's promotion</h2><table>{rows}</table>" if rows else ""


def _usage(of: Statement, currency: Currency) -> str:
    """What the charges were for; nothing where there were none."""
    rows = "".join(
        f"<tr><td>{escape(row.group or '')}</td><td>{escape(row.second_group or '')}</td>"
        f"<td class=n>{row.jobs + row.requests:,}</td><td class=n>{escape(_units(row))}</td>"
        f"<td class=n>{row.credits:,}</td><td class=n>{currency.number(row.base_units)}</td></tr>"
        for row in of.usage
        if row.credits
    )
    head = "".join(f"<th{kind}>{name}</th>" for name, kind in (*_USAGE_COLUMNS, (escape(currency.name), " class=n")))
    return f"<h2>Jobs and sessions</h2><table><tr>{head}</tr>{rows}</table>" if rows else ""


def _units(of: UsageRow) -> str:
    return ", ".join(f"{each.amount:,} {each.kind}" for each in of.units)


def _reason(of: Topup) -> str:
    """What a grant is for, behind its kind."""
    return f" ({of.reason})" if of.reason is not None and of.reason != REASONS[UNSPECIFIED] else ""


def _movements(of: Statement) -> list[tuple[str, Movement]]:
    return [
        ("Purchases", of.purchases),
        *([("Bonus of packs", of.bonuses)] if of.bonuses.count else []),
        ("Deposits", of.deposits),
        ("Grants", of.grants),
        ("Jobs and sessions", _negative(of.charges)),
        ("Expired", _negative(of.expiries)),
        ("Withdrawals", _negative(of.withdrawals)),
        ("Forfeited at the close", _negative(of.forfeits)),
    ]


def _line(name: str, movement: Movement) -> tuple[str, int | None, int]:
    return name, movement.count, movement.credits


def _negative(of: Movement) -> Movement:
    return Movement(count=of.count, credits=-of.credits, base_units=-of.base_units)

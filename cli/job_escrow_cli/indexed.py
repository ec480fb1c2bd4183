"""`job-escrow usage`, `statement` and `export`, and what `balance` and `history` say with --indexed: from the database.

They ask no node: answers are of the slot that the indexer has reached, and say so.
"""

import re
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from job_escrow.errors import NotFound
from job_escrow.grant_reasons import REASONS, UNSPECIFIED
from job_escrow.output_files import output_file
from solders.pubkey import Pubkey

from job_escrow_cli.clusters import cluster_of
from job_escrow_cli.databases import usable
from job_escrow_cli.failures import UsageError
from job_escrow_cli.indexing import Database
from job_escrow_cli.money import Money, money_of, signed
from job_escrow_cli.options import DATABASE, CommitmentLevel, OutputFormat
from job_escrow_cli.output import Column, facts, print_json, show, table, tell
from job_escrow_cli.session import Session
from job_escrow_cli.settings import settings_of
from job_escrow_cli.times import is_duration, moment, parse_moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from job_escrow_indexer.queries import Answer, Labels, Movement, View

_Wallet = Annotated[str | None, typer.Argument(metavar="[WALLET]", help="Another wallet than the key's own.")]
Since = Annotated[str | None, typer.Option("--since", metavar="TIME", help="From then on: 2026-06-01, or 30d ago.")]
Until = Annotated[str | None, typer.Option("--until", metavar="TIME", help="Before then.")]


class By(StrEnum):
    """What usage is split by; the last five are known in the database of a server alone."""

    TIER = "tier"
    COMPONENT = "component"
    OPERATOR = "operator"
    WALLET = "wallet"
    NAMESPACE = "namespace"
    KEY = "key"
    PROJECT = "project"
    MEMBER = "member"
    MODEL = "model"
    JOB_TYPE = "job_type"


class Per(StrEnum):
    """The periods of usage."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


class Rows(StrEnum):
    """What can be exported."""

    LEDGER = "ledger"
    TOPUPS = "topups"
    CUSTOMERS = "customers"


class FileFormat(StrEnum):
    """The formats of an export."""

    CSV = "csv"
    NDJSON = "ndjson"
    PARQUET = "parquet"


def usage(
    context: typer.Context,
    wallet: _Wallet = None,
    per: Annotated[Per | None, typer.Option("--per", help="Split by time, in UTC.")] = None,
    by: Annotated[
        list[By] | None,
        typer.Option("--by", metavar="GROUP", help=f"Split by what it was for, at most twice: {', '.join(By)}."),
    ] = None,
    since: Since = None,
    until: Until = None,
    whole_platform: Annotated[bool, typer.Option("--whole-platform", help="Of all wallets of the platform.")] = False,
    database: Database = DATABASE,
) -> None:
    """Show what was charged, and how long the credits last at this rate."""
    from job_escrow_indexer.queries import OfAccount, OfPlatform, burn_rate
    from job_escrow_indexer.queries import usage as asked

    names = [each.value for each in by or ()]
    with asked_of(context, database) as (session, view):
        account = None if whole_platform else _account(session, wallet)
        scope = OfPlatform(platform=str(session.platform_key)) if account is None else OfAccount(credit_account=account)
        found = asked(
            view,
            scope,
            since=time_of(since),
            until=time_of(until),
            period=None if per is None else per.value,
            by=names,
            labels=labels_in(view, names),
        )
        rate = None if account is None else burn_rate(view, account)
    if session.settings.output is not OutputFormat.DISPLAY:
        print_json({**asdict(found), "burn_rate": None if rate is None else asdict(rate)}, session.settings.output)
        return
    groups = [Column(name) for name in names] or [Column("all")]
    columns = [Column("from"), *groups, *(Column(name, right=True) for name in _NUMBERS)]
    rows = [
        [
            moment(row.period_start) or "",
            *[row.group_name or row.group or "", row.second_group_name or row.second_group or ""][: len(groups)],
            *(f"{number:,}" for number in (row.jobs, row.requests, row.credits, row.paid_credits, row.granted_credits)),
            ", ".join(f"{each.amount:,} {each.kind}" for each in row.units),
        ]
        for row in (*found.rows, found.total)
    ]
    rows[-1][0] = "total"
    table(columns, rows, color=session.settings.color)
    if found.total.unsettled_credits:
        tell(f"{found.total.unsettled_credits:,} more credits of requests that are not settled on chain yet")
    if rate is not None:
        left = "" if rate.days_left is None else f"; {rate.available:,} credits last {rate.days_left} days"
        tell(f"{rate.credits_per_day} credits a day over {rate.window_seconds // 86_400} days{left}")
    tell_of(found, view)


_NUMBERS = ("jobs", "requests", "credits", "paid", "granted", "units")


def labels_in(view: "View", names: "Sequence[str]" = ()) -> "Labels | None":
    """The labels of a server's database; None of another's. Raises NotFound where one is asked for that has none."""
    from job_escrow_api.domain.reports.labels import COLUMNS, ServersLabels

    if view.row("SELECT 1 FROM sqlite_schema WHERE name = 'api_requests'") is not None:
        return ServersLabels()
    for name in names:
        if name in COLUMNS:
            raise NotFound(
                f"only the server that locked the jobs knows their {name}: name its database with --database, or split "
                "by something else"
            )
    return None


def statement(
    context: typer.Context,
    month: Annotated[str, typer.Argument(metavar="YYYY-MM", help="The month, such as 2026-06; in UTC.")],
    wallet: _Wallet = None,
    database: Database = DATABASE,
) -> None:
    """Print a month's statement: what there was, all that moved, what was left. It ties, or is refused."""
    from job_escrow_indexer.queries import statement as asked

    year, number = _month(month)
    with asked_of(context, database) as (session, view):
        found = asked(view, _account(session, wallet), year, number)
        money = money_in(view, found.platform)

    def promotion(base_units: int) -> str | None:
        """What promotion has paid of something; nothing is not shown."""
        return money.text(base_units) if base_units else None

    def line(what: "Movement", sign: int) -> str | None:
        if not what.count:
            return None
        return f"{sign * what.credits:+,} credits ({money.text(what.base_units)}) in {what.count:,}"

    pairs = {
        "wallet": found.wallet,
        "namespace": found.namespace or None,
        "month": f"{found.year}-{found.month:02d}" + ("" if found.is_complete else ", so far"),
        "opening balance": f"{found.opening.total:,} credits ({money.worth(found.opening.total)})",
        "purchases": line(found.purchases, 1),
        "bonus": line(found.bonuses, 1),
        "deposits": line(found.deposits, 1),
        "grants": line(found.grants, 1),
        "charges": line(found.charges, -1),
        "expired": line(found.expiries, -1),
        "withdrawals": line(found.withdrawals, -1),
        "forfeited": line(found.forfeits, -1),
        "closing balance": f"{found.closing.total:,} credits ({money.worth(found.closing.total)})",
        "of which promotion": promotion(found.closing.promotion_backing),
        "charged from promotion": promotion(found.charged_promotion_base_units),
        "returned to promotion": promotion(found.withdrawn_promotion_base_units),
        "of which locked": f"{found.closing.locked:,} credits in jobs and sessions" if found.closing.locked else None,
        "refunded": f"{found.refunds.credits:,} credits of {found.refunds.count:,} jobs and sessions"
        if found.refunds.count
        else None,
    }
    topups = [
        f"  {moment(one.at)}  {one.kind:<8} {one.credits:>12,} credits  {money.text(one.base_units):>14}"
        f"  {one.signature}"
        + (f"  + {one.bonus_credits:,} bonus" if one.bonus_credits else "")
        + (f"  for {one.reason}" if one.reason and one.reason != REASONS[UNSPECIFIED] else "")
        for one in found.topups
    ]
    show(session.settings, found, [*facts(pairs), *(["", "what came in:", *topups] if topups else [])])
    tell_of(found, view)


def export(
    context: typer.Context,
    wallet: _Wallet = None,
    rows: Annotated[Rows, typer.Option("--rows", help="What to export.")] = Rows.LEDGER,
    file_format: Annotated[FileFormat, typer.Option("--format", help="As what.")] = FileFormat.CSV,
    since: Since = None,
    until: Until = None,
    target: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Into a file; else printed.")] = None,
    database: Database = DATABASE,
) -> None:
    """Write the ledger, the top-ups or a platform's customers as CSV, NDJSON or Parquet, streamed.

    Amounts are whole credits and base units. Customers are all of the platform's, as they are now.
    """
    given = {"WALLET": wallet, "--since": since, "--until": until}
    if rows is Rows.CUSTOMERS and (names := [name for name, value in given.items() if value is not None]):
        raise UsageError(
            f"--rows customers is of all customers as they are now, and takes no {' or '.join(names)}: leave it out, "
            "or export the ledger of a wallet"
        )
    from job_escrow_indexer.export import export as parts_of
    from job_escrow_indexer.export import write
    from job_escrow_indexer.queries import Customer, Entry, Topup, stream_customers, stream_ledger, stream_topups

    with asked_of(context, database) as (session, view):
        first, last = time_of(since), time_of(until)
        if rows is Rows.CUSTOMERS:
            parts = parts_of(Customer, stream_customers(view, str(session.platform_key)), file_format.value)
        elif (account := _account(session, wallet)) and rows is Rows.LEDGER:
            parts = parts_of(Entry, stream_ledger(view, account, since=first, until=last), file_format.value)
        else:
            parts = parts_of(Topup, stream_topups(view, account, since=first, until=last), file_format.value)
        if target is None:
            size = write(parts, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            with output_file(target) as file:
                size = write(parts, file)
        tell(f"{size:,} bytes, as of slot {view.as_of_slot} ({view.commitment})")


def show_balance(context: typer.Context, wallet: str | None, database: Path, at: str | None) -> None:
    """`job-escrow balance --indexed`."""
    from job_escrow_indexer.queries import NotIndexed, balance

    with asked_of(context, database) as (session, view):
        then = time_of(at)
        seen = view if then is None else view.at_time(then)
        if seen.as_of_slot < 0:
            raise NotIndexed(
                f"nothing is indexed of the time before {at}: ask for a later one, or leave out --at for the present"
            )
        found = balance(seen, _account(session, wallet))
        money = money_in(view, found.platform)
    pairs = {
        "available": f"{found.available:,} credits ({money.text(found.value_base_units)})",
        "withdrawable": None if found.withdrawable_base_units is None else money.text(found.withdrawable_base_units),
        "granted": f"{found.granted_available:,}" if found.granted_available else None,
        "locked": f"{found.locked:,}",
        "last top-up": moment(found.last_topup_at) or "none yet",
        "wallet": found.wallet,
        "namespace": found.namespace or None,
        "state": None if found.is_open else "not open yet" if found.changed_in_slot is None else "closed",
    }
    show(session.settings, found, facts(pairs))
    tell_of(found, view)


def show_history(context: typer.Context, wallet: str | None, limit: int, cursor: str | None, database: Path) -> None:
    """`job-escrow history --indexed`: with the balance after each entry."""
    from job_escrow_indexer.queries import ledger

    with asked_of(context, database) as (session, view):
        found = ledger(view, _account(session, wallet), limit=limit, cursor=cursor)
    if session.settings.output is not OutputFormat.DISPLAY:
        print_json(found, session.settings.output)
        return
    columns = [
        Column("time"), Column("what"), Column("change", right=True), Column("locked by it", right=True),
        Column("available", right=True), Column("locked", right=True), Column("job or session", may_leave=True),
        Column("signature", may_leave=True),
    ]  # fmt: skip
    rows = [
        [
            moment(entry.at) or "", entry.kind, signed(entry.change_available), signed(entry.change_locked),
            f"{entry.available:,}", f"{entry.locked:,}", _id(entry.job_id, entry.session_id),
            entry.signature,
        ]
        for entry in found.entries
    ]  # fmt: skip
    table(columns, rows, color=session.settings.color)
    if found.next_cursor is not None:
        tell(f"more with: --before {found.next_cursor}")
    tell_of(found, view)


def show_sessions(context: typer.Context, wallet: str | None, database: Path) -> None:
    """`job-escrow session list --indexed`."""
    from job_escrow_indexer.queries import open_sessions

    with asked_of(context, database) as (session, view):
        found = open_sessions(view, _account(session, wallet))
    if session.settings.output is not OutputFormat.DISPLAY:
        print_json(found, session.settings.output)
        return
    columns = [
        Column("id", right=True), Column("locked", right=True), Column("settled", right=True),
        Column("receipts", right=True), Column("deadline (UTC)"), Column("session", may_leave=True),
    ]  # fmt: skip
    rows = [
        [
            str(each.id), f"{each.credits:,}", f"{each.settled:,}", f"{each.receipts:,}", moment(each.deadline) or "",
            each.address,
        ]
        for each in found.sessions
    ]  # fmt: skip
    table(columns, rows, color=session.settings.color)
    tell_of(found, view)


def _id(*numbers: int | None) -> str:
    return next((str(number) for number in numbers if number is not None), "")


@contextmanager
def asked_of(context: typer.Context, database: Path) -> "Iterator[tuple[Session, View]]":
    from job_escrow_indexer.queries import connect, snapshot

    session = Session(settings_of(context))
    finalized = session.settings.commitment.value == CommitmentLevel.FINALIZED
    try:
        with (
            usable(database),
            closing(connect(database)) as connection,
            snapshot(connection, commitment="finalized" if finalized else "confirmed") as view,
        ):
            yield session, view
    finally:
        session.chain.close()


def _account(session: Session, wallet: str | None) -> str:
    return str(session.credit_account_key(session.owner(wallet)))


def time_of(text: str | None) -> int | None:
    """A time; a length such as 30d is counted back from now."""
    if text is None:
        return None
    now = int(time.time())
    found = parse_moment(text, now)
    return 2 * now - found if is_duration(text) else found


def _month(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text)
    if found is None:
        raise ValueError(f"{text!r} is not a month: write it like 2026-06")
    return int(found[1]), int(found[2])


def money_in(view: "View", platform: str) -> Money:
    """What a platform's credits are bought with, as the index has it. Raises NotIndexed."""
    from job_escrow_indexer.queries import NotIndexed

    row = view.row("SELECT mint, decimals, base_units_per_credit FROM platforms WHERE address = ?", platform)
    if row is None:
        raise NotIndexed(f"the database does not have the platform {platform}: index it from the beginning")
    mint, decimals, price = row
    local = cluster_of(view.genesis_hash, "").name is None
    return money_of(Pubkey.from_string(mint), decimals, price, lambda: local)


def tell_of(answer: "Answer", view: "View") -> None:
    name = cluster_of(view.genesis_hash, "").name
    chain = name or f"the chain {view.genesis_hash}"
    tell(f"as of slot {answer.as_of_slot} ({answer.commitment}) of {chain}")

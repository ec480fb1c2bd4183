"""What this server knows of the jobs that it locked and the requests that it admitted: the labels of usage reports."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from job_escrow_indexer.queries import (
    Fact,
    JobLabels,
    Labels,
    Part,
    Period,
    ReceiptSums,
    SettledReceipts,
    View,
    bucket_sql,
)

COLUMNS: Mapping[str, str] = {
    "key": "key_id",
    "project": "project",
    "member": "member",
    "model": "model",
    "job_type": "job_type",
}
"""The labels, each with its column of `api_jobs` and of `api_requests`."""

_JOBS = JobLabels(table="api_jobs", columns=COLUMNS, condition="l.status <> 'failed'", components="components")

# Granted credits pay for the first receipts: `before` is what those before cost.
_SETTLED = """
    WITH receipts AS (
        SELECT {columns} r.tier, r.charged, r.units, r.receipt_number,
            sum(r.charged) OVER (ORDER BY r.receipt_number) - r.charged AS before
        FROM api_sessions s JOIN api_requests r ON r.session = s.number
        WHERE s.credit_account = ? AND s.session_id = ? AND s.status <> 'failed'
            AND r.receipt_number > ? AND r.receipt_number <= ? AND r.status = 'settled'
    )
    SELECT {labels} tier, count(*), sum(charged), sum(max(0, min(charged, ? - before))), sum(units)
    FROM receipts GROUP BY {labels} tier ORDER BY min(receipt_number)
"""

# Sessions that may have such receipts: the live ones, and those that have ended where the index has not seen it yet.
# The status that is said twice lets the first be found among the live ones alone.
_SESSIONS = {
    "credit_account": """
        SELECT number FROM api_sessions WHERE credit_account = ?1 AND status IN ('opening', 'open') AND status = 'open'
        UNION SELECT e.number FROM sessions i CROSS JOIN api_sessions e
            ON e.credit_account = i.credit_account AND e.session_id = i.id
            AND e.status <> 'failed' AND e.status = 'ended'
            WHERE i.credit_account = ?1 AND i.ended_at IS NULL
    """,
    "platform": """
        SELECT number FROM api_sessions
        WHERE platform = ?1 AND status IN ('opening', 'open') AND status = 'open'
        UNION SELECT e.number FROM sessions i CROSS JOIN api_sessions e
            ON e.credit_account = i.credit_account AND e.session_id = i.id
            AND e.status <> 'failed' AND e.status = 'ended'
            WHERE i.ended_at IS NULL AND e.platform = ?1
    """,
}
# The `+` takes the affinity from the id, without which no index on the event's, which has none, would find it.
_UNSETTLED = """
    SELECT {bucket}, r.tier_name, r.operator_wallet, a.wallet, r.credit_account, a.namespace, {labels}
        count(*), sum(r.charged)
    FROM api_sessions s CROSS JOIN api_requests r ON r.session = s.number
        AND r.receipt_number > coalesce((
            SELECT e.receipts FROM events e WHERE e.credit_account = s.credit_account AND e.session_id = +s.session_id
            AND e.name = 'SessionSettled' AND e.position < ?2 ORDER BY e.position DESC LIMIT 1), 0)
    LEFT JOIN credit_accounts a ON a.address = r.credit_account
    WHERE s.number IN ({sessions}) AND r.status = 'settled' AND r.ended_at >= ?3 AND r.ended_at < ?4
        AND (?5 IS NULL OR r.operator_wallet = ?5)
    GROUP BY {bucket_of} r.tier_name, r.operator_wallet, r.credit_account {labels_of}
"""
_ALWAYS = 2**62


@dataclass(frozen=True)
class ServersLabels(Labels):
    """Labels of the server's own tables; keys have their names beside their ids."""

    jobs: JobLabels = _JOBS

    def settled(self, view: View, of: SettledReceipts, names: Sequence[str]) -> list[ReceiptSums]:
        """The receipts of one settlement; nothing where they are not in these books."""
        labels = "".join(f"{COLUMNS[name]}, " for name in names)
        columns = "".join(f"r.{COLUMNS[name]}, " for name in names)
        rows = view.rows(
            _SETTLED.format(labels=labels, columns=columns),
            of.credit_account,
            of.session_id,
            of.from_count,
            of.count,
            of.granted,
        )
        return [
            ReceiptSums(labels=tuple(found), tier=tier, receipts=count, credits=credits, granted=granted, units=units)
            for *found, tier, count, credits, granted, units in rows
        ]

    def unsettled(
        self, view: View, part: Part, names: Sequence[str], period: Period | None, since: int | None, until: int | None
    ) -> Iterator[Fact]:
        """What the chain was not told yet of sessions that last, or whose end the index has not seen."""
        columns = [f"r.{COLUMNS[name]}" for name in names]
        bucket = bucket_sql("r.ended_at", period)
        sql = _UNSETTLED.format(
            bucket=bucket,
            bucket_of="" if period is None else f"{bucket},",
            labels="".join(f"{column}, " for column in columns),
            labels_of="".join(f", {column}" for column in columns),
            sessions=_SESSIONS[part.column],
        )
        until = _ALWAYS if until is None else until
        for at, tier, operator, wallet, account, namespace, *found, count, credits in view.rows(
            sql, part.address, view.end, since or 0, until, part.operator
        ):
            of = {"tier": tier, "component": tier, "operator": operator, "wallet": wallet, "namespace": namespace}
            of |= {"credit_account": account, "platform": part.platform, **dict(zip(names, found, strict=True))}
            yield Fact(at=at, of=of, unsettled_requests=count, unsettled_credits=credits)

    def name_of(self, view: View, dimension: str, value: str) -> str | None:
        """The name of a key."""
        if dimension != "key":
            return None
        row = view.row("SELECT name FROM api_keys WHERE id = ?", value)
        return None if row is None else str(row[0])

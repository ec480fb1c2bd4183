"""A request's receipt as clients see it, with the settlement that commits to it."""

import sqlite3

from job_escrow_api.domain.sessions.requests import ReceiptView, Settlement
from job_escrow_api.domain.sessions.rows import RequestRow, receipt_of

_SETTLEMENT = """
    SELECT s.settled_count, r.receipt_number, b.from_count, b.count, b.settled, b.root, b.head, b.signature
    FROM api_requests r JOIN api_sessions s ON s.number = r.session
    LEFT JOIN api_settlements b ON b.session = r.session AND b.landed
        AND b.from_count < r.receipt_number AND b.count >= r.receipt_number
    WHERE r.number = ?
"""


def receipt_view(connection: sqlite3.Connection, row: RequestRow) -> ReceiptView | None:
    """A request's receipt and what commits to it; None where it has none."""
    if row.receipt is None:
        return None
    settled_count, number, *committed = connection.execute(_SETTLEMENT, (row.number,)).fetchone()
    from_count, count, settled, root, head, signature = committed
    settlement = None
    if root is not None:
        settlement = Settlement(
            from_count=from_count,
            count=count,
            settled=settled,
            root=root.hex(),
            head=head.hex(),
            signature=signature,
        )
    return ReceiptView(
        id=row.id,
        status="lapsed" if row.status == "lapsed" else "settled" if number <= settled_count else "pending",
        receipt=receipt_of(row.receipt),
        receipt_bytes=row.receipt.hex(),
        receipt_signature=row.signed,
        settlement=settlement,
    )

"""Requests, receipts and sessions as lines of a file: flat, with the names that answers have for them."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from job_escrow_api.domain.sessions.receipt_views import receipt_view
from job_escrow_api.domain.sessions.rows import RequestRow, SessionRow


@dataclass(frozen=True, kw_only=True)
class RequestLine:
    """A request; amounts are credits, times unix seconds. `receipt_number` is None where it was not settled."""

    id: str
    status: str
    session: str
    key_id: str
    project: str
    member: str
    model: str | None
    tier: str
    job_type: str
    max_units: int
    credits: int
    units: int | None
    charged: int
    created_at: int
    expires_at: int
    ended_at: int | None
    receipt_number: int | None


@dataclass(frozen=True, kw_only=True)
class ReceiptLine:
    """A receipt with its signature, and the settlement on chain that commits to it; None: there is none, or none yet.

    `job-escrow session verify` takes these lines as they are, so that a file is as good a proof as the answers.
    """

    id: str
    status: str
    key_id: str
    project: str
    member: str
    session: str
    number: int
    model: str
    terms: str
    tier: int
    units: int
    price: int
    total: int
    request_hash: str | None
    response_hash: str | None
    ended_at: int | None
    receipt_bytes: str
    receipt_signer: str | None
    receipt_signature: str | None
    from_count: int | None
    count: int | None
    settled: int | None
    root: str | None
    head: str | None
    signature: str | None


@dataclass(frozen=True, kw_only=True)
class SessionLine:
    """A session; amounts are credits, times unix seconds."""

    id: str
    session_number: int
    status: str
    credits: int
    used: int
    reserved: int
    running: int
    receipts: int
    settled_receipts: int
    charged: int
    opened_at: int | None
    deadline: int | None
    ended_at: int | None
    open_signature: str | None
    end_signature: str | None


_OF_RECEIPT = ("session", "number", "model", "terms", "tier", "units", "price", "total", "request_hash",
               "response_hash")  # fmt: skip
_OF_SETTLEMENT = ("from_count", "count", "settled", "root", "head", "signature")


def request_lines(rows: Iterable[RequestRow]) -> Iterator[RequestLine]:
    """The lines of requests."""
    own = [one.name for one in fields(RequestLine) if one.name != "receipt_number"]
    for row in rows:
        view = row.view()
        yield RequestLine(**{name: getattr(view, name) for name in own}, receipt_number=row.receipt_number)


def receipt_lines(connection: sqlite3.Connection, rows: Iterable[RequestRow]) -> Iterator[ReceiptLine]:
    """The lines of the receipts of requests; of those that have none there is no line."""
    for row in rows:
        view = receipt_view(connection, row)
        if view is not None:
            of_settlement: dict[str, Any] = {name: getattr(view.settlement, name, None) for name in _OF_SETTLEMENT}
            yield ReceiptLine(
                id=view.id,
                status=view.status,
                key_id=row.key_id,
                project=row.project,
                member=row.member,
                **{name: getattr(view.receipt, name) for name in _OF_RECEIPT},
                ended_at=row.ended_at,
                receipt_bytes=view.receipt_bytes,
                receipt_signer=None if view.receipt_signature is None else view.receipt_signature.signer,
                receipt_signature=None if view.receipt_signature is None else view.receipt_signature.signature,
                **of_settlement,
            )


def session_lines(rows: Iterable[SessionRow]) -> Iterator[SessionLine]:
    """The lines of sessions."""
    for row in rows:
        view = row.view()
        yield SessionLine(**{one.name: getattr(view, one.name) for one in fields(SessionLine)})

"""What providers ask for within sessions, and what they and customers get."""

from typing import Annotated, Literal

import msgspec

from job_escrow_api.domain.jobs.requests import Label, Name, QuoteId, SomeUnits, Units
from job_escrow_api.domain.patterns import whole

_Hash = Annotated[str, msgspec.Meta(pattern=whole(r"[0-9a-f]{64}"))]


class RequestTerms(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A request to admit, charged to the account of `customer_key`.

    It is reserved at the price of `max_units` of a `tier`, or of the tier of a `model`. `seconds` is how long it may
    take: what has not been settled then is released by itself. `job_type` is a label for usage reports. With a
    `quote` of POST /v1/quote it is reserved at the price that was quoted, or refused.
    """

    customer_key: Annotated[str, msgspec.Meta(max_length=128, description="The API key that the customer sent")]
    model: Name | None = None
    endpoint: Name | None = None
    tier: Name | None = None
    max_units: SomeUnits
    seconds: Annotated[int, msgspec.Meta(ge=1, le=7 * 24 * 60 * 60)] = 600
    job_type: Label = ""
    quote: QuoteId | None = None


class UnitsUsed(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a request has used in the end.

    Hashes of request and response, 64 hexadecimal digits, go into its receipt.
    """

    units: Units
    request_hash: _Hash | None = None
    response_hash: _Hash | None = None


class Receipt(msgspec.Struct, kw_only=True):
    """What a request was charged, with exactly the members that `job_escrow.receipts` verifies.

    `number` counts the session's receipts from 1, `tier` is the tier's slot, `terms` commits to the prices of all
    slots, and `total` is what this receipt and all before it cost.
    """

    session: str
    number: int
    request_id: str
    model: str
    terms: str
    tier: int
    units: int
    price: int
    total: int
    request_hash: str | None
    response_hash: str | None


class ReceiptSignature(msgspec.Struct, kw_only=True):
    """The operator's signature of a receipt, over its bytes (ed25519)."""

    signer: str
    signature: str


RequestStatus = Literal["running", "settled", "released", "lapsed"]
SessionStatus = Literal["opening", "open", "ending", "ended", "failed"]
ReceiptStatus = Literal["pending", "settled", "lapsed"]


class RequestView(msgspec.Struct, kw_only=True):
    """A request. `credits` are the most that it can cost, `charged` what it did cost.

    `lapsed` is one whose session ended on chain before its receipt was settled there: it costs nothing. `expires_at` is
    by the chain's clock.
    """

    id: str
    status: RequestStatus
    session: str
    credit_account: str
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
    receipt: Receipt | None
    receipt_signature: ReceiptSignature | None


class RequestPage(msgspec.Struct, kw_only=True):
    """Requests, newest first; pass `next` as `cursor` for older ones, null where there are none.

    A page may have fewer than were asked for, and still a `next`.
    """

    requests: list[RequestView]
    next: str | None


class SessionView(msgspec.Struct, kw_only=True):
    """A lock on chain that requests are admitted within: `used` + `reserved` are never more than `credits`.

    `ending` is one that admits nothing any more and ends as soon as its running requests have. `charged` and
    `settled_receipts` are what the chain has.
    """

    id: str
    session_number: int
    status: SessionStatus
    credit_account: str
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


class SessionPage(msgspec.Struct, kw_only=True):
    """Sessions, newest first; pass `next` as `cursor` for older ones, null where there are none."""

    sessions: list[SessionView]
    next: str | None


class Settlement(msgspec.Struct, kw_only=True):
    """The settlement on chain that commits to the receipts after `from_count` up to `count`, by their `root`."""

    from_count: int
    count: int
    settled: int
    root: str
    head: str
    signature: str | None


class ReceiptView(msgspec.Struct, kw_only=True):
    """A receipt with its bytes, and the settlement that commits to it; null: none has yet."""

    id: str
    status: ReceiptStatus
    receipt: Receipt
    receipt_bytes: str
    receipt_signature: ReceiptSignature | None
    settlement: Settlement | None


class ReceiptPage(msgspec.Struct, kw_only=True):
    """Receipts, newest first; pass `next` as `cursor` for older ones, null where there are none.

    A page may have fewer than were asked for, and still a `next`.
    """

    receipts: list[ReceiptView]
    next: str | None

"""What providers ask for, and what they get."""

from typing import Annotated, Literal

import msgspec
from job_escrow.amounts import MAX_CREDITS
from job_escrow.pricing import MAX_UNITS

from job_escrow_api.domain.keys.terms import LABEL
from job_escrow_api.domain.patterns import whole

Units = Annotated[int, msgspec.Meta(ge=0, le=MAX_UNITS)]
SomeUnits = Annotated[int, msgspec.Meta(ge=1, le=MAX_UNITS)]
SomeCredits = Annotated[int, msgspec.Meta(ge=1, le=MAX_CREDITS)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=whole(r"[\w .@:/+-]{1,128}"))]
Label = Annotated[str, msgspec.Meta(max_length=64, pattern=LABEL)]
QUOTE_PREFIX = "quote_"
QuoteId = Annotated[str, msgspec.Meta(pattern=whole(f"{QUOTE_PREFIX}[A-Za-z0-9_-]{{60}}"))]
MOST_BINDING_SECONDS = 600
_MOST_COMPONENTS = 8


class Component(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One resource of a job: units of a tier, as the platform names it."""

    tier: Name
    units: Units


class PricedComponent(msgspec.Struct, kw_only=True):
    """One resource of a job with its price in credits."""

    tier: str
    units: int
    credits: int


Components = Annotated[list[Component], msgspec.Meta(min_length=1, max_length=_MOST_COMPONENTS)]


class LockRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A job to lock, charged to the account of `customer_key`.

    Its price is one of: `max_units` of a `tier`, or of the tier of a `model`; `components`, each priced by its tier and
    locked as their sum; or `credits`, quoted by the provider. With a `quote` of POST /v1/quote it is locked at the
    price that was quoted, or refused. `seconds` is how long it may take: after that everything that was not settled
    goes back. `job_type` is a label for usage reports.
    """

    customer_key: Annotated[str, msgspec.Meta(max_length=128, description="The API key that the customer sent")]
    model: Name | None = None
    endpoint: Name | None = None
    tier: Name | None = None
    max_units: SomeUnits | None = None
    components: Components | None = None
    credits: SomeCredits | None = None
    max_credits: SomeCredits | None = None
    seconds: Annotated[int, msgspec.Meta(ge=1, le=7 * 24 * 60 * 60)] = 600
    job_type: Label = ""
    quote: QuoteId | None = None


class QuoteRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a lock is to be priced for: `max_units` of a `tier` or of the tier of a `model`, or `components`.

    With `binding_seconds` the answer has an `id` that a job or request may be locked by, for so long.
    """

    model: Name | None = None
    endpoint: Name | None = None
    tier: Name | None = None
    max_units: SomeUnits | None = None
    components: Components | None = None
    binding_seconds: Annotated[int, msgspec.Meta(ge=1, le=MOST_BINDING_SECONDS)] | None = None

    @property
    def credits(self) -> None:
        """A price that is named need not be asked for."""
        return None


class SettleRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a job has used so far: `units` of its tier, `components`, or `credits` of a quoted price.

    It is a running total: a figure that is not larger than the last one charges nothing. `final` ends the job. `proof`
    is 32 bytes as hexadecimal digits, such as a hash of the result, that the settlement keeps on chain.
    """

    units: Units | None = None
    components: Components | None = None
    credits: Annotated[int, msgspec.Meta(ge=0, le=MAX_CREDITS)] | None = None
    final: bool = True
    proof: Annotated[str, msgspec.Meta(pattern=whole(r"[0-9a-f]{64}"))] | None = None


JobStatus = Literal["locking", "locked", "settled", "refunded", "failed"]


class JobView(msgspec.Struct, kw_only=True):
    """A job. `credits` were locked, `charged` of them spent so far; times are unix seconds.

    `id` is the address of the job's account on chain. `status` is `locking` only while nobody knows yet whether the
    lock landed. `components` is the breakdown that it was locked with, or settled with once it is.
    """

    id: str
    job_number: int
    status: JobStatus
    credit_account: str
    key_id: str
    model: str | None
    tier: str | None
    job_type: str
    max_units: int | None
    credits: int
    charged: int
    components: list[PricedComponent]
    created_at: int
    deadline: int | None
    ended_at: int | None
    lock_signature: str | None
    end_signature: str | None


class JobPage(msgspec.Struct, kw_only=True):
    """Jobs, newest first; pass `next` as `cursor` for older ones, null where there are none."""

    jobs: list[JobView]
    next: str | None

"""A job as the books reserve it, without a server: of a credit, for a key."""

from job_escrow.codec import JobIdWindow
from job_escrow_api.domain.jobs.prices import Price
from job_escrow_api.domain.jobs.requests import LockRequest
from job_escrow_api.domain.jobs.store import Reservation
from job_escrow_api.domain.keys.store import Key


def reservation(
    key: Key, idempotency_key: str, *, marked_key: str | None = None, operator_wallet: str = "operator", ids: int = 0
) -> Reservation:
    """The account has used all ids of its window up to `ids`."""
    return Reservation(
        key=key,
        operator_wallet=operator_wallet,
        idempotency_key=idempotency_key,
        marked_key=f"{idempotency_key} on chain" if marked_key is None else marked_key,
        request=LockRequest(customer_key=key.id, credits=1),
        request_sha256=bytes(32),
        price=Price(tier=None, tier_name=None, amount=1, credits=1),
        max_credits=1,
        ids=JobIdWindow(highest=ids, words=(2**64 - 1,) * 4),
        next_id=lambda above: above + 1,
        address_of=lambda job_id: f"{idempotency_key} {job_id}",
    )

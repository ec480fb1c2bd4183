"""The rows of sessions and requests, and what clients see of them."""

from dataclasses import dataclass

from job_escrow.receipts import SessionReceipt
from solders.pubkey import Pubkey
from solders.signature import Signature

from job_escrow_api.domain.sessions.requests import (
    Receipt,
    ReceiptSignature,
    RequestStatus,
    RequestView,
    SessionStatus,
    SessionView,
)


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    """A session; `session_id` is its number within the credit account, `address` that of its account on chain."""

    number: int
    address: str
    session_id: int
    platform: str
    credit_account: str
    status: SessionStatus
    credits: int
    seconds: int
    closing: int
    tiers: bytes | None
    count: int
    total: int
    running: int
    reserved: int
    settled_count: int
    settled: int
    head: bytes | None
    created_at: int
    last_valid_height: int | None
    opened_at: int | None
    used_at: int | None
    deadline: int | None
    ended_at: int | None
    open_signature: str | None
    end_signature: str | None

    @property
    def account(self) -> Pubkey:
        """The credit account."""
        return Pubkey.from_string(self.credit_account)

    @property
    def key(self) -> Pubkey:
        """Its account's address."""
        return Pubkey.from_string(self.address)

    @property
    def is_live(self) -> bool:
        """Whether it may hold credits."""
        return self.status in ("opening", "open")

    @property
    def free(self) -> int:
        """Credits that new requests can have."""
        return self.credits - self.total - self.reserved

    def view(self) -> SessionView:
        """What clients see."""
        return SessionView(
            id=self.address,
            session_number=self.session_id,
            status="ending" if self.status == "open" and self.closing else self.status,
            credit_account=self.credit_account,
            credits=self.credits,
            used=self.total,
            reserved=self.reserved,
            running=self.running,
            receipts=self.count,
            settled_receipts=self.settled_count,
            charged=self.settled,
            opened_at=self.opened_at,
            deadline=self.deadline,
            ended_at=self.ended_at,
            open_signature=self.open_signature,
            end_signature=self.end_signature,
        )


@dataclass(frozen=True, kw_only=True)
class RequestRow:
    """A request; `session_address` is that of its session's account on chain."""

    number: int
    id: str
    platform: str
    credit_account: str
    session: int
    session_address: str
    key_id: str
    project: str
    member: str
    operator_wallet: str
    request_sha256: bytes
    status: RequestStatus
    model: str | None
    tier: int
    tier_name: str
    max_units: int
    seconds: int
    job_type: str
    credits: int
    charged: int
    units: int | None
    receipt_number: int | None
    receipt: bytes | None
    receipt_signer: str | None
    receipt_signature: bytes | None
    created_at: int
    expires_at: int
    ended_at: int | None

    @property
    def signed(self) -> ReceiptSignature | None:
        """The operator's signature of its receipt as clients see it."""
        if self.receipt_signer is None or self.receipt_signature is None:
            return None
        return ReceiptSignature(signer=self.receipt_signer, signature=str(Signature(self.receipt_signature)))

    def view(self) -> RequestView:
        """What clients see."""
        return RequestView(
            id=self.id,
            status=self.status,
            session=self.session_address,
            credit_account=self.credit_account,
            key_id=self.key_id,
            project=self.project,
            member=self.member,
            model=self.model,
            tier=self.tier_name,
            job_type=self.job_type,
            max_units=self.max_units,
            credits=self.credits,
            units=self.units,
            charged=self.charged,
            created_at=self.created_at,
            expires_at=self.expires_at,
            ended_at=self.ended_at,
            receipt=None if self.receipt is None else receipt_of(self.receipt),
            receipt_signature=self.signed,
        )


def receipt_of(data: bytes) -> Receipt:
    """A receipt as clients see it."""
    return Receipt(**SessionReceipt.from_bytes(data).to_json())

"""Sessions on chain: one lock for many requests, opened, settled and refunded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from solders.instruction import AccountMeta
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from job_escrow.addresses import payee_address, session_address, vault_address
from job_escrow.amounts import whole_number
from job_escrow.bounds import MAX_CREDITS, MAX_ID, TIERS
from job_escrow.chain.requests import Flow, GetAccounts, UnreadableTransaction, ask
from job_escrow.codec import (
    OpenSessionArgs,
    PayeeNotUsableYet,
    SessionRefunded,
    SessionSettled,
    SettleSessionArgs,
    TierTotals,
    instructions,
)
from job_escrow.errors import NotFound, ProgramFailed, Refused, SessionEnded
from job_escrow.flows import read
from job_escrow.flows.history import HistoryEntry, history
from job_escrow.flows.sides import PlatformSide, Side
from job_escrow.ids import next_usable_session_id
from job_escrow.outcomes import SessionOutcome
from job_escrow.receipts.receipt import HASH_BYTES
from job_escrow.signing import AnySigner
from job_escrow.transactions import Receipt, Sending, execute

if TYPE_CHECKING:
    from solders.signature import Signature

_PAGE = 25
_MOST_PAGES = 10


@dataclass(frozen=True, kw_only=True)
class SessionTerms:
    """What a session is opened for: all of its requests cost at most `credits` together, within `seconds`.

    `payee` is the owner of a registered payee, who earns what paid credits bring; without one it is the treasury.
    `reference` is 32 bytes of the caller's own that are kept with the opening on chain, as an account that it only
    names (`job_escrow.flows.locking.reference_of`).
    """

    session_id: int
    credits: int
    seconds: int
    payee: Pubkey | None = None
    reference: Pubkey | None = None


@dataclass(frozen=True, kw_only=True)
class SessionSettlement:
    """What a session has used since it was opened, and the receipts that say so.

    `totals` are for each tier's slot, `job_escrow.pricing.add_request` adds them up. The receipts are those after
    `from_count`, which must be the session's own, up to `count`; `root` commits to them
    (`job_escrow.receipts.root_of`). With `count` the same as `from_count` nothing is new, and `root` counts for
    nothing.
    """

    from_count: int
    count: int
    root: bytes
    totals: Sequence[TierTotals]
    is_final: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it would change nothing."""
        return self.count == self.from_count and not self.is_final


def next_session_id(side: PlatformSide, credit_account: Pubkey, *, after: int = 0) -> Flow[int]:
    """The lowest id above all that the operator's jobs and sessions used, and above `after`. Raises NotFound."""
    account = yield from read.existing_credit_account(credit_account, side.program_id)
    return next_usable_session_id(credit_account, max(account.job_ids.highest, after), side.program_id)


def open_session(
    side: PlatformSide, credit_account: Pubkey, terms: SessionTerms, *, sending: Sending | None = None
) -> Flow[Receipt]:
    """Lock credits for many requests, within the wallet's limits.

    Raises Refused, and NotFound for a payee that is not registered; where one is not usable yet, the refusal says from
    when. A repeat is refused with JobIdUsed. `sending` hears, before it is sent, of the last block height at which it
    can land.
    """
    whole_number(terms.credits, "credits", MAX_CREDITS)
    whole_number(terms.session_id, "session id", MAX_ID)
    payee = None if terms.payee is None else payee_address(side.platform, terms.payee, side.program_id)
    step = instructions.open_session(
        operator=side.key,
        payer=side.payer.pubkey(),
        platform=side.platform,
        credit_account=credit_account,
        payee=payee,
        session=session_address(credit_account, terms.session_id, side.program_id).address,
        args=OpenSessionArgs(id=terms.session_id, credits=terms.credits, seconds=terms.seconds),
        remaining_accounts=[] if terms.reference is None else [AccountMeta(terms.reference, False, False)],
        program_id=side.program_id,
    )
    try:
        return (yield from execute([step], [side.signer, side.payer], side.options, sending=sending))
    except Refused as refused:
        if terms.payee is not None and refused.refusal is PayeeNotUsableYet:
            found = yield from read.existing_payee(side.platform, terms.payee, side.program_id)
            from_when = datetime.fromtimestamp(found.usable_from, UTC)
            raise refused.saying(f"{terms.payee} is usable from {from_when:%Y-%m-%dT%H:%M:%SZ} on") from None
        raise
    except ProgramFailed:
        if terms.payee is not None:
            # The runtime says no more than that an account is missing.
            yield from read.existing_payee(side.platform, terms.payee, side.program_id)
        raise


def settle_session(
    side: PlatformSide, credit_account: Pubkey, session_id: int, settlement: SessionSettlement
) -> Flow[Receipt]:
    """Charge what a session has used; a final settlement also ends it, and gives the rest back.

    Totals are cumulative. A repeat is refused with WrongReceiptCount, and so is what does not follow: read the
    session's `count`, and go on from there. Raises Refused, SessionEnded where it has ended already, NotFound where the
    chain remembers no such session, and ValueError for a root that is not 32 bytes or totals of another number of
    slots.
    """
    if len(settlement.root) != HASH_BYTES:
        raise ValueError(f"a root of {len(settlement.root)} bytes: give {HASH_BYTES}, as job_escrow.receipts makes it")
    if len(settlement.totals) != TIERS:
        raise ValueError(f"totals of {len(settlement.totals)} tiers: give those of all {TIERS} slots")
    address = session_address(credit_account, session_id, side.program_id).address
    platform_info, info = yield from ask(GetAccounts([side.platform, address]))
    platform = read.decoded_platform(side.platform, platform_info, side.program_id)
    if info is None:
        raise SessionEnded((yield from existing_session_outcome(credit_account, session_id, side.program_id)))
    session = read.decoded_session(address, info, side.program_id)
    has_payee = session.payee_token_account != Pubkey.default()
    step = instructions.settle_session(
        operator=side.key,
        platform=side.platform,
        credit_account=credit_account,
        session=address,
        vault=vault_address(credit_account, platform.mint).address,
        treasury=platform.treasury,
        payee=session.payee_token_account if has_payee else None,
        rent_payer=session.rent_payer,
        args=SettleSessionArgs(
            from_count=settlement.from_count,
            count=settlement.count,
            root=settlement.root,
            totals=tuple(settlement.totals),
            is_final=settlement.is_final,
        ),
        program_id=side.program_id,
    )
    try:
        return (yield from execute([step], [side.signer], side.options))
    except ProgramFailed:
        # Somebody may have ended it since it was read: then the runtime says no more than that an account is missing.
        ended = yield from session_outcome_of(credit_account, session_id, side.program_id)
        if ended is None:
            raise
        raise SessionEnded(ended) from None


def refund_session(side: Side, credit_account: Pubkey, session_id: int) -> Flow[Receipt]:
    """Give back all that a session still holds: anybody once its deadline has passed, the operator at any time.

    What was settled stays charged. Raises NotFound where the session is not open (any more).
    """
    return (yield from _refund(side, credit_account, session_id, side.signer))


def refund_timed_out_session(side: Side, credit_account: Pubkey, session_id: int) -> Flow[Receipt]:
    """Give back all that a session holds, and only once its deadline has passed by the chain's own clock.

    For whoever may be the operator, as `refund_timed_out` is for jobs. Raises Refused (DeadlineNotPassed) before it,
    and NotFound where the session is not open (any more).
    """
    return (yield from _refund(side, credit_account, session_id, Keypair()))


def session_outcome(side: PlatformSide, credit_account: Pubkey, session_id: int) -> Flow[SessionOutcome | None]:
    """How a session ended, as the chain recorded it; None where it is open, or the chain remembers no such session."""
    return (yield from session_outcome_of(credit_account, session_id, side.program_id))


def session_outcome_of(credit_account: Pubkey, session_id: int, program_id: Pubkey) -> Flow[SessionOutcome | None]:
    """How a session ended, from the events of its address; None where it is open, or the chain remembers no such one.

    The newest 250 transactions that name the address are looked at, and no more. Raises NotFound where its newest event
    is older, UnreadableTransaction where its end may be in what this release cannot read, and ChainError.
    """
    address = session_address(credit_account, session_id, program_id).address
    before = None
    unread: tuple[Signature, ...] = ()
    for _ in range(_MOST_PAGES):
        page = yield from history(address, program_id, before=before, limit=_PAGE)
        unread += page.unread
        # An id is never used again: an end is the last that happens to a session.
        ended = _outcome_of(page.entries[0]) if page.entries else None
        if ended is not None:
            return ended
        if page.entries or page.before is None:
            if unread:
                raise UnreadableTransaction(
                    f"how session {session_id} of {credit_account} ended may be in {unread[0]}, which this release "
                    "cannot read: install a newer job-escrow"
                )
            return None
        before = page.before
    raise NotFound(
        f"the newest {_MOST_PAGES * _PAGE} transactions that name session {session_id} of {credit_account} are "
        "somebody else's, so that its own are not looked for: how it ended is in the history of its credit account "
        "(job-escrow history) and in an index (job-escrow index)"
    )


def existing_session_outcome(credit_account: Pubkey, session_id: int, program_id: Pubkey) -> Flow[SessionOutcome]:
    """How a session ended that is not open. Raises NotFound where the chain remembers no such session."""
    ended = yield from session_outcome_of(credit_account, session_id, program_id)
    if ended is None:
        raise NotFound(
            f"there is no open session {session_id} of {credit_account}, and the node remembers none: it was never "
            "opened, its id was used otherwise, or it is older than the node's ledger. Take the next id"
        )
    return ended


def returned(event: SessionSettled | SessionRefunded) -> int:
    """Credits that the end of a session gave back."""
    return event.returned.paid + sum(event.returned.lots)


def _refund(side: Side, credit_account: Pubkey, session_id: int, authority: AnySigner) -> Flow[Receipt]:
    address = session_address(credit_account, session_id, side.program_id).address
    session = yield from read.existing_session(address, side.program_id)
    account = yield from read.existing_credit_account(credit_account, side.program_id)
    step = instructions.refund_session(
        authority=authority.pubkey(),
        platform=account.platform,
        credit_account=credit_account,
        session=address,
        rent_payer=session.rent_payer,
        program_id=side.program_id,
    )
    return (yield from execute([step], [authority], side.options, payer=side.payer))


def _outcome_of(entry: HistoryEntry) -> SessionOutcome | None:
    event = entry.event
    is_end = isinstance(event, SessionRefunded) or (isinstance(event, SessionSettled) and event.is_final == 1)
    if not is_end or not isinstance(event, SessionSettled | SessionRefunded):
        return None
    return SessionOutcome(
        credit_account=event.credit_account,
        session_id=event.id,
        ended_by="refund" if isinstance(event, SessionRefunded) else "settle",
        timed_out=isinstance(event, SessionRefunded) and event.timed_out == 1,
        count=event.count,
        charged=event.settled,
        returned=returned(event),
        head=event.head,
        signature=entry.signature,
        slot=entry.slot,
        time=event.at,
    )

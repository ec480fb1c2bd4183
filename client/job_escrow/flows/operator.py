"""What an operator does besides settling: lock within the wallet's limits, refund, grant."""

from solders.pubkey import Pubkey

from job_escrow.addresses import token_address, vault_address
from job_escrow.amounts import whole_number
from job_escrow.bounds import MAX_CREDITS, NEVER
from job_escrow.chain.requests import Flow
from job_escrow.codec import PlanCycle, instructions
from job_escrow.errors import OutcomeUnknown
from job_escrow.flows import anyone, locking, outcomes, read, repeats
from job_escrow.flows.locking import LockTerms
from job_escrow.flows.sides import PlatformSide
from job_escrow.grant_reasons import reason_number
from job_escrow.ids import is_used, next_usable_id, starts_at
from job_escrow.outcomes import JobOutcome
from job_escrow.plans import is_granted
from job_escrow.transactions import Receipt, Sending, execute


def next_job_id(side: PlatformSide, credit_account: Pubkey, *, after: int = 0) -> Flow[int]:
    """The lowest id above all that were used, and above `after`, that a job of the operator can have. Raises NotFound.

    Whoever locks several at a time passes the last one as `after`: not every number can be a job's id.
    """
    account = yield from read.existing_credit_account(credit_account, side.program_id)
    return next_usable_id(credit_account, max(account.job_ids.highest, after), side.program_id)


def next_grant_id(side: PlatformSide, credit_account: Pubkey) -> Flow[int]:
    """The lowest id above those of all grants to an account. Raises NotFound."""
    account = yield from read.existing_credit_account(credit_account, side.program_id)
    return account.grant_ids.highest + 1


def lock(
    side: PlatformSide, credit_account: Pubkey, terms: LockTerms, *, sending: Sending | None = None
) -> Flow[Receipt]:
    """Lock a job's price. Raises Refused, and NotFound for a payee that is not registered; `begin` can be repeated.

    `sending` hears, before it is sent, of the last block height at which it can land: what it keeps says after a crash
    whether the lock may still come.
    """
    return (yield from locking.lock(side, credit_account, terms, sending=sending))


def outcome(side: PlatformSide, credit_account: Pubkey, job_id: int) -> Flow[JobOutcome | None]:
    """How a job ended, as the chain recorded it; None where it is open, or the chain remembers no such job."""
    return (yield from outcomes.outcome(credit_account, job_id, side.program_id))


def refund(side: PlatformSide, credit_account: Pubkey, job_id: int) -> Flow[Receipt]:
    """Give back all that a job holds: the operator at any time, anybody once the deadline has passed.

    Raises NotFound where the job is not open (any more).
    """
    return (yield from anyone.refund(side, credit_account, job_id))


def grant(
    side: PlatformSide,
    credit_account: Pubkey,
    credits: int,
    *,
    expires_at: int = NEVER,
    grant_id: int | None = None,
    reason: str = "unspecified",
    plan: PlanCycle | None = None,
) -> Flow[Receipt]:
    """Give credits that the operator or granter pays for from its associated token account; never withdrawable.

    `expires_at` is in unix seconds, by default never; `reason` one of `job_escrow.grant_reasons`. `grant_id` is used up
    for ever, by default the lowest above those of all grants. With one of one's own it can be repeated: the same grant
    is given once, and a repeat gives its receipt. Raises Refused (JobIdUsed) where the id was used for something else.

    With a `plan` its cycle is used up in place of an id: it is granted once, in whatever order cycles come, and a
    repeat of the same grant gives its receipt. An account that is closed and opened again remembers no cycles: whoever
    means the one before passes its `job_escrow.ids.starts_at` as `grant_id`. Raises Refused: PlanCycleGranted where the
    cycle was granted on other terms, PlanCycleTooOld, NoSuchPlanSlot, OtherOpening.
    """
    whole_number(credits, "credits", MAX_CREDITS)
    why = reason_number(reason)
    account = yield from read.existing_credit_account(credit_account, side.program_id)
    if grant_id is None:
        grant_id = account.grant_ids.highest + 1 if plan is None else starts_at(account)
    if is_granted(account.plans, plan) if plan is not None else is_used(account.grant_ids, grant_id):
        terms = repeats.GrantTerms(grant_id, credits, expires_at, plan)
        given = yield from repeats.granted_under(credit_account, terms, side.program_id)
        if given is not None:
            return given
    platform = yield from read.platform(side.platform, side.program_id)
    step = instructions.grant(
        operator=side.key,
        source=token_address(side.key, platform.mint),
        platform=side.platform,
        credit_account=credit_account,
        vault=vault_address(credit_account, platform.mint).address,
        grant_id=grant_id,
        credits=credits,
        expires_at=expires_at,
        reason=why,
        plan=plan,
        program_id=side.program_id,
    )
    try:
        return (yield from execute([step], [side.signer], side.options))
    except OutcomeUnknown as unknown:
        # A plan's cycle is number enough.
        raise OutcomeUnknown(unknown.signature, grant_id=grant_id if plan is None else None) from unknown

"""A credit account, its jobs and its sessions."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from job_escrow import codec
from job_escrow.addresses import credit_address
from job_escrow.codec import (
    AboveLimitPerJob,
    AboveLimitPerPeriod,
    AboveLimitPerSession,
    InvalidLimits,
    Limits,
    LimitsArgs,
    QuotedNotAllowed,
    SessionsNotAllowed,
    Tier,
    WrongSequence,
)
from solders.pubkey import Pubkey

from program_harness.model.cycles import Cycles
from program_harness.model.ids import WALLETS, Ids
from program_harness.model.lots import Lots, split
from program_harness.model.refusing import require
from program_harness.model.rule import RuleModel
from program_harness.model.session import SessionModel
from program_harness.parties import Credit, JobRef

MAX = 2**32 - 1
WINDOW = 128
JOB_WINDOW = 256
EPOCH_SHIFT = 20
LONGEST_PERIOD = 366 * 24 * 60 * 60
NO_RULE, IN_FORCE, ENDED = range(3)
NOTHING = LimitsArgs(
    credits_per_job=0, credits_per_session=0, credits_per_period=0, period_seconds=0, quoted_allowed=False
)


@dataclass
class JobModel:
    """An open job."""

    ref: JobRef
    by_operator: bool
    tier: Tier
    tier_index: int | None
    max_units: int
    credits: int
    held_lots: list[int]
    held_paid: int
    fee_bps: int
    locked_at: int
    deadline: int
    payee: Pubkey | None
    payee_tokens: Pubkey | None
    settled: int = 0
    payee_base_units: int = 0

    def encoded(self) -> codec.Job:
        """As the chain holds it."""
        nobody = Pubkey.default()
        return codec.Job(
            version=1,
            compatible_from=1,
            by_operator=int(self.by_operator),
            quoted=int(self.tier_index is None),
            tier_index=255 if self.tier_index is None else self.tier_index,
            credit_account=self.ref.credit.address,
            id=self.ref.id,
            payee=self.payee or nobody,
            payee_token_account=self.payee_tokens or nobody,
            rent_payer=self.ref.rent_payer,
            tier=self.tier,
            max_units=self.max_units,
            credits=self.credits,
            settled=self.settled,
            held=split(self.held_lots, self.held_paid),
            payee_base_units=self.payee_base_units,
            fee_bps=self.fee_bps,
            locked_at=self.locked_at,
            deadline=self.deadline,
        )


def require_valid_limits(limits: LimitsArgs) -> None:
    """None at all, or all of them sensible."""
    largest = max(limits.credits_per_job, limits.credits_per_session)
    valid = 1 <= largest <= limits.credits_per_period <= MAX and 1 <= limits.period_seconds <= LONGEST_PERIOD
    require(limits == NOTHING or valid, InvalidLimits)


def is_less(limits: LimitsArgs, than: LimitsArgs) -> bool:
    """Whether limits allow nothing that the others do not."""
    sizes = ("credits_per_job", "credits_per_session", "credits_per_period", "quoted_allowed")
    no_more = all(getattr(limits, name) <= getattr(than, name) for name in sizes)
    return limits == NOTHING or (no_more and limits.period_seconds >= than.period_seconds)


@dataclass
class AccountModel:
    """An open account."""

    credit: Credit
    limits: LimitsArgs
    opened_at: int
    paid_available: int = 0
    paid_locked: int = 0
    promotion: int = 0
    """Base units behind the paid credits that promotion has paid."""
    owed: int = 0
    purchased: int = 0
    bonus: int = 0
    synced: int = 0
    granted: int = 0
    spent_paid: int = 0
    spent_granted: int = 0
    withdrawn: int = 0
    expired: int = 0
    last_topup_at: int = 0
    period_started_at: int = 0
    period_used: int = 0
    lots: Lots = field(default_factory=Lots)
    jobs: dict[int, JobModel] = field(default_factory=dict)
    sessions: dict[int, SessionModel] = field(default_factory=dict)
    session_heads: bytes = bytes(32)
    sequence: int = 0
    rule: RuleModel | None = None
    cycles: Cycles = field(default_factory=Cycles)
    ended: bool = False
    """Whether a withdrawal has ended the rule."""

    def __post_init__(self) -> None:
        self.start = self.opened_at << EPOCH_SHIFT
        self.sequence = self.start
        self.job_ids = Ids(self.start, JOB_WINDOW)
        self.wallet_job_ids = Ids(self.start + WALLETS, WINDOW)
        self.grant_ids = Ids(self.start, WINDOW)

    def ids_of_jobs(self, *, by_wallet: bool) -> Ids:
        """Those that the wallet's or the operator's next job has to be in."""
        return self.wallet_job_ids if by_wallet else self.job_ids

    @property
    def liabilities(self) -> int:
        return self.paid_available + self.paid_locked + self.lots.free + self.lots.locked

    @property
    def top_up(self) -> int:
        """No rule, one in force, or one that a withdrawal has ended."""
        return NO_RULE if self.rule is None else ENDED if self.ended else IN_FORCE

    def left(self, now: int) -> int:
        """Credits that are left to be spent: without those of lots that have expired."""
        expired = sum(lot.free + lot.locked for lot in self.lots.slots if lot.expires_at <= now)
        return self.liabilities - expired

    def promotion_of(self, credits: int) -> Fraction:
        """What promotion has paid of so many of the paid credits, exactly."""
        paid = self.paid_available + self.paid_locked
        return Fraction(self.promotion * credits, paid) if paid else Fraction(0)

    def require_sequence(self, number: int) -> None:
        """0 is the first one's other name."""
        first = self.sequence == self.start
        require(number == self.sequence + 1 or (number == 0 and first), WrongSequence)

    def period_at(self, now: int) -> tuple[int, int]:
        """Start of the period that a lock would count in, and what of it is used already."""
        over = now - self.period_started_at >= self.limits.period_seconds
        return (now, self.operator_locked) if over else (self.period_started_at, self.period_used)

    @property
    def operator_locked(self) -> int:
        """What open jobs and sessions of the operator hold: it may still be charged."""
        return sum(each.credits - each.settled for each in self.open_claims if each.by_operator)

    @property
    def open_claims(self) -> list[JobModel | SessionModel]:
        """All open jobs and sessions."""
        return [*self.jobs.values(), *self.sessions.values()]

    def require_within_limits(self, amount: int, now: int, *, quoted: bool) -> None:
        """What the operator may lock."""
        require(amount <= self.limits.credits_per_job, AboveLimitPerJob)
        require(self.limits.quoted_allowed or not quoted, QuotedNotAllowed)
        self.require_within_period(amount, now)

    def require_session_within_limits(self, amount: int, now: int) -> None:
        """What the operator may lock for a session."""
        require(self.limits.credits_per_session != 0, SessionsNotAllowed)
        require(amount <= self.limits.credits_per_session, AboveLimitPerSession)
        self.require_within_period(amount, now)

    def require_within_period(self, amount: int, now: int) -> None:
        """What the period still allows."""
        require(self.period_at(now)[1] + amount <= self.limits.credits_per_period, AboveLimitPerPeriod)

    def lock(self, amount: int, from_lots: list[int], now: int, *, by_operator: bool) -> None:
        """Move credits from available to locked, and count them."""
        if by_operator:
            self.period_started_at, used = self.period_at(now)
            self.period_used = used + amount
        paid = amount - sum(from_lots)
        self.lots.move(from_lots, free=-1, locked=1)
        self.paid_available -= paid
        self.paid_locked += paid

    def end(self, claim: JobModel | SessionModel) -> None:
        """Give back what a job or session still holds, and its share of the allowance."""
        self.lots.move(claim.held_lots, free=1, locked=-1)
        self.paid_locked -= claim.held_paid
        self.paid_available += claim.held_paid
        if claim.by_operator:
            self.period_used -= claim.credits - claim.settled
        if isinstance(claim, SessionModel):
            self.session_heads = claim.folded_into(self.session_heads)
            del self.sessions[claim.ref.id]
        else:
            del self.jobs[claim.ref.id]

    def encoded(self, **unmodelled: Any) -> codec.CreditAccount:
        """As the chain holds it; `unmodelled` stands for what is none of the model's business."""
        wallet = self.credit.wallet.pubkey()
        return codec.CreditAccount(
            version=1,
            compatible_from=1,
            platform=self.credit.platform.address,
            wallet=wallet,
            namespace=self.credit.namespace,
            vault=self.credit.vault,
            base_units_per_credit=self.credit.platform.base_units_per_credit,
            liabilities=self.liabilities,
            paid_available=self.paid_available,
            paid_locked=self.paid_locked,
            granted_available=self.lots.free,
            granted_locked=self.lots.locked,
            promotion_backing=self.promotion,
            promotion_owed=self.owed,
            purchased=self.purchased,
            bonus=self.bonus,
            synced=self.synced,
            granted=self.granted,
            spent_paid=self.spent_paid,
            spent_granted=self.spent_granted,
            withdrawn=self.withdrawn,
            expired=self.expired,
            opened_at=self.opened_at,
            last_topup_at=self.last_topup_at,
            open_jobs=len(self.open_claims),
            sequence=self.sequence,
            job_ids=self.job_ids.encoded_of_jobs(),
            wallet_job_ids=self.wallet_job_ids.encoded(),
            grant_ids=self.grant_ids.encoded(),
            limits=Limits(
                credits_per_job=self.limits.credits_per_job,
                credits_per_session=self.limits.credits_per_session,
                credits_per_period=self.limits.credits_per_period,
                period_seconds=self.limits.period_seconds,
                period_started_at=self.period_started_at,
                used=self.period_used,
                operator_locked=self.operator_locked,
                quoted_allowed=int(self.limits.quoted_allowed),
            ),
            lots=self.lots.encoded(),
            top_up=self.top_up,
            rent_payer=wallet,
            vault_rent_payer=wallet,
            session_heads=self.session_heads,
            plans=self.cycles.encoded(),
            **unmodelled,
        )


def bump_of(credit: Credit) -> int:
    """The bump of an account's address."""
    seeds = [b"credit", bytes(credit.platform.address), bytes(credit.wallet.pubkey()), credit.namespace]
    address, bump = Pubkey.find_program_address(seeds, codec.PROGRAM_ID)
    assert address == credit_address(credit.platform.address, credit.wallet.pubkey(), credit.namespace)
    return bump

"""A credit account and its jobs."""

from dataclasses import dataclass, field
from typing import Any

from job_escrow import codec
from job_escrow.addresses import credit_address
from job_escrow.codec import (
    AboveLimitPerJob,
    AboveLimitPerPeriod,
    IdWindow,
    InvalidLimits,
    JobIdTooFarAhead,
    JobIdTooOld,
    JobIdUsed,
    Limits,
    LimitsArgs,
    Tier,
    WrongSequence,
)
from solders.pubkey import Pubkey

from program_harness.model.lots import Lots, split
from program_harness.model.refusing import require
from program_harness.parties import Credit, JobRef

MAX = 2**32 - 1
WINDOW = 128
EPOCH_SHIFT = 20
LONGEST_PERIOD = 366 * 24 * 60 * 60


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
    limit_period: int
    payee: Pubkey | None
    payee_tokens: Pubkey | None
    settled: int = 0
    payee_credits: int = 0

    def encoded(self) -> codec.Job:
        """As the chain holds it."""
        nobody = Pubkey.default()
        return codec.Job(
            version=1,
            bump=self.ref.derived.bump,
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
            payee_credits=self.payee_credits,
            fee_bps=self.fee_bps,
            locked_at=self.locked_at,
            deadline=self.deadline,
            limit_period=self.limit_period,
        )


def require_valid_limits(limits: LimitsArgs) -> None:
    """None at all, or all of them sensible."""
    numbers = (limits.credits_per_job, limits.credits_per_period, limits.period_seconds)
    valid = 1 <= numbers[0] <= numbers[1] <= MAX and 1 <= numbers[2] <= LONGEST_PERIOD
    require(numbers == (0, 0, 0) or valid, InvalidLimits)


@dataclass
class AccountModel:
    """An open account. Ids that were used are remembered one by one; the window is only how long they count."""

    credit: Credit
    limits: LimitsArgs
    opened_at: int
    paid_available: int = 0
    paid_locked: int = 0
    purchased: int = 0
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
    used_ids: set[int] = field(default_factory=set)
    highest: int = 0
    sequence: int = 0

    def __post_init__(self) -> None:
        self.start = self.opened_at << EPOCH_SHIFT
        self.highest = self.sequence = self.start

    @property
    def liabilities(self) -> int:
        return self.paid_available + self.paid_locked + self.lots.free + self.lots.locked

    def require_sequence(self, number: int) -> None:
        """0 is the first one's other name."""
        first = self.sequence == self.start
        require(number == self.sequence + 1 or (number == 0 and first), WrongSequence)

    def require_new_id(self, job_id: int) -> None:
        """Never used, and near enough to the highest."""
        require(job_id <= self.highest + WINDOW, JobIdTooFarAhead)
        require(job_id > self.highest - WINDOW, JobIdTooOld)
        require(job_id > self.start and job_id not in self.used_ids, JobIdUsed)

    def use_id(self, job_id: int) -> None:
        """For ever."""
        self.used_ids.add(job_id)
        self.highest = max(self.highest, job_id)

    def period_at(self, now: int) -> tuple[int, int]:
        """Start of the period that a lock would count in, and what of it is used already."""
        over = now - self.period_started_at >= self.limits.period_seconds
        return (now, 0) if over else (self.period_started_at, self.period_used)

    def require_within_limits(self, amount: int, now: int) -> None:
        """What the operator may lock."""
        require(amount <= self.limits.credits_per_job, AboveLimitPerJob)
        require(self.period_at(now)[1] + amount <= self.limits.credits_per_period, AboveLimitPerPeriod)

    def end(self, job: JobModel) -> None:
        """Give back what a job still holds, and its share of the allowance."""
        self.lots.move(job.held_lots, free=1, locked=-1)
        self.paid_locked -= job.held_paid
        self.paid_available += job.held_paid
        if job.by_operator and job.limit_period == self.period_started_at:
            self.period_used = max(0, self.period_used - (job.credits - job.settled))
        del self.jobs[job.ref.id]

    def encoded(self, **unmodelled: Any) -> codec.CreditAccount:
        """As the chain holds it; `unmodelled` stands for what is none of the model's business."""
        wallet = self.credit.wallet.pubkey()
        return codec.CreditAccount(
            version=1,
            platform=self.credit.platform.address,
            wallet=wallet,
            namespace=self.credit.namespace,
            vault=self.credit.vault,
            base_units_per_credit=self.credit.platform.base_units_per_credit,
            paid_available=self.paid_available,
            paid_locked=self.paid_locked,
            granted_available=self.lots.free,
            granted_locked=self.lots.locked,
            pending_bonus=0,
            pending_bonus_base=0,
            purchased=self.purchased,
            synced=self.synced,
            granted=self.granted,
            spent_paid=self.spent_paid,
            spent_granted=self.spent_granted,
            withdrawn=self.withdrawn,
            expired=self.expired,
            opened_at=self.opened_at,
            last_topup_at=self.last_topup_at,
            open_jobs=len(self.jobs),
            sequence=self.sequence,
            job_ids=self._window(),
            limits=Limits(
                credits_per_job=self.limits.credits_per_job,
                credits_per_period=self.limits.credits_per_period,
                period_seconds=self.limits.period_seconds,
                period_started_at=self.period_started_at,
                used=self.period_used,
            ),
            lots=self.lots.encoded(),
            topup_threshold=0,
            topup_credits=0,
            topup_per_period=0,
            topup_period_seconds=0,
            topup_period_started_at=0,
            topup_used=0,
            rent_payer=wallet,
            vault_rent_payer=wallet,
            **unmodelled,
        )

    def _window(self) -> IdWindow:
        used = [self.highest - below <= self.start or self.highest - below in self.used_ids for below in range(WINDOW)]
        bits = sum(1 << below for below, is_used in enumerate(used) if is_used)
        return IdWindow(highest=self.highest, low=bits & (2**64 - 1), high=bits >> 64)


def bump_of(credit: Credit) -> int:
    """The bump of an account's address."""
    seeds = [b"credit", bytes(credit.platform.address), bytes(credit.wallet.pubkey()), credit.namespace]
    address, bump = Pubkey.find_program_address(seeds, codec.PROGRAM_ID)
    assert address == credit_address(credit.platform.address, credit.wallet.pubkey(), credit.namespace)
    return bump

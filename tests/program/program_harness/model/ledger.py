"""The whole model: a clock, tokens, platforms, accounts, and one method for each instruction."""

from fractions import Fraction
from math import ceil, floor

from job_escrow.bounds import JOB_BUMP
from job_escrow.codec import (
    AboveLock,
    AboveMaxCredits,
    AmountIsZero,
    AmountTooLarge,
    BelowMinimumPurchase,
    ClosedTooSoon,
    DeadlineNotPassed,
    DeadlinePassed,
    DepositTooSmall,
    InsufficientCredits,
    InsufficientFunds,
    InvalidDuration,
    InvalidExpiry,
    JobIdOfTheOther,
    LimitsArgs,
    NothingToExpire,
    NothingToLock,
    NothingToSweep,
    NothingToSync,
    NothingToWithdraw,
    NotOperatorOrGranter,
    NotTheOperator,
    NotWalletOrOperator,
    OpenJobs,
    OtherOpening,
    PackChanged,
    PackExpected,
    PackNotOffered,
    Paused,
    PlanCycle,
    PromotionTooLow,
    TopUpRuleLeft,
    UnknownTier,
    UnusableJobId,
)
from solders.pubkey import Pubkey

from program_harness.model.account import EPOCH_SHIFT, MAX, AccountModel, JobModel, is_less, require_valid_limits
from program_harness.model.ids import WALLETS
from program_harness.model.lots import SLOTS
from program_harness.model.platform import EMPTY_PACK, EMPTY_TIER, PlatformModel
from program_harness.model.refusing import Refused, require
from program_harness.model.session import SessionModel
from program_harness.parties import Credit, JobRef
from program_harness.pricing import reference_cost
from program_harness.reasons import Runtime, System


class Model:
    """Everything that the chain should hold. `tokens` are base units by token account."""

    def __init__(self, now: int) -> None:
        self.now = now
        self.tokens: dict[Pubkey, int] = {}
        self.platforms: dict[Pubkey, PlatformModel] = {}
        self.accounts: dict[Pubkey, AccountModel] = {}
        self.allowances: dict[Pubkey, tuple[Pubkey, int]] = {}
        """For which platform's rules base units of a token account may be spent, and how many."""

    def account(self, credit: Credit) -> AccountModel:
        """An account that has to be open."""
        if credit.address not in self.accounts:
            raise Refused(Runtime.ACCOUNT_DATA_TOO_SMALL)
        return self.accounts[credit.address]

    def job(self, ref: JobRef) -> JobModel:
        """A job that has to be open."""
        found = self.accounts[ref.credit.address].jobs.get(ref.id) if ref.credit.address in self.accounts else None
        if found is None:
            raise Refused(Runtime.ACCOUNT_DATA_TOO_SMALL)
        return found

    def platform(self, credit: Credit) -> PlatformModel:
        """The platform of an account."""
        return self.platforms[credit.platform.address]

    def surplus(self, credit: Credit) -> int:
        """Base units of the vault that no credit stands for and nobody is owed."""
        account = self.accounts[credit.address]
        return self.tokens[credit.vault] - account.liabilities * self.platform(credit).base - account.owed

    def transfer(self, source: Pubkey, destination: Pubkey, base_units: int) -> None:
        """Move tokens."""
        self.tokens[source] -= base_units
        self.tokens[destination] = self.tokens.get(destination, 0) + base_units
        assert self.tokens[source] >= 0

    # The wallet

    def open(self, credit: Credit, limits: LimitsArgs) -> None:
        require(credit.address not in self.accounts, System.ACCOUNT_ALREADY_IN_USE)
        require_valid_limits(limits)
        self.tokens.setdefault(credit.vault, 0)
        self.accounts[credit.address] = AccountModel(credit, limits, self.now)

    def set_limits(self, credit: Credit, limits: LimitsArgs, sequence: int) -> None:
        account = self.account(credit)
        if sequence != 0 or not is_less(limits, account.limits):
            account.require_sequence(sequence)
        require_valid_limits(limits)
        account.sequence += 1
        account.limits = limits

    def purchase(self, credit: Credit, amount: int, sequence: int, *, payer: Pubkey, source: Pubkey) -> None:
        account, platform = self.account(credit), self.platform(credit)
        require(not platform.paused, Paused)
        require(amount != 0, AmountIsZero)
        require(amount <= MAX, AmountTooLarge)
        require(amount >= platform.min_purchase, BelowMinimumPurchase)
        require(amount <= MAX - account.liabilities, AmountTooLarge)
        require(self.tokens[source] >= amount * platform.base, InsufficientFunds)
        if payer == credit.wallet.pubkey():
            account.require_sequence(sequence)
            account.sequence += 1
        self.transfer(source, credit.vault, amount * platform.base)
        account.paid_available += amount
        account.purchased += amount
        account.last_topup_at = self.now

    def purchase_pack(
        self, credit: Credit, expected: PackExpected, sequence: int, *, payer: Pubkey, source: Pubkey
    ) -> None:
        account, platform = self.account(credit), self.platform(credit)
        require(not platform.paused, Paused)
        pack = platform.packs[expected.index] if expected.index < len(platform.packs) else EMPTY_PACK
        require(pack.credits != 0, PackNotOffered)
        require(pack.credits == expected.credits and pack.bonus_credits >= expected.bonus_credits, PackChanged)
        promotion, bonus = credit.platform.promotion, pack.bonus_credits * platform.base
        require(pack.credits + pack.bonus_credits <= MAX - account.liabilities, AmountTooLarge)
        require(self.tokens[source] >= pack.credits * platform.base, InsufficientFunds)
        require(self.tokens[promotion] >= bonus, PromotionTooLow)
        if payer == credit.wallet.pubkey():
            account.require_sequence(sequence)
            account.sequence += 1
        self.transfer(source, credit.vault, pack.credits * platform.base)
        self.transfer(promotion, credit.vault, bonus)
        account.paid_available += pack.credits + pack.bonus_credits
        account.purchased += pack.credits
        account.bonus += pack.bonus_credits
        account.promotion += bonus
        account.last_topup_at = self.now

    def withdraw(self, credit: Credit, amount: int | None, sequence: int) -> None:
        account, base = self.account(credit), self.platform(credit).base
        require(amount != 0, AmountIsZero)
        account.require_sequence(sequence)
        surplus = self.surplus(credit)
        synced = min(surplus // base, MAX - account.liabilities)
        available = account.paid_available + synced
        if amount is None:
            paid_out, left = available, surplus - synced * base
        else:
            require(amount <= MAX, AmountTooLarge)
            paid_out, left = amount, 0
        require(paid_out <= available, InsufficientCredits)
        paid = available + account.paid_locked
        owed = ceil(Fraction(account.promotion * paid_out, paid)) if paid else 0
        base_units = paid_out * base - owed + left
        require(base_units > 0, NothingToWithdraw)
        account.sequence += 1
        account.synced += synced
        account.paid_available = available - paid_out
        account.promotion -= owed
        account.owed += owed
        account.withdrawn += paid_out
        account.ended = account.rule is not None
        self.transfer(credit.vault, credit.tokens, base_units)

    def close(self, credit: Credit) -> None:
        account = self.account(credit)
        require(not account.open_claims, OpenJobs)
        require(account.rule is None, TopUpRuleLeft)
        next_start = self.now << EPOCH_SHIFT
        newest = max(
            account.sequence,
            account.job_ids.highest,
            account.grant_ids.highest,
            account.wallet_job_ids.highest - WALLETS,
        )
        require(newest < next_start, ClosedTooSoon)
        self.transfer(credit.vault, credit.platform.treasury, account.lots.free * self.platform(credit).base)
        self.transfer(credit.vault, credit.platform.promotion, account.promotion + account.owed)
        self.transfer(credit.vault, credit.tokens, self.tokens[credit.vault])
        del self.accounts[credit.address], self.tokens[credit.vault]

    def sweep_promotion(self, credit: Credit) -> None:
        account = self.account(credit)
        require(account.owed > 0, NothingToSweep)
        self.transfer(credit.vault, credit.platform.promotion, account.owed)
        account.owed = 0

    def sync_deposits(self, credit: Credit, authority: Pubkey) -> None:
        account, platform = self.account(credit), self.platform(credit)
        require(not platform.paused, Paused)
        synced = min(self.surplus(credit) // platform.base, MAX - account.liabilities)
        require(synced > 0, NothingToSync)
        require(authority == credit.wallet.pubkey() or synced >= platform.min_purchase, DepositTooSmall)
        account.paid_available += synced
        account.synced += synced
        account.last_topup_at = self.now

    # Jobs

    def lock(
        self,
        ref: JobRef,
        *,
        authority: Pubkey,
        tier: int | None,
        amount: int,
        seconds: int,
        max_credits: int,
        payee: tuple[Pubkey, Pubkey] | None,
    ) -> None:
        """`payee` is the owner and its token account."""
        account, platform = self.account(ref.credit), self.platform(ref.credit)
        require(payee is None or payee[0] in platform.payees, Runtime.UNINITIALIZED_ACCOUNT)
        require(not platform.paused, Paused)
        require(1 <= seconds <= platform.max_job_seconds, InvalidDuration)
        require(amount != 0, AmountIsZero)
        is_wallet, is_operator = authority == ref.credit.wallet.pubkey(), platform.is_operator(authority)
        require(is_wallet or is_operator, NotWalletOrOperator)
        by_wallet = WALLETS <= ref.id < 2 * WALLETS
        require(is_wallet if by_wallet else is_operator and ref.id < WALLETS, JobIdOfTheOther)
        registered = None if payee is None else platform.payees[payee[0]]
        if registered is not None:
            registered.require_usable(self.now)
        terms, cost = EMPTY_TIER, amount
        if tier is not None:
            require(tier < len(platform.tiers) and platform.tiers[tier].name[0] != 0, UnknownTier)
            require(amount <= MAX, AmountTooLarge)
            terms = platform.tiers[tier]
            cost = reference_cost(terms, amount)
        require(cost <= MAX, AmountTooLarge)
        require(cost != 0, NothingToLock)
        require(cost <= max_credits, AboveMaxCredits)
        ids = account.ids_of_jobs(by_wallet=by_wallet)
        ids.require_new(ref.id)
        if not by_wallet:
            account.require_within_limits(cost, self.now, quoted=tier is None)
        from_lots = account.lots.plan(cost, self.now)
        paid = cost - sum(from_lots)
        require(paid <= account.paid_available, InsufficientCredits)
        require(ref.derived.bump == JOB_BUMP, UnusableJobId)

        ids.use(ref.id)
        account.lock(cost, from_lots, self.now, by_operator=not by_wallet)
        account.jobs[ref.id] = JobModel(
            ref=ref,
            by_operator=not by_wallet,
            tier=terms,
            tier_index=tier,
            max_units=0 if tier is None else amount,
            credits=cost,
            held_lots=from_lots,
            held_paid=paid,
            fee_bps=platform.fee_for(registered, self.now),
            locked_at=self.now,
            deadline=self.now + seconds,
            payee=payee[0] if payee else None,
            payee_tokens=payee[1] if payee else None,
        )

    def settle(self, ref: JobRef, amount: int, *, is_final: bool, operator: Pubkey) -> None:
        job, platform = self.job(ref), self.platform(ref.credit)
        require(platform.is_operator(operator), NotTheOperator)
        require(self.now < job.deadline, DeadlinePassed)
        require(amount <= (job.credits if job.tier_index is None else job.max_units), AboveLock)
        cost = amount if job.tier_index is None else reference_cost(job.tier, amount)
        charged = max(0, cost - job.settled)

        self.charge(job, charged)
        if is_final:
            self.accounts[ref.credit.address].end(job)

    def charge(self, claim: JobModel | SessionModel, charged: int) -> None:
        """Spend what a job or session holds, and pay it out."""
        credit = claim.ref.credit
        account, base = self.accounts[credit.address], self.platform(credit).base
        from_lots = account.lots.spending(claim.held_lots, charged)
        granted = sum(from_lots)
        paid = charged - granted
        promotion = floor(account.promotion_of(paid))
        account.promotion -= promotion
        account.lots.move(from_lots, free=0, locked=-1)
        claim.held_lots = [claim.held_lots[index] - from_lots[index] for index in range(SLOTS)]
        claim.held_paid -= paid
        claim.settled += charged
        account.paid_locked -= paid
        account.spent_paid += paid
        account.spent_granted += granted

        share = 0
        if claim.payee_tokens is not None:
            before = _after_fee(claim.payee_base_units, claim.fee_bps)
            claim.payee_base_units += paid * base - promotion
            share = _after_fee(claim.payee_base_units, claim.fee_bps) - before
            self.transfer(credit.vault, claim.payee_tokens, share)
        self.transfer(credit.vault, credit.platform.treasury, charged * base - share)

    def refund(self, ref: JobRef, authority: Pubkey) -> None:
        job = self.job(ref)
        by_operator = self.platform(ref.credit).is_operator(authority)
        require(self.now >= job.deadline or by_operator, DeadlineNotPassed)
        self.accounts[ref.credit.address].end(job)

    # Granted credits

    def grant(
        self,
        credit: Credit,
        amount: int,
        expires_at: int,
        *,
        grant_id: int,
        operator: Pubkey,
        source: Pubkey,
        plan: PlanCycle | None = None,
    ) -> None:
        account, platform = self.account(credit), self.platform(credit)
        require(platform.may_grant(operator), NotOperatorOrGranter)
        require(amount != 0, AmountIsZero)
        if plan is None:
            account.grant_ids.require_new(grant_id)
        else:
            require(grant_id == account.start, OtherOpening)
            account.cycles.require_new(plan)
        require(expires_at > self.now, InvalidExpiry)
        require(amount <= MAX - account.liabilities, AmountTooLarge)
        require(self.tokens[source] >= amount * platform.base, InsufficientFunds)
        slot = account.lots.slot_for(expires_at)
        if plan is None:
            account.grant_ids.use(grant_id)
        else:
            account.cycles.use(plan)
        slot.expires_at = expires_at
        slot.free += amount
        account.granted += amount
        self.transfer(source, credit.vault, amount * platform.base)

    def expire_lots(self, credit: Credit) -> None:
        account = self.account(credit)
        require(account.lots.expirable(self.now) > 0, NothingToExpire)
        gone = account.lots.expire(self.now)
        account.expired += gone
        self.transfer(credit.vault, credit.platform.treasury, gone * self.platform(credit).base)


def _after_fee(base_units: int, fee_bps: int) -> int:
    return base_units - base_units * fee_bps // 10_000

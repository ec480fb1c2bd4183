"""Accounts from events alone: what an indexer has to be able to do, and the proof that events leave nothing out."""

from collections.abc import Iterable
from dataclasses import replace
from functools import singledispatchmethod
from hashlib import sha256
from typing import Any, TypeVar

from job_escrow.addresses import top_up_address
from job_escrow.codec import (
    PROGRAM_ID,
    AccountClosed,
    AccountOpened,
    Balances,
    CreditAccount,
    CreditsGranted,
    CreditsPurchased,
    CreditsToppedUp,
    CreditsWithdrawn,
    DepositsSynced,
    Event,
    IdWindow,
    Job,
    JobIdWindow,
    JobLocked,
    JobRefunded,
    JobSettled,
    Limits,
    LimitsSet,
    Lot,
    LotsExpired,
    PlanWindows,
    PromotionSwept,
    Session,
    SessionOpened,
    SessionRefunded,
    SessionSettled,
    Split,
    TierTotals,
    TopUpRemoved,
    TopUpRule,
    TopUpSet,
)
from job_escrow.plans import NO_PLAN
from solders.pubkey import Pubkey

from program_harness.replay_of_top_ups import rule_set, rule_used

_WORD = 2**64 - 1
_Window = TypeVar("_Window", IdWindow, JobIdWindow)
_Claim = TypeVar("_Claim", Job, Session)
_NO_LOTS = (Lot(credits_free=0, credits_locked=0, expires_at=0),) * 8


class Replay:
    """Credit accounts, open jobs, sessions and top-up rules as the events tell them.

    Raises AssertionError where they contradict.
    """

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.accounts: dict[Pubkey, CreditAccount] = {}
        self.jobs: dict[Pubkey, Job] = {}
        self.sessions: dict[Pubkey, Session] = {}
        self.rules: dict[Pubkey, TopUpRule] = {}
        for event in events:
            self.take(event)

    def take(self, event: Event) -> None:
        """Take the next event."""
        before, after = getattr(event, "before", None), getattr(event, "after", None)
        if before is not None:
            assert before == self._balances(event.credit_account), f"before {event}"  # type: ignore[union-attr]
        self._apply(event)
        if after is not None:
            assert after == self._balances(event.credit_account), f"after {event}"  # type: ignore[union-attr]

    @singledispatchmethod
    def _apply(self, event: Event) -> None:
        """Others say nothing about credit accounts."""

    @_apply.register
    def _(self, event: AccountOpened) -> None:
        seeds = [b"credit", bytes(event.platform), bytes(event.wallet), event.namespace]
        address, bump = Pubkey.find_program_address(seeds, PROGRAM_ID)
        assert address == event.credit_account
        zeros: dict[str, Any] = dict.fromkeys(_NUMBERS, 0)
        self.accounts[address] = CreditAccount(
            **zeros,
            version=1,
            bump=bump,
            compatible_from=1,
            platform=event.platform,
            wallet=event.wallet,
            namespace=event.namespace,
            vault=event.vault,
            base_units_per_credit=event.base_units_per_credit,
            opened_at=event.at,
            sequence=event.starts_at,
            job_ids=JobIdWindow(highest=event.starts_at, words=(_WORD,) * 4),
            wallet_job_ids=IdWindow(highest=event.starts_at + 2**52, words=(_WORD,) * 2),
            grant_ids=IdWindow(highest=event.starts_at, words=(_WORD,) * 2),
            limits=_limits(event, Limits(**dict.fromkeys(_LIMITS, 0))),
            lots=_NO_LOTS,
            rent_payer=event.rent_payer,
            vault_rent_payer=event.rent_payer,
            rent_lamports=event.rent_lamports,
            vault_rent_lamports=event.vault_rent_lamports,
            session_heads=bytes(32),
            plans=PlanWindows(granted=(0,) * 4, highest=(0,) * 4),
        )

    @_apply.register
    def _(self, event: LimitsSet) -> None:
        account = self.accounts[event.credit_account]
        self._set(event.credit_account, limits=_limits(event, account.limits), sequence=event.sequence)

    @_apply.register
    def _(self, event: CreditsPurchased) -> None:
        account = self.accounts[event.credit_account]
        self._add(
            event.credit_account,
            paid_available=event.credits + event.bonus_credits,
            purchased=event.credits,
            bonus=event.bonus_credits,
            promotion_backing=event.promotion_base_units,
        )
        self._set(event.credit_account, last_topup_at=event.at, sequence=event.sequence or account.sequence)

    @_apply.register
    def _(self, event: DepositsSynced) -> None:
        self._add(event.credit_account, paid_available=event.credits, synced=event.credits)
        self._set(event.credit_account, last_topup_at=event.at)

    @_apply.register
    def _(self, event: CreditsWithdrawn) -> None:
        self._add(
            event.credit_account,
            paid_available=event.synced - event.credits,
            synced=event.synced,
            withdrawn=event.credits,
            promotion_backing=-event.promotion_owed,
            promotion_owed=event.promotion_owed,
        )
        ended = 2 if self.accounts[event.credit_account].top_up else 0
        self._set(event.credit_account, sequence=event.sequence, top_up=ended)

    @_apply.register
    def _(self, event: TopUpSet) -> None:
        self._set(event.credit_account, sequence=event.sequence, top_up=1)
        self.rules[event.rule] = rule_set(event)

    @_apply.register
    def _(self, event: TopUpRemoved) -> None:
        self._set(event.credit_account, sequence=event.sequence, top_up=0)
        del self.rules[event.rule]

    @_apply.register
    def _(self, event: CreditsToppedUp) -> None:
        self._add(
            event.credit_account,
            paid_available=event.synced + event.credits + event.bonus_credits,
            synced=event.synced,
            purchased=event.credits,
            bonus=event.bonus_credits,
            promotion_backing=event.promotion_base_units,
        )
        self._set(event.credit_account, last_topup_at=event.at)
        rule = top_up_address(event.credit_account)
        self.rules[rule] = rule_used(self.rules[rule], event)

    @_apply.register
    def _(self, event: PromotionSwept) -> None:
        self._add(event.credit_account, promotion_owed=-event.base_units)

    @_apply.register
    def _(self, event: CreditsGranted) -> None:
        lots = list(self.accounts[event.credit_account].lots)
        used = [bool(lot.credits_free or lot.credits_locked) for lot in lots]
        same = [index for index, lot in enumerate(lots) if used[index] and lot.expires_at == event.expires_at]
        index = same[0] if same else used.index(False)
        free = lots[index].credits_free + event.credits
        lots[index] = replace(lots[index], credits_free=free, expires_at=event.expires_at)
        self._add(event.credit_account, granted_available=event.credits, granted=event.credits)
        account = self.accounts[event.credit_account]
        if event.plan_slot == NO_PLAN:
            self._set(event.credit_account, lots=tuple(lots), grant_ids=_with_id(account.grant_ids, event.id))
        else:
            plans = _with_cycle(account.plans, event.plan_slot, event.plan_cycle)
            self._set(event.credit_account, lots=tuple(lots), plans=plans)

    @_apply.register
    def _(self, event: LotsExpired) -> None:
        lots = self.accounts[event.credit_account].lots
        left = tuple(replace(lot, credits_free=0) if lot.expires_at <= event.at else lot for lot in lots)
        assert sum(lot.credits_free for lot in lots) - sum(lot.credits_free for lot in left) == event.credits
        self._add(event.credit_account, granted_available=-event.credits, expired=event.credits)
        self._set(event.credit_account, lots=left)

    @_apply.register
    def _(self, event: JobLocked) -> None:
        account = self.accounts[event.credit_account]
        self._move(event.credit_account, event.held, available=-1, locked=1)
        self._add(event.credit_account, open_jobs=1)
        if event.by_operator:
            self._use_up(event)
        else:
            self._set(event.credit_account, wallet_job_ids=_with_id(account.wallet_job_ids, event.id))
        seeds = [b"job", bytes(event.credit_account), event.id.to_bytes(8, "little")]
        assert Pubkey.find_program_address(seeds, PROGRAM_ID) == (event.job, 255)
        self.jobs[event.job] = Job(
            version=1,
            compatible_from=1,
            by_operator=event.by_operator,
            quoted=event.quoted,
            tier_index=event.tier_index,
            credit_account=event.credit_account,
            id=event.id,
            payee=event.payee,
            payee_token_account=event.payee_token_account,
            rent_payer=event.rent_payer,
            tier=event.tier,
            max_units=event.max_units,
            credits=event.credits,
            settled=0,
            held=event.held,
            payee_base_units=0,
            fee_bps=event.fee_bps,
            locked_at=event.at,
            deadline=event.deadline,
        )

    @_apply.register
    def _(self, event: JobSettled) -> None:
        self.jobs[event.job] = self._charged(event, self.jobs[event.job])
        if event.is_final:
            self._end(event.credit_account, self.jobs.pop(event.job), event.returned)

    @_apply.register
    def _(self, event: JobRefunded) -> None:
        assert self.jobs[event.job].settled == event.settled
        self._end(event.credit_account, self.jobs.pop(event.job), event.returned)

    @_apply.register
    def _(self, event: SessionOpened) -> None:
        self._move(event.credit_account, event.held, available=-1, locked=1)
        self._add(event.credit_account, open_jobs=1)
        self._use_up(event)
        seeds = [b"session", bytes(event.credit_account), event.id.to_bytes(8, "little")]
        assert Pubkey.find_program_address(seeds, PROGRAM_ID) == (event.session, 255)
        self.sessions[event.session] = Session(
            version=1,
            compatible_from=1,
            credit_account=event.credit_account,
            id=event.id,
            payee=event.payee,
            payee_token_account=event.payee_token_account,
            rent_payer=event.rent_payer,
            credits=event.credits,
            settled=0,
            held=event.held,
            payee_base_units=0,
            fee_bps=event.fee_bps,
            opened_at=event.at,
            deadline=event.deadline,
            count=0,
            head=event.head,
            totals=(TierTotals(flat_requests=0, metered_requests=0, metered_units=0, metered_credits=0),) * 8,
            tiers=event.tiers,
        )

    @_apply.register
    def _(self, event: SessionSettled) -> None:
        before = self.sessions[event.session]
        assert event.from_count == before.count
        head = before.head
        if event.count > event.from_count:
            head = sha256(head + event.root + _numbers(event)).digest()
        assert event.head == head, "the head does not follow from the one before"
        charged = self._charged(event, before)
        self.sessions[event.session] = replace(charged, count=event.count, totals=event.totals, head=head)
        if event.is_final:
            self._end_session(event)

    @_apply.register
    def _(self, event: SessionRefunded) -> None:
        before = self.sessions[event.session]
        assert (event.count, event.settled, event.head) == (before.count, before.settled, before.head)
        self._end_session(event)

    @_apply.register
    def _(self, event: AccountClosed) -> None:
        del self.accounts[event.credit_account]

    def _use_up(self, event: JobLocked | SessionOpened) -> None:
        """Count what the operator locked."""
        account = self.accounts[event.credit_account]
        limits = account.limits
        same = limits.period_started_at == event.limit_period
        used = event.credits + (limits.used if same else limits.operator_locked)
        locked = limits.operator_locked + event.credits
        limits = replace(limits, period_started_at=event.limit_period, used=used, operator_locked=locked)
        self._set(event.credit_account, limits=limits, job_ids=_with_id(account.job_ids, event.id))

    def _charged(self, event: JobSettled | SessionSettled, claim: _Claim) -> _Claim:
        """The job or session after what was charged."""
        self._move(event.credit_account, event.spent, available=0, locked=-1)
        self._add(
            event.credit_account,
            spent_paid=event.spent.paid,
            spent_granted=sum(event.spent.lots),
            promotion_backing=-event.promotion_base_units,
        )
        assert event.settled == claim.settled + event.charged
        assert event.charged == event.spent.paid + sum(event.spent.lots)
        base = self.accounts[event.credit_account].base_units_per_credit
        assert event.treasury_base_units + event.payee_base_units == event.charged * base
        if _by_operator(claim):
            limits = self.accounts[event.credit_account].limits
            locked = limits.operator_locked - event.charged
            self._set(event.credit_account, limits=replace(limits, operator_locked=locked))
        earns = event.spent.paid * base - event.promotion_base_units if claim.payee != Pubkey.default() else 0
        held = Split(
            lots=tuple(one - other for one, other in zip(claim.held.lots, event.spent.lots, strict=True)),
            paid=claim.held.paid - event.spent.paid,
        )
        return replace(claim, settled=event.settled, held=held, payee_base_units=claim.payee_base_units + earns)

    def _end(self, account: Pubkey, claim: Job | Session, returned: Split) -> None:
        assert claim.held == returned
        self._move(account, returned, available=1, locked=-1)
        self._add(account, open_jobs=-1)
        limits = self.accounts[account].limits
        if _by_operator(claim):
            back = claim.credits - claim.settled
            left = replace(limits, used=limits.used - back, operator_locked=limits.operator_locked - back)
            self._set(account, limits=left)

    def _end_session(self, event: SessionSettled | SessionRefunded) -> None:
        heads = self.accounts[event.credit_account].session_heads
        heads = sha256(heads + bytes(event.session) + event.head + _numbers(event)).digest()
        assert event.session_heads == heads
        self._end(event.credit_account, self.sessions.pop(event.session), event.returned)
        self._set(event.credit_account, session_heads=heads)

    def _move(self, address: Pubkey, split: Split, *, available: int, locked: int) -> None:
        lots = tuple(
            replace(
                lot,
                credits_free=lot.credits_free + available * amount,
                credits_locked=lot.credits_locked + locked * amount,
            )
            for lot, amount in zip(self.accounts[address].lots, split.lots, strict=True)
        )
        granted = sum(split.lots)
        self._set(address, lots=lots)
        self._add(
            address,
            paid_available=available * split.paid,
            paid_locked=locked * split.paid,
            granted_available=available * granted,
            granted_locked=locked * granted,
        )

    def _add(self, address: Pubkey, **amounts: int) -> None:
        account = self.accounts[address]
        self._set(address, **{name: getattr(account, name) + amount for name, amount in amounts.items()})

    def _set(self, address: Pubkey, **values: object) -> None:
        after = replace(self.accounts[address], **values)  # type: ignore[arg-type]
        liabilities = after.paid_available + after.paid_locked + after.granted_available + after.granted_locked
        self.accounts[address] = replace(after, liabilities=liabilities)

    def _balances(self, address: Pubkey) -> Balances:
        account = self.accounts[address]
        return Balances(
            paid_available=account.paid_available,
            paid_locked=account.paid_locked,
            granted_available=account.granted_available,
            granted_locked=account.granted_locked,
            promotion_backing=account.promotion_backing,
        )


_LIMITS = (
    "credits_per_job", "credits_per_session", "credits_per_period", "period_seconds", "period_started_at", "used",
    "operator_locked", "quoted_allowed",
)  # fmt: skip
_NUMBERS = (
    "liabilities", "paid_available", "paid_locked", "granted_available", "granted_locked", "promotion_backing",
    "promotion_owed", "purchased", "bonus", "synced", "granted", "spent_paid", "spent_granted", "withdrawn", "expired",
    "last_topup_at", "open_jobs", "top_up",
)  # fmt: skip


def _limits(event: AccountOpened | LimitsSet, before: Limits) -> Limits:
    return replace(
        before,
        credits_per_job=event.credits_per_job,
        credits_per_session=event.credits_per_session,
        credits_per_period=event.credits_per_period,
        period_seconds=event.period_seconds,
        quoted_allowed=event.quoted_allowed,
    )


def _by_operator(claim: Job | Session) -> bool:
    return isinstance(claim, Session) or bool(claim.by_operator)


def _numbers(event: SessionSettled | SessionRefunded) -> bytes:
    return event.count.to_bytes(8, "little") + event.settled.to_bytes(8, "little")


def _with_id(window: _Window, number: int) -> _Window:
    bits = sum(word << 64 * place for place, word in enumerate(window.words))
    highest = max(window.highest, number)
    bits = bits << (highest - window.highest) | 1 << (highest - number)
    words = tuple(bits >> 64 * place & _WORD for place in range(len(window.words)))
    return replace(window, highest=highest, words=words)


def _with_cycle(windows: PlanWindows, slot: int, cycle: int) -> PlanWindows:
    granted, highest = list(windows.granted), list(windows.highest)
    newest = max(highest[slot], cycle)
    granted[slot] = (granted[slot] << newest - highest[slot] | 1 << newest - cycle) & _WORD
    highest[slot] = newest
    return PlanWindows(granted=tuple(granted), highest=tuple(highest))

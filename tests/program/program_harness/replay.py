"""Accounts from events alone: what an indexer has to be able to do, and the proof that events leave nothing out."""

from collections.abc import Iterable
from dataclasses import replace
from functools import singledispatchmethod

from job_escrow import codec
from job_escrow.codec import (
    PROGRAM_ID,
    AccountClosed,
    AccountOpened,
    Balances,
    CreditAccount,
    CreditsGranted,
    CreditsPurchased,
    CreditsWithdrawn,
    DepositsSynced,
    Event,
    IdWindow,
    Job,
    JobLocked,
    JobRefunded,
    JobSettled,
    Limits,
    LimitsSet,
    Lot,
    LotsExpired,
    Split,
)
from solders.pubkey import Pubkey

_WINDOW = 128
_ALL = 2**_WINDOW - 1
_HALF = 2**64 - 1
_NO_LOTS = (Lot(credits_free=0, credits_locked=0, expires_at=0),) * 8


class Replay:
    """Credit accounts and open jobs as the events tell them. Raises AssertionError where they contradict."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.accounts: dict[Pubkey, CreditAccount] = {}
        self.jobs: dict[Pubkey, Job] = {}
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
        zeros = dict.fromkeys(_NUMBERS, 0)
        self.accounts[address] = CreditAccount(
            **zeros,
            version=1,
            bump=bump,
            platform=event.platform,
            wallet=event.wallet,
            namespace=event.namespace,
            vault=event.vault,
            base_units_per_credit=event.base_units_per_credit,
            opened_at=event.at,
            sequence=event.starts_at,
            job_ids=IdWindow(highest=event.starts_at, low=_HALF, high=_HALF),
            limits=_limits(event, Limits(**dict.fromkeys(_LIMITS, 0))),
            lots=_NO_LOTS,
            rent_payer=event.rent_payer,
            vault_rent_payer=event.rent_payer,
            rent_lamports=event.rent_lamports,
            vault_rent_lamports=event.vault_rent_lamports,
        )

    @_apply.register
    def _(self, event: LimitsSet) -> None:
        account = self.accounts[event.credit_account]
        self._set(event.credit_account, limits=_limits(event, account.limits))

    @_apply.register
    def _(self, event: CreditsPurchased) -> None:
        account = self.accounts[event.credit_account]
        self._add(event.credit_account, paid_available=event.credits, purchased=event.credits)
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
        )
        self._set(event.credit_account, sequence=event.sequence)

    @_apply.register
    def _(self, event: CreditsGranted) -> None:
        lots = list(self.accounts[event.credit_account].lots)
        used = [bool(lot.credits_free or lot.credits_locked) for lot in lots]
        same = [index for index, lot in enumerate(lots) if used[index] and lot.expires_at == event.expires_at]
        index = same[0] if same else used.index(False)
        free = lots[index].credits_free + event.credits
        lots[index] = replace(lots[index], credits_free=free, expires_at=event.expires_at)
        self._add(event.credit_account, granted_available=event.credits, granted=event.credits)
        job_ids = _with_id(self.accounts[event.credit_account].job_ids, event.id)
        self._set(event.credit_account, lots=tuple(lots), job_ids=job_ids)

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
        limits = account.limits
        if event.by_operator:
            same = limits.period_started_at == event.limit_period
            used = event.credits + (limits.used if same else 0)
            limits = replace(limits, period_started_at=event.limit_period, used=used)
        self._set(event.credit_account, job_ids=_with_id(account.job_ids, event.id), limits=limits)
        seeds = [b"job", bytes(event.credit_account), event.id.to_bytes(8, "little")]
        address, bump = Pubkey.find_program_address(seeds, PROGRAM_ID)
        assert address == event.job
        self.jobs[event.job] = Job(
            version=1,
            bump=bump,
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
            payee_credits=0,
            fee_bps=event.fee_bps,
            locked_at=event.at,
            deadline=event.deadline,
            limit_period=event.limit_period,
        )

    @_apply.register
    def _(self, event: JobSettled) -> None:
        job = self.jobs[event.job]
        self._move(event.credit_account, event.spent, available=0, locked=-1)
        self._add(event.credit_account, spent_paid=event.spent.paid, spent_granted=sum(event.spent.lots))
        assert event.settled == job.settled + event.charged
        assert event.charged == event.spent.paid + sum(event.spent.lots)
        base = self.accounts[event.credit_account].base_units_per_credit
        assert event.treasury_base_units + event.payee_base_units == event.charged * base
        earns = event.spent.paid if job.payee != Pubkey.default() else 0
        held = Split(
            lots=tuple(one - other for one, other in zip(job.held.lots, event.spent.lots, strict=True)),
            paid=job.held.paid - event.spent.paid,
        )
        self.jobs[event.job] = replace(job, settled=event.settled, held=held, payee_credits=job.payee_credits + earns)
        if event.is_final:
            self._end(event.credit_account, event.job, event.returned)

    @_apply.register
    def _(self, event: JobRefunded) -> None:
        assert self.jobs[event.job].settled == event.settled
        self._end(event.credit_account, event.job, event.returned)

    @_apply.register
    def _(self, event: AccountClosed) -> None:
        del self.accounts[event.credit_account]

    def _end(self, account: Pubkey, address: Pubkey, returned: Split) -> None:
        job = self.jobs.pop(address)
        assert job.held == returned
        self._move(account, returned, available=1, locked=-1)
        self._add(account, open_jobs=-1)
        limits = self.accounts[account].limits
        if job.by_operator and job.limit_period == limits.period_started_at:
            back = job.credits - job.settled
            self._set(account, limits=replace(limits, used=max(0, limits.used - back)))

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
        self.accounts[address] = replace(self.accounts[address], **values)  # type: ignore[arg-type]

    def _balances(self, address: Pubkey) -> Balances:
        account = self.accounts[address]
        return Balances(
            paid_available=account.paid_available,
            paid_locked=account.paid_locked,
            granted_available=account.granted_available,
            granted_locked=account.granted_locked,
        )


_LIMITS = ("credits_per_job", "credits_per_period", "period_seconds", "period_started_at", "used")
_NUMBERS = (
    "paid_available", "paid_locked", "granted_available", "granted_locked", "pending_bonus", "pending_bonus_base",
    "purchased", "synced", "granted", "spent_paid", "spent_granted", "withdrawn", "expired", "last_topup_at",
    "open_jobs", "topup_threshold", "topup_credits", "topup_per_period", "topup_period_seconds",
    "topup_period_started_at", "topup_used",
)  # fmt: skip


def _limits(event: AccountOpened | LimitsSet, before: Limits) -> Limits:
    return replace(
        before,
        credits_per_job=event.credits_per_job,
        credits_per_period=event.credits_per_period,
        period_seconds=event.period_seconds,
    )


def _with_id(window: IdWindow, job_id: int) -> IdWindow:
    bits = window.low | window.high << 64
    highest = max(window.highest, job_id)
    bits = (bits << (highest - window.highest) | 1 << (highest - job_id)) & _ALL
    return codec.IdWindow(highest=highest, low=bits & _HALF, high=bits >> 64)

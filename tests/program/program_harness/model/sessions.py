"""The instructions of sessions; the rest of the model is in `ledger`."""

from collections.abc import Sequence

from job_escrow.bounds import JOB_BUMP
from job_escrow.codec import (
    AboveLock,
    AmountIsZero,
    DeadlineNotPassed,
    DeadlinePassed,
    InsufficientCredits,
    InvalidDuration,
    InvalidTotals,
    JobIdOfTheOther,
    MissingReceipts,
    NotTheOperator,
    Paused,
    TierTotals,
    TotalsFell,
    UnusableJobId,
    WrongReceiptCount,
)
from solders.pubkey import Pubkey

from program_harness.calls_of_sessions import NO_TOTALS
from program_harness.model.ids import WALLETS
from program_harness.model.ledger import Model
from program_harness.model.refusing import Refused, require
from program_harness.model.session import SessionModel
from program_harness.parties import SessionRef
from program_harness.pricing import reference_session_cost
from program_harness.reasons import Runtime


def session_of(model: Model, ref: SessionRef) -> SessionModel:
    """A session that has to be open."""
    account = model.accounts.get(ref.credit.address)
    if account is None or ref.id not in account.sessions:
        raise Refused(Runtime.ACCOUNT_DATA_TOO_SMALL)
    return account.sessions[ref.id]


def open_session(
    model: Model,
    ref: SessionRef,
    *,
    operator: Pubkey,
    credits: int,
    seconds: int,
    payee: tuple[Pubkey, Pubkey] | None,
) -> None:
    """`payee` is the owner and its token account."""
    account, platform = model.account(ref.credit), model.platform(ref.credit)
    require(payee is None or payee[0] in platform.payees, Runtime.UNINITIALIZED_ACCOUNT)
    require(not platform.paused, Paused)
    require(platform.is_operator(operator), NotTheOperator)
    require(1 <= seconds <= platform.max_job_seconds, InvalidDuration)
    require(credits != 0, AmountIsZero)
    require(ref.id < WALLETS, JobIdOfTheOther)
    registered = None if payee is None else platform.payees[payee[0]]
    if registered is not None:
        registered.require_usable(model.now)
    account.job_ids.require_new(ref.id)
    account.require_session_within_limits(credits, model.now)
    from_lots = account.lots.plan(credits, model.now)
    require(credits - sum(from_lots) <= account.paid_available, InsufficientCredits)
    require(ref.derived.bump == JOB_BUMP, UnusableJobId)

    account.job_ids.use(ref.id)
    account.lock(credits, from_lots, model.now, by_operator=True)
    account.sessions[ref.id] = SessionModel(
        ref=ref,
        tiers=tuple(platform.tiers),
        credits=credits,
        held_lots=from_lots,
        held_paid=credits - sum(from_lots),
        fee_bps=platform.fee_for(registered, model.now),
        opened_at=model.now,
        deadline=model.now + seconds,
        payee=payee[0] if payee else None,
        payee_tokens=payee[1] if payee else None,
    )


def settle_session(
    model: Model,
    ref: SessionRef,
    totals: Sequence[TierTotals],
    *,
    from_count: int,
    count: int,
    root: bytes,
    is_final: bool,
    operator: Pubkey,
) -> None:
    session = session_of(model, ref)
    require(model.platform(ref.credit).is_operator(operator), NotTheOperator)
    require(model.now < session.deadline, DeadlinePassed)
    require(from_count == session.count and count >= from_count, WrongReceiptCount)
    cost = 0
    for tier, before, total in zip(session.tiers, session.totals, totals, strict=True):
        require(_none_fell(before, total), TotalsFell)
        if total != NO_TOTALS:
            priced = reference_session_cost(tier, total) if tier.name[0] else None
            if priced is None:
                raise Refused(InvalidTotals)
            cost += priced
    require(cost <= session.credits, AboveLock)
    require(count > from_count or tuple(totals) == session.totals, MissingReceipts)
    session.totals = tuple(totals)
    model.charge(session, cost - session.settled)
    if count > from_count:
        session.advance(root, count)
    if is_final:
        model.accounts[ref.credit.address].end(session)


def refund_session(model: Model, ref: SessionRef, authority: Pubkey) -> None:
    session = session_of(model, ref)
    by_operator = model.platform(ref.credit).is_operator(authority)
    require(model.now >= session.deadline or by_operator, DeadlineNotPassed)
    model.accounts[ref.credit.address].end(session)


def _none_fell(before: TierTotals, after: TierTotals) -> bool:
    names = ("flat_requests", "metered_requests", "metered_units", "metered_credits")
    return all(getattr(after, name) >= getattr(before, name) for name in names)

"""The parties: wallet, operator, admin and anyone, each blocking and asynchronous over the same flows."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import cache, wraps
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar, get_args

from solders.pubkey import Pubkey

from job_escrow.chain.driving import run, run_async
from job_escrow.chain.requests import AsyncChain, Chain, Flow
from job_escrow.flows import admin, anyone, jobs, keeping, operator, sessions, settling, tables, top_ups, wallet
from job_escrow.flows.locking import LockTerms
from job_escrow.flows.sides import PlatformSide, Side, WalletSide
from job_escrow.job_context import PATIENCE_SECONDS, AsyncJobSession, JobSession

if TYPE_CHECKING:
    from job_escrow.session_context.contexts import AsyncCreditSession, CreditSession
    from job_escrow.session_context.policy import SessionPolicy
    from job_escrow.session_context.store import SessionStore

SideT = TypeVar("SideT", bound=Side)
SideT_co = TypeVar("SideT_co", bound=Side, covariant=True)
Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Party(Generic[SideT_co]):
    """Somebody on a blocking chain."""

    chain: Chain
    side: SideT_co


@dataclass(frozen=True)
class AsyncParty(Generic[SideT_co]):
    """Somebody on an asynchronous chain."""

    chain: AsyncChain
    side: SideT_co


def _blocking(
    flow: Callable[Concatenate[SideT, Arguments], Flow[Answer]],
) -> Callable[Concatenate[Party[SideT], Arguments], Answer]:
    @wraps(flow)
    def method(party: Party[SideT], /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        return run(flow(party.side, *args, **kwargs), party.chain)

    method.__signature__ = _as_method(flow)  # type: ignore[attr-defined]
    return method


def _awaited(
    flow: Callable[Concatenate[SideT, Arguments], Flow[Answer]],
) -> Callable[Concatenate[AsyncParty[SideT], Arguments], Coroutine[Any, Any, Answer]]:
    @wraps(flow)
    async def method(party: AsyncParty[SideT], /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        return await run_async(flow(party.side, *args, **kwargs), party.chain)

    method.__signature__ = _as_method(flow)  # type: ignore[attr-defined]
    return method


@cache
def _as_method(flow: Callable[..., Flow[Any]]) -> Signature:
    """What the method takes and gives, for help() and the API reference, which would show the flow's otherwise."""
    of_flow = signature(flow)
    side, *arguments = of_flow.parameters.values()
    _, _, answer = get_args(of_flow.return_annotation)
    myself = side.replace(name="self", annotation=Parameter.empty)
    return of_flow.replace(parameters=[myself, *arguments], return_annotation=answer)


class Wallet(Party[WalletSide]):
    """A wallet holder's side of one credit account; blocking."""

    open = _blocking(wallet.open_account)
    purchase = _blocking(wallet.purchase)
    purchase_pack = _blocking(wallet.purchase_pack)
    purchase_for = _blocking(wallet.purchase_for)
    set_limits = _blocking(wallet.set_limits)
    lock = _blocking(wallet.lock)
    begin = _blocking(wallet.begin)
    sync_deposits = _blocking(wallet.sync_deposits)
    withdraw = _blocking(wallet.withdraw)
    recover = _blocking(wallet.recover)
    recover_nested = _blocking(wallet.recover_nested)
    close = _blocking(wallet.close)
    set_top_up = _blocking(top_ups.set_top_up)
    top_up_allowance = _blocking(top_ups.top_up_allowance)
    remove_top_up = _blocking(top_ups.remove_top_up)
    top_up_state = _blocking(top_ups.top_up_state)
    account = _blocking(wallet.account)
    balance = _blocking(wallet.balance)
    next_sequence = _blocking(wallet.next_sequence)
    next_job_id = _blocking(wallet.next_job_id)

    @property
    def address(self) -> Pubkey:
        """The credit account; also where plain transfers to it are sent."""
        return self.side.address


class AsyncWallet(AsyncParty[WalletSide]):
    """A wallet holder's side of one credit account; asynchronous."""

    open = _awaited(wallet.open_account)
    purchase = _awaited(wallet.purchase)
    purchase_pack = _awaited(wallet.purchase_pack)
    purchase_for = _awaited(wallet.purchase_for)
    set_limits = _awaited(wallet.set_limits)
    lock = _awaited(wallet.lock)
    begin = _awaited(wallet.begin)
    sync_deposits = _awaited(wallet.sync_deposits)
    withdraw = _awaited(wallet.withdraw)
    recover = _awaited(wallet.recover)
    recover_nested = _awaited(wallet.recover_nested)
    close = _awaited(wallet.close)
    set_top_up = _awaited(top_ups.set_top_up)
    top_up_allowance = _awaited(top_ups.top_up_allowance)
    remove_top_up = _awaited(top_ups.remove_top_up)
    top_up_state = _awaited(top_ups.top_up_state)
    account = _awaited(wallet.account)
    balance = _awaited(wallet.balance)
    next_sequence = _awaited(wallet.next_sequence)
    next_job_id = _awaited(wallet.next_job_id)

    @property
    def address(self) -> Pubkey:
        """The credit account; also where plain transfers to it are sent."""
        return self.side.address


class Operator(Party[PlatformSide]):
    """A provider's side of a platform; blocking."""

    def job(self, credit_account: Pubkey, terms: LockTerms, *, patience: float = PATIENCE_SECONDS) -> JobSession:
        """A job to run in a `with` block: locked on entry, settled on exit, refunded on failure.

        Where the chain does not answer it is tried again for `patience` seconds. See job_escrow.job_context.
        """
        return JobSession(self.chain, self.side, credit_account, terms, patience)

    def session(
        self,
        credit_account: Pubkey,
        store: "SessionStore",
        policy: "SessionPolicy | None" = None,
        *,
        patience: float = PATIENCE_SECONDS,
    ) -> "CreditSession":
        """Sessions of an account, for requests in a `with` block: opened as needed, all ended with the block.

        What another run has left open is taken up on entry. Where the chain does not answer it is tried again for
        `patience` seconds. Entering raises OtherStore for a store of another platform or chain, StoreInUse where
        another block has the account. See job_escrow.session_context.
        """
        # Late: it brings a database.
        from job_escrow.session_context.contexts import CreditSession
        from job_escrow.session_context.policy import SessionPolicy

        return CreditSession(self.chain, self.side, credit_account, store, policy or SessionPolicy(), patience)

    lock = _blocking(operator.lock)
    begin = _blocking(jobs.begin)
    outcome = _blocking(operator.outcome)
    settle = _blocking(settling.settle)
    settle_many = _blocking(settling.settle_many)
    create_table = _blocking(tables.create_table)
    refund = _blocking(operator.refund)
    open_session = _blocking(sessions.open_session)
    settle_session = _blocking(sessions.settle_session)
    refund_session = _blocking(sessions.refund_session)
    session_outcome = _blocking(sessions.session_outcome)
    grant = _blocking(operator.grant)
    next_job_id = _blocking(operator.next_job_id)
    next_session_id = _blocking(sessions.next_session_id)
    next_grant_id = _blocking(operator.next_grant_id)


class AsyncOperator(AsyncParty[PlatformSide]):
    """A provider's side of a platform; asynchronous."""

    def job(self, credit_account: Pubkey, terms: LockTerms, *, patience: float = PATIENCE_SECONDS) -> AsyncJobSession:
        """A job to run in an `async with` block: locked on entry, settled on exit, refunded on failure.

        Where the chain does not answer it is tried again for `patience` seconds. See job_escrow.job_context.
        """
        return AsyncJobSession(self.chain, self.side, credit_account, terms, patience)

    def session(
        self,
        credit_account: Pubkey,
        store: "SessionStore",
        policy: "SessionPolicy | None" = None,
        *,
        patience: float = PATIENCE_SECONDS,
    ) -> "AsyncCreditSession":
        """Sessions of an account, for requests in an `async with` block: opened as needed, all ended with the block.

        What another run has left open is taken up on entry. Where the chain does not answer it is tried again for
        `patience` seconds. Entering raises OtherStore for a store of another platform or chain, StoreInUse where
        another block has the account. See job_escrow.session_context.
        """
        # Late: it brings a database.
        from job_escrow.session_context.contexts import AsyncCreditSession
        from job_escrow.session_context.policy import SessionPolicy

        return AsyncCreditSession(self.chain, self.side, credit_account, store, policy or SessionPolicy(), patience)

    lock = _awaited(operator.lock)
    begin = _awaited(jobs.begin)
    outcome = _awaited(operator.outcome)
    settle = _awaited(settling.settle)
    settle_many = _awaited(settling.settle_many)
    create_table = _awaited(tables.create_table)
    refund = _awaited(operator.refund)
    open_session = _awaited(sessions.open_session)
    settle_session = _awaited(sessions.settle_session)
    refund_session = _awaited(sessions.refund_session)
    session_outcome = _awaited(sessions.session_outcome)
    grant = _awaited(operator.grant)
    next_job_id = _awaited(operator.next_job_id)
    next_session_id = _awaited(sessions.next_session_id)
    next_grant_id = _awaited(operator.next_grant_id)


class Admin(Party[PlatformSide]):
    """The side of whoever runs a platform; blocking."""

    update_platform = _blocking(admin.update_platform)
    pause = _blocking(admin.pause)
    unpause = _blocking(admin.unpause)
    revoke_operator = _blocking(admin.revoke_operator)
    switch_operator = _blocking(admin.switch_operator)
    set_tier = _blocking(admin.set_tier)
    set_pack = _blocking(admin.set_pack)
    open_promotion = _blocking(admin.open_promotion)
    fund_promotion = _blocking(admin.fund_promotion)
    withdraw_promotion = _blocking(admin.withdraw_promotion)
    apply_changes = _blocking(admin.apply_changes)
    propose_admin = _blocking(admin.propose_admin)
    accept_admin = _blocking(admin.accept_admin)
    register_payee = _blocking(admin.register_payee)
    suspend_payee = _blocking(admin.suspend_payee)
    resume_payee = _blocking(admin.resume_payee)
    set_payee_share = _blocking(admin.set_payee_share)
    unregister_payee = _blocking(admin.unregister_payee)


class AsyncAdmin(AsyncParty[PlatformSide]):
    """The side of whoever runs a platform; asynchronous."""

    update_platform = _awaited(admin.update_platform)
    pause = _awaited(admin.pause)
    unpause = _awaited(admin.unpause)
    revoke_operator = _awaited(admin.revoke_operator)
    switch_operator = _awaited(admin.switch_operator)
    set_tier = _awaited(admin.set_tier)
    set_pack = _awaited(admin.set_pack)
    open_promotion = _awaited(admin.open_promotion)
    fund_promotion = _awaited(admin.fund_promotion)
    withdraw_promotion = _awaited(admin.withdraw_promotion)
    apply_changes = _awaited(admin.apply_changes)
    propose_admin = _awaited(admin.propose_admin)
    accept_admin = _awaited(admin.accept_admin)
    register_payee = _awaited(admin.register_payee)
    suspend_payee = _awaited(admin.suspend_payee)
    resume_payee = _awaited(admin.resume_payee)
    set_payee_share = _awaited(admin.set_payee_share)
    unregister_payee = _awaited(admin.unregister_payee)


class Anyone(Party[Side]):
    """What anybody may do: pay for somebody, and put in order what is due; blocking."""

    purchase_for = _blocking(anyone.purchase_for)
    refund = _blocking(anyone.refund)
    refund_timed_out = _blocking(anyone.refund_timed_out)
    refund_session = _blocking(sessions.refund_session)
    refund_timed_out_session = _blocking(sessions.refund_timed_out_session)
    sync_deposits = _blocking(anyone.sync_deposits)
    expire_lots = _blocking(anyone.expire_lots)
    sweep_promotion = _blocking(anyone.sweep_promotion)
    top_up = _blocking(top_ups.top_up)
    keep_once = _blocking(keeping.keep_once)
    keep = _blocking(keeping.keep)
    apply_changes = _blocking(anyone.apply_changes)


class AsyncAnyone(AsyncParty[Side]):
    """What anybody may do: pay for somebody, and put in order what is due; asynchronous."""

    purchase_for = _awaited(anyone.purchase_for)
    refund = _awaited(anyone.refund)
    refund_timed_out = _awaited(anyone.refund_timed_out)
    refund_session = _awaited(sessions.refund_session)
    refund_timed_out_session = _awaited(sessions.refund_timed_out_session)
    sync_deposits = _awaited(anyone.sync_deposits)
    expire_lots = _awaited(anyone.expire_lots)
    sweep_promotion = _awaited(anyone.sweep_promotion)
    top_up = _awaited(top_ups.top_up)
    keep_once = _awaited(keeping.keep_once)
    keep = _awaited(keeping.keep)
    apply_changes = _awaited(anyone.apply_changes)

"""Prepaid credits for AI jobs, held in escrow on Solana.

`Escrow` and `AsyncEscrow` are where to start. Amounts are integers: credits, or base units of the mint; times are unix
seconds.

Whatever reads raises ChainError where the node cannot be asked or answers nonsense. Whatever sends raises besides,
before anything is sent: Refused and ProgramFailed from the simulation, InvalidAmount, SpendCapReached, SigningFailed;
and afterwards TransactionFailed with a signature, TransactionExpired (nothing happened) or OutcomeUnknown (its message
says how to go on). `job_escrow.errors` draws the tree; methods name what they raise beyond that.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from job_escrow._version import __version__

if TYPE_CHECKING:
    from job_escrow.addresses import (
        credit_address,
        delegate_address,
        job_address,
        payee_address,
        platform_address,
        session_address,
        token_address,
        top_up_address,
        vault_address,
    )
    from job_escrow.amounts import Credits, InvalidAmount, Usdc
    from job_escrow.bounds import NEVER
    from job_escrow.codec import (
        PROGRAM_ID,
        CreditAccount,
        Job,
        LimitsArgs,
        Pack,
        PackExpected,
        Payee,
        PlanCycle,
        Platform,
        Session,
        TierArgs,
        TierTotals,
        TopUpRule,
    )
    from job_escrow.errors import (
        AlreadyExists,
        ChainError,
        CreditsMissing,
        EscrowError,
        JobEnded,
        JobError,
        NotAdmitted,
        NotFound,
        NothingReported,
        NothingToChange,
        OtherDelegate,
        OtherStore,
        OutcomeUnknown,
        PeriodUsedUp,
        PlatformPaused,
        ProgramFailed,
        Refused,
        RequestEnded,
        RequestError,
        RequestExpired,
        RequestRunning,
        SequenceUsed,
        SessionEnded,
        SessionsLeft,
        SharedAllowance,
        SigningFailed,
        SpendCapReached,
        StoreError,
        StoreInUse,
        TermsDiffer,
        TooLargeForSession,
        TransactionExpired,
        TransactionFailed,
        TransactionTooLarge,
        WalletAllowsNoSessions,
    )
    from job_escrow.escrow import AsyncEscrow, Escrow
    from job_escrow.flows.admin import PlatformTerms
    from job_escrow.flows.history import HistoryEntry, HistoryPage
    from job_escrow.flows.jobs import Begun
    from job_escrow.flows.keeping import KeeperAction, KeeperNews, KeeperPlan, KeeperRound, KeeperSkipped, KeeperTrouble
    from job_escrow.flows.locking import LockTerms
    from job_escrow.flows.read import Balance
    from job_escrow.flows.sessions import SessionSettlement, SessionTerms
    from job_escrow.flows.settling import Settlement, SettlementResult
    from job_escrow.flows.wallet import NO_LIMITS
    from job_escrow.job_context import AsyncJobSession, JobSession
    from job_escrow.outcomes import JobOutcome, SessionOutcome
    from job_escrow.parties import (
        Admin,
        Anyone,
        AsyncAdmin,
        AsyncAnyone,
        AsyncOperator,
        AsyncWallet,
        Operator,
        Wallet,
    )
    from job_escrow.session_context.contexts import AsyncCreditSession, CreditSession
    from job_escrow.session_context.policy import SessionPolicy
    from job_escrow.session_context.request_contexts import AsyncCreditRequest, CreditRequest
    from job_escrow.session_context.store import SessionStore, StoredSession
    from job_escrow.signing import AnySigner, AsyncSigner, Signer
    from job_escrow.spending import SpendCap
    from job_escrow.tokens import USDC_MINT
    from job_escrow.top_ups import TopUpState, TopUpTerms
    from job_escrow.transactions import Options, Receipt

__all__ = [
    "NEVER",
    "NO_LIMITS",
    "PROGRAM_ID",
    "USDC_MINT",
    "Admin",
    "AlreadyExists",
    "AnySigner",
    "Anyone",
    "AsyncAdmin",
    "AsyncAnyone",
    "AsyncCreditRequest",
    "AsyncCreditSession",
    "AsyncEscrow",
    "AsyncJobSession",
    "AsyncOperator",
    "AsyncSigner",
    "AsyncWallet",
    "Balance",
    "Begun",
    "ChainError",
    "CreditAccount",
    "CreditRequest",
    "CreditSession",
    "Credits",
    "CreditsMissing",
    "Escrow",
    "EscrowError",
    "HistoryEntry",
    "HistoryPage",
    "InvalidAmount",
    "Job",
    "JobEnded",
    "JobError",
    "JobOutcome",
    "JobSession",
    "KeeperAction",
    "KeeperNews",
    "KeeperPlan",
    "KeeperRound",
    "KeeperSkipped",
    "KeeperTrouble",
    "LimitsArgs",
    "LockTerms",
    "NotAdmitted",
    "NotFound",
    "NothingReported",
    "NothingToChange",
    "Operator",
    "Options",
    "OtherDelegate",
    "OtherStore",
    "OutcomeUnknown",
    "Pack",
    "PackExpected",
    "Payee",
    "PeriodUsedUp",
    "PlanCycle",
    "Platform",
    "PlatformPaused",
    "PlatformTerms",
    "ProgramFailed",
    "Receipt",
    "Refused",
    "RequestEnded",
    "RequestError",
    "RequestExpired",
    "RequestRunning",
    "SequenceUsed",
    "Session",
    "SessionEnded",
    "SessionOutcome",
    "SessionPolicy",
    "SessionSettlement",
    "SessionStore",
    "SessionTerms",
    "SessionsLeft",
    "Settlement",
    "SettlementResult",
    "SharedAllowance",
    "Signer",
    "SigningFailed",
    "SpendCap",
    "SpendCapReached",
    "StoreError",
    "StoreInUse",
    "StoredSession",
    "TermsDiffer",
    "TierArgs",
    "TierTotals",
    "TooLargeForSession",
    "TopUpRule",
    "TopUpState",
    "TopUpTerms",
    "TransactionExpired",
    "TransactionFailed",
    "TransactionTooLarge",
    "Usdc",
    "Wallet",
    "WalletAllowsNoSessions",
    "__version__",
    "credit_address",
    "delegate_address",
    "job_address",
    "payee_address",
    "platform_address",
    "session_address",
    "token_address",
    "top_up_address",
    "vault_address",
]

# Where the public names live. A command that only reads starts in half the time when the rest is not imported.
_MODULES = (
    "addresses",
    "amounts",
    "bounds",
    "codec",
    "errors",
    "escrow",
    "flows.admin",
    "flows.history",
    "flows.jobs",
    "flows.keeping",
    "flows.locking",
    "flows.read",
    "flows.sessions",
    "flows.settling",
    "flows.wallet",
    "job_context",
    "outcomes",
    "parties",
    "session_context.contexts",
    "session_context.policy",
    "session_context.request_contexts",
    "session_context.store",
    "signing",
    "spending",
    "tokens",
    "top_ups",
    "transactions",
)

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import what a public name stands for, when it is first used."""
        if name in __all__:
            for module in _MODULES:
                home = import_module(f"{__name__}.{module}")
                if hasattr(home, name):
                    globals()[name] = found = getattr(home, name)
                    return found
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

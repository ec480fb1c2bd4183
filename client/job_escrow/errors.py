"""What can go wrong, as a tree; every message says what to do.

EscrowError
├── TransactionFailed        the chain ran it and refused it
│   ├── Refused              by job_escrow: `refusal` is the error of its own (job_escrow.codec.errors)
│   └── ProgramFailed        by another program or by the runtime
│       └── AlreadyExists    what was to be made is there: use it
├── TransactionExpired       it can never land: nothing happened, do it again
├── OutcomeUnknown           it may have landed: repeat it with the same job id or number, or look it up first
├── TransactionTooLarge      it does not fit a packet: do less at a time
├── SpendCapReached          it would spend more than this process may: raise the cap if that is right
├── SigningFailed            a signer did not sign: nothing was sent
├── NotFound                 an account that must exist does not: check its address, or make it
├── JobError                 a job is not what it was taken for
│   ├── JobEnded             it has ended: `outcome` is what the chain recorded
│   ├── TermsDiffer          the open job of this id has other terms: it is somebody else's, take another id
│   └── NothingReported      a block ended without saying what was used, which costs nothing: report or settle it
├── SessionEnded             a session has ended: `outcome` is what the chain recorded
├── NotAdmitted              no session takes a request, nothing of it was charged
│   ├── WalletAllowsNoSessions  its limits have none: lock a job for each request, or ask the wallet for sessions
│   ├── TooLargeForSession   it needs more than a session may have: lock a job for it, or ask for less
│   ├── PeriodUsedUp         the wallet's limit of this period: wait for the next, or ask the wallet to raise it
│   ├── CreditsMissing       the account has too few: ask the customer for more, or wait where requests run still
│   ├── PlatformPaused       the platform takes nothing new: wait until its admin resumes it
│   └── SessionsLeft         their block ends or has ended: request within the next one
├── RequestError             a request is not what it was taken for
│   ├── RequestEnded         it has ended: `receipt` says what it was charged, if anything
│   ├── RequestExpired       its seconds are over, it costs nothing: ask for another one with more of them
│   └── RequestRunning       another request of this id runs: give each an id of its own
├── StoreError               a session store cannot be read or written: look at its disk
│   ├── StoreInUse           somebody else has it: run one process for each file
│   └── OtherStore           it is of another chain, program, platform or release: give each a file of its own
├── OtherDelegate            a token account has another delegate: use another one, or replace it
├── SharedAllowance          another top-up rule needs the allowance too: allow no less, or use another token account
├── NothingToChange          it is like that already: nothing was sent
└── SequenceUsed             the sequence number was used for something else: read the account and take the next

ChainError                   the chain could not be asked: check the URL and the network (job_escrow.chain)
InvalidAmount                a wrong amount, before anything is sent: a ValueError (job_escrow.amounts)
"""

import re
from collections.abc import Sequence

from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import ID as SYSTEM_PROGRAM_ID
from solders.transaction_status import (
    InstructionErrorCustom,
    InstructionErrorFieldless,
    TransactionErrorFieldless,
    TransactionErrorInstructionError,
    TransactionErrorType,
)

from job_escrow.amounts import InvalidAmount
from job_escrow.chain import ChainError
from job_escrow.codec import REFUSALS, ProgramRefusal
from job_escrow.error_texts import FRAMEWORK_TEXTS, RUNTIME_TEXTS, SYSTEM_TEXTS, TOKEN_TEXTS, TRANSACTION_TEXTS
from job_escrow.outcomes import JobOutcome, SessionOutcome
from job_escrow.receipts.receipt import SessionReceipt

__all__ = [
    "TRANSIENT",
    "AlreadyExists",
    "ChainError",
    "CreditsMissing",
    "EscrowError",
    "InvalidAmount",
    "JobEnded",
    "JobError",
    "NotAdmitted",
    "NotFound",
    "NothingReported",
    "NothingToChange",
    "OtherDelegate",
    "OtherStore",
    "OutcomeUnknown",
    "PeriodUsedUp",
    "PlatformPaused",
    "ProgramFailed",
    "Refused",
    "RequestEnded",
    "RequestError",
    "RequestExpired",
    "RequestRunning",
    "SequenceUsed",
    "SessionEnded",
    "SessionsLeft",
    "SharedAllowance",
    "SigningFailed",
    "SpendCapReached",
    "StoreError",
    "StoreInUse",
    "TermsDiffer",
    "TooLargeForSession",
    "TransactionExpired",
    "TransactionFailed",
    "TransactionTooLarge",
    "WalletAllowsNoSessions",
    "failure",
]

_FAILED_PROGRAM = re.compile(r"^Program (\w+) failed: ")
_ACCOUNT_EXISTS = 0
# Whichever instruction happens to run into them.
_OF_THE_WHOLE = frozenset({"ComputationalBudgetExceeded", "MaxInstructionTraceLengthExceeded"})


class EscrowError(Exception):
    """Anything that this library raises of itself."""


class TransactionFailed(EscrowError):
    """The chain ran the transaction and refused it: no account changed, except for the fee if it landed.

    `logs` is what the programs wrote; `signature` is None where the refusal came from the simulation, before
    anything was sent. `instruction` is the index of the one that failed, where it is known.
    """

    def __init__(
        self,
        message: str,
        *,
        logs: Sequence[str] = (),
        signature: Signature | None = None,
        instruction: int | None = None,
    ) -> None:
        super().__init__(message)
        self.logs = tuple(logs)
        self.signature = signature
        self.instruction = instruction


class Refused(TransactionFailed):
    """The program refused. `refusal` is the class of the reason, `refusal.code` its number."""

    def __init__(
        self,
        refusal: type[ProgramRefusal],
        *,
        logs: Sequence[str] = (),
        signature: Signature | None = None,
        instruction: int | None = None,
        detail: str | None = None,
    ) -> None:
        message = refusal.message if detail is None else f"{refusal.message} ({detail})"
        super().__init__(message, logs=logs, signature=signature, instruction=instruction)
        self.refusal = refusal

    def saying(self, detail: str) -> "Refused":
        """The same refusal, with what the accounts say of its reason."""
        return Refused(
            self.refusal, logs=self.logs, signature=self.signature, instruction=self.instruction, detail=detail
        )


class ProgramFailed(TransactionFailed):
    """Another program, the framework or the runtime refused."""


class AlreadyExists(ProgramFailed):
    """What was to be made exists already: creating or opening it again changed nothing."""


class TransactionExpired(EscrowError):
    """The blockhash expired and the transaction did not land: nothing happened, and it never will."""


class OutcomeUnknown(EscrowError):
    """The chain stopped answering after the transaction was sent. `signature` tells whether it landed.

    `sequence` is the number that a repeat of a purchase or withdrawal must carry, `grant_id` that of a grant. What has
    no number is not `repeatable`: look it up with `Escrow.receipt` first.
    """

    def __init__(
        self,
        signature: Signature,
        *,
        sequence: int | None = None,
        grant_id: int | None = None,
        repeatable: bool = True,
    ) -> None:
        numbers = {"sequence": sequence, "grant_id": grant_id}
        numbered = "".join(f" with {name}={number}" for name, number in numbers.items() if number is not None)
        what_to_do = (
            f"Repeat the command{numbered} when the chain answers again; it is not done twice."
            if repeatable
            else "It has no number, so that a repeat would do it again: two minutes from now, ask for the receipt of "
            "this signature, and repeat the command only if there is none."
        )
        super().__init__(f"the chain stopped answering after {signature} was sent: it may have landed. {what_to_do}")
        self.signature = signature
        self.sequence = sequence
        self.grant_id = grant_id
        self.repeatable = repeatable


class TransactionTooLarge(EscrowError):
    """The transaction does not fit a packet of 1,232 bytes."""


class SpendCapReached(EscrowError):
    """The process would spend more than its cap: nothing was signed."""


class SigningFailed(EscrowError):
    """A signer did not sign, or gave no signature of its key: nothing was sent."""


class NotFound(EscrowError):
    """An account that must exist does not."""


class JobError(EscrowError):
    """A job is not what it was taken for."""


class JobEnded(JobError):
    """The job has ended, and nothing was charged again. `outcome` is what the chain recorded of its end."""

    def __init__(self, outcome: JobOutcome) -> None:
        super().__init__(f"{outcome}, by {outcome.signature}; it is never charged again")
        self.outcome = outcome


class SessionEnded(EscrowError):
    """The session has ended, and nothing was charged again. `outcome` is what the chain recorded of its end."""

    def __init__(self, outcome: SessionOutcome) -> None:
        super().__init__(f"{outcome}, by {outcome.signature}; it is never charged again")
        self.outcome = outcome


class NotAdmitted(EscrowError):
    """No session takes a request: nothing of it runs, and nothing of it was charged."""


class WalletAllowsNoSessions(NotAdmitted):
    """The wallet's limits allow the operator no sessions."""


class TooLargeForSession(NotAdmitted):
    """A request needs more credits than the wallet allows for a session, or more time than a session has."""


class PeriodUsedUp(NotAdmitted):
    """The wallet lets the operator lock too little more in this period."""


class CreditsMissing(NotAdmitted):
    """The account has too few credits for a request. `needed` and `available` are credits.

    `available` can be locked now; `reserved` are in sessions whose requests run still, and may come back.
    """

    def __init__(self, message: str, *, needed: int, available: int, reserved: int) -> None:
        super().__init__(message)
        self.needed = needed
        self.available = available
        self.reserved = reserved


class PlatformPaused(NotAdmitted):
    """The platform is paused: what runs is settled, and nothing new begins."""


class SessionsLeft(NotAdmitted):
    """The block of the sessions is being left or was: what ran in it was released, and nothing new begins."""


class RequestError(EscrowError):
    """A request within a session is not what it was taken for."""


class RequestEnded(RequestError):
    """The request has ended. `receipt` is what it was charged by; None: it costs nothing."""

    def __init__(self, message: str, *, receipt: SessionReceipt | None = None) -> None:
        super().__init__(message)
        self.receipt = receipt


class RequestExpired(RequestError):
    """The request's seconds are over by the chain's clock: it was released, and costs nothing."""


class RequestRunning(RequestError):
    """A request of the same id runs."""


class StoreError(EscrowError):
    """A session store could not be read or written: what was asked for did not happen."""


class StoreInUse(StoreError):
    """A session store, or an account of it, is in use."""


class OtherStore(StoreError):
    """A file that is the session store of something else, or none."""


class TermsDiffer(JobError):
    """The open job of this id was locked on other terms; `differences` says which."""

    def __init__(self, job_id: int, differences: Sequence[str]) -> None:
        super().__init__(f"job {job_id} is open on other terms ({'; '.join(differences)}): take another id, or end it")
        self.differences = tuple(differences)


class NothingReported(JobError):
    """The block of a job or request ended without saying what it used: it costs nothing."""


class SequenceUsed(EscrowError):
    """The sequence number was used for something else: nothing was bought or withdrawn with it now."""


class OtherDelegate(EscrowError):
    """The token account lets somebody else spend, such as a subscription: nothing was changed."""

    def __init__(self, source: Pubkey, delegate: Pubkey | None) -> None:
        super().__init__(
            f"the token account {source} has the delegate {delegate}, such as a subscription of another program, and "
            "would lose it: name another source, or say that it may be replaced"
        )
        self.source = source
        self.delegate = delegate


class SharedAllowance(EscrowError):
    """Other rules of the wallet pay from the token account: what is allowed there was not lowered."""

    def __init__(self, source: Pubkey, namespaces: Sequence[str]) -> None:
        names = ", ".join(repr(name) for name in namespaces)
        super().__init__(
            f"the top-up rules of the namespaces {names} pay from {source} too, and share its allowance: allow no less "
            "than is allowed, turn those off first, or name another source"
        )
        self.source = source
        self.namespaces = tuple(namespaces)


class NothingToChange(EscrowError):
    """What was to be set is like that already: nothing was sent."""


TRANSIENT = (ChainError, OutcomeUnknown, TransactionExpired)
"""What may be over when it is tried again: for what is safe to repeat, such as settling and refunding."""


def failure(
    error: TransactionErrorType,
    instructions: Sequence[Instruction],
    program_id: Pubkey,
    *,
    skipped: int = 0,
    logs: Sequence[str] = (),
    signature: Signature | None = None,
) -> TransactionFailed:
    """The exception for an error that the chain reported of a transaction of these instructions.

    `skipped` is how many stood before them, such as those of the compute budget.
    """
    if not isinstance(error, TransactionErrorInstructionError):
        name = _name_of(error)
        text = TRANSACTION_TEXTS.get(name, "see the logs")
        return ProgramFailed(f"the chain did not take the transaction ({name}): {text}", logs=logs, signature=signature)
    inner = error.err
    index = error.index - skipped
    known = 0 <= index < len(instructions)
    name = str(inner).rsplit(".", 1)[-1] if isinstance(inner, InstructionErrorFieldless) else str(inner)
    where = index if known and name not in _OF_THE_WHOLE else None
    if isinstance(inner, InstructionErrorCustom):
        ours = known and instructions[index].program_id == program_id
        return _coded(inner.code, ours, logs, signature, where)
    text = RUNTIME_TEXTS.get(name, "see the logs")
    kind = AlreadyExists if name == "AccountAlreadyInitialized" else ProgramFailed
    return kind(f"the chain refused with {name}: {text}", logs=logs, signature=signature, instruction=where)


def _name_of(error: TransactionErrorType) -> str:
    """Of those without fields, the member's name; the others are classes of their own."""
    if isinstance(error, TransactionErrorFieldless):
        return str(error).rpartition(".")[2]
    return type(error).__name__.removeprefix("TransactionError")


def _coded(
    code: int, ours: bool, logs: Sequence[str], signature: Signature | None, instruction: int | None
) -> TransactionFailed:
    refusal = REFUSALS.get(code)
    if ours and refusal is not None:
        return Refused(refusal, logs=logs, signature=signature, instruction=instruction)
    # A number means something only together with whose it is, and the innermost program fails first.
    failed = next((found[1] for line in logs if (found := _FAILED_PROGRAM.match(line))), None)
    by_system = failed == str(SYSTEM_PROGRAM_ID)
    texts = FRAMEWORK_TEXTS if code in FRAMEWORK_TEXTS else SYSTEM_TEXTS if by_system else TOKEN_TEXTS
    kind = AlreadyExists if by_system and code == _ACCOUNT_EXISTS else ProgramFailed
    message = f"a program refused with code {code}: {texts.get(code, 'see the logs')}"
    return kind(message, logs=logs, signature=signature, instruction=instruction)

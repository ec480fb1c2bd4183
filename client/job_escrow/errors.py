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
│   └── NothingReported      a job context ended without a report: the job was refunded, report what it used
├── SessionEnded             a session has ended: `outcome` is what the chain recorded
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
from job_escrow.outcomes import JobOutcome, SessionOutcome

__all__ = [
    "TRANSIENT",
    "AlreadyExists",
    "ChainError",
    "EscrowError",
    "InvalidAmount",
    "JobEnded",
    "JobError",
    "NotFound",
    "NothingReported",
    "NothingToChange",
    "OtherDelegate",
    "OutcomeUnknown",
    "ProgramFailed",
    "Refused",
    "SequenceUsed",
    "SessionEnded",
    "SharedAllowance",
    "SigningFailed",
    "SpendCapReached",
    "TermsDiffer",
    "TransactionExpired",
    "TransactionFailed",
    "TransactionTooLarge",
    "failure",
]

FRAMEWORK_TEXTS = {
    2000: "an account that must be writable was passed read-only: mark it as writable",
    2007: "a program's place holds an account that is no program: pass the program",
    2012: "an account is not the one that it must be: derive its address again",
    2040: "the same account was passed twice where two different ones are needed: pass each its own",
}
"""Anchor's codes that this program can give; a test holds the texts below to what does occur."""

RUNTIME_TEXTS = {
    "AccountAlreadyInitialized": "the account exists already: use it, or choose another name or namespace",
    "AccountDataTooSmall": "an account is missing or holds too little: make it first, or pass the one that is named",
    "AccountNotExecutable": "a program's place holds an account that is no program: pass the program",
    "IllegalOwner": "an account is missing or belongs to another program: make it first; tokens are of the classic "
    "Token program",
    "IncorrectProgramId": "an account belongs to another program than the instruction wants: pass the named one",
    "InsufficientFunds": "too few lamports: fund the fee payer with SOL",
    "InvalidAccountData": "an account holds something else than it must: pass the one that the instruction names",
    "InvalidAccountOwner": "an account belongs to another program: pass the one that the instruction names",
    "InvalidArgument": "an argument is none that the program takes: build the instruction with this library",
    "InvalidInstructionData": "the data is none of this instruction: build the instruction with this library",
    "InvalidSeeds": "an address does not follow from its seeds: derive it again",
    "MaxInstructionTraceLengthExceeded": "the transaction runs too many instructions: do less in one",
    "MissingAccount": "an account is missing: pass all that the instruction names",
    "MissingRequiredSignature": "a signature is missing: sign with the key that the instruction names",
    "NotEnoughAccountKeys": "an account is missing: pass all that the instruction names",
    "PrivilegeEscalation": "an address does not follow from its seeds and bump: derive it again",
    "ProgramFailedToComplete": "the program stopped in the middle and nothing was changed: report this with the logs",
    "ReadonlyDataModified": "an account that must be writable was passed read-only: mark it as writable",
    "ReadonlyLamportChange": "an account that must be writable was passed read-only: mark it as writable",
    "UnbalancedInstruction": "lamports do not add up: pass each account once, and the one that the instruction names",
    "UninitializedAccount": "an account does not exist yet: open it first",
}
"""Errors without a code, of the runtime or of a program."""

TOKEN_TEXTS = {
    1: "too few tokens in the source: fund it and try again",
    3: "the token account holds another mint: use one of the platform's mint",
    4: "the token account belongs to somebody else: use one of your own",
    17: "the token account is frozen by the mint's issuer: use another one, or ask the issuer",
}
"""Codes of the Token program."""

SYSTEM_TEXTS = {
    0: "the account exists already: use it, or choose another name or namespace",
    1: "too few lamports for the rent: fund the fee payer with SOL",
}
"""Codes of the System program."""

TRANSACTION_TEXTS = {
    "AccountNotFound": "the fee payer has no SOL on this cluster: fund it",
    "AddressLookupTableNotFound": "there is no such lookup table on this cluster: create it first",
    "AlreadyProcessed": "the same transaction has landed already",
    "BlockhashNotFound": "the node does not know the blockhash, it may be behind: try again, or use another node",
    "InsufficientFundsForFee": "the fee payer has too little SOL for the fee: fund it",
    "InsufficientFundsForRent": "an account would be left with too little SOL for its rent: fund the fee payer",
    "InvalidAddressLookupTableIndex": "the lookup table is newer than what the node has seen: try again in a moment",
    "InvalidProgramForExecution": "a program is not deployed on this cluster: check --url and the program's address",
    "ProgramAccountNotFound": "a program is not deployed on this cluster: check --url and the program's address",
}
"""Errors of whole transactions."""

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


class TermsDiffer(JobError):
    """The open job of this id was locked on other terms; `differences` says which."""

    def __init__(self, job_id: int, differences: Sequence[str]) -> None:
        super().__init__(f"job {job_id} is open on other terms ({'; '.join(differences)}): take another id, or end it")
        self.differences = tuple(differences)


class NothingReported(JobError):
    """A job context ended without a report of what the job used: it was refunded."""


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

"""What can go wrong, as a tree; every message says what to do.

EscrowError
├── TransactionFailed        the chain ran it and refused it
│   ├── Refused              by job_escrow: `refusal` is the error of its own (job_escrow.codec.errors)
│   └── ProgramFailed        by another program or by the runtime
├── TransactionExpired       it can never land: nothing happened, do it again
├── OutcomeUnknown           it may have landed: look its signature up before doing it again
├── TransactionTooLarge      it does not fit a packet
├── NotFound                 an account that must exist does not
└── ChainError               the chain could not be asked (job_escrow.chain)

InvalidAmount (a ValueError) is what a wrong amount raises before anything is sent.
"""

from collections.abc import Sequence

from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction_status import (
    InstructionErrorCustom,
    InstructionErrorFieldless,
    TransactionErrorInstructionError,
    TransactionErrorType,
)

from job_escrow.amounts import InvalidAmount
from job_escrow.chain import ChainError
from job_escrow.codec import REFUSALS, ProgramRefusal

__all__ = [
    "ChainError",
    "EscrowError",
    "InvalidAmount",
    "NotFound",
    "OutcomeUnknown",
    "ProgramFailed",
    "Refused",
    "TransactionExpired",
    "TransactionFailed",
    "TransactionTooLarge",
    "failure",
]

_FRAMEWORK_ERRORS = {
    2000: "an account that must be writable was passed read-only",
    2006: "an address does not follow from its seeds: derive it again",
    2012: "an account is not the one that it must be: derive its address again",
    2040: "the same account was passed twice where two different ones are needed",
    3002: "an account is of another kind: pass the one that the instruction names",
    3005: "an account is missing: pass all that the instruction names",
    3007: "an account belongs to another program",
    3008: "a program's place holds another account",
    3010: "a signature is missing: sign with the key that the instruction names",
    3012: "an account does not exist yet: open it first",
}
_RUNTIME_ERRORS = {
    "AccountAlreadyInitialized": "the account exists already: use it, or choose another name or namespace",
    "IllegalOwner": "an account belongs to another program: token accounts are of the classic Token program",
    "IncorrectProgramId": "an account belongs to another program than the instruction wants",
    "InsufficientFunds": "too few lamports: fund the fee payer with SOL",
    "InvalidAccountData": "an account holds something else than it must: pass the one that the instruction names",
    "MissingRequiredSignature": "a signature is missing: sign with the key that the instruction names",
    "UninitializedAccount": "an account does not exist yet: open it first",
    "PrivilegeEscalation": "an address does not follow from its seeds and bump: derive it again",
}
_TOKEN_ERRORS = {
    1: "too few tokens in the source: fund it and try again",
    3: "the token account holds another mint",
    4: "the token account belongs to somebody else",
    17: "the token account is frozen by the mint's issuer",
}


class EscrowError(Exception):
    """Anything that this library raises of itself."""


class TransactionFailed(EscrowError):
    """The chain ran the transaction and refused it: no account changed, except for the fee if it landed.

    `logs` is what the programs wrote; `signature` is None where the refusal came from the simulation, before
    anything was sent.
    """

    def __init__(self, message: str, *, logs: Sequence[str] = (), signature: Signature | None = None) -> None:
        super().__init__(message)
        self.logs = tuple(logs)
        self.signature = signature


class Refused(TransactionFailed):
    """The program refused. `refusal` is the class of the reason, `refusal.code` its number."""

    def __init__(
        self, refusal: type[ProgramRefusal], *, logs: Sequence[str] = (), signature: Signature | None = None
    ) -> None:
        super().__init__(refusal.message, logs=logs, signature=signature)
        self.refusal = refusal


class ProgramFailed(TransactionFailed):
    """Another program, the framework or the runtime refused."""


class TransactionExpired(EscrowError):
    """The blockhash expired and the transaction did not land: nothing happened, and it never will."""


class OutcomeUnknown(EscrowError):
    """The chain stopped answering after the transaction was sent. `signature` tells whether it landed."""

    def __init__(self, signature: Signature) -> None:
        super().__init__(
            f"the chain stopped answering after {signature} was sent: it may have landed. "
            "Repeat the command when the chain answers again; a repeat is refused where it did."
        )
        self.signature = signature


class TransactionTooLarge(EscrowError):
    """The transaction does not fit a packet of 1,232 bytes."""


class NotFound(EscrowError):
    """An account that must exist does not."""


def failure(
    error: TransactionErrorType,
    instructions: Sequence[Instruction],
    program_id: Pubkey,
    *,
    logs: Sequence[str] = (),
    signature: Signature | None = None,
) -> TransactionFailed:
    """The exception for an error that the chain reported of a transaction of these instructions."""
    if not isinstance(error, TransactionErrorInstructionError):
        return ProgramFailed(f"the chain did not take the transaction: {error}", logs=logs, signature=signature)
    inner = error.err
    # Indexes count the compute budget instructions, which the caller passes too.
    failed = instructions[error.index] if error.index < len(instructions) else None
    ours = failed is not None and failed.program_id == program_id
    if isinstance(inner, InstructionErrorCustom):
        refusal = REFUSALS.get(inner.code)
        if ours and refusal is not None:
            return Refused(refusal, logs=logs, signature=signature)
        texts = _FRAMEWORK_ERRORS if inner.code >= 1000 else _TOKEN_ERRORS
        reason = texts.get(inner.code, "see the logs")
        return ProgramFailed(f"a program refused with code {inner.code}: {reason}", logs=logs, signature=signature)
    name = str(inner).rsplit(".", 1)[-1] if isinstance(inner, InstructionErrorFieldless) else str(inner)
    reason = _RUNTIME_ERRORS.get(name, "see the logs")
    return ProgramFailed(f"the chain refused with {name}: {reason}", logs=logs, signature=signature)

"""Why a transaction failed, as one value that tests compare: whose code it was and what it says."""

import re
from collections.abc import Sequence
from enum import Enum, IntEnum

from job_escrow.codec import PROGRAM_ID, REFUSALS, ProgramRefusal
from solders.token import ID as TOKEN_PROGRAM_ID
from solders.transaction_status import (
    InstructionErrorCustom,
    InstructionErrorFieldless,
    TransactionErrorFieldless,
    TransactionErrorInstructionError,
    TransactionErrorType,
)


class Framework(IntEnum):
    """Anchor's own codes, as far as this program can give them."""

    MUTABLE = 2000
    EXECUTABLE = 2007
    ADDRESS = 2012
    DUPLICATE_MUTABLE = 2040


class Token(IntEnum):
    """Codes of the Token program."""

    INSUFFICIENT_FUNDS = 1
    MINT_MISMATCH = 3
    OWNER_MISMATCH = 4
    ACCOUNT_FROZEN = 17


class System(IntEnum):
    """Codes of the System program."""

    ACCOUNT_ALREADY_IN_USE = 0
    TOO_FEW_LAMPORTS = 1


class Runtime(Enum):
    """Errors without a code, of the runtime or of a program."""

    ACCOUNT_DATA_TOO_SMALL = "AccountDataTooSmall"
    ACCOUNT_ALREADY_INITIALIZED = "AccountAlreadyInitialized"
    ACCOUNT_NOT_EXECUTABLE = "AccountNotExecutable"
    ILLEGAL_OWNER = "IllegalOwner"
    INCORRECT_PROGRAM_ID = "IncorrectProgramId"
    INSUFFICIENT_FUNDS = "InsufficientFunds"
    INVALID_ACCOUNT_DATA = "InvalidAccountData"
    INVALID_ACCOUNT_OWNER = "InvalidAccountOwner"
    INVALID_ARGUMENT = "InvalidArgument"
    INVALID_INSTRUCTION_DATA = "InvalidInstructionData"
    INVALID_SEEDS = "InvalidSeeds"
    MAX_INSTRUCTION_TRACE_LENGTH_EXCEEDED = "MaxInstructionTraceLengthExceeded"
    MISSING_ACCOUNT = "MissingAccount"
    MISSING_SIGNATURE = "MissingRequiredSignature"
    NOT_ENOUGH_ACCOUNT_KEYS = "NotEnoughAccountKeys"
    PRIVILEGE_ESCALATION = "PrivilegeEscalation"
    PROGRAM_FAILED_TO_COMPLETE = "ProgramFailedToComplete"
    READONLY_DATA_MODIFIED = "ReadonlyDataModified"
    READONLY_LAMPORT_CHANGE = "ReadonlyLamportChange"
    UNBALANCED = "UnbalancedInstruction"
    UNINITIALIZED_ACCOUNT = "UninitializedAccount"


Reason = type[ProgramRefusal] | Framework | Token | System | Runtime
"""Why an instruction failed."""

_FAILED = re.compile(r"^Program (\w+) failed: ")
_FRAMEWORK_CODES = 1_000


def reason_of(error: TransactionErrorType, logs: Sequence[str]) -> Reason:
    """What an error says. Raises AssertionError for one that no test could mean."""
    assert isinstance(error, TransactionErrorInstructionError), f"not an instruction's error: {error}"
    inner = error.err
    if isinstance(inner, InstructionErrorCustom):
        return _custom(inner.code, logs)
    assert isinstance(inner, InstructionErrorFieldless), f"an error that carries text: {inner}"
    return Runtime(str(inner).rsplit(".", 1)[-1])


def is_duplicate(error: TransactionErrorType) -> bool:
    """Whether the chain had seen the same transaction before."""
    return error == TransactionErrorFieldless.AlreadyProcessed


def _custom(code: int, logs: Sequence[str]) -> Reason:
    # The innermost program fails first; a number means something only together with whose it is.
    failed = next(found[1] for line in logs if (found := _FAILED.match(line)))
    if failed == str(PROGRAM_ID):
        return Framework(code) if code >= _FRAMEWORK_CODES and code not in REFUSALS else REFUSALS[code]
    return Token(code) if failed == str(TOKEN_PROGRAM_ID) else System(code)

"""Every error that the program can end in has a text that says what to do, and no text is of one that cannot occur."""

import pytest
from job_escrow import error_texts
from job_escrow.codec import PROGRAM_ID, REFUSALS
from job_escrow.errors import AlreadyExists, ProgramFailed, Refused, TransactionFailed, failure
from program_harness.reasons import Framework, Runtime, System, Token
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.system_program import ID as SYSTEM_PROGRAM_ID
from solders.token import ID as TOKEN_PROGRAM_ID
from solders.transaction_status import (
    InstructionErrorCustom,
    InstructionErrorFieldless,
    TransactionErrorFieldless,
    TransactionErrorInstructionError,
    TransactionErrorInsufficientFundsForRent,
)

_OURS = Instruction(PROGRAM_ID, b"", [])


def test_texts_are_of_what_can_occur() -> None:
    assert set(error_texts.FRAMEWORK_TEXTS) == {each.value for each in Framework}
    assert set(error_texts.RUNTIME_TEXTS) == {each.value for each in Runtime}
    assert set(error_texts.TOKEN_TEXTS) == {each.value for each in Token}
    assert set(error_texts.SYSTEM_TEXTS) == {each.value for each in System}


def test_names_are_those_of_the_runtime() -> None:
    for name in error_texts.RUNTIME_TEXTS:
        assert hasattr(InstructionErrorFieldless, name), name
    for name in set(error_texts.TRANSACTION_TEXTS) - {"InsufficientFundsForRent"}:
        assert hasattr(TransactionErrorFieldless, name), name


def _of_code(code: int, program: Pubkey, *, skipped: int = 1) -> TransactionFailed:
    error = TransactionErrorInstructionError(skipped, InstructionErrorCustom(code))
    return failure(
        error, [_OURS], PROGRAM_ID, skipped=skipped, logs=[f"Program {program} failed: custom program error"]
    )


def test_a_code_is_read_with_whose_it_is() -> None:
    exists = _of_code(0, SYSTEM_PROGRAM_ID)
    assert isinstance(exists, AlreadyExists)
    assert "exists already" in str(exists)
    assert "SOL" in str(_of_code(1, SYSTEM_PROGRAM_ID))
    assert "too few tokens" in str(_of_code(1, TOKEN_PROGRAM_ID))
    for code, refusal in REFUSALS.items():
        refused = _of_code(code, PROGRAM_ID)
        assert isinstance(refused, Refused)
        assert (refused.refusal, refused.instruction) == (refusal, 0)
    assert type(_of_code(2007, PROGRAM_ID)) is ProgramFailed


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TransactionErrorFieldless.AccountNotFound, "no SOL on this cluster"),
        (TransactionErrorFieldless.ProgramAccountNotFound, "not deployed on this cluster"),
        (TransactionErrorFieldless.BlockhashNotFound, "try again, or use another node"),
        (TransactionErrorInsufficientFundsForRent(0), "too little SOL for its rent"),
        (TransactionErrorFieldless.SanitizeFailure, "SanitizeFailure"),
    ],
)
def test_a_transaction_that_was_not_taken(error: TransactionErrorFieldless, said: str) -> None:
    failed = failure(error, [_OURS], PROGRAM_ID)
    assert said in str(failed)
    assert failed.instruction is None


def test_every_text_says_what_to_do() -> None:
    texts = (error_texts.FRAMEWORK_TEXTS, error_texts.RUNTIME_TEXTS, error_texts.TOKEN_TEXTS, error_texts.SYSTEM_TEXTS)
    for text in (text for each in texts for text in each.values()):
        assert ": " in text, text

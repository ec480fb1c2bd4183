"""What a wallet has signed on its way to the chain, and what became of it: landed, never, or not known yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from job_escrow.chain.requests import (
    PACKET_LIMIT,
    GetBlockHeight,
    GetSignatureStatus,
    GetTransaction,
    Send,
    Simulate,
)
from job_escrow.errors import failure
from job_escrow.escrow import AsyncEscrow
from solders.instruction import Instruction
from solders.message import Message, MessageV0, MessageV1
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction
from solders.transaction_status import TransactionErrorType

from job_escrow_api.domain.problems import Kinds, Refusal


class State(StrEnum):
    """What became of a transaction."""

    PENDING = "pending"
    """It may land yet."""
    LANDED = "landed"
    """It did what it says."""
    FAILED = "failed"
    """It landed, and did nothing but pay its fee."""
    EXPIRED = "expired"
    """It did not land, and never will."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a transaction; `slot` and `commitment` of what landed, `detail` says why it failed."""

    state: State
    slot: int | None = None
    commitment: str | None = None
    detail: str | None = None


async def send(escrow: AsyncEscrow, program_id: Pubkey, wallet: Pubkey, raw: bytes) -> Signature:
    """Hand a wallet's transaction to the chain, as often as one likes: it lands at most once.

    Raises Refusal where it is not the wallet's, is none of the program, or would fail; and ChainError.
    """
    transaction = _read(raw)
    message = transaction.message
    if message.account_keys[0] != wallet or not all(transaction.verify_with_results()):
        raise Refusal(Kinds.UNPROCESSABLE, f"The transaction is not signed by {wallet}, who pays its fee.")
    steps = _steps(message, message.account_keys)
    if not any(each.program_id == program_id for each in steps):
        raise Refusal(Kinds.UNPROCESSABLE, "The transaction has no instruction of the program.")
    signature = transaction.signatures[0]
    result = await escrow.chain.answer(Simulate(transaction))
    if result.error is None:
        await escrow.chain.answer(Send(transaction))
    # A repeat of what has landed fails for its sequence number: asked afterwards, since it may land at any moment.
    elif await escrow.chain.answer(GetSignatureStatus(signature)) is None:
        raise Refusal(Kinds.UNPROCESSABLE, str(failure(result.error, steps, program_id, logs=result.logs)))
    return signature


async def outcome(escrow: AsyncEscrow, program_id: Pubkey, signature: Signature, last_valid: int) -> Outcome:
    """What became of a transaction that can land up to this block height. Raises ChainError."""
    height = await escrow.chain.answer(GetBlockHeight())
    # The height first: what is over by it had its chance before this look.
    status = await escrow.chain.answer(GetSignatureStatus(signature, history=height > last_valid))
    if status is not None and status.commitment == "processed":
        # A fork may take it back, and nothing else of the server has seen it yet.
        return Outcome(state=State.PENDING)
    if status is None:
        return Outcome(state=State.EXPIRED if height > last_valid else State.PENDING)
    if status.error is None:
        return Outcome(state=State.LANDED, slot=status.slot, commitment=status.commitment)
    detail = await _reason(escrow, program_id, signature, status.error)
    return Outcome(state=State.FAILED, slot=status.slot, commitment=status.commitment, detail=detail)


async def _reason(escrow: AsyncEscrow, program_id: Pubkey, signature: Signature, error: TransactionErrorType) -> str:
    landed = await escrow.chain.answer(GetTransaction(signature))
    steps = [] if landed is None else _steps(landed.transaction.message, landed.account_keys)
    return str(failure(error, steps, program_id))


def _steps(message: Message | MessageV0 | MessageV1, keys: Sequence[Pubkey]) -> list[Instruction]:
    """What a refusal is explained by: programs and data."""
    return [Instruction(keys[each.program_id_index], each.data, []) for each in message.instructions]


def _read(raw: bytes) -> VersionedTransaction:
    if len(raw) <= PACKET_LIMIT:
        try:
            transaction = VersionedTransaction.from_bytes(raw)
            transaction.sanitize()
        except (ValueError, TypeError):
            pass
        else:
            return transaction
    raise Refusal(Kinds.INVALID_REQUEST, f"transaction: these are not the at most {PACKET_LIMIT} bytes of one.")

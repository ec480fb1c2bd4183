"""Transactions for a wallet to sign: tried on the chain first, so that none is signed that would fail."""

from base64 import b64encode
from collections.abc import Sequence

import msgspec
from job_escrow.chain.requests import GetLatestBlockhash, Simulate
from job_escrow.codec.errors import PackChanged, PackNotOffered, PromotionTooLow
from job_escrow.errors import Refused, failure
from job_escrow.escrow import AsyncEscrow
from solders.instruction import Instruction
from solders.message import Message, MessageV0
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import Transaction, VersionedTransaction

from job_escrow_api.domain.problems import Kinds, Refusal

_KINDS = {
    PackChanged: Kinds.PACK_NOT_OFFERED,
    PackNotOffered: Kinds.PACK_NOT_OFFERED,
    PromotionTooLow: Kinds.PROMOTION_EMPTY,
}


class UnsignedTransaction(msgspec.Struct, kw_only=True):
    """A transaction in base64 for the wallet to sign; it can land up to `last_valid_block_height`."""

    transaction: str
    last_valid_block_height: int


async def unsigned(
    escrow: AsyncEscrow, program_id: Pubkey, steps: Sequence[Instruction], payer: Pubkey
) -> UnsignedTransaction:
    """The transaction of these steps, whose fee `payer` pays. Raises Refusal where it would fail, and ChainError."""
    blockhash = await escrow.chain.answer(GetLatestBlockhash())
    trial = MessageV0.try_compile(payer, list(steps), [], blockhash.hash)
    signatures = [Signature.default()] * trial.header.num_required_signatures
    result = await escrow.chain.answer(Simulate(VersionedTransaction.populate(trial, signatures)))
    if result.error is not None:
        error = failure(result.error, steps, program_id, logs=result.logs)
        kind = _KINDS.get(error.refusal, Kinds.UNPROCESSABLE) if isinstance(error, Refused) else Kinds.UNPROCESSABLE
        raise Refusal(kind, str(error))
    # In the old format, which every wallet reads.
    message = Message.new_with_blockhash(list(steps), payer, blockhash.hash)
    return UnsignedTransaction(
        transaction=b64encode(bytes(Transaction.new_unsigned(message))).decode(),
        last_valid_block_height=blockhash.last_valid_block_height,
    )

"""Build, simulate, sign, send and confirm one transaction: the only way that the client changes a chain.

A transaction that was sent is never sent again with another blockhash before the first one has expired and its
signature is known not to have landed, so that no command can be charged twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from solders.compute_budget import set_compute_unit_limit, set_compute_unit_price
from solders.hash import Hash
from solders.instruction import Instruction
from solders.message import MessageV0, to_bytes_versioned
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from job_escrow.chain.requests import (
    Blockhash,
    ChainError,
    Commitment,
    ConfirmedTransaction,
    Flow,
    GetBlockHeight,
    GetLatestBlockhash,
    GetSignatureStatus,
    GetTransaction,
    Pause,
    Send,
    SignatureStatus,
    Simulate,
    ask,
)
from job_escrow.codec import PROGRAM_ID, Event, decode_event, is_event
from job_escrow.errors import OutcomeUnknown, TransactionExpired, TransactionTooLarge, failure

PACKET_LIMIT = 1232
"""Most bytes of a serialized transaction."""

_SIMULATION_UNITS = 1_400_000
# What the budget instructions cost themselves, and room for what may differ between simulation and execution.
_UNITS_MARGIN_PERCENT = 20
_UNITS_MARGIN = 1_000
_POLL_SECONDS = 0.4
_POLLS_BETWEEN_SENDS = 5
_POLLS_WITHOUT_ANSWER = 50

_RANK: dict[Commitment, int] = {"processed": 0, "confirmed": 1, "finalized": 2}


class Signer(Protocol):
    """A key that signs, here or elsewhere; solders' Keypair is one."""

    def pubkey(self) -> Pubkey:
        """The public key."""
        ...

    def sign_message(self, message: bytes) -> Signature:
        """Sign the bytes of a transaction's message."""
        ...


@dataclass(frozen=True, kw_only=True)
class Options:
    """How transactions are sent.

    `compute_unit_price` is in micro-lamports per compute unit (a priority fee); 0 adds none. `fee_payer` pays the fees
    and rents that would else be the signer's, and gets those rents back.
    """

    commitment: Commitment = "confirmed"
    compute_unit_price: int = 0
    fee_payer: Signer | None = field(default=None, repr=False)
    program_id: Pubkey = PROGRAM_ID


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A transaction that succeeded.

    `fee` is in lamports, `block_time` in unix seconds; `compute_units` is what the whole transaction used.
    """

    signature: Signature
    slot: int
    block_time: int | None
    compute_units: int
    fee: int
    events: tuple[Event, ...]
    logs: tuple[str, ...]


def execute(
    instructions: Sequence[Instruction], signers: Sequence[Signer], options: Options, *, payer: Signer | None = None
) -> Flow[Receipt]:
    """Run the instructions as one transaction and wait until it is confirmed.

    `payer` pays the fee; without one `options.fee_payer`, or the first signer. Raises TransactionFailed (nothing was
    sent where its `signature` is None), TransactionExpired, OutcomeUnknown, TransactionTooLarge or ChainError.
    """
    everyone = _unique([payer or options.fee_payer or signers[0], *signers])
    fee_payer = everyone[0].pubkey()
    blockhash = yield from ask(GetLatestBlockhash())
    trial = _with_budget(instructions, _SIMULATION_UNITS, options.compute_unit_price)
    simulation = yield from ask(Simulate(_unsigned(trial, fee_payer, blockhash.hash)))
    if simulation.error is not None:
        raise failure(simulation.error, trial, options.program_id, logs=simulation.logs)

    limit = simulation.compute_units * (100 + _UNITS_MARGIN_PERCENT) // 100 + _UNITS_MARGIN
    final = _with_budget(instructions, min(limit, _SIMULATION_UNITS), options.compute_unit_price)
    transaction = _signed(final, everyone, blockhash.hash)
    status = yield from _send_and_confirm(transaction, blockhash, options.commitment)
    landed = yield from _read_landed(transaction.signatures[0])
    if status.error is not None:
        raise failure(status.error, final, options.program_id, logs=landed.logs, signature=landed.signature)
    return Receipt(
        signature=landed.signature,
        slot=landed.slot,
        block_time=landed.block_time,
        compute_units=landed.compute_units,
        fee=landed.fee,
        events=events_of(landed, options.program_id),
        logs=landed.logs,
    )


def events_of(transaction: ConfirmedTransaction, program_id: Pubkey = PROGRAM_ID) -> tuple[Event, ...]:
    """The program's events in a transaction, in order: from its self-calls, never from logs."""
    keys = transaction.account_keys
    return tuple(
        decode_event(inner.data)
        for group in transaction.inner
        for inner in group
        if keys[inner.program_index] == program_id and is_event(inner.data)
    )


def _send_and_confirm(
    transaction: VersionedTransaction, blockhash: Blockhash, commitment: Commitment
) -> Flow[SignatureStatus]:
    """Send the same bytes again and again until they landed, or can never land."""
    signature = transaction.signatures[0]
    unanswered = 0
    polls = 0
    while True:
        try:
            if polls % _POLLS_BETWEEN_SENDS == 0:
                yield from ask(Send(transaction))
            status = yield from ask(GetSignatureStatus(signature))
            if status is not None and (status.error is not None or _RANK[status.commitment] >= _RANK[commitment]):
                return status
            if status is None and (yield from ask(GetBlockHeight())) > blockhash.last_valid_block_height:
                # It may have landed between the two questions, or be older than the recent ones.
                status = yield from ask(GetSignatureStatus(signature, history=True))
                if status is None:
                    raise TransactionExpired(f"{signature} expired before it landed: nothing happened, do it again")
            unanswered = 0
        except ChainError as error:
            # The signature is known, so that an answer that got lost is no reason to send anything new.
            unanswered += 1
            if unanswered > _POLLS_WITHOUT_ANSWER:
                raise OutcomeUnknown(signature) from error
        polls += 1
        yield from ask(Pause(_POLL_SECONDS))


def _read_landed(signature: Signature) -> Flow[ConfirmedTransaction]:
    for _ in range(_POLLS_WITHOUT_ANSWER):
        try:
            landed = yield from ask(GetTransaction(signature))
        except ChainError:
            landed = None
        if landed is not None:
            return landed
        yield from ask(Pause(_POLL_SECONDS))
    raise OutcomeUnknown(signature)


def _with_budget(instructions: Sequence[Instruction], units: int, price: int) -> list[Instruction]:
    budget = [set_compute_unit_limit(units)]
    if price:
        budget.append(set_compute_unit_price(price))
    return [*budget, *instructions]


def _unsigned(instructions: Sequence[Instruction], payer: Pubkey, blockhash: Hash) -> VersionedTransaction:
    message = MessageV0.try_compile(payer, list(instructions), [], blockhash)
    return VersionedTransaction.populate(message, [Signature.default()] * message.header.num_required_signatures)


def _signed(instructions: Sequence[Instruction], signers: Sequence[Signer], blockhash: Hash) -> VersionedTransaction:
    message = MessageV0.try_compile(signers[0].pubkey(), list(instructions), [], blockhash)
    by_key = {signer.pubkey(): signer for signer in signers}
    payload = to_bytes_versioned(message)
    required = message.account_keys[: message.header.num_required_signatures]
    missing = [str(key) for key in required if key not in by_key]
    if missing:
        raise ValueError(f"the transaction needs the signature of {', '.join(missing)}: pass that signer")
    transaction = VersionedTransaction.populate(message, [by_key[key].sign_message(payload) for key in required])
    size = len(bytes(transaction))
    if size > PACKET_LIMIT:
        raise TransactionTooLarge(f"the transaction has {size} bytes, a packet holds {PACKET_LIMIT}: send less in one")
    return transaction


def _unique(signers: Sequence[Signer]) -> list[Signer]:
    return list({signer.pubkey(): signer for signer in signers}.values())

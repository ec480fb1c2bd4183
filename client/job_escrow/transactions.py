"""Build, simulate, sign, send and confirm one transaction: the only way that the client changes a chain.

A transaction that was sent is never sent again with another blockhash before the first one has expired and its
signature is known not to have landed, so that no command can be charged twice.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Literal, TypeAlias

from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.compute_budget import set_compute_unit_limit, set_compute_unit_price
from solders.hash import Hash
from solders.instruction import Instruction
from solders.message import MessageV0, to_bytes_versioned
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from job_escrow.chain.requests import (
    PACKET_LIMIT,
    Blockhash,
    Call,
    ChainError,
    Commitment,
    ConfirmedTransaction,
    Flow,
    GetAccounts,
    GetBlockHeight,
    GetElapsed,
    GetLatestBlockhash,
    GetPriorityFees,
    GetSignatureStatus,
    GetTransaction,
    Pause,
    Send,
    SignatureStatus,
    Simulate,
    ask,
)
from job_escrow.codec import PROGRAM_ID, DecodeError, Event, decode_event, is_event
from job_escrow.errors import (
    OutcomeUnknown,
    ProgramFailed,
    TransactionExpired,
    TransactionTooLarge,
    failure,
)
from job_escrow.patience import Backoff
from job_escrow.room import room_of
from job_escrow.signing import AnySigner, signature_of
from job_escrow.spending import SpendCap, spending

_SIMULATION_UNITS = 1_400_000
# What the budget instructions cost themselves, and room for what may differ between simulation and execution.
_UNITS_MARGIN_PERCENT = 20
_UNITS_MARGIN = 1_000
_FIRST_POLL_SECONDS = 0.05
POLL_SECONDS = 0.4
"""A slot's time."""
_POLLS_BETWEEN_SENDS = 5
_SILENCE_SECONDS = 30
# Longer than blocks ever take that come at all, and than one takes to become final.
_STANDSTILL_SECONDS = 90
# https://solana.com/docs/core/fees
_LAMPORTS_PER_SIGNATURE = 5_000
_MICRO = 1_000_000
_FEE_PERCENTILE = 75
_MOST_FEE_ACCOUNTS = 128

Sending: TypeAlias = Callable[[int], Awaitable[None] | None]
"""Hears, before a transaction is first sent, the last block height at which it can land; may be asynchronous."""

_RANK: dict[Commitment, int] = {"processed": 0, "confirmed": 1, "finalized": 2}


@dataclass(frozen=True, kw_only=True)
class Options:
    """How transactions are sent.

    `compute_unit_price` is a priority fee in micro-lamports per compute unit; 0 adds none. "auto" pays what three
    quarters of the recent transactions that wrote the same accounts paid at most, and never more than
    `max_compute_unit_price`. `fee_payer` pays the fees and rents that would else be the signer's, and gets those
    rents back. `spend_cap` refuses, before anything is signed, what would spend more. `poll_seconds` is the longest
    between two questions whether a transaction has landed; the first ones come sooner.
    """

    commitment: Commitment = "confirmed"
    compute_unit_price: int | Literal["auto"] = 0
    max_compute_unit_price: int = 1_000_000
    fee_payer: AnySigner | None = field(default=None, repr=False)
    spend_cap: SpendCap | None = field(default=None, repr=False)
    poll_seconds: float = POLL_SECONDS
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
    instructions: Sequence[Instruction],
    signers: Sequence[AnySigner],
    options: Options,
    *,
    payer: AnySigner | None = None,
    tables: Sequence[AddressLookupTableAccount] = (),
    sending: Sending | None = None,
) -> Flow[Receipt]:
    """Run the instructions as one transaction and wait until it is confirmed.

    `payer` pays the fee; without one `options.fee_payer`, or the first signer. `sending` hears of it just before it is
    sent: what it raises keeps it from being sent. Raises TransactionFailed (nothing was
    sent where its `signature` is None), TransactionExpired, OutcomeUnknown, TransactionTooLarge, SpendCapReached,
    SigningFailed or ChainError.
    """
    draft = _draft(instructions, [payer or options.fee_payer or signers[0], *signers], tables)
    blockhash = yield from ask(GetLatestBlockhash())
    price = yield from _unit_price(draft, options)
    plan = yield from _planned(draft, price, blockhash, options)

    budget = _budget(plan.compute_units, price)
    if options.spend_cap is not None:
        options.spend_cap.reserve(lamports=plan.lamports, base_units=plan.base_units)
    try:
        transaction = yield from _signed(draft, budget, blockhash.hash)
        if sending is not None:
            yield from ask(Call(partial(sending, blockhash.last_valid_block_height)))
    except BaseException:
        _release(options.spend_cap, plan)
        raise
    try:
        status = yield from _send_and_confirm(transaction, blockhash, options)
    except TransactionExpired:
        # Whatever else ends it here leaves open whether it landed.
        _release(options.spend_cap, plan)
        raise
    if status.error is not None:
        _release(options.spend_cap, plan, keep=plan.fee)
    landed = yield from _read_landed(transaction.signatures[0], options)
    if status.error is not None:
        raise failure(
            status.error,
            draft.instructions,
            options.program_id,
            skipped=len(budget),
            logs=landed.logs,
            signature=landed.signature,
        )
    return receipt_of(landed, options.program_id)


def fits(
    instructions: Sequence[Instruction],
    signers: Sequence[AnySigner],
    options: Options,
    *,
    tables: Sequence[AddressLookupTableAccount] = (),
) -> bool:
    """Whether the instructions fit into one transaction."""
    draft = _draft(instructions, [options.fee_payer or signers[0], *signers], tables)
    price = 0 if options.compute_unit_price == 0 else 1
    return _size(_unsigned(draft.message(_budget(_SIMULATION_UNITS, price), Hash.default()))) <= PACKET_LIMIT


def receipt_of(landed: ConfirmedTransaction, program_id: Pubkey = PROGRAM_ID) -> Receipt:
    """What a transaction did that succeeded."""
    return Receipt(
        signature=landed.signature,
        slot=landed.slot,
        block_time=landed.block_time,
        compute_units=landed.compute_units,
        fee=landed.fee,
        events=events_of(landed, program_id),
        logs=landed.logs,
    )


def unexplained(receipt: Receipt) -> ChainError:
    """The error for a transaction that landed and whose events lack what it must have done."""
    return ChainError(f"the node does not say what {receipt.signature} did: ask another one, nothing is done twice")


def events_of(transaction: ConfirmedTransaction, program_id: Pubkey = PROGRAM_ID) -> tuple[Event, ...]:
    """The program's events in a transaction, in order: from its self-calls, never from logs.

    Raises ChainError for one that this release does not know.
    """
    keys = transaction.account_keys
    try:
        return tuple(
            decode_event(inner.data)
            for group in transaction.inner
            for inner in group
            if keys[inner.program_index] == program_id and is_event(inner.data)
        )
    except DecodeError as error:
        raise ChainError(
            f"{transaction.signature} landed, and what it did cannot be read ({error}): ask another node, or install "
            "the release of job-escrow that the program has"
        ) from error


@dataclass(frozen=True)
class _Draft:
    """A transaction before its budget and its blockhash; `signers` are by their keys, `payer` is the first of them."""

    instructions: tuple[Instruction, ...]
    payer: Pubkey
    signers: dict[Pubkey, AnySigner]
    tables: tuple[AddressLookupTableAccount, ...]

    def message(self, budget: Sequence[Instruction], blockhash: Hash) -> MessageV0:
        return MessageV0.try_compile(self.payer, [*budget, *self.instructions], list(self.tables), blockhash)

    def written(self) -> tuple[Pubkey, ...]:
        """Every account that it may change."""
        named = {meta.pubkey for each in self.instructions for meta in each.accounts if meta.is_writable}
        return tuple(named | {self.payer})


@dataclass(frozen=True)
class _Plan:
    """What the simulation told: compute units to ask for, and what will be spent."""

    compute_units: int
    fee: int
    lamports: int
    base_units: int


def _unit_price(draft: _Draft, options: Options) -> Flow[int]:
    if options.compute_unit_price != "auto":
        return options.compute_unit_price
    recent = sorted((yield from ask(GetPriorityFees(draft.written()[:_MOST_FEE_ACCOUNTS]))))
    usual = recent[len(recent) * _FEE_PERCENTILE // 100] if recent else 0
    return min(usual, options.max_compute_unit_price)


def _planned(draft: _Draft, price: int, blockhash: Blockhash, options: Options) -> Flow[_Plan]:
    """Simulate. Raises TransactionFailed where it would fail."""
    payer = draft.payer
    watched: tuple[Pubkey, ...] = draft.written() if options.spend_cap is not None else (payer,) if price else ()
    before = (yield from ask(GetAccounts(watched))) if options.spend_cap is not None else []
    budget = _budget(_SIMULATION_UNITS, 0)
    message = draft.message(budget, blockhash.hash)
    unsigned = _unsigned(message)
    _require_fits(unsigned)
    simulation = yield from ask(Simulate(unsigned, watched))
    if simulation.error is not None:
        raise failure(
            simulation.error, draft.instructions, options.program_id, skipped=len(budget), logs=simulation.logs
        )
    used = simulation.compute_units * (100 + _UNITS_MARGIN_PERCENT) // 100 + _UNITS_MARGIN
    units = min(used + room_of(draft.instructions, options.program_id), _SIMULATION_UNITS)
    priority_fee = -(-units * price // _MICRO)
    fee = message.header.num_required_signatures * _LAMPORTS_PER_SIGNATURE + priority_fee
    after = dict(zip(watched, simulation.accounts, strict=True))
    left = after.get(payer)
    if price and (left is None or left.lamports < priority_fee):
        raise ProgramFailed(f"{payer} cannot pay the priority fee of {priority_fee:,} lamports: fund it with SOL")
    spent = spending(dict(zip(watched, before, strict=False)), after, draft.signers.keys())
    return _Plan(compute_units=units, fee=fee, lamports=fee + spent.rents, base_units=spent.base_units)


def _release(cap: SpendCap | None, plan: _Plan, *, keep: int = 0) -> None:
    if cap is not None:
        cap.release(lamports=plan.lamports - keep, base_units=plan.base_units)


def _send_and_confirm(
    transaction: VersionedTransaction, blockhash: Blockhash, options: Options
) -> Flow[SignatureStatus]:
    """Send the same bytes again and again until they landed, or can never land.

    Raises OutcomeUnknown where the chain does not answer, or answers and stands still.
    """
    signature, wanted = transaction.signatures[0], _RANK[options.commitment]
    pauses = Backoff(first_seconds=_FIRST_POLL_SECONDS, longest_seconds=options.poll_seconds)
    answered_at = moved_at = yield from ask(GetElapsed())
    height = 0
    for polls in count():
        try:
            if polls % _POLLS_BETWEEN_SENDS == 0:
                yield from ask(Send(transaction))
            status = yield from ask(GetSignatureStatus(signature))
            # An error counts no sooner than a success: a fork may take either back.
            if status is not None and _RANK[status.commitment] >= wanted:
                return status
            before, height = height, (yield from ask(GetBlockHeight()))
            if status is None and height > blockhash.last_valid_block_height:
                # It may have landed between the two questions, or be older than the recent ones.
                status = yield from ask(GetSignatureStatus(signature, history=True))
                if status is None:
                    raise TransactionExpired(f"{signature} expired before it landed: nothing happened, do it again")
                # The next poll asks for the recent ones only, and would never find an older one.
                if _RANK[status.commitment] >= wanted:
                    return status
            answered_at = yield from ask(GetElapsed())
            if height > before:
                moved_at = answered_at
        except ChainError as error:
            # The signature is known, so that an answer that got lost is no reason to send anything new.
            if (yield from ask(GetElapsed())) - answered_at > _SILENCE_SECONDS:
                raise OutcomeUnknown(signature) from error
        else:
            if answered_at - moved_at > _STANDSTILL_SECONDS:
                raise OutcomeUnknown(signature)
        yield from ask(Pause(pauses.seconds(polls + 1)))
    raise AssertionError("a count has no end")


def _read_landed(signature: Signature, options: Options) -> Flow[ConfirmedTransaction]:
    answered_at = yield from ask(GetElapsed())
    while (yield from ask(GetElapsed())) - answered_at <= _SILENCE_SECONDS:
        try:
            landed = yield from ask(GetTransaction(signature))
        except ChainError:
            landed = None
        if landed is not None:
            return landed
        yield from ask(Pause(options.poll_seconds))
    raise OutcomeUnknown(signature)


def _budget(units: int, price: int) -> list[Instruction]:
    return [set_compute_unit_limit(units), *([set_compute_unit_price(price)] if price else [])]


def _signed(draft: _Draft, budget: Sequence[Instruction], blockhash: Hash) -> Flow[VersionedTransaction]:
    message = draft.message(budget, blockhash)
    required = message.account_keys[: message.header.num_required_signatures]
    missing = [str(key) for key in required if key not in draft.signers]
    if missing:
        raise ValueError(f"the transaction needs the signature of {', '.join(missing)}: pass that signer")
    _require_fits(_unsigned(message))
    payload = to_bytes_versioned(message)
    signatures: list[Signature] = []
    for key in required:
        signature = yield from signature_of(key, draft.signers[key], payload)
        signatures.append(signature)
    return VersionedTransaction.populate(message, signatures)


def _unsigned(message: MessageV0) -> VersionedTransaction:
    return VersionedTransaction.populate(message, [Signature.default()] * message.header.num_required_signatures)


def _size(transaction: VersionedTransaction) -> int:
    return len(bytes(transaction))


def _require_fits(transaction: VersionedTransaction) -> None:
    size = _size(transaction)
    if size > PACKET_LIMIT:
        raise TransactionTooLarge(f"the transaction has {size} bytes, a packet holds {PACKET_LIMIT}: send less in one")


def _draft(
    instructions: Sequence[Instruction], signers: Sequence[AnySigner], tables: Sequence[AddressLookupTableAccount]
) -> _Draft:
    # Each is asked for its key once: it may be elsewhere, and solders computes it anew each time.
    by_key = {signer.pubkey(): signer for signer in signers}
    return _Draft(tuple(instructions), next(iter(by_key)), by_key, tuple(tables))

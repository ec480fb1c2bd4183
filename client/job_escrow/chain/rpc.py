"""A chain behind JSON-RPC: a cluster, solana-test-validator, surfpool or the local chain, through solana-py."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

import base58
from solana.exceptions import SolanaRpcException
from solana.rpc.core import RPCException
from solana.rpc.models import MemcmpOpts, TxOpts
from solders.pubkey import Pubkey
from solders.rpc.responses import GetMultipleAccountsResp, GetSignatureStatusesResp, SimulateTransactionResp
from solders.signature import Signature
from solders.transaction_status import TransactionConfirmationStatus, UiCompiledInstruction

from job_escrow.chain.answers import MOST_BYTES
from job_escrow.chain.node_client import NodeClient, NodeRefused
from job_escrow.chain.panics import panics_as_errors
from job_escrow.chain.requests import (
    AccountInfo,
    Answer,
    Blockhash,
    ChainError,
    Commitment,
    ConfirmedTransaction,
    GetAccounts,
    GetBlockHeight,
    GetElapsed,
    GetGenesisHash,
    GetLatestBlockhash,
    GetPriorityFees,
    GetProgramAccounts,
    GetRent,
    GetSignatures,
    GetSignatureStatus,
    GetSlot,
    GetTransaction,
    GetUnixTime,
    InnerInstruction,
    Pause,
    Request,
    RequestAirdrop,
    Send,
    SignatureInfo,
    SignatureStatus,
    Simulate,
    SimulationResult,
    UnreadableTransaction,
    WrongChain,
)
from job_escrow.clock import CLOCK_ADDRESS, unix_time_of
from job_escrow.patience import FOR_ANSWERS, NEWER_SECONDS, Patience
from job_escrow.urls import without_secrets

if TYPE_CHECKING:
    from solders.transaction import VersionedTransaction

_Contextual = TypeVar("_Contextual", GetMultipleAccountsResp, GetSignatureStatusesResp, SimulateTransactionResp)

_TIMEOUT_SECONDS = 30
_ATTEMPTS_FOR_NEWER = 20
# A maximum: nodes that know less take it, too.
_NEWEST_TRANSACTION_VERSION = 1
_UNSUPPORTED_VERSION = -32015
# Pairs, since solders' enumeration is not hashable.
_COMMITMENTS: tuple[tuple[TransactionConfirmationStatus, Commitment], ...] = (
    (TransactionConfirmationStatus.Processed, "processed"),
    (TransactionConfirmationStatus.Confirmed, "confirmed"),
    (TransactionConfirmationStatus.Finalized, "finalized"),
)

# solana-py logs each retry of a request with its whole body at debug level; the bodies are nobody's business.
logging.getLogger("solana.rpc").setLevel(logging.WARNING)


class AsyncRpcChain:
    """An asynchronous chain behind a JSON-RPC endpoint.

    `timeout` is a request's, in seconds. `patience` is with a node that refuses for now; one that answers for a slot
    before what was seen is asked again after `newer_seconds`, twenty times. An answer of more than `answer_bytes` is
    given up.
    """

    def __init__(
        self,
        url: str,
        *,
        commitment: Commitment = "confirmed",
        timeout: float = _TIMEOUT_SECONDS,
        patience: Patience = FOR_ANSWERS,
        newer_seconds: float = NEWER_SECONDS,
        answer_bytes: int = MOST_BYTES,
    ) -> None:
        self.url = url
        self._newer_seconds = newer_seconds
        self._shown = without_secrets(url)
        self._commitment = commitment
        self._seen_slot = 0
        self._client = NodeClient(
            url, commitment=_commitment(commitment), timeout=timeout, patience=patience, answer_bytes=answer_bytes
        )
        self._answers: dict[type, Callable[[Any], Awaitable[Any]]] = {
            GetAccounts: self._accounts,
            GetProgramAccounts: self._program_accounts,
            GetGenesisHash: self._genesis_hash,
            GetLatestBlockhash: self._latest_blockhash,
            GetBlockHeight: self._block_height,
            GetElapsed: self._elapsed,
            GetPriorityFees: self._priority_fees,
            GetRent: self._rent,
            Simulate: self._simulate,
            Send: self._send,
            GetSignatureStatus: self._status,
            GetSignatures: self._signatures,
            GetSlot: self._slot,
            GetTransaction: self._transaction,
            RequestAirdrop: self._airdrop,
            GetUnixTime: self._unix_time,
            Pause: lambda request: asyncio.sleep(request.seconds),
        }

    async def answer(self, request: Request[Answer]) -> Answer:
        """Ask the node. Raises ChainError where it cannot be reached, refuses, or answers with nonsense."""
        try:
            with panics_as_errors():
                return cast("Answer", await self._answers[type(request)](request))
        except SolanaRpcException as error:
            cause = error.__cause__
            reason = f"{type(cause).__name__}: {without_secrets(str(cause))}"
            raise ChainError(f"{self._shown} did not answer ({reason}): check --url and the network") from error
        except RPCException as error:
            raise ChainError(f"{self._shown} refused: {without_secrets(_message(error))}") from error
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise ChainError(
                f"{self._shown} gave an answer that is not Solana JSON-RPC ({without_secrets(str(error))}): check --url"
            ) from error

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    @property
    def _ledger_commitment(self) -> Any:  # noqa: ANN401  (solana-py's NewType over str)
        # A node has no transactions at "processed"; what was only processed is there a moment later.
        return _commitment("confirmed" if self._commitment == "processed" else self._commitment)

    async def _up_to_date(self, ask: Callable[[], Awaitable[_Contextual]]) -> _Contextual:
        """Ask until the answer is not older than what was seen before.

        Behind one URL are often many nodes, and one that is behind would say that nothing happened.
        """
        for attempt in range(_ATTEMPTS_FOR_NEWER):
            if attempt:
                await asyncio.sleep(self._newer_seconds)
            answer = await ask()
            if answer.context.slot >= self._seen_slot:
                return answer
        raise ChainError(
            f"{self._shown} is behind: it answers for slot {answer.context.slot}, and slot {self._seen_slot} was seen "
            "before. Try again in a moment, or use another node"
        )

    async def _accounts(self, request: GetAccounts) -> list[AccountInfo | None]:
        response = await self._up_to_date(lambda: self._client.get_multiple_accounts(list(request.addresses)))
        return _as_many(response.value, request.addresses)

    async def _program_accounts(self, request: GetProgramAccounts) -> list[tuple[Pubkey, AccountInfo]]:
        filters: list[int | MemcmpOpts] = [] if request.size is None else [request.size]
        filters += [MemcmpOpts(offset=at, bytes=base58.b58encode(want).decode()) for at, want in request.match]
        response = await self._client.get_program_accounts(request.program, encoding="base64", filters=filters)
        return [(found.pubkey, AccountInfo.of(found.account)) for found in response.value]

    async def _genesis_hash(self, _: GetGenesisHash) -> str:
        return str((await self._client.get_genesis_hash()).value)

    async def _latest_blockhash(self, request: GetLatestBlockhash) -> Blockhash:
        if request.genesis is None:
            found = (await self._client.get_latest_blockhash()).value
        else:
            genesis, response = await self._client.genesis_and_blockhash()
            if genesis != request.genesis:
                raise WrongChain(f"{self._shown} is of the chain {genesis}, not of {request.genesis}: check --url")
            found = response.value
        return Blockhash(hash=found.blockhash, last_valid_block_height=found.last_valid_block_height)

    async def _block_height(self, _: GetBlockHeight) -> int:
        # With its slot, so that what is asked next comes from a node that knows this block.
        found = (await self._client.get_epoch_info()).value
        self._seen_slot = max(self._seen_slot, found.absolute_slot)
        return found.block_height

    async def _slot(self, request: GetSlot) -> int:
        commitment = "finalized" if request.rooted else self._commitment
        return (await self._client.get_slot(_commitment(commitment))).value

    async def _elapsed(self, _: GetElapsed) -> float:
        return time.monotonic()

    async def _priority_fees(self, request: GetPriorityFees) -> tuple[int, ...]:
        try:
            response = await self._client.get_recent_prioritization_fees(list(request.addresses))
        except RPCException as error:
            if "not found" in _message(error):
                return ()
            raise
        return tuple(found.prioritization_fee for found in response.value)

    async def _rent(self, request: GetRent) -> int:
        return (await self._client.get_minimum_balance_for_rent_exemption(request.size)).value

    async def _simulate(self, request: Simulate) -> SimulationResult:
        wanted = list(request.accounts) or None
        response = await self._up_to_date(
            lambda: self._client.simulate_transaction(
                request.transaction, replace_recent_blockhash=True, accounts_addresses=wanted
            )
        )
        found = response.value
        return SimulationResult(
            error=found.err,
            logs=tuple(found.logs or ()),
            compute_units=found.units_consumed or 0,
            accounts=() if found.err is not None else tuple(_as_many(found.accounts or [], request.accounts)),
        )

    async def _send(self, request: Send) -> None:
        # It was simulated, and a preflight would refuse the repeats that keep it alive.
        options = TxOpts(skip_preflight=True, max_retries=0, preflight_commitment=_commitment(self._commitment))
        await self._client.send_raw_transaction(bytes(request.transaction), opts=options)

    async def _status(self, request: GetSignatureStatus) -> SignatureStatus | None:
        response = await self._up_to_date(
            lambda: self._client.get_signature_statuses([request.signature], request.history)
        )
        found = response.value[0]
        if found is None:
            return None
        # A status without a name is one that was rooted long ago.
        status = found.confirmation_status or TransactionConfirmationStatus.Finalized
        commitment = next(name for each, name in _COMMITMENTS if each == status)
        return SignatureStatus(slot=found.slot, error=found.err, commitment=commitment)

    async def _signatures(self, request: GetSignatures) -> list[SignatureInfo]:
        response = await self._client.get_signatures_for_address(
            request.address, request.before, request.until, request.limit, commitment=self._ledger_commitment
        )
        return [
            SignatureInfo(signature=found.signature, slot=found.slot, block_time=found.block_time, error=found.err)
            for found in response.value
        ]

    async def _transaction(self, request: GetTransaction) -> ConfirmedTransaction | None:
        try:
            response = await self._client.get_transaction(
                request.signature,
                "base64",
                commitment=self._ledger_commitment,
                max_supported_transaction_version=_NEWEST_TRANSACTION_VERSION,
            )
        except NodeRefused as error:
            if error.code != _UNSUPPORTED_VERSION:
                raise
            raise UnreadableTransaction(
                f"{request.signature} is of a version that this release does not read: install a newer job-escrow"
            ) from error
        found = response.value
        if found is None or found.transaction.meta is None:
            return None
        try:
            with panics_as_errors():
                transaction = cast("VersionedTransaction", found.transaction.transaction)
        except ValueError as error:
            raise UnreadableTransaction(
                f"{request.signature} cannot be read as the node has it: ask another node, or install a newer "
                "job-escrow"
            ) from error
        meta = found.transaction.meta
        loaded = meta.loaded_addresses
        keys = [*transaction.message.account_keys, *((*loaded.writable, *loaded.readonly) if loaded else ())]
        if any(each.program_id_index >= len(keys) for each in transaction.message.instructions):
            raise ValueError("an instruction of no program")
        groups: list[tuple[InnerInstruction, ...]] = [()] * len(transaction.message.instructions)
        for group in meta.inner_instructions or ():
            groups[group.index] = tuple(
                _inner_instruction(cast("UiCompiledInstruction", inner), len(keys)) for inner in group.instructions
            )
        self._seen_slot = max(self._seen_slot, found.slot)
        return ConfirmedTransaction(
            signature=request.signature,
            slot=found.slot,
            block_time=found.block_time,
            transaction=transaction,
            account_keys=tuple(keys),
            error=meta.err,
            logs=tuple(meta.log_messages or ()),
            compute_units=meta.compute_units_consumed or 0,
            fee=meta.fee,
            inner=tuple(groups),
        )

    async def _airdrop(self, request: RequestAirdrop) -> Signature:
        return (await self._client.request_airdrop(request.address, request.lamports)).value

    async def _unix_time(self, _: GetUnixTime) -> int:
        (found,) = await self._accounts(GetAccounts([CLOCK_ADDRESS]))
        return unix_time_of(found)


class RpcChain:
    """A blocking chain behind a JSON-RPC endpoint, for programs without an event loop; as AsyncRpcChain."""

    def __init__(
        self,
        url: str,
        *,
        commitment: Commitment = "confirmed",
        timeout: float = _TIMEOUT_SECONDS,
        patience: Patience = FOR_ANSWERS,
        newer_seconds: float = NEWER_SECONDS,
    ) -> None:
        self._runner = asyncio.Runner()
        self._chain = AsyncRpcChain(
            url, commitment=commitment, timeout=timeout, patience=patience, newer_seconds=newer_seconds
        )

    def answer(self, request: Request[Answer]) -> Answer:
        """Ask the node. Raises ChainError where it cannot be reached, refuses, or answers with nonsense."""
        return self._run(self._chain.answer(request))

    def close(self) -> None:
        """Close the connections."""
        self._run(self._chain.close())
        self._runner.close()

    def _run(self, asked: Coroutine[Any, Any, Answer]) -> Answer:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return self._runner.run(asked)
        asked.close()
        raise RuntimeError("this would block a running event loop: use AsyncEscrow with await")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _commitment(name: Commitment) -> Any:  # noqa: ANN401  (solana-py's NewType over str)
    return name


def _as_many(found: Sequence[Any], asked: Sequence[Pubkey]) -> list[AccountInfo | None]:
    if len(found) != len(asked):
        raise ValueError(f"{len(found)} accounts where {len(asked)} were asked for")
    return [None if each is None else AccountInfo.of(each) for each in found]


def _inner_instruction(found: UiCompiledInstruction, keys: int) -> InnerInstruction:
    if found.program_id_index >= keys:
        raise ValueError(f"a program at place {found.program_id_index} of {keys} keys")
    return InnerInstruction(
        program_index=found.program_id_index,
        accounts=bytes(found.accounts),
        data=base58.b58decode(found.data),
        stack_height=found.stack_height,
    )


def _message(error: RPCException) -> str:
    first = error.args[0] if error.args else error
    return str(getattr(first, "message", first))

"""The client's protocol without input and output: flows yield requests, an adapter answers them.

A flow is a generator: written once, it is driven by `run` over a blocking chain and by `run_async` over an
asynchronous one. Nothing else in the client knows which.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Generator, Sequence
from dataclasses import dataclass, field
from functools import partial
from inspect import isawaitable, iscoroutine
from typing import Any, Generic, Literal, Protocol, Self, TypeAlias, TypeVar, cast

from solders.hash import Hash
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction
from solders.transaction_status import TransactionErrorType

Commitment: TypeAlias = Literal["processed", "confirmed", "finalized"]
Answer = TypeVar("Answer")

PACKET_LIMIT = 1232
"""Most bytes of a serialized transaction."""


class ChainError(Exception):
    """The chain could not be asked, or gave no usable answer; the message says what to do."""


@dataclass(frozen=True)
class Request(Generic[Answer]):
    """Something that a chain is asked for; the type parameter is what it answers."""


@dataclass(frozen=True)
class Call(Request[Answer]):
    """Something that is asked of this process and not of the chain: a function, whose result may be awaited."""

    function: Callable[[], Answer | Awaitable[Answer]]


Flow: TypeAlias = Generator[Request[Any], Any, Answer]


@dataclass(frozen=True)
class Together(Request[list[Answer]]):
    """Several flows side by side, at most `at_once` at a time, each begun when one before it has ended.

    Answers what they give, in their order. What one of them raises ends all that are under way.
    """

    flows: Sequence[Flow[Answer]]
    at_once: int


def ask(request: Request[Answer]) -> Flow[Answer]:
    """Ask for one thing from within a flow, with `yield from`."""
    answer: Answer = yield request
    return answer


class Chain(Protocol):
    """A chain that blocks until it answers."""

    def answer(self, request: Request[Answer]) -> Answer:
        """Answer one request. Raises ChainError where that is not possible."""
        ...


class AsyncChain(Protocol):
    """A chain that is awaited."""

    async def answer(self, request: Request[Answer]) -> Answer:
        """Answer one request. Raises ChainError where that is not possible."""
        ...


def run(flow: Flow[Answer], chain: Chain) -> Answer:
    """Drive a flow to its end over a blocking chain; an error of the chain is raised inside the flow."""
    try:
        request = next(flow)
        while True:
            request = _step(flow, request, chain)
    except StopIteration as end:
        return cast("Answer", end.value)


def _step(flow: Flow[Answer], request: Request[Any], chain: Chain) -> Request[Any]:
    """Answer a flow's request; gives its next one. Raises StopIteration where the flow ends."""
    try:
        answer: Any
        match request:
            case Call():
                answer = _called(request)
            case Together():
                answer = _in_turn(request, chain)
            case _:
                answer = chain.answer(request)
    except Exception as error:
        if not isinstance(error, ChainError) and not isinstance(request, Call):
            raise
        return flow.throw(error)
    return flow.send(answer)


def _in_turn(together: Together[Answer], chain: Chain) -> list[Answer]:
    """Each flow's next request in turn; when all of them pause, they pause together."""
    waiting = deque(enumerate(together.flows))
    requests: dict[int, Request[Any]] = {}
    ended: dict[int, Answer] = {}

    def advance(index: int, step: Callable[[], Request[Any]]) -> None:
        try:
            requests[index] = step()
        except StopIteration as end:
            requests.pop(index, None)
            ended[index] = end.value

    try:
        while waiting or requests:
            while waiting and len(requests) < together.at_once:
                index, flow = waiting.popleft()
                advance(index, partial(next, flow))
            pauses = [request.seconds for request in requests.values() if isinstance(request, Pause)]
            if pauses and len(pauses) == len(requests):
                chain.answer(Pause(max(pauses)))
                for index in list(requests):
                    advance(index, partial(together.flows[index].send, None))
            for index, request in list(requests.items()):
                if not isinstance(request, Pause):
                    advance(index, partial(_step, together.flows[index], request, chain))
    finally:
        for flow in together.flows:
            flow.close()
    return [ended[index] for index in range(len(together.flows))]


async def run_async(flow: Flow[Answer], chain: AsyncChain) -> Answer:
    """Drive a flow to its end over an asynchronous chain; an error of the chain is raised inside the flow."""
    try:
        request = next(flow)
        while True:
            try:
                answer: Any
                match request:
                    case Call():
                        answer = await _awaited(request)
                    case Together():
                        answer = await _side_by_side(request, chain)
                    case _:
                        answer = await chain.answer(request)
            except Exception as error:
                if not isinstance(error, ChainError) and not isinstance(request, Call):
                    raise
                request = flow.throw(error)
            else:
                request = flow.send(answer)
    except StopIteration as end:
        return cast("Answer", end.value)


async def _side_by_side(together: Together[Answer], chain: AsyncChain) -> list[Answer]:
    window = asyncio.Semaphore(together.at_once)

    async def one(flow: Flow[Answer]) -> Answer:
        async with window:
            return await run_async(flow, chain)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(flow)) for flow in together.flows]
    except BaseExceptionGroup as several:
        # What went wrong first is what the caller has to know.
        raise several.exceptions[0] from None
    finally:
        for flow in together.flows:
            flow.close()
    return [task.result() for task in tasks]


def _called(call: Call[Answer]) -> Answer:
    result = call.function()
    if isawaitable(result):
        if iscoroutine(result):
            result.close()
        raise TypeError("this signer is asynchronous: use it with AsyncEscrow")
    return result


async def _awaited(call: Call[Answer]) -> Answer:
    result = call.function()
    return await result if isawaitable(result) else result


@dataclass(frozen=True, kw_only=True)
class AccountInfo:
    """An account as the chain stores it."""

    lamports: int
    owner: Pubkey
    data: bytes
    executable: bool = False

    @classmethod
    def of(cls, found: Any) -> Self:  # noqa: ANN401  (solders' Account and its JSON form alike)
        """From an account of solders."""
        return cls(lamports=found.lamports, owner=found.owner, data=bytes(found.data), executable=found.executable)


@dataclass(frozen=True, kw_only=True)
class Blockhash:
    """A recent blockhash, and the last block height at which a transaction with it can still land."""

    hash: Hash
    last_valid_block_height: int


@dataclass(frozen=True, kw_only=True)
class SimulationResult:
    """What a transaction would do: its error if any, its logs and the compute units it used.

    `accounts` are those that were asked for, as they would be after it; empty where it fails.
    """

    error: TransactionErrorType | None
    logs: tuple[str, ...]
    compute_units: int
    accounts: tuple[AccountInfo | None, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SignatureStatus:
    """Whether and how a transaction landed."""

    slot: int
    error: TransactionErrorType | None
    commitment: Commitment


@dataclass(frozen=True, kw_only=True)
class InnerInstruction:
    """An instruction that a program called: indexes into the account keys of its transaction."""

    program_index: int
    accounts: bytes
    data: bytes
    stack_height: int | None


@dataclass(frozen=True, kw_only=True)
class ConfirmedTransaction:
    """A transaction that landed, with what it did.

    `inner` has an entry for each instruction of the message. `fee` is in lamports, `block_time` in unix seconds.
    """

    signature: Signature
    slot: int
    block_time: int | None
    transaction: VersionedTransaction
    account_keys: tuple[Pubkey, ...]
    error: TransactionErrorType | None
    logs: tuple[str, ...]
    compute_units: int
    fee: int
    inner: tuple[tuple[InnerInstruction, ...], ...] = field(default=())


@dataclass(frozen=True)
class GetAccounts(Request[list[AccountInfo | None]]):
    """Accounts by address, in order, all at one slot; None where there is no account."""

    addresses: Sequence[Pubkey]


@dataclass(frozen=True)
class GetProgramAccounts(Request[list[tuple[Pubkey, AccountInfo]]]):
    """Accounts of a program that have `size` bytes (where given) and each of the bytes at its offset."""

    program: Pubkey
    size: int | None = None
    match: tuple[tuple[int, bytes], ...] = ()


@dataclass(frozen=True)
class GetLatestBlockhash(Request[Blockhash]):
    """A recent blockhash."""


@dataclass(frozen=True)
class GetSlot(Request[int]):
    """The present slot; with `rooted` the last one that has a block and that no fork takes back."""

    rooted: bool = False


@dataclass(frozen=True)
class GetBlockHeight(Request[int]):
    """The present block height."""


@dataclass(frozen=True)
class GetPriorityFees(Request[tuple[int, ...]]):
    """What transactions that wrote these accounts paid in recent slots, in micro-lamports per compute unit.

    Empty where the chain keeps no count of it.
    """

    addresses: Sequence[Pubkey]


@dataclass(frozen=True)
class GetRent(Request[int]):
    """Lamports that keep an account of `size` bytes rent-exempt."""

    size: int


@dataclass(frozen=True)
class Simulate(Request[SimulationResult]):
    """Run a transaction without its effects; signatures are not checked, the blockhash is replaced."""

    transaction: VersionedTransaction
    accounts: tuple[Pubkey, ...] = ()


@dataclass(frozen=True)
class Send(Request[None]):
    """Hand a signed transaction to the chain. A ChainError does not say that it will not land."""

    transaction: VersionedTransaction


@dataclass(frozen=True)
class GetSignatureStatus(Request[SignatureStatus | None]):
    """How a transaction landed; None where the chain has not seen it. `history` searches beyond the recent ones."""

    signature: Signature
    history: bool = False


@dataclass(frozen=True, kw_only=True)
class SignatureInfo:
    """A transaction that touched an address, without what it did. `block_time` is in unix seconds."""

    signature: Signature
    slot: int
    block_time: int | None
    error: TransactionErrorType | None


@dataclass(frozen=True)
class GetSignatures(Request[list[SignatureInfo]]):
    """Transactions that name an address, newest first, at most `limit` (1 to 1,000) of them.

    Those older than `before` and newer than `until`, both left out themselves.
    """

    address: Pubkey
    before: Signature | None = None
    until: Signature | None = None
    limit: int = 1_000


@dataclass(frozen=True)
class GetTransaction(Request[ConfirmedTransaction | None]):
    """A transaction that landed; None where the chain does not have it."""

    signature: Signature


@dataclass(frozen=True)
class RequestAirdrop(Request[Signature]):
    """Free lamports, on chains that have a faucet."""

    address: Pubkey
    lamports: int


@dataclass(frozen=True)
class GetUnixTime(Request[int]):
    """The chain's own clock, in unix seconds."""


@dataclass(frozen=True)
class GetElapsed(Request[float]):
    """Seconds on a clock that only goes forward; what it starts from means nothing."""


@dataclass(frozen=True)
class Pause(Request[None]):
    """Let `seconds` of the chain's time pass."""

    seconds: float

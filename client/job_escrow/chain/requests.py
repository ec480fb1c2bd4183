"""The client's protocol without input and output: flows yield requests, an adapter answers them.

A flow is a generator: written once, it is driven over a blocking chain or an asynchronous one (`driving.py`). Nothing
else in the client knows which. It yields what it asks and is sent the answer; what it returns is its result:

    >>> def slots_since(slot: int) -> Flow[int]:
    ...     newest = yield from ask(GetSlot())
    ...     return newest - slot

Nothing is asked before somebody drives it. By hand:

    >>> flow = slots_since(40)
    >>> next(flow)
    GetSlot(rooted=False)
    >>> flow.send(42)
    Traceback (most recent call last):
    StopIteration: 2

`run(slots_since(40), chain)` does that with a `Chain`, `await run_async(slots_since(40), chain)` with an `AsyncChain`.
What a chain raises is raised within the flow, where it asked, so that a flow may try again or go on without the answer.
Flows call flows with `yield from`; `Together` runs several side by side, and `Call` asks this process, as for a
signature that is made elsewhere.
"""

from collections.abc import Awaitable, Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, Self, TypeAlias, TypeVar

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


class WrongChain(ChainError):
    """The node is of another chain than the one that is meant; the message says which both are."""


class UnreadableTransaction(ChainError):
    """A transaction that landed and that this release cannot read: its version is newer, or the node garbles it."""


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
class GetGenesisHash(Request[str]):
    """The hash of the chain's first block, which says which chain it is."""


@dataclass(frozen=True)
class GetLatestBlockhash(Request[Blockhash]):
    """A recent blockhash; with `genesis` of the chain that began so, which the same node says in the same answer.

    No other chain knows it, so that what is signed with it lands there or nowhere. Raises WrongChain.
    """

    genesis: str | None = None


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

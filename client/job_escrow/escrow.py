"""The facade: wallet, operator and admin, each in a blocking and an asynchronous form over the same flows.

with Escrow.connect("http://127.0.0.1:8899") as escrow:
    wallet = escrow.wallet(keypair, platform)
    wallet.purchase(1_000)
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from types import TracebackType
from typing import Concatenate, Generic, ParamSpec, Self, TypeVar

from solders.pubkey import Pubkey

from job_escrow.addresses import namespace_bytes
from job_escrow.chain.requests import AsyncChain, Chain, Flow, run, run_async
from job_escrow.codec import CreditAccount, Job, Platform
from job_escrow.flows import admin, operator, read, wallet
from job_escrow.flows.admin import PlatformTerms
from job_escrow.flows.operator import OperatorSide
from job_escrow.flows.wallet import WalletSide
from job_escrow.tokens import USDC_MINT
from job_escrow.transactions import Options, Receipt, Signer

Side = TypeVar("Side")
Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Party(Generic[Side]):
    """Somebody on a blocking chain."""

    chain: Chain
    side: Side


@dataclass(frozen=True)
class AsyncParty(Generic[Side]):
    """Somebody on an asynchronous chain."""

    chain: AsyncChain
    side: Side


def _blocking(
    flow: Callable[Concatenate[Side, Arguments], Flow[Answer]],
) -> Callable[Concatenate[Party[Side], Arguments], Answer]:
    @wraps(flow)
    def method(party: Party[Side], /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        return run(flow(party.side, *args, **kwargs), party.chain)

    return method


def _awaited(
    flow: Callable[Concatenate[Side, Arguments], Flow[Answer]],
) -> Callable[Concatenate[AsyncParty[Side], Arguments], Awaitable[Answer]]:
    @wraps(flow)
    async def method(party: AsyncParty[Side], /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        return await run_async(flow(party.side, *args, **kwargs), party.chain)

    return method


class Wallet(Party[WalletSide]):
    """A wallet holder's side of one credit account; blocking."""

    open = _blocking(wallet.open_account)
    purchase = _blocking(wallet.purchase)
    purchase_for = _blocking(wallet.purchase_for)
    set_limits = _blocking(wallet.set_limits)
    lock = _blocking(wallet.lock)
    withdraw = _blocking(wallet.withdraw)
    close = _blocking(wallet.close)
    account = _blocking(wallet.account)
    balance = _blocking(wallet.balance)
    next_sequence = _blocking(wallet.next_sequence)

    @property
    def address(self) -> Pubkey:
        """The credit account; also where plain transfers to it are sent."""
        return self.side.address


class AsyncWallet(AsyncParty[WalletSide]):
    """A wallet holder's side of one credit account; asynchronous."""

    open = _awaited(wallet.open_account)
    purchase = _awaited(wallet.purchase)
    purchase_for = _awaited(wallet.purchase_for)
    set_limits = _awaited(wallet.set_limits)
    lock = _awaited(wallet.lock)
    withdraw = _awaited(wallet.withdraw)
    close = _awaited(wallet.close)
    account = _awaited(wallet.account)
    balance = _awaited(wallet.balance)
    next_sequence = _awaited(wallet.next_sequence)

    @property
    def address(self) -> Pubkey:
        """The credit account; also where plain transfers to it are sent."""
        return self.side.address


class Operator(Party[OperatorSide]):
    """A provider's side of a platform; blocking."""

    lock = _blocking(operator.lock)
    settle = _blocking(operator.settle)
    refund = _blocking(operator.refund)
    next_job_id = _blocking(operator.next_job_id)


class AsyncOperator(AsyncParty[OperatorSide]):
    """A provider's side of a platform; asynchronous."""

    lock = _awaited(operator.lock)
    settle = _awaited(operator.settle)
    refund = _awaited(operator.refund)
    next_job_id = _awaited(operator.next_job_id)


class Escrow:
    """The program on a blocking chain."""

    def __init__(self, chain: Chain, options: Options | None = None) -> None:
        self.chain = chain
        self.options = options or Options()

    @classmethod
    def connect(cls, url: str, options: Options | None = None) -> Self:
        """Over JSON-RPC at `url`."""
        # Imported late: it is the slowest import of the package, and an in-process chain needs none of it.
        from job_escrow.chain.rpc import RpcChain

        options = options or Options()
        return cls(RpcChain(url, commitment=options.commitment), options)

    def wallet(self, signer: Signer, platform: Pubkey, *, namespace: str = "", mint: Pubkey = USDC_MINT) -> Wallet:
        """A wallet holder's side. Raises ValueError for a namespace of more than 16 bytes."""
        side = WalletSide(
            signer=signer, platform=platform, mint=mint, namespace=namespace_bytes(namespace), options=self.options
        )
        return Wallet(self.chain, side)

    def operator(self, signer: Signer, platform: Pubkey) -> Operator:
        """A provider's side."""
        return Operator(self.chain, OperatorSide(signer=signer, platform=platform, options=self.options))

    def create_platform(self, creator: Signer, terms: PlatformTerms) -> Receipt:
        """Create a platform. Raises TransactionFailed where its terms are refused."""
        return run(admin.create_platform(creator, terms, self.options), self.chain)

    def platform(self, address: Pubkey) -> Platform:
        """Read a platform. Raises NotFound."""
        return run(read.platform(address, self.options.program_id), self.chain)

    def credit_account(self, address: Pubkey) -> CreditAccount | None:
        """Read a credit account; None where it was not opened."""
        return run(read.credit_account(address, self.options.program_id), self.chain)

    def job(self, address: Pubkey) -> Job | None:
        """Read an open job; None where there is none (any more)."""
        return run(read.job(address, self.options.program_id), self.chain)

    def close(self) -> None:
        """Close the connections."""
        if hasattr(self.chain, "close"):
            self.chain.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class AsyncEscrow:
    """The program on an asynchronous chain."""

    def __init__(self, chain: AsyncChain, options: Options | None = None) -> None:
        self.chain = chain
        self.options = options or Options()

    @classmethod
    def connect(cls, url: str, options: Options | None = None) -> Self:
        """Over JSON-RPC at `url`."""
        from job_escrow.chain.rpc import AsyncRpcChain

        options = options or Options()
        return cls(AsyncRpcChain(url, commitment=options.commitment), options)

    def wallet(self, signer: Signer, platform: Pubkey, *, namespace: str = "", mint: Pubkey = USDC_MINT) -> AsyncWallet:
        """A wallet holder's side. Raises ValueError for a namespace of more than 16 bytes."""
        side = WalletSide(
            signer=signer, platform=platform, mint=mint, namespace=namespace_bytes(namespace), options=self.options
        )
        return AsyncWallet(self.chain, side)

    def operator(self, signer: Signer, platform: Pubkey) -> AsyncOperator:
        """A provider's side."""
        return AsyncOperator(self.chain, OperatorSide(signer=signer, platform=platform, options=self.options))

    async def create_platform(self, creator: Signer, terms: PlatformTerms) -> Receipt:
        """Create a platform. Raises TransactionFailed where its terms are refused."""
        return await run_async(admin.create_platform(creator, terms, self.options), self.chain)

    async def platform(self, address: Pubkey) -> Platform:
        """Read a platform. Raises NotFound."""
        return await run_async(read.platform(address, self.options.program_id), self.chain)

    async def credit_account(self, address: Pubkey) -> CreditAccount | None:
        """Read a credit account; None where it was not opened."""
        return await run_async(read.credit_account(address, self.options.program_id), self.chain)

    async def job(self, address: Pubkey) -> Job | None:
        """Read an open job; None where there is none (any more)."""
        return await run_async(read.job(address, self.options.program_id), self.chain)

    async def close(self) -> None:
        """Close the connections."""
        if hasattr(self.chain, "close"):
            await self.chain.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

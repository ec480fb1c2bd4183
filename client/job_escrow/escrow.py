"""The facade: where the parties of the program come from, and reading without being one of them.

with Escrow.connect("http://127.0.0.1:8899") as escrow:
    wallet = escrow.wallet(keypair, platform)
    wallet.purchase(1_000)
"""

from types import TracebackType
from typing import Self

from solders.pubkey import Pubkey
from solders.signature import Signature

from job_escrow.addresses import namespace_bytes
from job_escrow.chain.driving import run, run_async
from job_escrow.chain.requests import AsyncChain, Chain, GetUnixTime, ask
from job_escrow.codec import CreditAccount, Job, Payee, Platform, Session
from job_escrow.flows import admin, history, read
from job_escrow.flows.admin import PlatformTerms
from job_escrow.flows.history import HistoryPage
from job_escrow.flows.sides import PlatformSide, Side, WalletSide
from job_escrow.parties import (
    Admin,
    Anyone,
    AsyncAdmin,
    AsyncAnyone,
    AsyncOperator,
    AsyncWallet,
    Operator,
    Wallet,
)
from job_escrow.signing import AnySigner, Signer
from job_escrow.tokens import USDC_MINT
from job_escrow.transactions import Options, Receipt


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
        return Operator(self.chain, PlatformSide(signer=signer, platform=platform, options=self.options))

    def admin(self, signer: Signer, platform: Pubkey) -> Admin:
        """The side of a platform's admin, or of whom it proposed as the next one."""
        return Admin(self.chain, PlatformSide(signer=signer, platform=platform, options=self.options))

    def anyone(self, signer: Signer) -> Anyone:
        """The side of somebody who is no party of what is done."""
        return Anyone(self.chain, Side(signer=signer, options=self.options))

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

    def session(self, address: Pubkey) -> Session | None:
        """Read an open session; None where there is none (any more)."""
        return run(read.session(address, self.options.program_id), self.chain)

    def platforms(self) -> dict[Pubkey, Platform]:
        """All platforms, by address. Anyone may create one: pin the address of those that you trust."""
        return run(read.platforms(self.options.program_id), self.chain)

    def payees(self, platform: Pubkey) -> dict[Pubkey, Payee]:
        """The registered payees of a platform, by address."""
        return run(read.payees(platform, self.options.program_id), self.chain)

    def credit_accounts(
        self, *, wallet: Pubkey | None = None, platform: Pubkey | None = None
    ) -> dict[Pubkey, CreditAccount]:
        """The credit accounts of a wallet, of a platform, of both or of everybody, by address."""
        flow = read.credit_accounts(self.options.program_id, wallet=wallet, platform=platform)
        return run(flow, self.chain)

    def jobs(self, *, credit_account: Pubkey | None = None, platform: Pubkey | None = None) -> dict[Pubkey, Job]:
        """The open jobs of a credit account, of a platform, or all of them, by address; the lowest id first."""
        flow = read.jobs(self.options.program_id, credit_account=credit_account, platform=platform)
        return run(flow, self.chain)

    def sessions(
        self,
        *,
        credit_account: Pubkey | None = None,
        platform: Pubkey | None = None,
        operator: Pubkey | None = None,
    ) -> dict[Pubkey, Session]:
        """The open sessions of a credit account, a platform, an operator's platforms, or all, by address.

        The lowest id first; each holds `credits - settled`.
        """
        flow = read.sessions(
            self.options.program_id, credit_account=credit_account, platform=platform, operator=operator
        )
        return run(flow, self.chain)

    def history(
        self,
        address: Pubkey,
        *,
        before: Signature | None = None,
        until: Signature | None = None,
        limit: int = history.DEFAULT_LIMIT,
    ) -> HistoryPage:
        """A page of the events of a credit account, job, session or platform, newest first, from the chain itself.

        It covers at most `limit` (1 to 1,000) transactions, older than `before` and newer than `until`; the page's
        own `before` continues it. Raises ChainError.
        """
        flow = history.history(address, self.options.program_id, before=before, until=until, limit=limit)
        return run(flow, self.chain)

    def receipt(self, signature: Signature) -> Receipt | None:
        """What a transaction did, such as one that ended as OutcomeUnknown; None where the chain does not have it.

        It may land for about a minute after it was sent. Raises TransactionFailed where it was refused, and ChainError.
        """
        return run(history.receipt(signature, self.options.program_id), self.chain)

    def unix_time(self) -> int:
        """Unix seconds by the chain's own clock: by it, not by this machine's, deadlines pass and grants expire."""
        return run(ask(GetUnixTime()), self.chain)

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

    def wallet(
        self, signer: AnySigner, platform: Pubkey, *, namespace: str = "", mint: Pubkey = USDC_MINT
    ) -> AsyncWallet:
        """A wallet holder's side. Raises ValueError for a namespace of more than 16 bytes."""
        side = WalletSide(
            signer=signer, platform=platform, mint=mint, namespace=namespace_bytes(namespace), options=self.options
        )
        return AsyncWallet(self.chain, side)

    def operator(self, signer: AnySigner, platform: Pubkey) -> AsyncOperator:
        """A provider's side."""
        return AsyncOperator(self.chain, PlatformSide(signer=signer, platform=platform, options=self.options))

    def admin(self, signer: AnySigner, platform: Pubkey) -> AsyncAdmin:
        """The side of a platform's admin, or of whom it proposed as the next one."""
        return AsyncAdmin(self.chain, PlatformSide(signer=signer, platform=platform, options=self.options))

    def anyone(self, signer: AnySigner) -> AsyncAnyone:
        """The side of somebody who is no party of what is done."""
        return AsyncAnyone(self.chain, Side(signer=signer, options=self.options))

    async def create_platform(self, creator: AnySigner, terms: PlatformTerms) -> Receipt:
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

    async def session(self, address: Pubkey) -> Session | None:
        """Read an open session; None where there is none (any more)."""
        return await run_async(read.session(address, self.options.program_id), self.chain)

    async def platforms(self) -> dict[Pubkey, Platform]:
        """All platforms, by address. Anyone may create one: pin the address of those that you trust."""
        return await run_async(read.platforms(self.options.program_id), self.chain)

    async def payees(self, platform: Pubkey) -> dict[Pubkey, Payee]:
        """The registered payees of a platform, by address."""
        return await run_async(read.payees(platform, self.options.program_id), self.chain)

    async def credit_accounts(
        self, *, wallet: Pubkey | None = None, platform: Pubkey | None = None
    ) -> dict[Pubkey, CreditAccount]:
        """The credit accounts of a wallet, of a platform, of both or of everybody, by address."""
        flow = read.credit_accounts(self.options.program_id, wallet=wallet, platform=platform)
        return await run_async(flow, self.chain)

    async def jobs(self, *, credit_account: Pubkey | None = None, platform: Pubkey | None = None) -> dict[Pubkey, Job]:
        """The open jobs of a credit account, of a platform, or all of them, by address; the lowest id first."""
        flow = read.jobs(self.options.program_id, credit_account=credit_account, platform=platform)
        return await run_async(flow, self.chain)

    async def sessions(
        self,
        *,
        credit_account: Pubkey | None = None,
        platform: Pubkey | None = None,
        operator: Pubkey | None = None,
    ) -> dict[Pubkey, Session]:
        """The open sessions of a credit account, a platform, an operator's platforms, or all, by address.

        The lowest id first; each holds `credits - settled`.
        """
        flow = read.sessions(
            self.options.program_id, credit_account=credit_account, platform=platform, operator=operator
        )
        return await run_async(flow, self.chain)

    async def history(
        self,
        address: Pubkey,
        *,
        before: Signature | None = None,
        until: Signature | None = None,
        limit: int = history.DEFAULT_LIMIT,
    ) -> HistoryPage:
        """A page of the events of a credit account, job, session or platform, newest first, from the chain itself.

        It covers at most `limit` (1 to 1,000) transactions, older than `before` and newer than `until`; the page's
        own `before` continues it. Raises ChainError.
        """
        flow = history.history(address, self.options.program_id, before=before, until=until, limit=limit)
        return await run_async(flow, self.chain)

    async def receipt(self, signature: Signature) -> Receipt | None:
        """What a transaction did, such as one that ended as OutcomeUnknown; None where the chain does not have it.

        It may land for about a minute after it was sent. Raises TransactionFailed where it was refused, and ChainError.
        """
        return await run_async(history.receipt(signature, self.options.program_id), self.chain)

    async def unix_time(self) -> int:
        """Unix seconds by the chain's own clock: by it, not by this machine's, deadlines pass and grants expire."""
        return await run_async(ask(GetUnixTime()), self.chain)

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

"""The chain that the database is of: asked before anything is signed, and again before a row says what became of it.

What is signed carries a blockhash that came in one answer with the chain's first block, so that it lands on the right
chain or nowhere, whatever the node behind the URL becomes afterwards.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol, cast

import structlog
from job_escrow.chain.requests import (
    Answer,
    AsyncChain,
    ChainError,
    GetGenesisHash,
    GetLatestBlockhash,
    Request,
    WrongChain,
)
from job_escrow.urls import without_secrets
from job_escrow_indexer.store.binding import WrongCluster, bind, bound_to

from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.duties import Duty

_log = structlog.get_logger(__name__)


class ClosableChain(AsyncChain, Protocol):
    """A chain that is awaited, with connections."""

    async def close(self) -> None: ...


class ChainDuty(Duty):
    """The look at which chain the node is of. Its trouble says what to do, and passes when the right node is back."""

    def __init__(self) -> None:
        super().__init__("The looks at the chain")
        self.wrong: str | None = None

    @property
    def trouble(self) -> str | None:
        """Why nothing is sent; None where the node is of the right chain, as far as it has answered."""
        return f"{self.wrong[:1].upper()}{self.wrong[1:]}." if self.wrong else super().trouble


class BoundChain:
    """A node that signs nothing for another chain than the database's."""

    def __init__(
        self, connect: Callable[[], ClosableChain], database: ApiDatabase, program: str, *, look_seconds: float
    ) -> None:
        """Take what connects to the node; it is used again where another node has been there meanwhile."""
        self._look_seconds = look_seconds
        self._connect = connect
        self._old: list[ClosableChain] = []
        self._chain = connect()
        self._database = database
        self._program = program
        self._genesis: str | None = None
        self.duty = ChainDuty()

    async def answer(self, request: Request[Answer]) -> Answer:
        """Ask the node. Raises ChainError, and WrongChain instead of a blockhash of another chain."""
        if not isinstance(request, GetLatestBlockhash):
            return await self._chain.answer(request)
        if self._genesis is None:
            await self.check()
        try:
            return cast("Answer", await self._chain.answer(GetLatestBlockhash(self._genesis)))
        except WrongChain:
            # For the words, and for health.
            await self.check()
            raise

    async def check(self) -> None:
        """Ask which chain it is now. Raises WrongChain, and ChainError where the node does not say."""
        genesis = await self._chain.answer(GetGenesisHash())
        try:
            if self._genesis is None:
                await self._database.write(bind, genesis, self._program)
                self._genesis = genesis
            else:
                bound = bound_to(self._database.reader)
                assert bound is not None  # noqa: S101  (it was written above, and is never deleted)
                bound.require(genesis, self._program, changed=True)
        except WrongCluster as error:
            if self.duty.wrong is None:
                _log.error("wrong chain: nothing is sent", error=str(error))
            self.duty.wrong = f"nothing is sent, since {error}"
            raise WrongChain(str(error)) from error
        if self.duty.wrong is not None:
            _log.info("the right chain again")
            self.duty.wrong = None
            # A new one: the slots that were seen on the other chain are nothing that this one has to reach.
            # Somebody may still be asking the old one.
            self._old.append(self._chain)
            self._chain = self._connect()

    def require(self) -> None:
        """Raises WrongChain where the last look found another one: without a question, for who is about to ask more."""
        if self.duty.wrong is not None:
            raise WrongChain(self.duty.wrong)

    async def begin(self) -> None:
        """The look before everything else. Raises WrongChain; a node that is away for now is asked again."""
        try:
            await self.check()
        except WrongChain:
            raise
        except ChainError as away:
            _log.warning("the chain is not checked yet", error=without_secrets(str(away)))

    async def watch(self) -> None:
        """For ever: ask again, so that a node that became another is known before a job needs it."""
        while True:
            try:
                await self.check()
                self.duty.tell(None)
            except ChainError as error:
                # A wrong one has said so; one that is away says nothing of its chain.
                _log.debug("chain not checked", error=without_secrets(str(error)))
            except Exception as error:
                _log.exception("chain not checked")
                self.duty.tell(error)
            await asyncio.sleep(self._look_seconds)

    async def close(self) -> None:
        """Close the connections."""
        for chain in (*self._old, self._chain):
            await chain.close()

"""One platform's chain, and each way in which it is asked."""

from dataclasses import dataclass

from job_escrow.codec import Platform
from job_escrow.escrow import AsyncEscrow
from job_escrow_indexer.source.rpc import Rpc
from solders.pubkey import Pubkey

from job_escrow_api.domain.binding import BoundChain
from job_escrow_api.domain.chain_clock import ChainClock
from job_escrow_api.domain.shared import Shared

LANDING_BLOCKS = 300
"""Blocks after which nothing that was sent before can land: twice as long as a blockhash lives, for a node behind."""


class CurrentPlatform:
    """The platform as the chain has it, read again when it is older than so many seconds."""

    def __init__(self, node: BoundChain, escrow: AsyncEscrow, address: Pubkey, seconds: float) -> None:
        self._node = node
        self._read = Shared(lambda: escrow.platform(address), seconds)

    async def platform(self) -> Platform:
        """What was read last, or is read now. Raises NotFound, ChainError or WrongChain."""
        self._node.require()
        return await self._read.value()

    def look_again(self) -> None:
        """It is known to have changed."""
        self._read.look_again()

    async def last_known(self) -> Platform:
        """What was read last, however long ago, for what waits for no chain. Raises as `platform` before that."""
        return self._read.last or await self.platform()


@dataclass(frozen=True, kw_only=True)
class ChainAccess:
    """`node` signs for no other chain, `escrow` is the program on it, `rpc` asks what needs neither."""

    node: BoundChain
    escrow: AsyncEscrow
    clock: ChainClock
    current: CurrentPlatform
    rpc: Rpc

"""The operator's SOL: each job needs fees, and rent for as long as it is open; without them nothing can be locked."""

import asyncio
from dataclasses import dataclass

from job_escrow.codec import Job
from job_escrow_indexer.source.rpc import Call, NodeUnavailable, Rpc, RpcError
from solders.pubkey import Pubkey

# https://solana.com/docs/core/fees: a job is locked by one transaction and ended by another, with one signature each.
_FEES_OF_A_JOB = 2 * 5_000
_SECONDS = 3.0


@dataclass(frozen=True)
class Funds:
    """What a wallet has, in lamports, and what it must keep and spend."""

    lamports: int
    kept: int
    """A wallet that is not empty keeps at least so much."""
    of_a_job: int

    @property
    def jobs(self) -> int:
        """How many jobs it still pays for, all of them open at once."""
        return max(0, (self.lamports - self.kept) // self.of_a_job)

    @property
    def pays_for_ending(self) -> bool:
        """Whether it pays for a transaction that ends a job, which gives rent back."""
        return self.lamports >= _FEES_OF_A_JOB // 2


def questions(operator: Pubkey) -> list[Call]:
    """What a node is asked to know the funds of a wallet."""
    return [
        ("getBalance", [str(operator), {"commitment": "confirmed"}]),
        ("getMinimumBalanceForRentExemption", [0]),
        ("getMinimumBalanceForRentExemption", [Job.SIZE]),
    ]


def funds_of(answers: list[object]) -> Funds | None:
    """The funds in a node's answers; None where they are none."""
    balance, kept, rent = answers
    lamports = balance.get("value") if isinstance(balance, dict) else None
    if not all(isinstance(each, int) and each >= 0 for each in (lamports, kept, rent)):
        return None
    return Funds(lamports, kept, rent + _FEES_OF_A_JOB)  # type: ignore[arg-type,operator]


async def read_funds(rpc: Rpc, operator: Pubkey) -> Funds | None:
    """The funds of a wallet now; None where the node does not say, soon."""
    try:
        async with asyncio.timeout(_SECONDS):
            return funds_of(await rpc.answers(questions(operator)))
    except (TimeoutError, NodeUnavailable, RpcError):
        return None

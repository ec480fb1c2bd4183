"""What the client asks of a chain, and the two adapters that answer: JSON-RPC and an in-process virtual machine."""

from job_escrow.chain.driving import run, run_async
from job_escrow.chain.requests import (
    AccountInfo,
    AsyncChain,
    Blockhash,
    Chain,
    ChainError,
    ConfirmedTransaction,
    Flow,
    InnerInstruction,
    Request,
    SignatureInfo,
    SignatureStatus,
    SimulationResult,
)

__all__ = [
    "AccountInfo",
    "AsyncChain",
    "Blockhash",
    "Chain",
    "ChainError",
    "ConfirmedTransaction",
    "Flow",
    "InnerInstruction",
    "Request",
    "SignatureInfo",
    "SignatureStatus",
    "SimulationResult",
    "run",
    "run_async",
]

"""An embedded Solana chain: JSON-RPC and WebSocket over an in-process virtual machine.

`LocalnetConfig` says what to serve, `run` serves it until it is stopped, and `serving` serves it for the
length of a `with` block of a program's own event loop.
"""

from job_escrow_localnet.config import AccountFile, LocalnetConfig, ProgramFile
from job_escrow_localnet.server import Running, run, serving

__all__ = ["AccountFile", "LocalnetConfig", "ProgramFile", "Running", "run", "serving"]

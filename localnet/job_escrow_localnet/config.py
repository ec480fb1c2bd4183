"""What a local chain is started with."""

from dataclasses import dataclass
from pathlib import Path

DEFAULT_RPC_PORT = 8899
DEFAULT_SLOT_MS = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgramFile:
    """A compiled program to load at genesis."""

    address: str
    """The program's address, base58."""
    path: Path
    """The `.so` file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountFile:
    """An account to load at genesis, as `solana account --output json` writes it."""

    path: Path
    """The JSON file."""
    address: str | None = None
    """The address to load it at, base58; None: the one in the file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalnetConfig:
    """A local chain: where it listens, where it keeps its state, what it starts with."""

    host: str = "127.0.0.1"
    """The address to listen on."""
    rpc_port: int = DEFAULT_RPC_PORT
    """The port of HTTP; WebSocket listens on the next one. 0: any two free ports next to each other."""
    ledger: Path | None = None
    """The folder that keeps the chain across restarts; None: the chain ends with the process."""
    programs: tuple[ProgramFile, ...] = ()
    """Programs to load; they are loaded anew on every start, so that a rebuilt one takes effect."""
    accounts: tuple[AccountFile, ...] = ()
    """Accounts to load when the ledger is new."""
    slot_ms: int = DEFAULT_SLOT_MS
    """Milliseconds from one slot to the next; a cluster's are about 400."""
    test_methods: bool = False
    """Whether `localnet_timeTravel` and `localnet_rollback` are answered: for tests only."""

    def __post_init__(self) -> None:
        """Refuse what cannot be served, before anything is opened."""
        if not 0 <= self.rpc_port < 65535:
            raise ValueError(f"rpc_port is {self.rpc_port}; it must be from 0 to 65534, WebSocket takes the next one")
        if self.slot_ms < 1:
            raise ValueError(f"slot_ms is {self.slot_ms}; it must be at least 1 millisecond")

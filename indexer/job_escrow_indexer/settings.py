"""What whoever runs an indexer chooses: the one home of each default. Imports nothing that an extra brings."""

from dataclasses import dataclass, field
from pathlib import Path

from job_escrow.patience import UNATTENDED, Backoff, Patience

_PAUSES = Backoff(first_seconds=0.2, longest_seconds=30.0)


@dataclass(kw_only=True)
class Limits:
    """How hard the node may be asked."""

    requests_per_second: float = 50.0
    """A batch counts as many as it holds, as nodes count it."""
    concurrent: int = 4
    batch: int = 25


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What to mirror, and into which file."""

    url: str
    database: Path
    websocket: str | None = None
    """None: where nodes have it, see `websocket_url`."""
    from_slot: int = 0
    """Where history begins, for a new mirror; 0: with the program."""
    limits: Limits = field(default_factory=Limits)
    poll_seconds: float = 2.0
    """How long to wait at most for the WebSocket to say that there is something new."""
    reconcile_seconds: float = 3600.0
    """How often rows and chain are compared; always at the start."""
    stops_at_wrong_settings: bool = True
    """Whether `WRONG_SETTINGS` at the start end it; an indexer beside other work goes on trying."""
    patience: Patience = UNATTENDED
    """With a node that refuses a request for now."""
    pauses: Backoff = _PAUSES
    """After a step that failed for good, and between connections of the WebSocket."""
    retry_seconds: float = 60.0
    """How often what was passed over is read again."""
    passed_over_seconds: float = 60.0
    """Least between comparisons that something that was passed over asks for."""
    catch_up_seconds: float = 60.0
    """How long a node may take to reach the slot that its accounts were read at."""
    page: int = 1_000
    """Signatures that one listing asks for; nodes give no more."""
    chunk: int = 500
    """Transactions that are fetched and stored together: what a crash costs, and what memory holds."""

"""What a transaction costs in SOL, from the chain itself."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from job_escrow.cli.session import Session


def priority_price(session: "Session") -> int:
    """Micro-lamports per compute unit that the settings ask for."""
    return session.settings.priority_fee or 0

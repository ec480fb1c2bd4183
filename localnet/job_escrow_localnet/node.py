"""What a method is given: the chain, and who this node is."""

from dataclasses import dataclass, field

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from job_escrow_localnet.chain import Chain
from job_escrow_localnet.config import LocalnetConfig
from job_escrow_localnet.errors import min_context_slot_not_reached
from job_escrow_localnet.json_types import Json
from job_escrow_localnet.params import FINALIZED
from job_escrow_localnet.serde import Config


@dataclass(slots=True)
class Listening:
    """Where the node is reached; None before it is."""

    rpc: str | None = None
    """Host and port of JSON-RPC over HTTP."""
    pubsub: str | None = None
    """Host and port of subscriptions."""


@dataclass(frozen=True, slots=True)
class Node:
    """A running node."""

    chain: Chain
    config: LocalnetConfig
    identity: Pubkey
    """The address that blocks are led by."""
    faucet: Keypair
    """Pays airdrops."""
    listening: Listening = field(default_factory=Listening)

    def view(self, config: Config | None) -> int:
        """The slot that a request's `commitment` and `minContextSlot` look at."""
        slot = self.chain.slot_at((config or {}).get("commitment") or FINALIZED)
        least = (config or {}).get("minContextSlot")
        if least is not None and slot < least:
            raise min_context_slot_not_reached(slot)
        return slot


def with_context(slot: int, value: Json) -> dict[str, Json]:
    """An answer with the slot that it is true at."""
    return {"context": {"apiVersion": API_VERSION, "slot": slot}, "value": value}


API_VERSION = "4.1.1"
"""The validator's version whose answers these are."""

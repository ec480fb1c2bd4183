"""Methods that no cluster has: for tests, and answered only where the chain was started for them."""

from job_escrow_localnet.chain import RollbackError
from job_escrow_localnet.errors import InvalidParamsError
from job_escrow_localnet.json_types import Json
from job_escrow_localnet.methods.registry import method
from job_escrow_localnet.node import Node
from job_escrow_localnet.serde import Config, optional, struct, u64

_travel_config = struct(
    "TimeTravelConfig", seconds=optional(u64), unixTimestamp=optional(u64), slots=optional(u64), blocks=optional(u64)
)


@method("localnet_timeTravel", _travel_config, test_only=True)
def time_travel(node: Node, config: Config) -> dict[str, int]:
    """Go forward: by blocks, by seconds, to a time, by slots. The chain's clock never goes back."""
    now = node.chain.open.unix_time
    seconds = config["seconds"] or 0
    if config["unixTimestamp"] is not None:
        seconds = config["unixTimestamp"] - now
        if seconds < 0:
            raise InvalidParamsError(f"Invalid param: the chain's time is already {now}, it cannot go back")
    node.chain.pass_blocks(config["blocks"] or 0)
    node.chain.travel(seconds, config["slots"] or 0)
    return {"slot": node.chain.open.slot, "unixTimestamp": node.chain.open.unix_time}


@method("localnet_rollback", u64, test_only=True)
def rollback(node: Node, slots: int) -> dict[str, Json]:
    """A fork: take back the newest slots that are not final."""
    try:
        node.chain.rollback(slots)
    except RollbackError as problem:
        raise InvalidParamsError(f"Invalid param: {problem}") from None
    return {"slot": node.chain.open.slot, "parent": node.chain.open.parent}

"""Methods about the node and the chain as a whole."""

from solders.hash import Hash
from solders.message import MessageV0, MessageV1

from job_escrow_localnet.blockhashes import MAX_AGE
from job_escrow_localnet.budget import BudgetError, fee, read_budget, read_config
from job_escrow_localnet.engine import SLOTS_PER_EPOCH
from job_escrow_localnet.errors import InvalidParamsError
from job_escrow_localnet.json_types import Json
from job_escrow_localnet.methods.registry import method
from job_escrow_localnet.node import API_VERSION, Node, with_context
from job_escrow_localnet.params import blockhash as read_blockhash
from job_escrow_localnet.params import commitment_config, context_config, pubkey
from job_escrow_localnet.serde import Config, list_of, text, u64, usize
from job_escrow_localnet.wire import decode_message

_FEATURE_SET = 0
_FEE_SAMPLES = 150
_MAX_LOCKS = 128
_MAX_SLOT_LEADERS = 5_000
_PORTS_OF_A_CLUSTER = (
    *("gossip", "tvu", "tpu", "tpuQuic", "tpuForwards", "tpuForwardsQuic", "tpuVote", "serveRepair"),
)
"""What nodes of a cluster talk to each other by, and leaders get transactions by."""


@method("getHealth")
def get_health(node: Node) -> str:
    """Whether the node follows the chain: this one is the chain."""
    return "ok"


@method("getVersion")
def get_version(node: Node) -> dict[str, Json]:
    """The validator's version that the answers are those of, and that this is a local chain."""
    return {"solana-core": API_VERSION, "feature-set": _FEATURE_SET, "localnet": "job-escrow"}


@method("getIdentity")
def get_identity(node: Node) -> dict[str, str]:
    """The node's address."""
    return {"identity": str(node.identity)}


@method("getGenesisHash")
def get_genesis_hash(node: Node) -> str:
    """By what this chain is told from others."""
    return str(node.chain.hashes.genesis)


@method("getSlot", optional=(context_config,))
def get_slot(node: Node, config: Config | None) -> int:
    """The newest slot of a commitment."""
    return node.view(config)


@method("getBlockHeight", optional=(context_config,))
def get_block_height(node: Node, config: Config | None) -> int:
    """How many blocks there are below the newest one of a commitment."""
    return _height(node, node.view(config))


@method("getTransactionCount", optional=(context_config,))
def get_transaction_count(node: Node, config: Config | None) -> int:
    """How many transactions the chain has, as of a commitment."""
    slot = node.view(config)
    chain = node.chain
    return chain.transaction_count - sum(len(chain.landed_in(later)) for later in range(slot + 1, chain.open.slot + 1))


@method("getSlotLeader", optional=(context_config,))
def get_slot_leader(node: Node, config: Config | None) -> str:
    """Who leads the slot: this node leads all."""
    node.view(config)
    return str(node.identity)


@method("getSlotLeaders", u64, u64)
def get_slot_leaders(node: Node, first: int, limit: int) -> list[str]:
    """Who leads the slots from one on, as far as a schedule is made: up to the end of the epoch after the root's."""
    if limit > _MAX_SLOT_LEADERS:
        raise InvalidParamsError(f"Invalid limit; max {_MAX_SLOT_LEADERS}")
    scheduled = node.chain.root.slot // SLOTS_PER_EPOCH + 2
    if limit and first + limit > scheduled * SLOTS_PER_EPOCH:
        missing = max(first // SLOTS_PER_EPOCH, scheduled)
        raise InvalidParamsError(f"Invalid slot range: leader schedule for epoch {missing} is unavailable")
    return [str(node.identity)] * limit


@method("getClusterNodes")
def get_cluster_nodes(node: Node) -> list[dict[str, Json]]:
    """The nodes: this one. It has no port for transactions but its RPC's, to which clients then send them."""
    own = {
        "pubkey": str(node.identity),
        "rpc": node.listening.rpc,
        "pubsub": node.listening.pubsub,
        "version": API_VERSION,
        "featureSet": _FEATURE_SET,
        "shredVersion": None,
        "clientId": None,
    }
    return [own | dict.fromkeys(_PORTS_OF_A_CLUSTER)]


@method("getEpochInfo", optional=(context_config,))
def get_epoch_info(node: Node, config: Config | None) -> dict[str, int]:
    """Where the slot is in its epoch."""
    slot = node.view(config)
    return {
        "absoluteSlot": slot,
        "blockHeight": _height(node, slot),
        "epoch": slot // SLOTS_PER_EPOCH,
        "slotIndex": slot % SLOTS_PER_EPOCH,
        "slotsInEpoch": SLOTS_PER_EPOCH,
        "transactionCount": get_transaction_count(node, config),
    }


@method("getEpochSchedule")
def get_epoch_schedule(node: Node) -> dict[str, Json]:
    """How long epochs are."""
    return {
        "slotsPerEpoch": SLOTS_PER_EPOCH,
        "leaderScheduleSlotOffset": SLOTS_PER_EPOCH,
        "warmup": False,
        "firstNormalEpoch": 0,
        "firstNormalSlot": 0,
    }


@method("getFirstAvailableBlock")
def get_first_available_block(node: Node) -> int:
    """The oldest block that is kept: all are."""
    return 0


@method("minimumLedgerSlot")
def minimum_ledger_slot(node: Node) -> int:
    """The oldest slot that is kept: all are."""
    return 0


@method("getLatestBlockhash", optional=(context_config,))
def get_latest_blockhash(node: Node, config: Config | None) -> dict[str, Json]:
    """The newest blockhash, and the last block height at which a transaction may still use it."""
    slot = node.view(config)
    return with_context(slot, latest_blockhash(node, slot))


def latest_blockhash(node: Node, slot: int) -> dict[str, Json]:
    """The newest blockhash seen from a slot."""
    block = node.chain.hashed_block(slot)
    return {"blockhash": str(node.chain.hashes.of(block.slot)), "lastValidBlockHeight": block.height + MAX_AGE}


@method("isBlockhashValid", text, optional=(context_config,))
def is_blockhash_valid(node: Node, value: str, config: Config | None) -> dict[str, Json]:
    """Whether a transaction may still use a blockhash."""
    try:
        blockhash = read_blockhash(value)
    except InvalidParamsError as problem:
        raise InvalidParamsError(problem.message.removeprefix("Invalid param: ")) from None
    slot = node.view(config)
    return with_context(slot, _is_valid(node, blockhash, slot))


@method("getFeeForMessage", text, optional=(context_config,))
def get_fee_for_message(node: Node, value: str, config: Config | None) -> dict[str, Json]:
    """Lamports that a message's transaction costs; null where its blockhash is not valid."""
    message = decode_message(value)
    slot = node.view(config)
    header = message.header
    keys = message.account_keys
    if header.num_required_signatures > len(keys) or any(
        one.program_id_index >= len(keys) for one in message.instructions
    ):
        raise InvalidParamsError("invalid transaction message: index out of bounds")
    if isinstance(message, MessageV0) and any(
        not one.writable_indexes and not one.readonly_indexes for one in message.address_table_lookups
    ):
        raise InvalidParamsError("invalid transaction message: invalid value")
    if not _is_valid(node, message.recent_blockhash, slot):
        return with_context(slot, None)
    instructions = [(keys[one.program_id_index], bytes(one.data)) for one in message.instructions]
    if isinstance(message, MessageV1):
        # A node checks what stands in a message of version 1, and leaves its bid out of the fee.
        try:
            read_config(message.config)
        except BudgetError:
            raise InvalidParamsError("invalid transaction message: invalid value") from None
        instructions = []
    try:
        budget = read_budget(instructions)
    except BudgetError:
        budget = read_budget(())
    return with_context(slot, fee(header.num_required_signatures, instructions, budget))


@method("getRecentPrioritizationFees", optional=(list_of(text),))
def get_recent_prioritization_fees(node: Node, addresses: list[str] | None) -> list[dict[str, int]]:
    """What transactions bid in recent slots: here nobody has to."""
    if len(addresses or ()) > _MAX_LOCKS:
        raise InvalidParamsError(f"Too many inputs provided; max {_MAX_LOCKS}")
    for address in addresses or ():
        pubkey(address)
    tip = node.chain.tip.slot
    blocks = node.chain.blocks(max(0, tip - _FEE_SAMPLES + 1), tip)
    return [{"slot": block.slot, "prioritizationFee": 0} for block in blocks]


@method("getMinimumBalanceForRentExemption", usize, optional=(commitment_config,))
def get_minimum_balance_for_rent_exemption(node: Node, data_bytes: int, config: Config | None) -> int:
    """Lamports that an account with so many bytes of data needs."""
    return node.chain.engine.minimum_balance(data_bytes)


def _height(node: Node, slot: int) -> int:
    chain = node.chain
    return chain.open.height if slot >= chain.open.slot else chain.hashed_block(slot).height


def _is_valid(node: Node, blockhash: Hash, slot: int) -> bool:
    return node.chain.hashes.is_valid(blockhash, node.chain.hashed_block(slot).height)

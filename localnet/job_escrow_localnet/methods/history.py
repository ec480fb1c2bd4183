"""Methods that read blocks and transactions."""

import json

from solders.pubkey import Pubkey
from solders.signature import Signature

from job_escrow_localnet.chain import Chain
from job_escrow_localnet.errors import (
    InvalidParamsError,
    block_not_available,
    filter_transaction_not_found,
    min_context_slot_not_reached,
    slot_skipped,
)
from job_escrow_localnet.json_types import Json
from job_escrow_localnet.ledger import Record
from job_escrow_localnet.methods.registry import method
from job_escrow_localnet.node import Node, with_context
from job_escrow_localnet.params import (
    CONFIRMED,
    FINALIZED,
    FLAT_COMMITMENT,
    PROCESSED,
    at_least_confirmed,
    context_config,
    pubkey,
    signature,
    transaction_encoding,
)
from job_escrow_localnet.serde import (
    Config,
    SerdeError,
    boolean,
    list_of,
    one_of,
    optional,
    struct,
    text,
    u8,
    u64,
    usize,
)
from job_escrow_localnet.transaction_encoding import encode_accounts, encode_transaction
from job_escrow_localnet.transaction_errors import TransactionError

_MAX_SIGNATURES = 1_000
_MAX_STATUSES = 256
_MAX_RANGE = 500_000

_status_config = struct("RpcSignatureStatusConfig", ("searchTransactionHistory",), searchTransactionHistory=boolean)
_signatures_config = struct(
    "RpcSignaturesForAddressConfig",
    before=optional(text),
    until=optional(text),
    limit=optional(usize),
    commitment=FLAT_COMMITMENT,
    minContextSlot=optional(u64),
)
_transaction_struct = struct(
    "RpcTransactionConfig",
    encoding=optional(transaction_encoding),
    commitment=FLAT_COMMITMENT,
    maxSupportedTransactionVersion=optional(u8),
)
_block_struct = struct(
    "RpcBlockConfig",
    encoding=optional(transaction_encoding),
    transactionDetails=optional(one_of("full", "signatures", "none", "accounts")),
    rewards=optional(boolean),
    commitment=FLAT_COMMITMENT,
    maxSupportedTransactionVersion=optional(u8),
)


def _encoding_or(config: Json) -> Json:
    """The older form of these parameters is an encoding alone."""

    def parse(value: Json) -> Json:
        try:
            return {"encoding": transaction_encoding(value)} if isinstance(value, str) else config(value)
        except SerdeError:
            raise SerdeError("data did not match any variant of untagged enum RpcEncodingConfigWrapper") from None

    return parse


def _slot_or_config(value: Json) -> Json:
    if isinstance(value, dict):
        return context_config(value)
    try:
        return u64(value)
    except SerdeError:
        raise SerdeError("data did not match any variant of untagged enum RpcBlocksConfigWrapper") from None


@method("getSignatureStatuses", list_of(text), optional=(_status_config,))
def get_signature_statuses(node: Node, values: list[str], config: Config | None) -> dict[str, Json]:
    """How far transactions have come; null for those that are not known."""
    if len(values) > _MAX_STATUSES:
        raise InvalidParamsError(f"Too many inputs provided; max {_MAX_STATUSES}")
    search = bool((config or {}).get("searchTransactionHistory"))
    found = [_status(node.chain, signature(value), search) for value in values]
    return with_context(node.chain.slot_at(PROCESSED), found)


def _status(chain: Chain, key: Signature, search: bool) -> dict[str, Json] | None:
    known = chain.status(key)
    if known is None and search:
        record = chain.ledger.transaction(key)
        known = None if record is None else (record.slot, _error(record))
    if known is None:
        return None
    slot, error = known
    level = commitment_of(chain, slot)
    return {
        "slot": slot,
        "confirmations": None if level == FINALIZED else chain.open.slot - slot,
        "status": {"Ok": None} if error is None else {"Err": error},
        "err": error,
        "confirmationStatus": level,
    }


def commitment_of(chain: Chain, slot: int) -> str:
    """The commitment that a slot has reached."""
    if slot <= chain.root.slot:
        return FINALIZED
    return CONFIRMED if slot <= chain.tip.slot else PROCESSED


def _error(record: Record) -> TransactionError | None:
    error: TransactionError | None = None if record.error is None else json.loads(record.error)
    return error


@method("getSignaturesForAddress", text, optional=(_signatures_config,))
def get_signatures_for_address(node: Node, address: str, config: Config | None) -> list[dict[str, Json]]:
    """The transactions with an address, the newest first."""
    options = config or {}
    key = pubkey(address)
    before, until = options.get("before"), options.get("until")
    before_key = None if before is None else signature(before)
    until_key = None if until is None else signature(until)
    limit = options.get("limit")
    if limit is None:
        limit = _MAX_SIGNATURES
    if not 1 <= limit <= _MAX_SIGNATURES:
        raise InvalidParamsError(f"Invalid limit; max {_MAX_SIGNATURES}")
    highest = _highest(node, config)
    return [_signature_info(node.chain, one) for one in _mentioning(node, key, highest, before_key, until_key, limit)]


def _mentioning(
    node: Node, key: Pubkey, highest: int, before: Signature | None, until: Signature | None, limit: int
) -> list[Record]:
    above = _place(node, before, highest, (highest + 1, 0))
    below = _place(node, until, highest, (-1, 0))
    return node.chain.ledger.mentioning(key, above, below, limit)


def _place(node: Node, key: Signature | None, highest: int, default: tuple[int, int]) -> tuple[int, int]:
    if key is None:
        return default
    record = node.chain.ledger.transaction(key)
    if record is None or record.slot > highest:
        raise filter_transaction_not_found(str(key))
    return record.slot, record.place


def _signature_info(chain: Chain, record: Record) -> dict[str, Json]:
    block = chain.block(record.slot)
    return {
        "signature": str(record.signature),
        "slot": record.slot,
        "transactionIndex": record.place,
        "err": _error(record),
        "memo": record.memo,
        "blockTime": None if block is None else block.unix_time,
        "confirmationStatus": commitment_of(chain, record.slot),
    }


@method("getTransaction", text, optional=(_encoding_or(_transaction_struct),))
def get_transaction(node: Node, value: str, config: Config | None) -> dict[str, Json] | None:
    """A transaction; null where it is not known at the commitment."""
    key = signature(value)
    options = config or {}
    highest = node.chain.slot_at(at_least_confirmed(options.get("commitment")))
    record = node.chain.ledger.transaction(key)
    if record is None or record.slot > highest:
        return None
    block = node.chain.block(record.slot)
    encoded = encode_transaction(
        record, options.get("encoding") or "json", options.get("maxSupportedTransactionVersion")
    )
    return {
        "slot": record.slot,
        **encoded,
        "blockTime": None if block is None else block.unix_time,
        "transactionIndex": record.place,
    }


@method("getBlock", u64, optional=(_encoding_or(_block_struct),))
def get_block(node: Node, slot: int, config: Config | None) -> dict[str, Json]:
    """A block with its transactions."""
    options = config or {}
    chain = node.chain
    commitment = at_least_confirmed(options.get("commitment"))
    block = chain.block(slot)
    if slot > chain.slot_at(commitment):
        raise block_not_available(slot)
    if block is None:
        raise slot_skipped(slot) if slot < chain.root.slot else block_not_available(slot)
    answer: dict[str, Json] = {
        "previousBlockhash": str(chain.hashes.of(block.parent)),
        "blockhash": str(chain.hashes.of(slot)),
        "parentSlot": block.parent,
        "blockTime": block.unix_time,
        "blockHeight": block.height,
    }
    show_rewards = options.get("rewards") is not False
    if show_rewards:
        answer["rewards"] = []
    details = options.get("transactionDetails") or "full"
    if details == "none":
        return answer
    stored = chain.ledger.transactions(slot, slot)
    max_version = options.get("maxSupportedTransactionVersion")
    if details == "signatures":
        answer["signatures"] = [str(one.signature) for one in stored]
    elif details == "accounts":
        answer["transactions"] = [_rewards(encode_accounts(one, max_version), show_rewards, "drop") for one in stored]
    else:
        encoding = options.get("encoding") or "json"
        answer["transactions"] = [
            _rewards(encode_transaction(one, encoding, max_version), show_rewards, None) for one in stored
        ]
    return answer


def _rewards(encoded: dict[str, Json], show: bool, instead: str | None) -> dict[str, Json]:
    if not show and instead is None:
        encoded["meta"]["rewards"] = None
    elif not show:
        del encoded["meta"]["rewards"]
    return encoded


@method("getBlocks", u64, optional=(_slot_or_config, context_config))
def get_blocks(node: Node, first: int, last: int | Config | None, config: Config | None) -> list[int]:
    """The slots with a block from one slot to another."""
    if isinstance(last, dict):
        last, config = None, last
    highest = _highest(node, config)
    end = min(first + _MAX_RANGE if not isinstance(last, int) else last, highest)
    if end < first:
        return []
    if end - first > _MAX_RANGE:
        raise InvalidParamsError(f"Slot range too large; max {_MAX_RANGE}")
    return [block.slot for block in node.chain.blocks(first, end)]


@method("getBlocksWithLimit", u64, usize, optional=(context_config,))
def get_blocks_with_limit(node: Node, first: int, limit: int, config: Config | None) -> list[int]:
    """The first slots with a block from a slot on."""
    if limit > _MAX_RANGE:
        raise InvalidParamsError(f"Limit too large; max {_MAX_RANGE}")
    return [block.slot for block in node.chain.blocks(first, _highest(node, config), limit)]


@method("getBlockTime", u64)
def get_block_time(node: Node, slot: int) -> int:
    """When a block was made, in seconds since 1970."""
    block = node.chain.block(slot)
    if block is not None:
        return block.unix_time
    raise slot_skipped(slot) if slot < node.chain.root.slot else block_not_available(slot)


def _highest(node: Node, config: Config | None) -> int:
    options = config or {}
    slot = node.chain.slot_at(at_least_confirmed(options.get("commitment")))
    least = options.get("minContextSlot")
    if least is not None and slot < least:
        raise min_context_slot_not_reached(slot)
    return slot

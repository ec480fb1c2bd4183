"""From the result of a transaction to its record: the `meta` that getTransaction answers, and the memo."""

import base64
import json

from job_escrow_localnet import base58
from job_escrow_localnet.engine import InnerInstruction, Result
from job_escrow_localnet.json_types import Json
from job_escrow_localnet.ledger import Record
from job_escrow_localnet.programs import MEMO, MEMO_V1
from job_escrow_localnet.transactions import AccountReader, Transaction

_SIGNATURE_COST = 720
_WRITE_LOCK_COST = 300
_DATA_BYTES_PER_UNIT = 4
_PAGE_BYTES = 32 * 1024
_PAGE_COST = 8
_dump = json.JSONEncoder(separators=(",", ":")).encode


def balances(transaction: Transaction, read: AccountReader) -> list[int]:
    """Lamports of each of a transaction's addresses."""
    return [0 if (account := read(key)) is None else account.lamports for key in transaction.keys]


def build_meta(
    transaction: Transaction,
    result: Result,
    *,
    before: tuple[list[int], list[dict[str, Json]]],
    after: tuple[list[int], list[dict[str, Json]]],
) -> dict[str, Json]:
    """The `meta` of a transaction; `before` and `after` are its lamports and token balances."""
    meta: dict[str, Json] = {
        "err": result.error,
        "status": {"Ok": None} if result.error is None else {"Err": result.error},
        "fee": result.fee,
        "preBalances": before[0],
        "postBalances": after[0],
        "innerInstructions": inner_instructions(result) if result.executed else None,
        "logMessages": list(result.logs) if result.executed else None,
        "preTokenBalances": _stored(before[1]),
        "postTokenBalances": _stored(after[1]),
        "rewards": [],
        "loadedAddresses": loaded_addresses(transaction),
        "computeUnitsConsumed": result.units,
        "costUnits": cost_units(transaction, result),
    }
    if result.return_data is not None:
        meta["returnData"] = return_data(result)
    return meta


def _stored(token_balances: list[dict[str, Json]]) -> list[dict[str, Json]]:
    """A validator's store has no zero for `uiAmount`: it comes back as null."""
    for balance in token_balances:
        amount = balance["uiTokenAmount"]
        if not amount["uiAmount"]:
            amount["uiAmount"] = None
    return token_balances


def build_record(transaction: Transaction, result: Result, meta: dict[str, Json], slot: int, place: int) -> Record:
    """What the ledger keeps of a transaction in a block."""
    return Record(
        slot=slot,
        place=place,
        signature=transaction.signature,
        wire=transaction.wire,
        error=None if result.error is None else json.dumps(result.error),
        memo=_memo(transaction),
        meta=_dump(meta),
        mentions=transaction.keys,
    )


def inner_instructions(result: Result) -> list[dict[str, Json]]:
    """The instructions that programs called, for each top-level instruction that called any."""
    return [
        {"index": index, "instructions": [_inner(one) for one in group]}
        for index, group in enumerate(result.inner)
        if group
    ]


def _inner(one: InnerInstruction) -> dict[str, Json]:
    return {
        "programIdIndex": one.program,
        "accounts": list(one.accounts),
        "data": base58.encode(one.data),
        "stackHeight": one.stack_height,
    }


def loaded_addresses(transaction: Transaction) -> dict[str, list[str]]:
    """The addresses that came from lookup tables."""
    return {
        "writable": [str(key) for key in transaction.loaded_writable],
        "readonly": [str(key) for key in transaction.loaded_readonly],
    }


def return_data(result: Result) -> dict[str, Json] | None:
    """What the last program returned."""
    if result.return_data is None:
        return None
    program, data = result.return_data
    return {"programId": str(program), "data": [base64.b64encode(data).decode(), "base64"]}


def cost_units(transaction: Transaction, result: Result) -> int:
    """What a transaction counts for against the limits of a block."""
    data_bytes = sum(len(instruction.data) for instruction in transaction.instructions)
    pages = -(-result.loaded_bytes // _PAGE_BYTES)
    return (
        _SIGNATURE_COST * transaction.signers
        + _WRITE_LOCK_COST * transaction.write_locks
        + data_bytes // _DATA_BYTES_PER_UNIT
        + result.units
        + _PAGE_COST * pages
    )


def _memo(transaction: Transaction) -> str | None:
    memos = []
    for instruction in transaction.instructions:
        if transaction.keys[instruction.program] in (MEMO, MEMO_V1):
            try:
                memo = instruction.data.decode()
            except UnicodeDecodeError:
                memo = "(unparseable)"
            memos.append(f"[{len(instruction.data)}] {memo}")
    return "; ".join(memos) or None

"""Transactions of the ledger as getTransaction and getBlock answer them."""

import base64
import json

from solders.message import MessageV0, MessageV1, TransactionConfig
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from job_escrow_localnet import base58
from job_escrow_localnet.errors import unsupported_version
from job_escrow_localnet.json_types import Json
from job_escrow_localnet.ledger import Record
from job_escrow_localnet.parse_instructions import parse_instruction
from job_escrow_localnet.transactions import Transaction, sanitize, version_of


def encode_transaction(record: Record, encoding: str, max_version: int | None) -> dict[str, Json]:
    """`transaction`, `meta` and, where the client reads versions, `version`."""
    transaction = VersionedTransaction.from_bytes(record.wire)
    message = transaction.message
    encoded: dict[str, Json] = {}
    encoded |= _version(version_of(message), max_version)
    meta = json.loads(record.meta)
    match encoding:
        case "binary":
            encoded["transaction"] = base58.encode(record.wire)
        case "base58":
            encoded["transaction"] = [base58.encode(record.wire), encoding]
        case "base64":
            encoded["transaction"] = [base64.b64encode(record.wire).decode(), encoding]
        case "json":
            encoded["transaction"] = _raw(transaction)
        case _:
            opened = reopen(record)
            encoded["transaction"] = _parsed(opened)
            meta = _parsed_meta(meta, opened)
    encoded["meta"] = meta
    return encoded


def encode_accounts(record: Record, max_version: int | None) -> dict[str, Json]:
    """A transaction as getBlock answers it with the details `accounts`."""
    opened = reopen(record)
    version = _version(opened.version, max_version)
    meta = json.loads(record.meta)
    kept = ("err", "status", "fee", "preBalances", "postBalances", "preTokenBalances", "postTokenBalances", "rewards")
    encoded: dict[str, Json] = {
        "transaction": {"signatures": _signatures(opened.inner), "accountKeys": _account_keys(opened)},
        "meta": {name: meta[name] for name in kept},
    }
    return encoded | version


def _version(version: int | None, max_version: int | None) -> dict[str, Json]:
    """The member `version`, for clients that read versions; refused where theirs are too old."""
    if version is not None and (max_version is None or version > max_version):
        raise unsupported_version(version)
    return {} if max_version is None else {"version": "legacy" if version is None else version}


def reopen(record: Record) -> Transaction:
    """The transaction of a record, with the addresses that its tables gave when it ran."""
    loaded = json.loads(record.meta)["loadedAddresses"]
    transaction = sanitize(VersionedTransaction.from_bytes(record.wire), record.wire, None)
    keys = {kind: tuple(Pubkey.from_string(one) for one in loaded[kind]) for kind in ("writable", "readonly")}
    return transaction.with_loaded(keys["writable"], keys["readonly"])


def _signatures(transaction: VersionedTransaction) -> list[str]:
    return [str(one) for one in transaction.signatures]


def _raw(transaction: VersionedTransaction) -> dict[str, Json]:
    message = transaction.message
    header = message.header
    encoded: dict[str, Json] = {
        "header": {
            "numRequiredSignatures": header.num_required_signatures,
            "numReadonlySignedAccounts": header.num_readonly_signed_accounts,
            "numReadonlyUnsignedAccounts": header.num_readonly_unsigned_accounts,
        },
        "accountKeys": [str(key) for key in message.account_keys],
        "recentBlockhash": str(message.recent_blockhash),
        "instructions": [
            {
                "programIdIndex": one.program_id_index,
                "accounts": list(bytes(one.accounts)),
                "data": base58.encode(bytes(one.data)),
                "stackHeight": 1,
            }
            for one in message.instructions
        ],
    }
    if isinstance(message, MessageV0):
        encoded["addressTableLookups"] = [
            {
                "accountKey": str(one.account_key),
                "writableIndexes": list(bytes(one.writable_indexes)),
                "readonlyIndexes": list(bytes(one.readonly_indexes)),
            }
            for one in message.address_table_lookups
        ]
    if isinstance(message, MessageV1):
        encoded["transactionConfig"] = _config(message.config)
    return {"signatures": _signatures(transaction), "message": encoded}


def _config(config: TransactionConfig) -> dict[str, Json]:
    """What a message of version 1 asks for."""
    return {
        "priorityFee": config.priority_fee,
        "computeUnitLimit": config.compute_unit_limit,
        "loadedAccountsDataSizeLimit": config.loaded_accounts_data_size_limit,
        "heapSize": config.heap_size,
    }


def _parsed(transaction: Transaction) -> dict[str, Json]:
    keys = transaction.keys
    message: dict[str, Json] = {
        "accountKeys": _account_keys(transaction),
        "recentBlockhash": str(transaction.blockhash),
        "instructions": [
            parse_instruction(keys, one.program, one.accounts, one.data, 1) for one in transaction.instructions
        ],
    }
    inner = transaction.inner.message
    if isinstance(inner, MessageV1):
        message["transactionConfig"] = _config(inner.config)
    elif transaction.version is not None:
        message["addressTableLookups"] = [
            {
                "accountKey": str(one.table),
                "writableIndexes": list(one.writable),
                "readonlyIndexes": list(one.readonly),
            }
            for one in transaction.lookups
        ]
    return {"signatures": _signatures(transaction.inner), "message": message}


def _account_keys(transaction: Transaction) -> list[dict[str, Json]]:
    static = len(transaction.static_keys)
    return [
        {
            "pubkey": str(key),
            "writable": transaction.writable[place],
            "signer": place < transaction.signers,
            "source": "transaction" if place < static else "lookupTable",
        }
        for place, key in enumerate(transaction.keys)
    ]


def _parsed_meta(meta: dict[str, Json], transaction: Transaction) -> dict[str, Json]:
    parsed = {name: value for name, value in meta.items() if name != "loadedAddresses"}
    parsed["innerInstructions"] = parsed_inner(meta["innerInstructions"], transaction)
    return parsed


def parsed_inner(inner: list[dict[str, Json]] | None, transaction: Transaction) -> list[dict[str, Json]] | None:
    """Inner instructions with their addresses, and parsed where their program is known."""
    if inner is None:
        return None
    return [
        {
            "index": group["index"],
            "instructions": [
                parse_instruction(
                    transaction.keys,
                    one["programIdIndex"],
                    bytes(one["accounts"]),
                    base58.decode(one["data"]),
                    one["stackHeight"],
                )
                for one in group["instructions"]
            ],
        }
        for group in inner
    ]

"""A transaction as a node answers it, reduced to what the indexer reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from job_escrow_indexer.base58 import decode
from job_escrow_indexer.position import position

SUPPORTED_VERSION = 1
"""The newest transaction version that is understood. Nodes take it as a maximum, also those that know less."""

_VERSIONS = ("legacy", *range(SUPPORTED_VERSION + 1))
_LARGEST = (1 << 63) - 1


class MalformedAnswer(Exception):
    """A node's answer that is not what was asked for; the message says what is wrong."""


class MalformedTransaction(MalformedAnswer):
    """A node's answer that is no transaction; the message says which part is wrong, `signature` of which it is."""

    def __init__(self, message: str, signature: str | None = None) -> None:
        super().__init__(message)
        self.signature = signature


class UnknownTransactionVersion(MalformedTransaction):
    """A transaction of a version that did not exist when this was written."""


@dataclass(slots=True)
class Called:
    """An instruction: its program, its accounts and its data, of which `data` is still base58.

    `height` is 1 for the transaction's own instructions and more for those that programs call; None: an old node.
    """

    program: str
    accounts: Sequence[int]
    encoded: str
    height: int | None

    @property
    def data(self) -> bytes:
        """The instruction's data. Raises MalformedTransaction where the node sent no base58."""
        try:
            return decode(self.encoded)
        except (ValueError, AttributeError) as error:
            raise MalformedTransaction(f"an instruction whose data cannot be read: {error}") from error


@dataclass(slots=True)
class Transaction:
    """A transaction that landed. `index` is its place in the slot; `error` is None where it succeeded.

    `calls` has for each of its instructions that one, and then, in order, what programs called for it.
    `token_balances` are base units after it, by token account.
    """

    slot: int
    index: int
    signature: str
    block_time: int | None
    keys: Sequence[str]
    calls: Sequence[Sequence[Called]]
    error: Any
    fee: int
    compute_units: int | None
    token_balances: Mapping[str, int]


def _called_by_programs(meta: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """What programs called, by instruction. Raises MalformedTransaction where the node keeps that to itself."""
    groups: Sequence[Mapping[str, Any]] | None = meta.get("innerInstructions")
    if groups is None and meta["err"] is None:
        raise MalformedTransaction(
            "the node does not say what programs called, which is where events are: ask a node that records it"
        )
    return groups or ()


def read_transaction(answer: Mapping[str, Any], index: int | None = None) -> Transaction:
    """Read the result of `getTransaction` with the encoding `json`; `index` where the node does not tell it.

    Raises UnknownTransactionVersion and MalformedTransaction.
    """
    try:
        version = answer.get("version", "legacy")
        if version not in _VERSIONS:
            raise UnknownTransactionVersion(
                f"slot {answer.get('slot')} has a transaction of version {version!r:.60}; this release reads versions "
                f"up to {SUPPORTED_VERSION}: upgrade job-escrow"
            )
        meta, transaction = answer["meta"], answer["transaction"]
        message = transaction["message"]
        loaded = meta.get("loadedAddresses") or {"writable": (), "readonly": ()}
        # Those of version 1 name all their accounts themselves.
        keys = [*message["accountKeys"], *loaded["writable"], *loaded["readonly"]]
        calls = [
            [Called(keys[one["programIdIndex"]], one["accounts"], one["data"], 1)] for one in message["instructions"]
        ]
        for group in _called_by_programs(meta):
            calls[group["index"]] += [
                Called(keys[one["programIdIndex"]], one["accounts"], one["data"], one.get("stackHeight"))
                for one in group["instructions"]
            ]
        place = answer.get("transactionIndex") if index is None else index
        if not isinstance(place, int):
            raise MalformedTransaction("the node does not say at which place of its slot the transaction is")
        signature, slot = transaction["signatures"][0], answer["slot"]
        if not isinstance(signature, str) or not all(isinstance(key, str) for key in keys):
            raise MalformedTransaction("a signature or an address that is no text")
        # What has no position would be met only when it is stored, with many others.
        position(slot, place)
        numbers = (answer.get("blockTime"), meta["fee"], meta.get("computeUnitsConsumed"))
        if not all(one is None or (isinstance(one, int) and -_LARGEST <= one <= _LARGEST) for one in numbers):
            raise MalformedTransaction("a time, a fee or compute units that are no number")
        return Transaction(
            slot=slot,
            index=place,
            signature=signature,
            block_time=answer.get("blockTime"),
            keys=keys,
            calls=calls,
            error=meta["err"],
            fee=meta["fee"],
            compute_units=meta.get("computeUnitsConsumed"),
            token_balances={
                keys[one["accountIndex"]]: int(one["uiTokenAmount"]["amount"])
                for one in meta.get("postTokenBalances") or ()
            },
        )
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        said = f"{type(error).__name__}: {error}"
        raise MalformedTransaction(f"a transaction that cannot be read ({said:.200})") from error

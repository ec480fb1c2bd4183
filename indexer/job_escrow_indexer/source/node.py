"""What the indexer asks a node: slots, signatures of the program, transactions, accounts."""

import base64
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from job_escrow_indexer.base58 import decode
from job_escrow_indexer.position import SLOT_BITS
from job_escrow_indexer.settings import Settings
from job_escrow_indexer.source.rpc import Rpc, RpcError
from job_escrow_indexer.transaction import (
    SUPPORTED_VERSION,
    MalformedAnswer,
    MalformedTransaction,
    Transaction,
    UnknownTransactionVersion,
    read_transaction,
)

Commitment = Literal["confirmed", "finalized"]

_ACCOUNTS_AT_ONCE = 100
_UNSUPPORTED_VERSION = -32015
_VERSION = re.compile(r"version \((\d{1,3})\)")
_HASH_BYTES = 32


class NotThere(Exception):
    """The node lists a transaction and does not have it: a fork has just dropped it, or the node is behind itself."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A transaction that names the program, as it is listed."""

    slot: int
    signature: str
    finalized: bool
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A listed transaction that cannot be read, and why."""

    listed: Listed
    reason: str


@dataclass(frozen=True)
class Read:
    """An account as of a slot; `data` is None where there is none."""

    slot: int
    data: bytes | None


class Node:
    """A node, asked about one program."""

    def __init__(self, rpc: Rpc, program: str, *, page: int = Settings.page) -> None:
        self.rpc = rpc
        self.program = program
        self.page = page
        """Signatures that one listing asks for."""

    async def genesis_hash(self) -> str:
        """Which cluster this is."""
        found = await self.rpc.call("getGenesisHash")
        with _understood("getGenesisHash"):
            if len(decode(_text(found))) != _HASH_BYTES:
                raise ValueError(f"{found!r:.60} is not a hash")
            return _text(found)

    async def slot(self, commitment: Commitment) -> int:
        """The newest slot of a commitment."""
        found = await self.rpc.call("getSlot", {"commitment": commitment})
        with _understood("getSlot"):
            return _number(found)

    async def listed(
        self, commitment: Commitment, *, before: str | None, seen: int, address: str | None = None
    ) -> list[Listed]:
        """A page of the transactions that name the program, or an address, the newest first.

        The node must have seen the slot `seen`; one that is behind is asked again until it has.
        """
        config: dict[str, Any] = {"commitment": commitment, "limit": self.page, "minContextSlot": seen}
        if before is not None:
            config["before"] = before
        found = await self.rpc.call("getSignaturesForAddress", address or self.program, config)
        with _understood("getSignaturesForAddress"):
            return [
                Listed(
                    _number(one["slot"]),
                    _text(one["signature"]),
                    one.get("confirmationStatus") == "finalized",
                    one.get("err") is not None,
                )
                for one in found
            ]

    async def transactions(
        self, listed: Sequence[Listed], commitment: Commitment
    ) -> tuple[list[Transaction], list[Unreadable]]:
        """The listed transactions, and those of a version that is not known. Raises NotThere, MalformedTransaction."""
        config = {
            "commitment": commitment,
            "encoding": "json",
            "maxSupportedTransactionVersion": SUPPORTED_VERSION,
        }
        answers = await self.rpc.answers([("getTransaction", [one.signature, config]) for one in listed])
        there: list[tuple[Listed, dict[str, Any]]] = []
        unreadable: list[Unreadable] = []
        with _understood("getTransaction"):
            for one, answer in zip(listed, answers, strict=True):
                if isinstance(answer, RpcError):
                    if answer.code != _UNSUPPORTED_VERSION:
                        raise answer
                    named = _VERSION.search(str(answer))
                    if named is not None and int(named[1]) <= SUPPORTED_VERSION:
                        raise MalformedTransaction(f"{one.signature} is not given though it can be read ({answer})",
                                                   one.signature)  # fmt: skip
                    unreadable.append(Unreadable(one, f"its version is not known to this release ({answer})"))
                elif answer is None or answer["slot"] != one.slot:
                    raise NotThere(f"{one.signature} is listed in slot {one.slot} and not there")
                else:
                    there.append((one, answer))
        places = await self._places(there, commitment)
        found: list[Transaction] = []
        for one, answer in there:
            try:
                transaction = read_transaction(answer, places.get(one.signature))
            except UnknownTransactionVersion as error:
                unreadable.append(Unreadable(one, str(error)))
                continue
            except MalformedTransaction as error:
                error.signature = one.signature
                raise
            if transaction.signature != one.signature:
                raise MalformedTransaction(f"asked for {one.signature}, got {transaction.signature}", one.signature)
            found.append(transaction)
        _require_places_of_their_own(found)
        return found, unreadable

    async def accounts(self, commitment: Commitment = "confirmed") -> tuple[int, dict[str, bytes]]:
        """All accounts of the program, and the slot at which they were so."""
        config = {"commitment": commitment, "encoding": "base64", "withContext": True}
        answer = await self.rpc.call("getProgramAccounts", self.program, config)
        with _understood("getProgramAccounts"):
            found = {_text(one["pubkey"]): base64.b64decode(one["account"]["data"][0]) for one in answer["value"]}
            return _number(answer["context"]["slot"]), found

    async def read(self, addresses: Sequence[str], seen: int = 0) -> dict[str, Read]:
        """Some accounts, each with the slot at which it was so."""
        config = {"commitment": "confirmed", "encoding": "base64", "minContextSlot": seen}
        parts = [addresses[at : at + _ACCOUNTS_AT_ONCE] for at in range(0, len(addresses), _ACCOUNTS_AT_ONCE)]
        answers = await self.rpc.calls([("getMultipleAccounts", [list(part), config]) for part in parts])
        with _understood("getMultipleAccounts"):
            return {
                address: Read(
                    _number(answer["context"]["slot"]), None if one is None else base64.b64decode(one["data"][0])
                )
                for part, answer in zip(parts, answers, strict=True)
                for address, one in zip(part, answer["value"], strict=True)
            }

    async def _places(self, there: Sequence[tuple[Listed, dict[str, Any]]], commitment: Commitment) -> dict[str, int]:
        """Places in their slots of the transactions for which the node does not tell them itself: by their blocks."""
        slots = sorted({one.slot for one, answer in there if _untold(answer)})
        config = {
            "commitment": commitment,
            "transactionDetails": "signatures",
            "rewards": False,
            "maxSupportedTransactionVersion": SUPPORTED_VERSION,
        }
        blocks = await self.rpc.calls([("getBlock", [slot, config]) for slot in slots])
        with _understood("getBlock"):
            return {signature: place for block in blocks for place, signature in enumerate(block["signatures"])}


def _untold(answer: dict[str, Any]) -> bool:
    return answer.get("transactionIndex") is None


def _require_places_of_their_own(transactions: Sequence[Transaction]) -> None:
    """Raises MalformedTransaction where a node has two transactions at one place: one would take the other's rows."""
    signatures: dict[tuple[int, int], str] = {}
    for one in transactions:
        other = signatures.setdefault((one.slot, one.index), one.signature)
        if other != one.signature:
            raise MalformedTransaction(
                f"the node has {other} and {one.signature} at the same place {one.index} of slot {one.slot}"
            )


@contextmanager
def _understood(method: str) -> Iterator[None]:
    """Take an answer apart. Raises MalformedAnswer where it is not what the method answers."""
    try:
        yield
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise MalformedAnswer(f"{method} was answered with something else ({error!r})") from error


def _number(found: object) -> int:
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 1 << SLOT_BITS:
        raise TypeError(f"{found!r:.60} is not a slot")
    return found


def _text(found: object) -> str:
    if not isinstance(found, str):
        raise TypeError(f"{found!r:.60} is not a text")
    return found

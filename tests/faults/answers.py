"""What a node may answer instead: transactions of versions that the local chain does not run, and nonsense."""

import base64
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from solders.message import MessageV1, TransactionConfig
from solders.transaction import VersionedTransaction

Rewrite = Callable[[bytes, bytes], bytes]
Chosen = Callable[[str], bool]

DEEP = 100_000


def everything(_: str) -> bool:
    """Every signature."""
    return True


def as_version(version: int, chosen: Chosen = everything) -> Rewrite:
    """Let the node have transactions with these signatures in this version; version 1 is made of solders' message.

    Who asks for a lower version is refused, as a node refuses it.
    """

    def change(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        signature, config = request["params"][0], request["params"][1]
        found = answer.get("result")
        if found is None or not chosen(signature):
            return answer
        if config.get("maxSupportedTransactionVersion", -1) < version:
            return {"jsonrpc": "2.0", "id": request["id"], "error": _unsupported(version)}
        return answer | {"result": _in_version_1(found)}

    return each("getTransaction", change)


def each(method: str, change: Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]) -> Rewrite:
    """Change the answers to a method, also within batches."""

    def rewrite(body: bytes, reply: bytes) -> bytes:
        asked = json.loads(body)
        if method not in _methods(asked):
            return reply
        said = json.loads(reply)
        if not isinstance(asked, list):
            return json.dumps(change(asked, said)).encode()
        by_id = {one["id"]: one for one in said}
        answers = [
            change(one, by_id[one["id"]]) if one["method"] == method else by_id[one["id"]]
            for one in asked
            if one["id"] in by_id
        ]
        return json.dumps(answers).encode()

    return rewrite


class Nonsense:
    """Answers to one method with nonsense, so many times; then as the node does."""

    def __init__(self, method: str, kind: str, times: int) -> None:
        self.method, self.times = method, times
        self.given: Counter[str] = Counter()
        self._make = NONSENSE[kind]

    def __call__(self, body: bytes, reply: bytes) -> bytes:
        if self.method not in _methods(json.loads(body)) or self.given.total() >= self.times:
            return reply
        self.given[self.method] += 1
        return self._make(body, reply)


def _result(value: object) -> Rewrite:
    """This result instead of every one."""

    def rewrite(body: bytes, _: bytes) -> bytes:
        asked = json.loads(body)
        made = [
            {"jsonrpc": "2.0", "id": one["id"], "result": value}
            for one in (asked if isinstance(asked, list) else [asked])
        ]
        return json.dumps(made if isinstance(asked, list) else made[0]).encode()

    return rewrite


def _text(text: bytes) -> Rewrite:
    return lambda _, __: text


def _other_id(_: bytes, reply: bytes) -> bytes:
    said = json.loads(reply)
    for one in said if isinstance(said, list) else [said]:
        one["id"] = 10**9 + 7
    return json.dumps(said).encode()


NONSENSE: dict[str, Rewrite] = {
    "an empty list": _result([]),
    "null": _result(None),
    "a text": _result("nonsense"),
    "a list of nulls": _result([None]),
    "a member missing": _result({}),
    "wrong types": _result({"context": {"slot": "x"}, "value": 7}),
    "minus one": _result(-1),
    "a huge number": _result(10**30),
    "true": _result(True),
    "brackets without end": _text(b"[" * DEEP),
    "brackets": _text(b"[" * DEEP + b"]" * DEEP),
    "deep within": _text(b'{"jsonrpc":"2.0","id":1,"result":' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}"),
    "a number of many digits": _text(b'{"jsonrpc":"2.0","id":1,"result":' + b"9" * 10_000 + b"}"),
    "half an answer": lambda _, reply: reply[: len(reply) // 2],
    "nothing": _text(b""),
    "a page": _text(b"<!doctype html><title>502</title><h1>Bad gateway</h1>"),
    "no UTF-8": _text(b"\xff\xfe\x00"),
    "another id": _other_id,
    "an error of a text": lambda body, _: json.dumps({"jsonrpc": "2.0", "id": 0, "error": "no"}).encode(),
    "an error without a code": lambda body, _: json.dumps({"jsonrpc": "2.0", "id": 0, "error": {"code": []}}).encode(),
}
"""By what it is."""

METHODS = (
    "getGenesisHash",
    "getSlot",
    "getSignaturesForAddress",
    "getTransaction",
    "getProgramAccounts",
    "getMultipleAccounts",
    "getLatestBlockhash",
    "getEpochInfo",
    "getSignatureStatuses",
    "simulateTransaction",
    "sendTransaction",
    "getBalance",
)
"""All that the indexer, the server and the client ask a node for while jobs run."""


def _methods(asked: Any) -> set[str]:
    return {one["method"] for one in (asked if isinstance(asked, list) else [asked])}


def _unsupported(version: int) -> dict[str, Any]:
    text = (
        f"Transaction version ({version}) is not supported by the requesting client. Please try the request again with "
        f'the following configuration parameter: "maxSupportedTransactionVersion": {version}'
    )
    return {"code": -32015, "message": text}


def _in_version_1(found: dict[str, Any]) -> dict[str, Any]:
    """The transaction as it would be in version 1, which names all its accounts and loads none."""
    meta, transaction = dict(found["meta"]), found["transaction"]
    loaded = meta.pop("loadedAddresses", None) or {"writable": [], "readonly": []}
    more = [*loaded["writable"], *loaded["readonly"]]
    if isinstance(transaction, list):
        assert not more, "bytes of a transaction with loaded addresses are not made here"
        bytes_ = base64.b64encode(_bytes_of_version_1(base64.b64decode(transaction[0]))).decode()
        return found | {"version": 1, "meta": meta, "transaction": [bytes_, "base64"]}
    message = {name: value for name, value in transaction["message"].items() if name != "addressTableLookups"}
    message["accountKeys"] = [*message["accountKeys"], *more]
    return found | {"version": 1, "meta": meta, "transaction": transaction | {"message": message}}


def _bytes_of_version_1(wire: bytes) -> bytes:
    old = VersionedTransaction.from_bytes(wire)
    message = MessageV1(
        old.message.header,
        TransactionConfig(),
        old.message.recent_blockhash,
        old.message.account_keys,
        old.message.instructions,
    )
    # Who signed it is not looked at again: a node did.
    return bytes(VersionedTransaction.populate(message, old.signatures))

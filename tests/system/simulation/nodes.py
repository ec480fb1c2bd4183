"""What a process's node is up to: its connection, its mood, and what it makes of the truth."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from faults import Fault, Faults

Json = Any
_SENDS = "sendTransaction"
_ANOTHER_GENESIS = "4uhcVJyU9pJkvQyS88uRDiswHXSCkY3zQawwpjk2NsNY"
_OLD_READER = {"code": -32015, "message": "Transaction version (1) is not supported by the requesting client."}
_NONSENSE: tuple[Json, ...] = (None, [], {}, "", 0, True, -1, 2**70, [None], [[]], {"value": None}, {"context": 1})
_BODIES = (b"", b"[]", b"null", b"{}", b"<html>502</html>", b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe", b"1")
_CONNECTION = (
    Fault.TOO_MANY_REQUESTS,
    Fault.SERVER_ERROR,
    Fault.SLOW,
    Fault.CUT_BEFORE,
    Fault.CUT_AFTER,
    Fault.TRUNCATED,
)
_WEBSOCKET = (Fault.DROPPED, Fault.REPEATED, Fault.REORDERED, Fault.CUT_AFTER)


@dataclass
class Node(Faults):
    """A node as one process sees it. Each mood lasts until somebody ends it."""

    happenings: Counter[str] = field(default_factory=Counter)
    lags: bool = False
    """It is as far as what is final."""
    forgets: bool = False
    """It knows no transaction's status."""
    dead: bool = False
    """It answers nothing."""
    nonsense: float = 0.0
    """The share of answers that are none."""
    holds: float = 0.0
    """The share of transactions that it passes on only after their sender has given up."""
    released: asyncio.Event | None = None
    """Until when it holds them; None: for a moment."""
    empty_listings: int = 0
    """So many listings of transactions are empty."""
    another_genesis: int = 0
    """So often it says that it is of another cluster."""
    of_version_1: set[str] = field(default_factory=set)
    """Transactions that it shows to nobody who does not read version 1."""
    on_send: Callable[[], None] | None = None
    """Called once, when a transaction has been passed on and before its sender hears of it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.asks, self.rewrite = self._asked, self._told
        self._dice = Random(f"node {self.seed}")

    async def hold(self) -> None:
        if self.released is None:
            await super().hold()
        else:
            await self.released.wait()

    def be_well(self) -> None:
        """Answer truly, from here on."""
        self.calm()
        self.lags = self.forgets = self.dead = False
        self.nonsense = self.holds = 0.0
        self.empty_listings = self.another_genesis = 0
        self.elsewhere, self.on_send = None, None

    def be_shaky(self, share: float) -> None:
        """Let connections break."""
        self.http = dict.fromkeys(_CONNECTION, share)
        self.websocket = dict.fromkeys(_WEBSOCKET, 2 * share)

    def for_request(self, methods: set[str], path: str = "/") -> Fault | None:
        if self.dead:
            return Fault.CUT_BEFORE
        if _SENDS in methods and self._dice.random() < self.holds:
            return self._note(Fault.HELD)
        return super().for_request(methods, path)

    def _asked(self, body: bytes) -> bytes:
        if not self.lags:
            return body
        self.happenings["node: lags"] += 1
        return body.replace(b'"confirmed"', b'"finalized"').replace(b'"processed"', b'"finalized"')

    def _told(self, body: bytes, answer: bytes) -> bytes:
        try:
            request = json.loads(body)
        except ValueError:
            return answer
        asked = request if isinstance(request, list) else [request]
        methods = {one["method"] for one in asked}
        if self.on_send is not None and _SENDS in methods:
            happen, self.on_send = self.on_send, None
            happen()
        if self._dice.random() < self.nonsense:
            self.happenings["node: nonsense"] += 1
            if self._dice.random() < 0.4:
                return self._dice.choice(_BODIES)
            return self._each(answer, asked, lambda one, told: told | {"result": self._dice.choice(_NONSENSE)})
        if self.forgets and "getSignatureStatuses" in methods:
            self.happenings["node: forgets"] += 1
            return self._each(answer, asked, _forgotten)
        if self.empty_listings and "getSignaturesForAddress" in methods:
            self.empty_listings -= 1
            self.happenings["node: lists nothing"] += 1
            return self._each(answer, asked, lambda _, told: told | {"result": []})
        if self.another_genesis and "getGenesisHash" in methods:
            self.another_genesis -= 1
            self.happenings["node: names another cluster"] += 1
            return self._each(answer, asked, lambda _, told: told | {"result": _ANOTHER_GENESIS})
        if self.of_version_1 and "getTransaction" in methods:
            return self._each(answer, asked, self._with_version)
        return answer

    def _with_version(self, request: Json, told: Json) -> Json:
        if request["method"] != "getTransaction" or request["params"][0] not in self.of_version_1:
            return told
        config = request["params"][1] if len(request["params"]) > 1 else {}
        self.happenings["node: has a transaction of version 1"] += 1
        if config.get("maxSupportedTransactionVersion", -1) < 1:
            return {"jsonrpc": "2.0", "id": told["id"], "error": _OLD_READER}
        return told | {"result": told["result"] and told["result"] | {"version": 1}}

    def _each(self, answer: bytes, asked: list[Json], change: Callable[[Json, Json], Json]) -> bytes:
        try:
            found = json.loads(answer)
        except ValueError:
            return answer
        told = found if isinstance(found, list) else [found]
        by_id = {one.get("id"): one for one in asked}
        changed = [
            change(by_id[one.get("id")], one) if one.get("id") in by_id and "result" in one else one for one in told
        ]
        return json.dumps(changed if isinstance(found, list) else changed[0]).encode()


def _forgotten(request: Json, told: Json) -> Json:
    if request["method"] != "getSignatureStatuses":
        return told
    values = [None] * len(told["result"]["value"])
    return told | {"result": told["result"] | {"value": values}}

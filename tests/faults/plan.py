"""What goes wrong, and how often: from a seed, so that a run can be repeated."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """One thing that can happen to a message."""

    TOO_MANY_REQUESTS = "429"
    """HTTP: the node is not asked, the answer is 429 with `Retry-After: 0`."""
    SERVER_ERROR = "500"
    """HTTP: the node is not asked, the answer is 500 with no JSON in it."""
    UNAVAILABLE = "503"
    """HTTP: the server is not asked, the answer is 503 with `Retry-After: 1`."""
    SLOW = "slow"
    """HTTP: the answer comes after `delay` seconds. WebSocket: the message does, and those after it."""
    CUT_BEFORE = "cut before"
    """HTTP: the connection ends before the node is asked."""
    CUT_AFTER = "cut after"
    """HTTP: the node is asked, and the connection ends before the answer. WebSocket: the connection ends."""
    TRUNCATED = "truncated"
    """HTTP: half of the answer comes, with the whole one's length, then the connection ends."""
    HELD = "held"
    """HTTP: the connection ends, and the node is asked `delay` seconds later."""
    DROPPED = "dropped"
    """WebSocket: a notification never comes."""
    REPEATED = "repeated"
    """WebSocket: a notification comes twice."""
    REORDERED = "reordered"
    """WebSocket: a notification comes after the next one."""


HTTP_FAULTS = (
    Fault.TOO_MANY_REQUESTS,
    Fault.SERVER_ERROR,
    Fault.UNAVAILABLE,
    Fault.SLOW,
    Fault.CUT_BEFORE,
    Fault.CUT_AFTER,
    Fault.TRUNCATED,
    Fault.HELD,
)
WEBSOCKET_FAULTS = (Fault.DROPPED, Fault.REPEATED, Fault.REORDERED, Fault.SLOW, Fault.CUT_AFTER)


def _as_it_is(body: bytes) -> bytes:
    return body


@dataclass
class Faults:
    """A plan of faults: named ones first, then by chance. Change it at any time while the proxy runs."""

    seed: int = 0
    http: dict[Fault, float] = field(default_factory=dict)
    """For every fault of HTTP, the share of requests that meet it, from 0 to 1."""
    websocket: dict[Fault, float] = field(default_factory=dict)
    """For every fault of WebSocket, the share of notifications that meet it, from 0 to 1."""
    delay: float = 0.05
    """Seconds that `SLOW` takes."""
    methods: frozenset[str] | None = None
    """The JSON-RPC methods that meet faults of HTTP; None: all."""
    paths: tuple[str, ...] | None = None
    """The ends of the paths that meet faults of HTTP; None: all."""
    http_next: list[Fault | None] = field(default_factory=list)
    """What the next requests meet, in this order, before chance decides; None: nothing."""
    websocket_next: list[Fault | None] = field(default_factory=list)
    """What the next notifications meet, in this order, before chance decides; None: nothing."""
    asks: Callable[[bytes], bytes] = _as_it_is
    """What the node is asked instead of a request."""
    rewrite: Callable[[bytes, bytes], bytes] | None = None
    """What is made of a request's answer, for what no fault of a message is: see `faults.answers`."""
    elsewhere: str | None = None
    """The URL of another node, which is asked instead."""
    happened: list[Fault] = field(default_factory=list)
    """What happened so far: a test that wants faults can see that it had some."""
    asked: Counter[str] = field(default_factory=Counter)
    """How often each JSON-RPC method was asked for, and each path without one."""

    def __post_init__(self) -> None:
        for name, given, known in (("http", self.http, HTTP_FAULTS), ("websocket", self.websocket, WEBSOCKET_FAULTS)):
            if strange := set(given) - set(known):
                raise ValueError(f"{', '.join(sorted(strange))}: no fault of {name}; choose from {', '.join(known)}")
            if sum(given.values()) > 1:
                raise ValueError(f"the shares of {name} are {sum(given.values())} together, they must be at most 1")
        self._chance = random.Random(self.seed)

    async def hold(self) -> None:
        """For as long as a request is held."""
        await asyncio.sleep(self.delay)

    def calm(self) -> None:
        """No more faults from here on."""
        self.http, self.websocket = {}, {}
        self.http_next, self.websocket_next = [], []
        self.rewrite = None

    def for_request(self, methods: set[str], path: str = "/") -> Fault | None:
        """What a request meets."""
        self.asked.update(methods or (path,))
        if self.paths is not None and not path.endswith(self.paths):
            return None
        if self.methods is not None and not methods & self.methods:
            return None
        return self._note(self.http_next.pop(0) if self.http_next else self._choose(self.http))

    def for_notification(self) -> Fault | None:
        """What a notification meets."""
        return self._note(self.websocket_next.pop(0) if self.websocket_next else self._choose(self.websocket))

    def _choose(self, shares: dict[Fault, float]) -> Fault | None:
        draw = self._chance.random()
        for fault, share in shares.items():
            if draw < share:
                return fault
            draw -= share
        return None

    def _note(self, fault: Fault | None) -> Fault | None:
        if fault is not None:
            self.happened.append(fault)
        return fault

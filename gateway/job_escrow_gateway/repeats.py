"""Which request is a repeat of which, so that one whose answer was lost is charged once.

Clients repeat a request when its answer does not come. They say so with an `Idempotency-Key` of their own, or, as
OpenAI's packages do by themselves, with `X-Stainless-Retry-Count`: 0 for the first attempt, then 1, 2, …, of the same
bytes. A count above 0 names no request, so that it is held against what this customer's key asked for lately.
"""

import hashlib
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import uuid4

_SECONDS = 600
_MOST_ENTRIES = 4_096
_LOOK_EVERY = 64
_MOST_CHARACTERS = 64 * 1024 * 1024


class Answer(Protocol):
    """What came of a request so far."""

    @property
    def size(self) -> int:
        """Characters that it keeps."""

    @property
    def is_watched(self) -> bool:
        """Whether a client waits for it."""

    @property
    def is_paused(self) -> bool:
        """Whether its client left, and may come back for the rest."""

    @property
    def is_whole(self) -> bool:
        """Whether it was delivered to its end."""

    @property
    def is_free(self) -> bool:
        """Whether it is over, and charged nothing."""


class Busy(Exception):
    """The first of the two requests is not answered yet."""


class OtherBody(Exception):
    """The Idempotency-Key came with another body before."""


@dataclass
class Entry:
    """A request that may be repeated. `attempt` is the client's count; each `generation` has its own reservation."""

    name: bytes
    owner: bytes
    body: bytes
    attempt: int
    is_named: bool
    generation: int = 1
    was_asked: bool = False
    """Whether this generation's reservation was asked for."""
    answer: Answer | None = None
    is_answering: bool = True
    """False where it was answered with a refusal."""
    touched: float = 0.0

    @property
    def lock_key(self) -> str:
        """The Idempotency-Key of its reservation: the same in every life of this gateway, if the client named it."""
        return f"{self.name.hex() if self.is_named else uuid4().hex}-{self.generation}"

    @property
    def is_busy(self) -> bool:
        return self.is_answering if self.answer is None else self.answer.is_watched

    @property
    def is_free(self) -> bool:
        """Whether it has charged nothing, and will not."""
        return not self.is_answering if self.answer is None else self.answer.is_free

    def again(self) -> None:
        """Nothing was charged: the request is answered anew."""
        if self.answer is not None:
            self.renew()
        self.answer, self.is_answering = None, True

    def renew(self) -> None:
        """The reservation of this generation is over: the next one has another."""
        self.generation, self.was_asked = self.generation + 1, False


class Repeats:
    """The requests of the last ten minutes, within bounds: whoever has most of them is forgotten first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._of_name: dict[bytes, list[Entry]] = {}
        self._begun = 0

    def begin(self, customer_key: str, body: bytes, idempotency_key: str | None, attempt: int | None) -> Entry | None:
        """The entry of a request, with an answer where that is to be given again; None: nothing tells its repeat.

        Raises Busy and OtherBody.
        """
        if idempotency_key is None and attempt is None:
            return None
        self._forget()
        owner = _digest(customer_key.encode())
        digest = _digest(body)
        is_named = idempotency_key is not None
        name = _digest(owner + b"key" + (idempotency_key or "").encode() if is_named else owner + b"body" + digest)
        found = self._of_name.get(name, [])
        known = next(iter(found), None) if is_named else _repeated(found, attempt or 0)
        if known is None:
            known = Entry(name, owner, digest, attempt or 0, is_named)
            self._of_name.setdefault(name, []).append(known)
        elif known.body != digest:
            raise OtherBody
        elif known.is_busy:
            raise Busy
        elif known.is_free:
            known.again()
        known.attempt = max(known.attempt, attempt or 0)
        known.touched = self._clock()
        self._entries[id(known)] = known
        self._entries.move_to_end(id(known))
        return known

    def drop(self, entry: Entry) -> None:
        """Forget a request."""
        if self._entries.pop(id(entry), None) is not None:
            found = self._of_name[entry.name]
            found.remove(entry)
            if not found:
                del self._of_name[entry.name]

    def _forget(self) -> None:
        now = self._clock()
        for entry in list(self._entries.values()):
            if entry.touched > now - _SECONDS:
                break
            if _is_over(entry):
                self.drop(entry)
        self._begun += 1
        if self._begun % _LOOK_EVERY == 0:
            self._make_room()

    def _make_room(self) -> None:
        over = [each for each in self._entries.values() if _is_over(each)]
        size = sum(_size(each) for each in self._entries.values())
        is_long, is_many = size > _MOST_CHARACTERS, len(self._entries) > _MOST_ENTRIES - _LOOK_EVERY
        if not is_long and not is_many:
            return
        weight: Callable[[Entry], int] = _size if is_long else _one
        weights: Counter[bytes] = Counter()
        for each in over:
            weights[each.owner] += weight(each)
        # A quarter at once, so that this is seldom.
        surplus = sum(weights.values()) // 4
        for owner, _ in weights.most_common():
            for each in [each for each in over if each.owner == owner]:
                if surplus <= 0:
                    return
                surplus -= weight(each)
                self.drop(each)


def _repeated(found: list[Entry], attempt: int) -> Entry | None:
    """Which of some requests with the same bytes this attempt repeats; None: none of them, it is the first we see.

    Certain ones first: the client is known to have left before the end, or was refused at the attempt before. An answer
    that was handed over in full may have been lost too, or else a client would not ask again.
    """
    ranked = ((_rank(each, attempt), place) for place, each in enumerate(found) if each.attempt < attempt)
    first = min(((rank, place) for rank, place in ranked if rank is not None), default=None)
    return None if first is None else found[first[1]]


def _rank(entry: Entry, attempt: int) -> int | None:
    if entry.is_free:
        return 2 if entry.attempt == attempt - 1 else None
    if entry.is_busy:
        return 4
    assert entry.answer is not None  # noqa: S101  (else it would be one of the above)
    return 3 if entry.answer.is_whole else 1


def _is_over(entry: Entry) -> bool:
    return not entry.is_busy and not (entry.answer is not None and entry.answer.is_paused)


def _one(_: Entry) -> int:
    return 1


def _size(entry: Entry) -> int:
    return 0 if entry.answer is None else entry.answer.size


def _digest(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()

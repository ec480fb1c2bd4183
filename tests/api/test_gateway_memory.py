"""What the example gateway remembers of requests is bounded, and tells repeats from others."""

from dataclasses import dataclass
from typing import Any

import pytest
from job_escrow_gateway.delivered import Delivered
from job_escrow_gateway.repeats import Busy, Entry, OtherBody, Repeats
from job_escrow_gateway.source import Piece


@dataclass
class Answered:
    """An answer in some state."""

    size: int = 4
    is_watched: bool = False
    is_paused: bool = False
    is_whole: bool = True
    is_free: bool = False


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def begun(repeats: Repeats, key: str, body: bytes, name: str | None = None, attempt: int | None = None) -> Entry:
    entry = repeats.begin(key, body, name, attempt)
    assert entry is not None
    return entry


def finish(entry: Entry, answer: Answered | None = None) -> Answered:
    answer = answer or Answered()
    entry.answer, entry.is_answering = answer, False
    return answer


def test_what_nothing_tells_apart_is_not_remembered() -> None:
    assert Repeats().begin("key", b"body", None, None) is None


def test_a_name_is_of_one_body_and_busy_until_it_is_answered() -> None:
    repeats = Repeats()
    first = begun(repeats, "key", b"body", "a")
    with pytest.raises(Busy):
        repeats.begin("key", b"body", "a", None)
    with pytest.raises(OtherBody):
        repeats.begin("key", b"other", "a", None)
    lock_key = first.lock_key
    assert begun(Repeats(), "key", b"body", "a").lock_key == lock_key
    assert begun(repeats, "other", b"body", "a").lock_key != lock_key
    finish(first)
    assert begun(repeats, "key", b"body", "a") is first
    # Nothing was charged: the next one has another job.
    finish(first, Answered(is_free=True))
    assert begun(repeats, "key", b"body", "a").lock_key != lock_key


def test_a_retry_finds_what_was_broken_then_what_was_refused_then_what_was_handed_over() -> None:
    repeats = Repeats()
    whole, refused, broken = (begun(repeats, "key", b"body", attempt=0) for _ in range(3))
    finish(whole)
    refused.is_answering = False
    finish(broken, Answered(is_whole=False, is_paused=True))
    found = [begun(repeats, "key", b"body", attempt=1)]
    found.append(begun(repeats, "key", b"body", attempt=1))
    assert found == [broken, refused]
    assert (broken.answer is not None, refused.answer) == (True, None)
    found.append(begun(repeats, "key", b"body", attempt=1))
    assert found[-1] is whole
    # Each is found once; of other bytes, none.
    assert begun(repeats, "key", b"body", attempt=1) not in found
    assert begun(repeats, "key", b"other", attempt=1).answer is None
    # The next attempt of the same client finds it again.
    finish(refused)
    assert begun(repeats, "key", b"body", attempt=2) in (broken, whole, refused)


def test_a_retry_whose_first_attempt_is_under_way_waits() -> None:
    repeats = Repeats()
    begun(repeats, "key", b"body", attempt=0)
    with pytest.raises(Busy):
        repeats.begin("key", b"body", None, 1)


def test_what_is_old_is_forgotten_but_not_what_is_under_way() -> None:
    clock = Clock()
    repeats = Repeats(clock)
    old = begun(repeats, "key", b"body", "old")
    begun(repeats, "key", b"body", "running")
    finish(old)
    clock.now = 601
    assert begun(repeats, "key", b"body", "old") is not old
    with pytest.raises(Busy):
        repeats.begin("key", b"body", "running", None)


def test_who_asks_most_is_forgotten_first() -> None:
    repeats = Repeats()
    mine = begun(repeats, "me", b"body", "mine")
    finish(mine)
    for number in range(5_000):
        finish(begun(repeats, "somebody", b"body", str(number)))
    assert len(repeats._entries) <= 4_096
    assert sum(map(len, repeats._of_name.values())) == len(repeats._entries)
    assert begun(repeats, "me", b"body", "mine") is mine


def test_long_answers_are_forgotten_before_they_fill_the_memory() -> None:
    repeats = Repeats()
    mine = begun(repeats, "me", b"body", "mine")
    finish(mine)
    text = "x" * 1024 * 1024
    for number in range(192):
        finish(begun(repeats, "somebody", b"body", str(number)), Answered(size=len(text)))
    assert sum(each.answer.size for each in repeats._entries.values() if each.answer) <= 128 * len(text)
    assert begun(repeats, "me", b"body", "mine") is mine


def delta(index: int, **said: Any) -> dict[str, Any]:
    return {"index": index, "delta": said, "logprobs": None, "finish_reason": None}


def test_the_parts_of_a_text_are_kept_as_one() -> None:
    """A part of one word takes a hundred times its memory."""
    kept = Delivered()
    kept.add(Piece(choices=[delta(0, role="assistant", content=""), delta(1, role="assistant")]))
    for _ in range(1_000):
        kept.add(Piece(choices=[delta(0, content="a ")]))
        kept.add(Piece(choices=[delta(1, content="b ")]))
    assert [each.choices[0]["delta"] for each in kept] == [
        {"role": "assistant", "content": "a " * 1_000},
        {"role": "assistant", "content": "b " * 1_000},
    ]
    assert 4_000 < kept.size < 5_000


def test_what_is_no_text_stays_where_it_was() -> None:
    kept, call = Delivered(), {"tool_calls": [{"index": 0, "function": {"name": "f"}}]}
    said = [delta(0, content="a"), delta(0, **call), delta(0, content="b"), delta(0, content="c")]
    for each in said:
        kept.add(Piece(choices=[each]))
    assert [each.choices[0]["delta"] for each in kept] == [{"content": "a"}, call, {"content": "bc"}]
    # What was handed over is not changed.
    assert said[0]["delta"] == {"content": "a"}

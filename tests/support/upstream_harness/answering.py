"""What the server says to a request: as many words as it is asked for, each of one token."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_USUAL = 12
_BREAKS_AFTER = 5


class Refused(Exception):
    """An answer with another status, before anything was generated."""

    def __init__(self, status: int, message: str, code: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.error = {"error": {"message": message, "type": "BadRequestError", "param": None, "code": code}}


@dataclass(frozen=True)
class Asked:
    """A request, and what its prompt wants to happen."""

    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        content = self.body["messages"][-1]["content"]
        return content if isinstance(content, str) else "".join(each.get("text", "") for each in content)

    def wants(self, word: str) -> bool:
        """Whether the prompt has `!word`."""
        return re.search(rf"!{re.escape(word)}(\s|$)", self.prompt) is not None

    @property
    def streams(self) -> bool:
        return bool(self.body.get("stream"))

    @property
    def choices(self) -> int:
        return int(self.body.get("n") or 1)

    @property
    def told_usage(self) -> bool:
        """Whether the usage is sent: of streams, where it was asked for."""
        options = self.body.get("stream_options") or {}
        return not self.wants("no-usage") and (not self.streams or bool(options.get("include_usage")))

    @property
    def runs_usage(self) -> bool:
        """Whether each part of a stream has it, which vLLM knows."""
        return self.told_usage and bool((self.body.get("stream_options") or {}).get("continuous_usage_stats"))

    @property
    def breaks_after(self) -> int | None:
        """The word before which the answer breaks down."""
        return _BREAKS_AFTER if any(self.wants(each) for each in ("fail", "cut", "stall", "garbage")) else None

    def require(self, *, is_first: bool) -> None:
        """Raises Refused where the prompt wants that."""
        if self.wants("down") or (is_first and self.wants("first-fails")):
            raise Refused(500, "CUDA out of memory at 10.0.0.7", "internal")
        if self.wants("refuse"):
            raise Refused(400, "This model's maximum context length is 8 tokens.", "context_length_exceeded")
        if self.wants("busy"):
            raise Refused(429, "queue is full", "overloaded", {"Retry-After": "7"})
        if self.wants("wrong-key"):
            raise Refused(401, "Incorrect API key sk-1234", "invalid_api_key")

    def words(self) -> tuple[list[str], str]:
        """The words of a choice, and why they end."""
        found = re.search(r"!words=(\d+)", self.prompt)
        said = [f"w{place} " for place in range(int(found[1]) if found else _USUAL)]
        most = self.body.get("max_completion_tokens") or self.body.get("max_tokens")
        stops = self.body.get("stop") or []
        for place, word in enumerate(said):
            if any(stop in word for stop in ([stops] if isinstance(stops, str) else stops)):
                return said[:place], "stop"
        if most is not None and len(said) > most and not self.wants("overrun"):
            return said[:most], "length"
        return said, "stop"

    def usage(self, completion: int) -> dict[str, int]:
        prompt = len(self.prompt.split())
        return {"prompt_tokens": prompt, "total_tokens": prompt + completion, "completion_tokens": completion}


def whole(asked: Asked) -> dict[str, Any]:
    """An answer in one piece."""
    words, reason = asked.words()
    message: dict[str, Any] = {"role": "assistant", "content": "".join(words), "tool_calls": []}
    if asked.wants("tool"):
        message, reason = {"role": "assistant", "content": None, "tool_calls": [_call() | {"index": 0}]}, "tool_calls"
    choices = [
        {"index": index, "message": message, "logprobs": None, "finish_reason": reason, "stop_reason": None}
        for index in range(asked.choices)
    ]
    body = _head(asked, "chat.completion") | {"choices": choices}
    return body | ({"usage": asked.usage(len(words) * asked.choices)} if asked.told_usage else {})


def chunks(asked: Asked) -> Iterator[dict[str, Any]]:
    """The parts of a stream, in the order in which vLLM sends them: the role, the words, why they end, the usage."""
    words, reason = asked.words()
    for index in range(asked.choices):
        yield _chunk(asked, {"role": "assistant", "content": ""}, index, 0)
    if asked.wants("tool"):
        yield _chunk(asked, {"tool_calls": [_call() | {"index": 0}]}, 0, 1)
        yield _chunk(asked, {"content": ""}, 0, 1, "tool_calls")
        words = words[:1]
    else:
        said = 0
        for place, word in enumerate(words):
            for index in range(asked.choices):
                said += 1
                # The last one has the reason.
                is_last = place == len(words) - 1
                yield _chunk(asked, {"content": word}, index, said, reason if is_last else None)
        if not words:
            yield _chunk(asked, {}, 0, 0, reason)
    if asked.told_usage:
        usage = asked.usage(len(words) * asked.choices)
        yield _head(asked, "chat.completion.chunk") | {"choices": [], "usage": usage}


def _chunk(asked: Asked, delta: dict[str, Any], index: int, said: int, reason: str | None = None) -> dict[str, Any]:
    choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": reason}
    usage = {"usage": asked.usage(said)} if asked.runs_usage else {}
    return _head(asked, "chat.completion.chunk") | {"choices": [choice]} | usage


def _head(asked: Asked, kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": 1_700_000_000, "model": asked.body["model"]}


def _call() -> dict[str, Any]:
    return {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Bern"}'}}

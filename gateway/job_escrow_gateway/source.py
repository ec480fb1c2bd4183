"""What says the answer to a completion: in parts, each in OpenAI's form."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from job_escrow_gateway.completion import Completion

_SAID = ("content", "refusal", "reasoning", "reasoning_content")


class ModelFailed(Exception):
    """The model broke down; the message may be shown to the client. `code` is the error's in OpenAI's form."""

    def __init__(self, message: str, code: str = "model_error") -> None:
        super().__init__(message)
        self.code = code


class ModelRefused(Exception):
    """The model takes no such request, or none now: the client is answered with `status` and `error`.

    `retry_after` is the model's word for it, empty where it has none.
    """

    def __init__(self, status: int, error: Mapping[str, Any], retry_after: str = "") -> None:
        super().__init__(f"{status}: {error}")
        self.status = status
        self.error = dict(error)
        self.retry_after = retry_after


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What the model counts, in tokens of its own; `completion_tokens` are those of all choices."""

    prompt_tokens: int
    completion_tokens: int

    def to_json(self) -> dict[str, int]:
        """OpenAI's form."""
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": self.prompt_tokens + self.completion_tokens,
        }


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A part of an answer: each choice has a `delta`, or, in an answer of one piece, the `message`.

    `usage` is the model's count up to here, None where it gives none.
    """

    choices: list[dict[str, Any]]
    usage: Usage | None = None

    @property
    def says_something(self) -> bool:
        """Whether a client that gets it has something of the answer; a role alone is nothing."""
        return any(text_of(each) for each in self.choices)


class Source(Protocol):
    """A model, or what stands for one."""

    def pieces(self, wanted: Completion) -> AsyncIterator[Piece]:
        """The answer: parts of a stream, or one whole piece. Raises ModelFailed, and ModelRefused before the first."""

    async def close(self) -> None:
        """End its connections."""


def text_of(choice: Mapping[str, Any]) -> str:
    """All that a choice says, calls of tools included: what a tokenizer counts."""
    said = choice.get("delta") or choice.get("message") or {}
    texts = [said[name] for name in _SAID if isinstance(said.get(name), str)]
    calls = [each.get("function") for each in said.get("tool_calls") or [] if isinstance(each, dict)]
    for call in [*calls, said.get("function_call")]:
        if isinstance(call, dict):
            texts += [call[name] for name in ("name", "arguments") if isinstance(call.get(name), str)]
    return "".join(texts)

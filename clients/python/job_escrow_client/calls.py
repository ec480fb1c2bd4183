"""A request of the API, and its answer, without the way between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import msgspec

from job_escrow_client.errors import refusal_of, unexpected

T = TypeVar("T")

_JSON = "application/json"
_PROBLEM = "application/problem+json"
_MOST_DIGITS = 18


@dataclass(frozen=True, kw_only=True)
class Call(Generic[T]):
    """A request that is answered with a T.

    A `repeatable` one does the same however often it is sent.
    """

    method: str
    path: str
    answer: type[T]
    repeatable: bool
    query: Mapping[str, str | int | None] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: msgspec.Struct | None = None

    @property
    def parameters(self) -> dict[str, str]:
        """The query, without what is not asked for."""
        return {name: str(value) for name, value in self.query.items() if value is not None}

    @property
    def content(self) -> bytes | None:
        """The body in JSON."""
        return None if self.body is None else msgspec.json.encode(self.body)

    def all_headers(self, key: str | None, agent: str) -> dict[str, str]:
        """The headers of the request, with an API key where there is one."""
        kind = {} if self.body is None else {"Content-Type": _JSON}
        return {
            "User-Agent": agent,
            **({} if key is None else {"Authorization": f"Bearer {key}"}),
            **kind,
            **self.headers,
        }


@dataclass(frozen=True, kw_only=True)
class Answered(Generic[T]):
    """An answer, and what its headers say: `credits_remaining` is None where the server did not tell."""

    value: T
    request_id: str
    credits_remaining: int | None


def place(template: str, **parts: str) -> str:
    """A path with its parameters, of which none can become another part of the path. Raises ValueError."""
    for name, part in parts.items():
        if part in ("", ".", ".."):
            raise ValueError(f"{name}: {part!r} names nothing")
    return template.format(**{name: quote(part, safe="") for name, part in parts.items()})


def answer_of(call: Call[T], status: int, headers: Mapping[str, str], content: bytes) -> Answered[T]:
    """What the server said. Raises Refused, UnexpectedAnswer."""
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    if status >= 400 and media == _PROBLEM:
        raise refusal_of(status, content, retry_after(headers))
    if not 200 <= status < 300:
        raise unexpected(status, content)
    return Answered(
        value=_value(call, status, media, content),
        request_id=headers.get("x-request-id", ""),
        credits_remaining=_whole(headers.get("x-credits-remaining", "")),
    )


def retry_after(headers: Mapping[str, str]) -> int | None:
    """The seconds that the server asks to wait, None where it does not say."""
    return _whole(headers.get("retry-after", ""))


def _value(call: Call[T], status: int, media: str, content: bytes) -> T:
    found: Any = content
    if call.answer is type(None):
        found = None
    elif call.answer is not bytes:
        if media != _JSON:
            raise unexpected(status, content)
        try:
            return msgspec.json.decode(content, type=call.answer)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise unexpected(status, content) from error
    return found  # type: ignore[no-any-return]  # bytes or None, as the call says


def _whole(text: str) -> int | None:
    # Longer than any: a header that something on the way made up.
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None

"""What a client asks for: OpenAI's parameters that change the cost or the meaning are honoured, or refused by name."""

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

from job_escrow_gateway.parameters import ANY_MODEL, EXAMPLE_MODEL, NotTaken, require_known, require_taken

_MOST_STOPS = 4
_MOST_STOP_CHARACTERS = 500
_ROLES = ("system", "developer", "user", "assistant", "tool")
_MOST_CHOICES = 128

# What a tier counts is of 32 bits.
Tokens = Annotated[int, msgspec.Meta(ge=1, le=2**32 - 1)]
_Penalty = Annotated[float, msgspec.Meta(ge=-2, le=2)]


@dataclass(frozen=True, kw_only=True)
class Completion:
    """A request: at most `max_tokens` for each of its `choices`.

    `body` is what an upstream is asked; the example model answers `prompt`, the texts of its
    messages, up to `stop`; both are empty before an upstream.
    """

    model: str
    stream: bool
    include_usage: bool
    max_tokens: int
    choices: int
    body: dict[str, Any]
    prompt: str
    stop: tuple[str, ...]

    @property
    def most_units(self) -> int:
        """Tokens that all choices may have together."""
        return self.max_tokens * self.choices


class _Part(msgspec.Struct):
    type: str
    text: str = ""


class _Message(msgspec.Struct):
    role: str
    content: str | list[_Part] | None = None


class _StreamOptions(msgspec.Struct):
    include_usage: bool | None = None


class _Bounds(msgspec.Struct):
    """The parameters that bound an answer, or say in which form it comes."""

    model: str
    stream: bool | None = None
    stream_options: _StreamOptions | None = None
    max_tokens: Tokens | None = None
    max_completion_tokens: Tokens | None = None
    n: Annotated[int, msgspec.Meta(ge=1, le=_MOST_CHOICES)] | None = None


class _Asked(msgspec.Struct):
    """The others that have a form. Those of sampling are checked; the example model does not sample."""

    messages: Annotated[list[_Message], msgspec.Meta(min_length=1)]
    stop: str | list[str] | None = None
    seed: int | None = None
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    presence_penalty: _Penalty | None = None
    frequency_penalty: _Penalty | None = None


class _Messages(msgspec.Struct):
    """All that has to hold of messages that a model takes as they are."""

    messages: Annotated[list[dict[str, Any]], msgspec.Meta(min_length=1)]


def completion_of(body: bytes, default_tokens: int, *, has_upstream: bool = False) -> Completion:
    """What a body asks for, with `default_tokens` where it names no most tokens. Raises NotTaken.

    An upstream decides by itself about what it is given; only what bounds the bill is checked for it.
    """
    given = _object(body)
    require_known(given)
    require_taken(given, ANY_MODEL)
    if not has_upstream:
        require_taken(given, EXAMPLE_MODEL)
    bounds = _converted(given, _Bounds)
    if bounds.stream_options is not None and not bounds.stream:
        raise NotTaken("stream_options goes with stream only", "stream_options")
    most = _most_tokens(bounds)
    prompt = ""
    stop: tuple[str, ...] = ()
    if has_upstream:
        _converted(given, _Messages)
    else:
        asked = _converted(given, _Asked)
        prompt = "\n".join(_text(place, message) for place, message in enumerate(asked.messages))
        stop = _stops(asked)
    # Servers that know this name alone are bounded too, and by what is reserved.
    given["max_tokens"] = most or default_tokens
    return Completion(
        model=bounds.model,
        stream=bool(bounds.stream),
        include_usage=bounds.stream_options is not None and bool(bounds.stream_options.include_usage),
        max_tokens=most or default_tokens,
        choices=bounds.n or 1,
        body=given if has_upstream else {},
        prompt=prompt,
        stop=stop,
    )


def _object(body: bytes) -> dict[str, Any]:
    try:
        given = msgspec.json.decode(body, type=dict[str, Any])
        # Half of a surrogate pair can be written in JSON, and is no text.
        msgspec.json.encode(given)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise NotTaken(f"the body is no JSON object: {error}", None, "invalid_json") from error
    return {name: value for name, value in given.items() if value is not None}


def _converted(given: dict[str, Any], form: type[Any]) -> Any:
    try:
        return msgspec.convert(given, form)
    except msgspec.ValidationError as error:
        # `Expected …, got … - at `$.messages[…].role``
        message, _, path = str(error).partition(" - at `$.")
        raise NotTaken(str(error), path.rstrip("`") or _missing(message)) from error


def _missing(message: str) -> str | None:
    """The parameter of "Object missing required field `model`"."""
    parts = message.split("`")
    return parts[1] if "missing required field" in message else None


def _most_tokens(asked: _Bounds) -> int | None:
    older, newer = asked.max_tokens, asked.max_completion_tokens
    if older is not None and newer is not None and older != newer:
        raise NotTaken("max_tokens and max_completion_tokens differ: give one of them", "max_tokens")
    return newer or older


def _stops(asked: _Asked) -> tuple[str, ...]:
    stops = () if asked.stop is None else (asked.stop,) if isinstance(asked.stop, str) else tuple(asked.stop)
    if len(stops) > _MOST_STOPS or not all(1 <= len(each) <= _MOST_STOP_CHARACTERS for each in stops):
        limits = f"at most {_MOST_STOPS} sequences of 1 to {_MOST_STOP_CHARACTERS} characters"
        raise NotTaken(f"stop takes {limits}", "stop")
    return stops


def _text(place: int, message: _Message) -> str:
    param = f"messages[{place}]"
    if message.role not in _ROLES:
        raise NotTaken(f"{param}.role: use one of {', '.join(_ROLES)}, not {message.role!r}", f"{param}.role")
    if isinstance(message.content, str):
        return message.content
    if message.content is None:
        # What an assistant said by calling a tool has no text.
        if message.role != "assistant":
            raise NotTaken(f"{param}.content: give a text", f"{param}.content")
        return ""
    for number, part in enumerate(message.content):
        if part.type != "text":
            raise NotTaken(
                f"{param}.content[{number}]: send text; parts of type {part.type!r} are not supported",
                f"{param}.content[{number}]",
            )
    return "".join(part.text for part in message.content)

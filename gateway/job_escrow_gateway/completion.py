"""What a client asks for: OpenAI's parameters that change the cost or the meaning are honoured, or refused by name."""

import json
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

_MOST_STOPS = 4
_MOST_STOP_CHARACTERS = 500
_ROLES = ("system", "developer", "user", "assistant")

# Null, which is as good as absent, and these values ask for nothing that this gateway does not do.
_ONLY: dict[str, tuple[Any, ...]] = {
    # More tokens than max_tokens says, or tokens that nobody reads.
    "n": (1,),
    "best_of": (1,),
    "prediction": (),
    "reasoning_effort": ("none",),
    "min_tokens": (0,),
    "ignore_eos": (False,),
    "use_beam_search": (False,),
    # Another price.
    "service_tier": ("auto", "default"),
    "web_search_options": (),
    # Another answer.
    "tools": ([],),
    "tool_choice": ("none", "auto"),
    "functions": ([],),
    "function_call": ("none", "auto"),
    "response_format": ({"type": "text"},),
    "modalities": (["text"],),
    "audio": (),
    "logprobs": (False,),
    "top_logprobs": (0,),
    "prompt_logprobs": (0,),
    "logit_bias": ({},),
    "verbosity": ("medium",),
    "stop_token_ids": ([],),
    "include_stop_str_in_output": (False,),
    "structured_outputs": (),
    "guided_json": (),
    "guided_regex": (),
    "guided_choice": (),
    "guided_grammar": (),
    "echo": (False,),
    # It could be fetched later.
    "store": (False,),
}

Tokens = Annotated[int, msgspec.Meta(ge=1)]
_Penalty = Annotated[float, msgspec.Meta(ge=-2, le=2)]


class NotTaken(Exception):
    """A request that is refused before it costs anything; `param` names what is wrong with it."""

    def __init__(self, message: str, param: str | None, code: str = "invalid_value") -> None:
        super().__init__(message)
        self.param = param
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Completion:
    model: str
    prompt: str
    stream: bool
    include_usage: bool
    max_tokens: int
    stop: tuple[str, ...]


class _Part(msgspec.Struct):
    type: str
    text: str = ""


class _Message(msgspec.Struct):
    role: str
    content: str | list[_Part]


class _StreamOptions(msgspec.Struct):
    include_usage: bool | None = None


class _Asked(msgspec.Struct):
    """The parameters that have a form. Those of sampling are checked; the source in `model.py` does not sample."""

    model: str
    messages: Annotated[list[_Message], msgspec.Meta(min_length=1)]
    stream: bool | None = None
    stream_options: _StreamOptions | None = None
    max_tokens: Tokens | None = None
    max_completion_tokens: Tokens | None = None
    stop: str | list[str] | None = None
    seed: int | None = None
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    presence_penalty: _Penalty | None = None
    frequency_penalty: _Penalty | None = None


def completion_of(body: bytes, default_tokens: int) -> Completion:
    """What a body asks for, with `default_tokens` where it names no most tokens. Raises NotTaken."""
    try:
        given = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotTaken(f"the body is no JSON object: {error}", None, "invalid_json") from error
    for name, taken in _ONLY.items():
        if given.get(name) is not None and not any(_same(given[name], each) for each in taken):
            only = " or ".join(json.dumps(each) for each in taken)
            remedy = f"give {only}, or leave it out" if only else "leave it out"
            raise NotTaken(f"{name} is not supported here: {remedy}", name, "unsupported_parameter")
    try:
        asked = msgspec.convert(given, _Asked)
    except msgspec.ValidationError as error:
        # `Expected …, got … - at `$.messages[…].role``
        message, _, path = str(error).partition(" - at `$.")
        raise NotTaken(str(error), path.rstrip("`") or _missing(message)) from error
    if asked.stream_options is not None and not asked.stream:
        raise NotTaken("stream_options goes with stream only", "stream_options")
    return Completion(
        model=asked.model,
        prompt="\n".join(_text(place, message) for place, message in enumerate(asked.messages)),
        stream=bool(asked.stream),
        include_usage=asked.stream_options is not None and bool(asked.stream_options.include_usage),
        max_tokens=_most_tokens(asked) or default_tokens,
        stop=_stops(asked),
    )


def _same(given: Any, taken: Any) -> bool:
    # Of the same type: true is no 1.
    return type(given) is type(taken) and bool(given == taken)


def _missing(message: str) -> str | None:
    """The parameter of "Object missing required field `model`"."""
    parts = message.split("`")
    return parts[1] if "missing required field" in message else None


def _most_tokens(asked: _Asked) -> int | None:
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
    for number, part in enumerate(message.content):
        if part.type != "text":
            raise NotTaken(
                f"{param}.content[{number}]: send text; parts of type {part.type!r} are not supported",
                f"{param}.content[{number}]",
            )
    return "".join(part.text for part in message.content)

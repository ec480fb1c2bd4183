"""Batches: each request is admitted, settled or refused as it would be alone, and for itself (A12, D10)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from api_harness.people import LIMITS, new_customer, new_key
from api_harness.server import Server, problem
from escrow_harness.stage import Stage

Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def operator(server: Server, stage: Stage) -> Iterator[httpx2.Client]:
    with server.http() as http:
        key = new_key(http, stage.cast.operator, scopes=["operator"])
    with server.http(key) as provider:
        yield provider


def customer(server: Server, stage: Stage, credits: int = 1_000, **terms: Any) -> str:
    """The key of somebody who allows sessions."""
    wallet = new_customer(stage, credits)
    wallet.set_limits(replace(LIMITS, credits_per_session=5_000))
    with server.http() as http:
        return new_key(http, wallet.side.signer, **terms)


def asked(key: str, name: str, units: int = 500, **terms: Any) -> dict[str, Any]:
    """500 units of `pro` are 18 credits."""
    idempotency_key = f"{name}-{key[4:20]}"
    return {"customer_key": key, "tier": "pro", "max_units": units, "idempotency_key": idempotency_key, **terms}


def told(operator: httpx2.Client, path: str, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    answer = operator.post(path, json={"requests": requests})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    assert len(results) == len(requests)
    return results


def types(results: list[dict[str, Any]]) -> list[str | None]:
    return [each["problem"]["type"].rsplit("/", 1)[1] if each["problem"] else None for each in results]


def test_a_hundred_are_admitted_and_settled_in_their_order(
    server: Server, stage: Stage, operator: httpx2.Client
) -> None:
    keys = [customer(server, stage) for _ in range(3)]
    requests = [asked(keys[number % 3], str(number)) for number in range(100)]
    admitted = told(operator, "/requests/batch", requests)
    assert types(admitted) == [None] * 100
    key_ids = [each["request"]["key_id"] for each in admitted]
    assert key_ids == [keys[number % 3][4:20] for number in range(100)]
    assert len({each["request"]["id"] for each in admitted}) == 100
    assert told(operator, "/requests/batch", requests) == admitted
    used = [{"id": each["request"]["id"], "units": 1} for each in admitted]
    settled = told(operator, "/requests/batch/settle", used)
    assert [(each["request"]["id"], each["request"]["charged"]) for each in settled] == [
        (each["id"], 18) for each in used
    ]
    assert told(operator, "/requests/batch/settle", used) == settled
    numbers = [each["request"]["receipt"]["number"] for each in settled if each["request"]["key_id"] == keys[0][4:20]]
    assert sorted(numbers) == list(range(1, 35))


def test_one_that_is_refused_is_refused_alone(server: Server, stage: Stage, operator: httpx2.Client) -> None:
    good, poor = customer(server, stage), customer(server, stage, 100)
    budgeted = customer(server, stage, daily_budget=40)
    revoked = customer(server, stage, scopes=["spend", "manage"])
    with server.http(revoked) as http:
        http.delete(f"/keys/{revoked[4:20]}").raise_for_status()
    requests = [
        asked(good, "a"),
        asked(poor, "a", units=20_000),
        asked("je_nonsense", "a"),
        asked(good, "b", tier="no such tier"),
        asked(revoked, "a"),
        *(asked(budgeted, str(number)) for number in range(3)),
        asked(good, "a", units=501),
        asked(good, "c"),
    ]
    found = types(told(operator, "/requests/batch", requests))
    assert sorted(map(str, found[5:8])) == ["None", "None", "budget-exceeded"]
    assert found[:5] + found[8:] == [
        None,
        "insufficient-credits",
        "customer-key-refused",
        "unprocessable",
        "customer-key-refused",
        "unprocessable",
        None,
    ]


def test_settlements_of_a_batch_are_each_their_own(server: Server, stage: Stage, operator: httpx2.Client) -> None:
    key = customer(server, stage)
    one, two = (each["request"]["id"] for each in told(operator, "/requests/batch", [asked(key, "1"), asked(key, "2")]))
    used = [
        {"id": one, "units": 501},
        {"id": "req_of_nobody", "units": 1},
        {"id": two, "units": 1},
        {"id": two, "units": 2},
    ]
    results = told(operator, "/requests/batch/settle", used)
    assert types(results)[:2] == ["unprocessable", "not-found"]
    # The two of one request come in an order of their own: one of them counts.
    assert sorted(map(str, types(results)[2:])) == ["None", "conflict"]
    assert operator.get(f"/requests/{one}").json()["status"] == "running"


@pytest.mark.parametrize("path", ["/requests/batch", "/requests/batch/settle"])
def test_a_batch_has_a_size_and_nothing_that_nobody_knows(operator: httpx2.Client, path: str) -> None:
    one: dict[str, Any] = {"id": "x", "units": 1} if path.endswith("settle") else asked("je_none", "x")
    body: dict[str, Any]
    for body in ({"requests": []}, {"requests": [one] * 101}, {"requests": [one | {"more": 1}]}, {}):
        assert problem(operator.post(path, json=body))["status"] == 400
    assert len(told(operator, path, [one] * 100)) == 100


def test_who_is_no_operator_has_no_batches(server: Server, stage: Stage) -> None:
    with server.http(customer(server, stage)) as http:
        for path, one in (
            ("/requests/batch", asked("je_none", "x")),
            ("/requests/batch/settle", {"id": "x", "units": 1}),
        ):
            assert problem(http.post(path, json={"requests": [one]}))["status"] == 403

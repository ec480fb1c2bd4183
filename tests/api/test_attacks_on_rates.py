"""What strangers and customers do with their keys uses up nobody else's rate, and locks nobody else out."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from api_harness.people import new_customer, new_key, sign_in
from api_harness.server import Server, problem, serving
from escrow_harness.stage import Stage

# Of a minute: fifteen at once, and then one in a second.
_RATE = ("--no-index", "--key-rate", "60", "--address-rate", "100000")
_BURST = 15
_NOBODY = "jek_0000000000000000_" + "a" * 43


@pytest.fixture
def paced(stage: Stage, localnet_url: str, tmp_path: Path) -> Iterator[Server]:
    operator = stage.cast.operator
    with serving(tmp_path, chain=localnet_url, platform=stage.platform, operator=operator, options=_RATE) as running:
        yield running


def lock(http: httpx2.Client, key: str, name: str, **more: Any) -> httpx2.Response:
    body = {"customer_key": key, "tier": "pro", "max_units": 500, **more}
    return http.post("/jobs", json=body, headers={"Idempotency-Key": f"{key[4:20]}-{name}"})


def customer_key(server: Server, stage: Stage, **terms: Any) -> str:
    with server.http() as http:
        return new_key(http, new_customer(stage, 1_000).side.signer, **terms)


def operator_key(server: Server, stage: Stage) -> str:
    with server.http() as http:
        return new_key(http, stage.cast.operator, scopes=["operator"])


def types(answers: list[httpx2.Response]) -> Counter[str]:
    return Counter(str(problem(each)["type"]).rsplit("/", 1)[-1] if each.is_error else "ok" for each in answers)


def test_locks_with_bad_keys_hold_up_no_paying_job(paced: Server, stage: Stage) -> None:
    key = customer_key(paced, stage)
    with paced.http(operator_key(paced, stage)) as http:
        first, second = (lock(http, key, name).json()["id"] for name in "ab")
        bad = types([lock(http, _NOBODY, f"{n}") for n in range(60)])
        assert set(bad) == {"customer-key-refused", "rate-limited"}
        assert bad["customer-key-refused"] >= _BURST
        assert http.post(f"/jobs/{first}/settle", json={"units": 1}).json()["status"] == "settled"
        assert http.post(f"/jobs/{second}/refund").json()["status"] == "refunded"
        assert lock(http, key, "c").status_code == 201


@pytest.mark.parametrize("bad", ["revoked", "reading", "poor"])
def test_a_customer_that_asks_too_much_holds_up_no_other(paced: Server, stage: Stage, bad: str) -> None:
    good = customer_key(paced, stage)
    scopes = ["read"] if bad == "reading" else ["spend", "manage"]
    greedy = customer_key(paced, stage, scopes=scopes)
    if bad == "revoked":
        with paced.http(greedy) as http:
            assert http.delete(f"/keys/{greedy.split('_')[1]}").status_code == 200
    with paced.http(operator_key(paced, stage)) as http:
        job = lock(http, good, "a").json()["id"]
        begun = time.monotonic()
        asked = types([lock(http, greedy, f"{n}", credits=None, max_units=100_000_000) for n in range(60)])
        # A burst, and four of them a minute.
        assert asked["rate-limited"] >= 60 - _BURST - 1 - (time.monotonic() - begun) * _BURST / 15
        assert lock(http, good, "b").status_code == 201
        assert lock(http, _NOBODY, "c").status_code == 403
        assert http.post(f"/jobs/{job}/settle", json={"units": 1}).json()["status"] == "settled"


def test_ends_of_one_job_hold_up_no_other(paced: Server, stage: Stage) -> None:
    key = customer_key(paced, stage)
    with paced.http(operator_key(paced, stage)) as http:
        first, second = (lock(http, key, name).json()["id"] for name in "ab")
        http.post(f"/jobs/{first}/refund")
        # At once: a slow machine would answer one after the other no faster than the allowance grows.
        with ThreadPoolExecutor(40) as pool:
            answers = types(list(pool.map(lambda _: http.post(f"/jobs/{first}/refund"), range(40))))
        assert set(answers) == {"ok", "rate-limited"}
        assert http.post(f"/jobs/{second}/settle", json={"units": 1}).json()["status"] == "settled"


def test_whoever_is_no_operator_is_counted_by_its_key(paced: Server, stage: Stage) -> None:
    """Also on the paths whose allowances are those of customers and jobs."""
    key = customer_key(paced, stage)
    with paced.http(key) as http:
        answers = types([http.post(f"/jobs/{n}/refund") for n in range(40)])
        assert set(answers) == {"forbidden", "rate-limited"}


@pytest.mark.parametrize("trusts", [False, True], ids=["behind an untrusted proxy", "behind a trusted one"])
def test_wrong_keys_shut_out_no_valid_key(stage: Stage, localnet_url: str, tmp_path: Path, trusts: bool) -> None:
    """From the same address, which behind a proxy is everybody's."""
    options = ("--no-index", "--lockout-seconds", "600", *(("--trust-proxy",) if trusts else ()))
    with serving(tmp_path, chain=localnet_url, platform=stage.platform, options=options) as running:
        with running.http() as http:
            valid = new_key(http, stage.cast.alice, scopes=["manage"])
        headers = {"X-Forwarded-For": "1.1.1.1"}
        wrong = [valid[:-1] + ("A" if valid[-1] != "A" else "B"), _NOBODY, "nonsense"]
        with running.http() as http:
            ask = [http.get("/keys", headers=headers | {"Authorization": f"Bearer {wrong[n % 3]}"}) for n in range(30)]
            assert types(ask) == {"invalid-key": 10, "locked-out": 20}
            assert all(0 < int(each.headers["retry-after"]) <= 600 for each in ask[10:])
            good = http.get("/keys", headers=headers | {"Authorization": f"Bearer {valid}"})
            assert good.status_code == 200
            # And a valid one makes the wrong ones no better.
            last = http.get("/keys", headers=headers | {"Authorization": f"Bearer {_NOBODY}"})
            assert problem(last)["type"] == "/v1/problems/locked-out"


def test_a_key_that_was_revoked_is_paced_like_any_other(paced: Server, stage: Stage) -> None:
    with paced.http() as http:
        revoked = sign_in(http, stage.cast.alice, scopes=["manage"]).json()
    with paced.http(revoked["key"]) as http:
        assert http.delete(f"/keys/{revoked['id']}").status_code == 200
        assert set(types([http.get("/keys") for _ in range(40)])) == {"invalid-key", "rate-limited"}

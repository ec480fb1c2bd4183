"""C5: what a lock costs is told before it, exactly; and where it binds, it is locked at that or refused by name."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import httpx2
import pytest
from api_harness.people import LIMITS, new_customer, new_key, stage_with_accounts
from api_harness.server import Server, problem, serving
from escrow_harness.stage import Stage, wait_until
from job_escrow import Escrow
from job_escrow.codec import TierArgs

SESSIONS = replace(LIMITS, credits_per_session=200)


@dataclass
class Market:
    """A platform whose prices the test may change, its server, and a customer."""

    stage: Stage
    server: Server
    operator: httpx2.Client
    customer: httpx2.Client
    key: str

    def quote(self, by: httpx2.Client, **terms: Any) -> dict[str, Any]:
        answer = by.post("/quote", json=terms)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = json.loads(answer.text, parse_float=Decimal)
        return found

    def lock(self, name: str, *, path: str = "/jobs", key: str | None = None, **terms: Any) -> httpx2.Response:
        headers = {"Idempotency-Key": f"{name}-{time.monotonic_ns()}"}
        return self.operator.post(path, json={"customer_key": key or self.key, **terms}, headers=headers)

    def tier(self, index: int) -> TierArgs:
        return self.stage.terms.tiers[index]


@pytest.fixture(scope="module")
def market(localnet_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with Escrow.connect(localnet_url) as escrow:
        stage = stage_with_accounts(escrow)
        options = ("--preset", "decentral", "--key-rate", "100000", "--address-rate", "100000")
        folder = tmp_path_factory.mktemp("market")
        customer = new_customer(stage, 2_000)
        customer.set_limits(SESSIONS)
        with serving(
            folder, chain=localnet_url, platform=stage.platform, operator=stage.cast.operator, options=options
        ) as server:
            with server.http() as http:
                operator = new_key(http, stage.cast.operator, scopes=["operator"])
                key = new_key(http, customer.side.signer)
            with server.http(operator) as provider, server.http(key) as mine:
                yield Market(stage=stage, server=server, operator=provider, customer=mine, key=key)


@pytest.mark.parametrize(
    ("terms", "credits"),
    [
        ({"tier": "lite", "max_units": 500}, 2),
        ({"tier": "max", "max_units": 500}, 40),
        ({"tier": "max", "max_units": 2_000}, 40),
        ({"tier": "max", "max_units": 2_001}, 41),
        ({"components": [{"tier": "max", "units": 2_400}, {"tier": "lite", "units": 1}]}, 50),
        ({"components": [{"tier": "max", "units": 0}, {"tier": "lite", "units": 1}]}, 2),
    ],
)
def test_a_quote_is_what_a_lock_takes(market: Market, terms: dict[str, Any], credits: int) -> None:
    quoted = market.quote(market.customer, **terms)
    assert (quoted["credits"], quoted["base_units"], quoted["id"]) == (credits, credits * 10_000, None)
    assert (quoted["price"], quoted["currency"]) == (Decimal(credits) / 100, "USDC")
    locked = market.lock("exact", **terms).json()
    assert (locked["credits"], locked["components"]) == (credits, quoted["components"])


@pytest.mark.parametrize("path", ["/jobs", "/requests"])
def test_a_quote_that_binds_is_locked_at(market: Market, path: str) -> None:
    for by in (market.operator, market.customer):
        quoted = market.quote(by, tier="max", max_units=2_400, binding_seconds=60)
        locked = market.lock("bound", path=path, tier="max", max_units=2_400, quote=quoted["id"])
        assert locked.status_code == 201, locked.text
        assert locked.json()["credits"] == quoted["credits"] == 48
        now = market.stage.escrow.unix_time()
        assert now < quoted["expires_at"] <= now + 61


@pytest.mark.parametrize("path", ["/jobs", "/requests"])
def test_one_that_has_ended_is_refused_by_name_and_what_it_has_locked_stays(market: Market, path: str) -> None:
    quoted = market.quote(market.operator, tier="lite", max_units=5, binding_seconds=5)
    body = {"customer_key": market.key, "tier": "lite", "max_units": 5, "quote": quoted["id"]}
    headers = {"Idempotency-Key": f"ended-{time.monotonic_ns()}"}
    first = market.operator.post(path, json=body, headers=headers)
    assert first.status_code == 201, first.text
    # The server's idea of the chain's clock is up to a second behind it.
    wait_until(market.stage.escrow.chain, quoted["expires_at"] + 2)
    late = problem(market.lock("late", path=path, tier="lite", max_units=5, quote=quoted["id"]))
    assert (late["status"], late["type"]) == (409, "/v1/problems/quote-expired")
    assert "POST /v1/quote" in str(late["remedy"])
    again = market.operator.post(path, json=body, headers=headers)
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])


def test_a_quote_is_for_what_was_asked_and_for_who_asked(market: Market) -> None:
    terms: dict[str, Any] = {"tier": "pro", "max_units": 700}
    mine = market.quote(market.customer, **terms, binding_seconds=60)["id"]
    with market.server.http() as http:
        others = new_key(http, market.stage.cast.alice)
    forged = mine[:-1] + ("A" if mine[-1] != "A" else "B")
    longer = f"quote_{'A' * 60}"
    changes: tuple[dict[str, Any], ...] = (
        {"max_units": 701},
        {"tier": "max"},
        {"key": others},
        {"quote": forged},
        {"quote": longer},
        {"max_units": None, "tier": None, "credits": 18},
        {"max_units": None, "tier": None, "components": [{"tier": "pro", "units": 700}]},
    )
    for change in changes:
        asked = {name: value for name, value in (terms | {"quote": mine} | change).items() if value is not None}
        told = problem(market.lock("other", **asked))
        assert (told["status"], told["type"]) == (422, "/v1/problems/quote-not-of-this"), change
    # The operator's is for any customer.
    any_customers = market.quote(market.operator, **terms, binding_seconds=60)["id"]
    assert market.lock("alice", key=others, **terms, quote=any_customers).status_code == 201
    for nonsense in ("quote_", "x", mine + "A", mine[:-1] + "!"):
        assert problem(market.lock("bad", **terms, quote=nonsense))["status"] == 400


def test_what_has_no_price_has_no_quote(market: Market) -> None:
    nothing: tuple[dict[str, Any], ...] = (
        {},
        {"tier": "lite"},
        {"max_units": 1},
        {"tier": "none", "max_units": 1},
        {"model": "none", "max_units": 1},
        {"tier": "lite", "max_units": 1, "components": [{"tier": "lite", "units": 1}]},
        {"components": [{"tier": "lite", "units": 0}]},
    )
    for terms in nothing:
        assert problem(market.customer.post("/quote", json=terms))["status"] == 422, terms
    for seconds in (0, 601):
        asked = {"tier": "lite", "max_units": 1, "binding_seconds": seconds}
        assert problem(market.customer.post("/quote", json=asked))["status"] == 400


def test_a_quote_ends_before_the_price_may_change_and_never_locks_at_another(market: Market) -> None:
    """An announced rise cuts it short; where a price has fallen meanwhile, it is refused: ask for a cheaper one."""
    admin = market.stage.admin
    terms: dict[str, Any] = {"tier": "standard", "max_units": 400}
    before = market.quote(market.customer, **terms, binding_seconds=600)
    admin.set_tier(1, replace(market.tier(1), flat_credits=7))
    while market.quote(market.customer, **terms)["credits"] != 7:
        time.sleep(0.05)
    for path in ("/jobs", "/requests"):
        told = problem(market.lock("fallen", path=path, **terms, quote=before["id"]))
        assert told["type"] == "/v1/problems/quote-expired"
        assert "8 credits were quoted, and it costs 7" in str(told["detail"])
    admin.set_tier(1, replace(market.tier(1), flat_credits=9))
    change_at = market.stage.escrow.platform(market.stage.platform).pending.tiers_at[1]
    while (answer := market.customer.post("/quote", json=terms | {"binding_seconds": 600})).status_code == 200:
        if answer.json()["expires_at"] <= change_at:
            break
        time.sleep(0.05)
    # From then on anybody may apply it at any moment.
    wait_until(market.stage.escrow.chain, change_at + 2)
    told = problem(market.customer.post("/quote", json=terms | {"binding_seconds": 600}))
    assert (told["status"], "may take effect at any moment" in str(told["detail"])) == (409, True)
    # Prices of other tiers, and a price that need not bind, are told as ever.
    assert market.quote(market.customer, tier="lite", max_units=1, binding_seconds=9)["id"]
    assert market.quote(market.customer, **terms)["credits"] == 7

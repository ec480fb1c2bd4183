"""/v1/top-ups: what came into an account, and the rule by which credits are bought for it by themselves (R10, Y8)."""

import json
from decimal import Decimal
from typing import Any

import httpx2
from api_harness.people import new_customer, new_key
from api_harness.server import Server, problem
from escrow_harness.stage import Stage
from job_escrow import TopUpTerms
from job_escrow.bounds import ALWAYS
from job_escrow.testing.faucet import fund

PRICE = 10_000


def told(http: httpx2.Client, path: str, **query: int | str) -> dict[str, Any]:
    answer = http.get(path, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = json.loads(answer.text, parse_float=Decimal)
    return found


def test_the_rule_is_told_with_what_it_has_spent_and_what_holds_it_up(server: Server, stage: Stage) -> None:
    customer = new_customer(stage, 300)
    with server.http() as http:
        key = new_key(http, customer.side.signer)
    with server.http(key) as mine:
        assert told(mine, "/top-ups/rule") == {"rule": None}
        customer.set_top_up(
            TopUpTerms(threshold=ALWAYS, buy=100, base_units_per_period=150 * PRICE, period_seconds=86_400),
            allowance=400 * PRICE,
        )
        rule = told(mine, "/top-ups/rule")["rule"]
        assert (rule["state"], rule["threshold"], rule["held_up_by"], rule["pack"]) == ("in force", None, None, None)
        assert (rule["credits"], rule["price"], rule["cap"]) == (100, Decimal("1.00"), Decimal("1.50"))
        assert (rule["spent"], rule["allowance"], rule["currency"]) == (Decimal("0.00"), Decimal("4.00"), "USDC")
        assert (rule["left"], rule["expires_at"], rule["period_seconds"]) == (300, None, 86_400)
        bought = stage.anyone.top_up(customer.address)
        rule = told(mine, "/top-ups/rule")["rule"]
        assert (rule["spent"], rule["allowance"], rule["left"]) == (Decimal("1.00"), Decimal("3.00"), 400)
        assert "period" in rule["held_up_by"]
        told(mine, "/account", min_slot=bought.slot)
        newest, first = told(mine, "/top-ups")["top_ups"]
        assert (newest["kind"], newest["credits"], newest["price"]) == ("top-up", 100, Decimal("1.00"))
        assert (newest["signature"], newest["expires_at"]) == (str(bought.signature), None)
        assert (first["kind"], first["credits"], first["base_units"]) == ("purchase", 300, 3_000_000)
        customer.withdraw(1)
        assert told(mine, "/top-ups/rule")["rule"]["state"] == "ended"


def test_what_came_in_is_told_page_by_page(server: Server, stage: Stage) -> None:
    customer = new_customer(stage, 100)
    fund(stage.escrow.chain, stage.cast.operator.pubkey(), lamports=0, usdc=1_000_000)
    last = stage.operator.grant(customer.address, 30, reason="referral", expires_at=4_000_000_000)
    with server.http() as http:
        key = new_key(http, customer.side.signer)
    with server.http(key) as mine:
        told(mine, "/account", min_slot=last.slot)
        page = told(mine, "/top-ups", limit=1)
        (grant,) = page["top_ups"]
        assert (grant["kind"], grant["reason"], grant["expires_at"]) == ("grant", "referral", 4_000_000_000)
        assert (grant["price"], grant["bonus_credits"]) == (Decimal("0.30"), 0)
        page = told(mine, "/top-ups", limit=1, cursor=page["next_cursor"])
        assert ([each["kind"] for each in page["top_ups"]], page["next_cursor"]) == (["purchase"], None)
        customer.close()
        assert problem(mine.get("/top-ups/rule"))["status"] == 404

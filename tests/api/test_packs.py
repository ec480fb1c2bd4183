"""Packs over HTTP: what is sold together, what it is worth, and what a statement and a webhook say of it (Y3)."""

import time
from decimal import Decimal
from json import loads
from pathlib import Path

from api_harness.people import LIMITS, new_customer, new_key
from api_harness.server import serving
from escrow_harness.stage import Stage
from job_escrow import LockTerms, Pack, packs, token_address
from job_escrow.chain import run
from job_escrow.tokens import USDC_MINT, transfer
from job_escrow.transactions import execute


def offer(stage: Stage) -> None:
    """A pack of 125 and 25 credits, and promotion for four of them."""
    stage.admin.set_pack(1, Pack(credits=125, bonus_credits=25))
    stage.admin.set_pack(3, Pack(credits=500, bonus_credits=0))
    stage.admin.open_promotion()
    bob = stage.cast.bob
    step = transfer(
        source=token_address(bob.pubkey(), USDC_MINT),
        destination=token_address(stage.platform, USDC_MINT),
        owner=bob.pubkey(),
        base_units=1_000_000,
    )
    run(execute([step], [bob], stage.escrow.options), stage.escrow.chain)


def test_y3_packs_are_listed_bought_and_worth_what_they_cost(localnet_url: str, stage: Stage, tmp_path: Path) -> None:
    offer(stage)
    customer = new_customer(stage, 0)
    customer.open(LIMITS)
    with serving(tmp_path, chain=localnet_url, platform=stage.platform) as server, server.http() as http:
        listed = http.get("/packs").json()
        assert listed == {
            "object": "list",
            "data": [
                {
                    "object": "pack",
                    "pack": 1,
                    "name": None,
                    "credits": 125,
                    "bonus_credits": 25,
                    "total": 150,
                    "base_units": 1_250_000,
                },
                {
                    "object": "pack",
                    "pack": 3,
                    "name": None,
                    "credits": 500,
                    "bonus_credits": 0,
                    "total": 500,
                    "base_units": 5_000_000,
                },
            ],
        }
        bought = customer.purchase_pack(packs.expected(stage.escrow.platform(stage.platform), 1))
        key = new_key(http, customer.side.signer)
        with server.http(key) as reader:
            found = loads(reader.get("/account", params={"min_slot": bought.slot}).text, parse_float=Decimal)
            assert (found["credits_remaining"], found["withdrawable_credits"]) == (150, 150)
            assert (found["usdc_value"], found["withdrawable_usdc"]) == (Decimal("1.25"), Decimal("1.25"))
            assert found["promotion_usdc"] == Decimal("0.25")

            job_id = stage.operator.next_job_id(customer.address)
            stage.operator.lock(customer.address, LockTerms(job_id=job_id, tier=None, amount=60, seconds=600))
            stage.operator.settle(customer.address, job_id, 60)
            left = customer.withdraw(30)
            found = loads(reader.get("/account", params={"min_slot": left.slot}).text, parse_float=Decimal)
            assert (found["credits_remaining"], found["usdc_value"]) == (60, Decimal("0.50"))
            assert (found["withdrawable_usdc"], found["promotion_usdc"]) == (Decimal("0.50"), Decimal("0.10"))

            month = time.strftime("%Y-%m", time.gmtime(left.block_time))
            made = reader.get(f"/statements/{month}").json()
            assert (made["purchases"]["credits"], made["bonuses"]) == (
                125,
                {"count": 1, "credits": 25, "base_units": 250_000},
            )
            assert (made["charged_promotion_base_units"], made["withdrawn_promotion_base_units"]) == (100_000, 50_000)
            assert made["closing"]["promotion_backing"] == 100_000
            assert made["topups"][0]["bonus_credits"] == 25
            page = reader.get(f"/statements/{month}/page").text
            assert "<td>Bonus of packs</td><td class=n>1</td><td class=n>25</td><td class=n>0.25</td>" in page
            assert "<td>Of the withdrawals, not paid out</td><td class=n>0.05</td>" in page

"""R5, Y7, A5: a platform of another mint than USDC has its own currency everywhere, to the digit."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx2
import pytest
from api_harness.people import new_key
from api_harness.server import Server, problem, serving
from job_escrow import Escrow, platform_address
from job_escrow.presets import load_preset, local_address
from job_escrow.testing.faucet import fund
from solders.keypair import Keypair

PRESET = load_preset("resayil")
KWD = local_address(PRESET.mints[0])


@dataclass
class Shop:
    """A platform whose credits are bought with a test mint that stands for the dinar, and a wallet that has some."""

    escrow: Escrow
    server: Server
    wallet: Keypair

    def told(self, http: httpx2.Client, path: str, **query: int | str) -> dict[str, Any]:
        answer = http.get(path, params=query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = json.loads(answer.text, parse_float=Decimal)
        return found


@pytest.fixture(scope="module")
def shop(localnet_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    admin, operator, wallet = Keypair(), Keypair(), Keypair()
    with Escrow.connect(localnet_url) as escrow:
        for each in (admin, operator, wallet):
            fund(escrow.chain, each.pubkey())
        fund(escrow.chain, wallet.pubkey(), lamports=0, mint=KWD, base_units=20_000_001)
        fund(escrow.chain, admin.pubkey(), lamports=0, mint=KWD, base_units=2_000_000)
        terms = PRESET.platform_terms(operator=operator.pubkey(), treasury_owner=admin.pubkey(), mint=KWD)
        escrow.create_platform(admin, terms)
        platform = platform_address(admin.pubkey(), PRESET.name)
        escrow.admin(admin, platform).fund_promotion(2_000_000)
        options = ("--preset", "resayil", "--address-rate", "100000", "--key-rate", "100000")
        with serving(
            tmp_path_factory.mktemp("shop"), chain=localnet_url, platform=platform, operator=operator, options=options
        ) as server:
            owner = escrow.wallet(wallet, platform, mint=KWD)
            owner.open(PRESET.suggested_limits, buy=5_000)
            yield Shop(escrow=escrow, server=server, wallet=wallet)


def test_the_platform_and_its_packs_are_priced_in_dinars_of_three_decimals(shop: Shop) -> None:
    with shop.server.http() as http:
        platform = shop.told(http, "/platform")
        assert (platform["currency"], platform["decimals"], platform["display_decimals"]) == ("TEST-KWD", 6, 3)
        text = http.get("/packs").text
        assert '"price":2.000,"currency":"TEST-KWD"' in text
        small, large = json.loads(text)["data"]
        assert (small["name"], small["text"], small["affordable"]) == ("5,000 credits", "5,000 credits", None)
        # 2,500 credits on top cost 1 of the 2 that the promotion has.
        assert (large["text"], large["affordable"]) == ("12,500 + 2,500 bonus credits", 2)


def test_an_account_has_no_dollars(shop: Shop) -> None:
    with shop.server.http() as http:
        key = new_key(http, shop.wallet, scopes=["read", "manage"])
    with shop.server.http(key) as mine:
        while (answer := mine.get("/account")).status_code == 404:
            time.sleep(0.02)
        assert '"usdc_value":null,"last_topup_at":"' in answer.text
        assert (
            '"value":2.000,"currency":"TEST-KWD","withdrawable_credits":5000,"withdrawable_value":2.000' in answer.text
        )
        assert list(answer.json())[:4] == ["wallet", "credits_remaining", "usdc_value", "last_topup_at"]
        bought = shop.told(mine, "/top-ups")["top_ups"][0]
        assert (bought["price"], bought["currency"]) == (Decimal("2.000"), "TEST-KWD")
        quoted = mine.post("/quote", json={"tier": "standard", "max_units": 1})
        assert '"price":0.0004,"currency":"TEST-KWD"' in quoted.text
        month = time.strftime("%Y-%m", time.gmtime())
        statement = shop.told(mine, f"/statements/{month}")
        assert (statement["currency"], statement["decimals"], statement["display_decimals"]) == ("TEST-KWD", 6, 3)
        page = mine.get(f"/statements/{month}/page").text
        assert "<th class=n>TEST-KWD</th>" in page
        assert "<td>Purchases</td><td class=n>1</td><td class=n>5,000</td><td class=n>2.000</td>" in page
        assert "USDC" not in page
        poor = problem(mine.post("/transactions/purchase", json={"credits": 4_000_000}))
        assert "The wallet holds 18.000001 TEST-KWD, and this costs 1,600.000 TEST-KWD" in str(poor["detail"])


def test_solana_pay_says_the_currency_and_the_exact_amount(shop: Shop) -> None:
    """D13, Y3: what the wallet shows, and what its link carries."""
    wallet = str(shop.wallet.pubkey())
    with shop.server.http() as http:
        for query, text, amount in (
            ({"pack": 1}, "12,500 + 2,500 bonus credits for 5.000 TEST-KWD", "5"),
            ({"credits": 5_001}, "5,001 credits for 2.0004 TEST-KWD", "2.0004"),
        ):
            link = shop.told(http, "/pay/link", wallet=wallet, **query)
            assert (link["text"], link["amount"], link["currency"]) == (text, amount, "TEST-KWD")
            asked = urlsplit(unquote(link["solana_pay"].removeprefix("solana:"))).query
            assert parse_qs(asked)["amount"] == [amount]
            made = http.post(f"/pay/purchase?{asked}", json={"account": wallet})
            assert made.json()["message"] == text

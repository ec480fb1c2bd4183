"""Packs over HTTP: what is sold together, how it is bought, and what an account and a statement say of it (Y3)."""

import time
from collections.abc import Iterator
from decimal import Decimal
from json import loads
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from api_harness.people import LIMITS, new_customer, new_key, signed_and_sent, stage_with_accounts
from api_harness.server import Server, problem, serving
from escrow_harness.stage import Stage
from job_escrow import Escrow, LockTerms, Pack, packs, token_address
from job_escrow.chain import run
from job_escrow.testing.faucet import fund
from job_escrow.tokens import USDC_MINT, transfer
from job_escrow.transactions import execute
from solders.keypair import Keypair


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
        answer = http.get("/packs").text
        listed = loads(answer, parse_float=Decimal)
        assert '"price":1.25,' in answer
        assert listed == {
            "object": "list",
            "data": [
                {
                    "object": "pack",
                    "pack": 1,
                    "name": None,
                    "text": "125 + 25 bonus credits",
                    "credits": 125,
                    "bonus_credits": 25,
                    "total": 150,
                    "price": Decimal("1.25"),
                    "currency": "USDC",
                    "base_units": 1_250_000,
                    "affordable": 4,
                },
                {
                    "object": "pack",
                    "pack": 3,
                    "name": None,
                    "text": "500 credits",
                    "credits": 500,
                    "bonus_credits": 0,
                    "total": 500,
                    "price": Decimal("5.00"),
                    "currency": "USDC",
                    "base_units": 5_000_000,
                    "affordable": None,
                },
            ],
        }
        bought = customer.purchase_pack(packs.expected(stage.escrow.platform(stage.platform), 1))
        key = new_key(http, customer.side.signer)
        with server.http(key) as reader:
            found = loads(reader.get("/account", params={"min_slot": bought.slot}).text, parse_float=Decimal)
            assert (found["credits_remaining"], found["withdrawable_credits"]) == (150, 150)
            assert (found["usdc_value"], found["withdrawable_value"]) == (Decimal("1.25"), Decimal("1.25"))
            assert found["promotion_value"] == Decimal("0.25")

            job_id = stage.operator.next_job_id(customer.address)
            stage.operator.lock(customer.address, LockTerms(job_id=job_id, tier=None, amount=60, seconds=600))
            stage.operator.settle(customer.address, job_id, 60)
            left = customer.withdraw(30)
            found = loads(reader.get("/account", params={"min_slot": left.slot}).text, parse_float=Decimal)
            assert (found["credits_remaining"], found["usdc_value"]) == (60, Decimal("0.50"))
            assert (found["withdrawable_value"], found["promotion_value"]) == (Decimal("0.50"), Decimal("0.10"))

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


@pytest.fixture(scope="module")
def shop(localnet_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Server]]:
    """A platform with packs whose promotion account is open and empty, and its server."""
    with Escrow.connect(localnet_url) as escrow:
        stage = stage_with_accounts(escrow)
        stage.admin.set_pack(1, Pack(credits=125, bonus_credits=25))
        stage.admin.set_pack(2, Pack(credits=300, bonus_credits=0))
        stage.admin.open_promotion()
        folder = tmp_path_factory.mktemp("shop")
        options = ("--address-rate", "100000", "--key-rate", "100000")
        with serving(folder, chain=localnet_url, platform=stage.platform, options=options) as server:
            yield stage, server


def fund_promotion(stage: Stage, base_units: int) -> None:
    fund(stage.escrow.chain, stage.cast.admin.pubkey(), lamports=0, usdc=base_units)
    stage.admin.fund_promotion(base_units)


def drain_promotion(stage: Stage) -> None:
    stage.admin.withdraw_promotion()


def test_a_pack_is_paid_by_a_link(shop: tuple[Stage, Server]) -> None:
    """Y3, D13: the link names the pack, the wallet shows the bonus, and one signature opens and buys it."""
    stage, server = shop
    fund_promotion(stage, 500_000)
    customer = new_customer(stage, 0)
    signer = customer.side.signer
    assert isinstance(signer, Keypair)
    with server.http() as http:
        link = http.get("/pay/link", params={"wallet": str(signer.pubkey()), "pack": 1}).json()
        assert (link["text"], link["currency"]) == ("125 + 25 bonus credits for 1.25 USDC", "USDC")
        assert (link["amount"], link["credits"], link["bonus_credits"], link["pack"]) == ("1.25", 125, 25, 1)
        url = urlsplit(unquote(link["solana_pay"].removeprefix("solana:")))
        query = parse_qs(url.query)
        assert (query["credits"], query["pack"], query["bonus_credits"]) == (["125"], ["1"], ["25"])
        # A plain transfer of the same amount would lose the bonus.
        assert link["transfer_request"] is None
        assert "transfer request" not in link["note"]
        plain = http.get("/pay/link", params={"wallet": str(signer.pubkey()), "pack": 2}).json()
        assert plain["transfer_request"].startswith(f"solana:{plain['recipient']}?amount=3&")
        assert http.get(link["qr_png"].partition("/v1")[2]).content.startswith(b"\x89PNG")
        made = http.post(f"/pay/purchase?{url.query}", json={"account": str(signer.pubkey())}).json()
        assert made["message"].startswith("125 + 25 bonus credits for 1.25 USDC; opens your account")
        signed_and_sent(stage, made["transaction"], signer)
        terms = {name: link[name] for name in ("recipient", "credits", "bonus_credits")}
        while http.get(f"/pay/payments/{link['reference']}", params=terms).json()["state"] == "waiting":
            time.sleep(0.02)
        more = terms | {"bonus_credits": 26}
        assert http.get(f"/pay/payments/{link['reference']}", params=more).json()["state"] == "waiting"
    account = customer.account()
    assert account is not None
    assert (account.paid_available, account.bonus, account.promotion_backing) == (150, 25, 250_000)
    drain_promotion(stage)


def test_a_pack_that_promotion_cannot_pay_for_says_so_by_name(shop: tuple[Stage, Server]) -> None:
    """In the list, in links, for the transaction of a link made before, and for the wallet's own."""
    stage, server = shop
    fund_promotion(stage, 250_000)
    customer = new_customer(stage, 100)
    wallet = str(customer.side.key)
    with server.http() as http:
        key = new_key(http, customer.side.signer, scopes=["read", "manage"])
        link = http.get("/pay/link", params={"wallet": wallet, "pack": 1}).json()
        drain_promotion(stage)
        while http.get("/packs").json()["data"][0]["affordable"]:
            time.sleep(0.05)
        of_the_link = urlsplit(unquote(link["solana_pay"].removeprefix("solana:"))).query
        refused = [
            http.get("/pay/link", params={"wallet": wallet, "pack": 1}),
            http.post(f"/pay/purchase?{of_the_link}", json={"account": wallet}),
        ]
        # What has no bonus needs no promotion.
        assert http.get("/pay/link", params={"wallet": wallet, "pack": 2}).json()["bonus_credits"] == 0
    with server.http(key) as mine:
        refused.append(mine.post("/transactions/purchase", json={"credits": 125, "pack": 1, "bonus_credits": 25}))
        plain = {"credits": 300, "pack": 2, "bonus_credits": 0}
        assert mine.post("/transactions/purchase", json=plain).status_code == 200
    for answer in refused:
        told = problem(answer)
        assert (told["status"], told["type"]) == (409, "/v1/problems/promotion-empty")
        assert "Buy without the pack" in str(told["remedy"])
    # Funded anew, it is sold at once, also by a server that looked a moment ago.
    fund_promotion(stage, 250_000)
    with server.http() as http:
        assert http.get("/pay/link", params={"wallet": wallet, "pack": 1}).status_code == 200
    drain_promotion(stage)


def test_a_link_of_a_pack_that_was_changed_is_refused(shop: tuple[Stage, Server]) -> None:
    """Nobody pays for a bonus that is not given, or another price."""
    stage, server = shop
    fund_promotion(stage, 500_000)
    wallet = str(new_customer(stage, 100).side.key)
    with server.http() as http:
        link = http.get("/pay/link", params={"wallet": wallet, "pack": 1}).json()
        url = urlsplit(unquote(link["solana_pay"].removeprefix("solana:")))
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        for change, kind in (
            ({"bonus_credits": "26"}, "pack-not-offered"),
            ({"credits": "126", "amount": "1.26"}, "pack-not-offered"),
            ({"pack": "0"}, "pack-not-offered"),
            ({"amount": "1.24"}, "unprocessable"),
        ):
            answer = http.post("/pay/purchase", params=query | change, json={"account": wallet})
            assert problem(answer)["type"] == f"/v1/problems/{kind}", change
        # A link without a pack that names its bonus promises what it does not do.
        without = {name: value for name, value in query.items() if name != "pack"}
        assert problem(http.get("/pay/purchase", params=without))["status"] == 422
        for ask in ({}, {"credits": 100, "pack": 1}):
            assert problem(http.get("/pay/link", params={"wallet": wallet, **ask}))["status"] == 400
        gone = problem(http.get("/pay/link", params={"wallet": wallet, "pack": 3}))
        assert gone["type"] == "/v1/problems/pack-not-offered"
    drain_promotion(stage)


def test_a_wallets_own_purchase_gives_the_bonus_that_it_saw_or_is_refused(shop: tuple[Stage, Server]) -> None:
    """The admin may change a pack at any time: a transaction made afterwards does not sell less for the same price."""
    stage, server = shop
    fund_promotion(stage, 500_000)
    customer = new_customer(stage, 200)
    seen = {"credits": 125, "pack": 1, "bonus_credits": 25}
    with server.http() as http:
        key = new_key(http, customer.side.signer, scopes=["read", "manage"])
    try:
        with server.http(key) as mine:
            assert mine.post("/transactions/purchase", json=seen).status_code == 200
            # Who names no bonus has seen none, and who names no pack gets none.
            for half in ("pack", "bonus_credits"):
                told = problem(mine.post("/transactions/purchase", json=seen | {half: None}))
                assert (told["status"], "bonus_credits" in str(told["detail"])) == (400, True)
            stage.admin.set_pack(1, Pack(credits=125, bonus_credits=24))
            while mine.get("/packs").json()["data"][0]["bonus_credits"] != 24:
                time.sleep(0.05)
            told = problem(mine.post("/transactions/purchase", json=seen))
            assert (told["status"], told["type"]) == (409, "/v1/problems/pack-not-offered")
            assert "Pack 1 is 125 + 24 bonus credits now." in str(told["detail"])
            assert mine.post("/transactions/purchase", json=seen | {"bonus_credits": 24}).status_code == 200
    finally:
        stage.admin.set_pack(1, Pack(credits=125, bonus_credits=25))
        drain_promotion(stage)

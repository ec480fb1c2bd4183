"""/v1/pay/payments: what pays a link, and what only looks like it."""

import time
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx2
from api_harness.people import LIMITS, new_customer, new_key, signed_and_sent
from api_harness.server import Server, problem
from escrow_harness.stage import Stage
from job_escrow import Wallet, token_address
from job_escrow.chain import run
from job_escrow.tokens import USDC_MINT, transfer
from job_escrow.transactions import execute
from solders.keypair import Keypair

TERMS = ("recipient", "credits", "bonus_credits")


def _link(http: httpx2.Client, wallet: Wallet, credits: int) -> dict[str, Any]:
    answer = http.get("/pay/link", params={"wallet": str(wallet.side.key), "credits": credits})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _buy(http: httpx2.Client, stage: Stage, link: dict[str, Any], payer: Wallet, **change: str) -> None:
    """Pay a link by its transaction request."""
    signer = payer.side.signer
    assert isinstance(signer, Keypair)
    query = parse_qs(urlsplit(unquote(link["solana_pay"].removeprefix("solana:"))).query)
    asked = {name: values[0] for name, values in query.items()} | change
    made = http.post("/pay/purchase", params=asked, json={"account": str(signer.pubkey())})
    assert made.status_code == 200, made.text
    signed_and_sent(stage, made.json()["transaction"], signer)


def _state(http: httpx2.Client, link: dict[str, Any], *names: str) -> str:
    answer = http.get(f"/pay/payments/{link['reference']}", params={name: link[name] for name in names})
    assert answer.status_code == 200, answer.text
    state: str = answer.json()["state"]
    return state


def test_another_purchase_with_the_links_reference_does_not_pay_it(server: Server, stage: Stage) -> None:
    """A reference is public: whoever saw the link can buy anything with it, for anybody."""
    buyer, stranger = new_customer(stage, 200), new_customer(stage, 200)
    with server.http() as http:
        wanted = _link(http, buyer, 300)
        _buy(http, stage, _link(http, stranger, 300), stranger, reference=wanted["reference"])
        _buy(http, stage, _link(http, buyer, 100), stranger, reference=wanted["reference"])
        while _state(http, wanted) == "waiting":
            time.sleep(0.02)
        # Until both are indexed.
        while _state(http, wanted | {"credits": 100}, *TERMS) == "waiting":
            time.sleep(0.02)
        assert _state(http, wanted, "credits") == "received", "the stranger's own is of as many"
        assert _state(http, wanted, *TERMS) == "waiting"
        _buy(http, stage, wanted, buyer)
        while _state(http, wanted, *TERMS) == "waiting":
            time.sleep(0.02)
        for wrong in ({"credits": 0}, {"recipient": "nobody"}, {"bonus_credits": -1}):
            assert problem(http.get(f"/pay/payments/{wanted['reference']}", params=wrong))["status"] == 400


def test_a_plain_transfer_is_not_tracked_and_its_link_does_not_look_as_if(server: Server, stage: Stage) -> None:
    """It carries no reference that anybody would wait for; what came in has it once it is synced."""
    customer = new_customer(stage, 0)
    customer.open(LIMITS)
    signer = customer.side.signer
    assert isinstance(signer, Keypair)
    with server.http() as http:
        made = _link(http, customer, 150)
        url = urlsplit(made["transfer_request"])
        query = parse_qs(url.query)
        assert set(query) == {"amount", "spl-token", "label"}
        key = new_key(http, signer)
    step = transfer(
        source=token_address(signer.pubkey(), USDC_MINT),
        destination=token_address(customer.address, USDC_MINT),
        owner=signer.pubkey(),
        base_units=1_500_000,
    )
    run(execute([step], [signer], stage.escrow.options), stage.escrow.chain)
    synced = stage.anyone.sync_deposits(customer.address)
    with server.http(key) as mine:
        assert mine.get("/account", params={"min_slot": synced.slot}).json()["credits_remaining"] == 150
        assert _state(mine, made, *TERMS) == "waiting"
        (came,) = mine.get("/top-ups").json()["top_ups"]
        assert (came["kind"], came["credits"], came["signature"]) == ("deposit", 150, str(synced.signature))

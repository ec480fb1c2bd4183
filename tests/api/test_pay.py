"""Solana Pay: a link with amount and destination, whose transaction opens the account and purchases."""

import base64
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import httpx2
import pytest
from api_harness.people import new_customer
from api_harness.server import Server, problem, serving
from escrow_harness.other_clients import run_node
from escrow_harness.stage import Stage
from job_escrow.codec import PROGRAM_ID, decode_instruction
from job_escrow.presets import load_preset
from solders.keypair import Keypair
from solders.transaction import Transaction

PROGRAM = Path(__file__).parents[1] / "interop/solana-pay/wallet.mjs"
PUBLIC = "https://credits.example"


@pytest.fixture(scope="module")
def shop(stage: Stage, localnet_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    options = ("--public-url", PUBLIC, "--preset", "decentral", "--address-rate", "100000")
    folder = tmp_path_factory.mktemp("shop")
    with serving(folder, chain=localnet_url, platform=stage.platform, options=options) as running:
        yield running


def link(http: httpx2.Client, wallet: Keypair, credits: int, **more: str) -> dict[str, str]:
    answer = http.get("/pay/link", params={"wallet": str(wallet.pubkey()), "credits": credits, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, str] = answer.json()
    return found


def path_of(solana_pay: str) -> str:
    """The part of a link after /v1, to ask the test's server for."""
    return unquote(solana_pay.removeprefix("solana:")).removeprefix(f"{PUBLIC}/v1")


def test_a_new_wallet_opens_and_buys_with_the_official_client(shop: Server, stage: Stage, localnet_url: str) -> None:
    """D13: one scan, one signature."""
    wallet = new_customer(stage, 0)
    signer = wallet.side.signer
    assert isinstance(signer, Keypair)
    with shop.http() as http:
        made = link(http, signer, 1_234)
    assert (made["amount"], made["recipient"]) == ("12.34", str(wallet.address))
    asked = {
        "url": localnet_url,
        "wallet": list(bytes(signer)),
        "account": str(signer.pubkey()),
        "link": made["solana_pay"],
        "server": shop.url.removesuffix("/v1"),
    }
    assert run_node(PROGRAM, asked) == {
        "host": "credits.example",
        "label": "parity credits",
        "icon": "/v1/pay/icon.svg",
        "payer": str(signer.pubkey()),
        "signers": 1,
        "err": None,
        "found": True,
    }
    account = wallet.account()
    assert account is not None
    assert account.paid_available == 1_234
    suggested = load_preset("decentral").suggested_limits
    assert account.limits.credits_per_job == suggested.credits_per_job


def test_the_link_carries_exact_amount_and_destination(shop: Server, stage: Stage) -> None:
    with shop.http() as http:
        made = link(http, stage.cast.bob, 150, namespace="research")
    url = unquote(made["solana_pay"].removeprefix("solana:"))
    assert url.startswith(f"{PUBLIC}/v1/pay/purchase?")
    assert parse_qs(urlsplit(url).query) == {
        "recipient": [str(stage.bob.address)],
        "amount": ["1.5"],
        "credits": ["150"],
        "wallet": [str(stage.cast.bob.pubkey())],
        "namespace": ["research"],
        "reference": [made["reference"]],
    }


def test_a_plain_transfer_is_offered_too(shop: Server, stage: Stage) -> None:
    with shop.http() as http:
        made = link(http, stage.cast.bob, 150)
    url = urlsplit(made["transfer_request"])
    assert (url.scheme, url.path) == ("solana", made["recipient"])
    assert parse_qs(url.query) == {
        "amount": ["1.5"],
        "spl-token": [made["mint"]],
        "label": ["parity credits"],
    }
    assert made["note"] is None


def test_a_link_over_plain_http_says_why_wallets_refuse_it(stage: Stage, localnet_url: str, tmp_path: Path) -> None:
    with serving(tmp_path, chain=localnet_url, platform=stage.platform) as running, running.http() as http:
        made = link(http, stage.cast.bob, 150)
    assert made["solana_pay"].startswith("solana:http%3A")
    assert "https addresses only" in made["note"]
    assert "transfer request" in made["note"]


def test_qr_codes(shop: Server, stage: Stage) -> None:
    with shop.http() as http:
        made = link(http, stage.cast.alice, 100)
        svg = http.get(made["qr_svg"].removeprefix(f"{PUBLIC}/v1"))
        png = http.get(made["qr_png"].removeprefix(f"{PUBLIC}/v1"))
        icon = http.get("/pay/icon.svg")
    assert (svg.headers["content-type"], png.headers["content-type"]) == ("image/svg+xml", "image/png")
    assert svg.text.startswith("<?xml")
    assert png.content.startswith(b"\x89PNG")
    assert icon.headers["content-type"] == "image/svg+xml"


def test_somebody_else_pays_for_an_open_account_only(shop: Server, stage: Stage) -> None:
    payer = str(stage.cast.stranger.pubkey())
    with shop.http() as http:
        open_one = http.post(path_of(link(http, stage.cast.alice, 100)["solana_pay"]), json={"account": payer})
        assert open_one.status_code == 200, open_one.text
        closed = http.post(path_of(link(http, Keypair(), 100)["solana_pay"]), json={"account": payer})
        assert problem(closed)["type"] == "/v1/problems/conflict"
    message = Transaction.from_bytes(base64.b64decode(open_one.json()["transaction"])).message
    (step,) = message.instructions
    assert message.account_keys[step.program_id_index] == PROGRAM_ID
    assert decode_instruction(bytes(step.data)).credits == 100  # type: ignore[union-attr]


def test_a_transaction_that_would_fail_is_not_given_out(shop: Server, stage: Stage) -> None:
    with shop.http() as http:
        poor = http.post(
            path_of(link(http, stage.cast.alice, 1_000_000)["solana_pay"]),
            json={"account": str(stage.cast.alice.pubkey())},
        )
    assert "fund it and try again" in str(problem(poor)["detail"])


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "1.01"},
        {"amount": "1e0x"},
        {"amount": "NaN"},
        {"credits": "101"},
        {"credits": "99", "amount": "0.99"},
        {"credits": "-1"},
        {"recipient": "11111111111111111111111111111111"},
        {"wallet": "11111111111111111111111111111111"},
        {"wallet": "x'; DROP TABLE api_keys; --"},
        {"reference": "0OIl"},
        {"namespace": "other"},
        {"namespace": "é" * 16},
    ],
)
def test_a_link_that_was_changed_is_refused(shop: Server, stage: Stage, change: dict[str, str]) -> None:
    """Whoever changes a link cannot make a wallet show one thing and sign another."""
    with shop.http() as http:
        parts = urlsplit(path_of(link(http, stage.cast.alice, 100)["solana_pay"]))
        query = {name: values[0] for name, values in parse_qs(parts.query).items()} | change
        for answer in (
            http.get(parts.path, params=query),
            http.post(parts.path, params=query, json={"account": str(stage.cast.alice.pubkey())}),
        ):
            assert problem(answer)["status"] in (400, 422)


@pytest.mark.parametrize("body", [{}, {"account": 1}, {"account": "x" * 40}, [], {"account": "1" * 44}])
def test_a_payer_that_is_no_address_is_refused(shop: Server, stage: Stage, body: object) -> None:
    with shop.http() as http:
        path = path_of(link(http, stage.cast.alice, 100)["solana_pay"])
        assert problem(http.post(path, json=body))["status"] == 400

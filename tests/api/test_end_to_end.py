"""All of it at once, on both chains: bought by Solana Pay, spent in streams, told by webhooks; the books agree."""

import base64
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx2
import pytest
from api_harness.gateway import PRESET, Gateway, gateway, price_of
from api_harness.people import new_customer, new_key
from api_harness.receiver_process import receiver_process
from api_harness.server import Server, serving
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage, set_stage
from job_escrow import Escrow, Wallet, token_address
from job_escrow.chain.requests import GetAccounts, GetSlot
from job_escrow.tokens import USDC_MINT, token_amount
from solders.hash import Hash
from solders.keypair import Keypair
from solders.transaction import Transaction

NODES = [
    pytest.param("localnet_url", id="localnet"),
    pytest.param("validator_url", id="solana-test-validator", marks=pytest.mark.validator),
]
_BOUGHT = (1_000, 200)
"""The first opens the account."""
_PRICE = 18
_MODEL_SECONDS = 48
_KINDS = ("well", "fail", "well", "down", "leave", "stall", "well", "hang", "well", "abandoned")
"""Of ten jobs: those that say nothing before they end cost nothing, the others the price."""
_FREE = ("down", "hang", "abandoned")


@pytest.mark.parametrize("node", NODES)
def test_fifty_streams_after_a_purchase_by_solana_pay(
    node: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """D11, D13, D15, R11, Y4: to the base unit."""
    url: str = request.getfixturevalue(node)
    preset = tmp_path / "models.toml"
    preset.write_text(PRESET)
    options = ("--preset", str(preset), "--private-webhooks", "--key-rate", "100000", "--address-rate", "100000")
    with Escrow.connect(url) as escrow, receiver_process(tmp_path) as mailbox:
        stage = set_stage(escrow)
        escrow.create_platform(stage.cast.admin, stage.terms)
        wallet = new_customer(stage, 0)
        with serving(
            tmp_path, chain=url, platform=stage.platform, operator=stage.cast.operator, options=options
        ) as server:
            before = treasury(stage)
            buy_by_solana_pay(server, wallet, url, _BOUGHT[0])
            key, operator_key, secret = sign_up(server, stage, wallet, mailbox.url)
            buy_by_solana_pay(server, wallet, url, _BOUGHT[1])
            with gateway(tmp_path, api=server.url, operator_key=operator_key, model_seconds=_MODEL_SECONDS) as models:

                def one(number: int) -> str:
                    return play(models, server, operator_key, key, _KINDS[number % len(_KINDS)], number)

                with ThreadPoolExecutor(50) as pool:
                    kinds = Counter(pool.map(one, range(50)))
                until(lambda: wallet.account().open_jobs == 0)  # type: ignore[union-attr]
            charged = _PRICE * sum(times for kind, times in kinds.items() if kind not in _FREE)
            assert charged == 630
            held = wallet.balance()
            assert (held.available, held.locked, held.vault_base_units) == (570, 0, 5_700_000)
            assert treasury(stage) - before == 6_300_000
            slot, unix_time = escrow.chain.answer(GetSlot()), escrow.unix_time()
            books_agree(server, key, kinds, slot=slot, unix_time=unix_time)
            told = until(lambda: enough(mailbox.messages(secret)))
    assert Counter(each["type"] for each in told.values()) == {
        "topup.confirmed": 1,
        "job.settled": 35,
        "job.refunded": 15,
    }
    assert sum(each["data"]["charged"] for each in told.values() if each["type"] == "job.settled") == charged
    assert {each["data"]["credits"] for each in told.values() if each["type"] == "topup.confirmed"} == {_BOUGHT[1]}


def sign_up(server: Server, stage: Stage, wallet: Wallet, hook: str) -> tuple[str, str, str]:
    """The customer's key, the operator's, and the secret of the customer's webhook."""
    with server.http() as http:
        operator_key = new_key(http, stage.cast.operator, scopes=["operator"])
        key = new_key(http, wallet.side.signer)
        manager = new_key(http, wallet.side.signer, scopes=["manage"])
    with server.http(manager) as http:
        made = http.post("/webhooks", json={"url": hook, "thresholds": [1]})
    assert made.status_code == 201, made.text
    return key, operator_key, made.json()["secret"]


def buy_by_solana_pay(server: Server, wallet: Wallet, chain: str, credits: int) -> None:
    """What a wallet does with the link: ask for the transaction, sign, send."""
    signer = wallet.side.signer
    assert isinstance(signer, Keypair)
    had = 0 if (account := wallet.account()) is None else account.paid_available
    with server.http() as http:
        asked: dict[str, str | int] = {"wallet": str(signer.pubkey()), "credits": credits}
        link = http.get("/pay/link", params=asked).raise_for_status().json()["solana_pay"]
        offered = http.post(unquote(link.removeprefix("solana:")), json={"account": str(signer.pubkey())})
    assert offered.status_code == 200, offered.text
    offer = Transaction.from_bytes(base64.b64decode(offered.json()["transaction"]))
    # The specification has the wallet set the blockhash of a transaction that nobody has signed.
    latest = rpc(chain, "getLatestBlockhash", {"commitment": "confirmed"})["value"]["blockhash"]
    offer.sign([signer], Hash.from_string(latest))
    rpc(
        chain,
        "sendTransaction",
        base64.b64encode(bytes(offer)).decode(),
        {"encoding": "base64", "preflightCommitment": "confirmed"},
    )
    until(lambda: (account := wallet.account()) is not None and account.paid_available == had + credits)


def rpc(chain: str, method: str, *params: object) -> Any:
    answer = httpx2.post(chain, json={"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).json()
    assert "result" in answer, answer
    return answer["result"]


def play(models: Gateway, server: Server, operator_key: str, key: str, kind: str, number: int) -> str:
    """One customer's request, as its kind goes."""
    if kind == "abandoned":
        # A provider that locks and is never heard of again: the deadline returns it.
        with server.http(operator_key) as http:
            body = {"customer_key": key, "model": "medium-13b", "max_units": 500, "seconds": 10}
            named = {"Idempotency-Key": f"abandoned-{number}"}
            # As providers do: what says nothing of the outcome is repeated under its key.
            until(lambda: http.post("/jobs", json=body, headers=named).status_code == 201)
        return kind
    prompt = f"{'!slow please' if kind == 'leave' else '' if kind == 'well' else f'!{kind}'} {number}"
    status, events = models.chat(key, prompt, leave_after=2 if kind == "leave" else None)
    assert status == (502 if kind in _FREE else 200), events
    if kind not in ("leave", *_FREE):
        assert price_of(events[-1]) == _PRICE, (kind, events[-1])
    return kind


def books_agree(server: Server, key: str, kinds: Counter[str], *, slot: int, unix_time: int) -> None:
    """The database, the usage report and the statement say what the chain said."""
    month = time.strftime("%Y-%m", time.gmtime(unix_time))
    with server.http(key) as http:
        # Once the index has all of it: one that is behind may know of no open job before the first lock.
        until(lambda: http.get("/account", params={"min_slot": slot}).status_code == 200)
        account = http.get("/account").json()
        assert account["open_jobs"] == 0
        assert (account["credits_remaining"], account["withdrawable_value"]) == (570, 5.7)
        usage = http.get("/usage", params={"by": "model"}).json()
        statement = http.get(f"/statements/{month}").json()
        jobs = until(lambda: settled_rows(http))
    assert [(row["group"], row["credits"], row["base_units"]) for row in usage["rows"]] == [
        ("medium-13b", 630, 6_300_000)
    ]
    assert (statement["charges"]["credits"], statement["charges"]["base_units"]) == (630, 6_300_000)
    assert statement["closing"]["paid_available"] == 570
    assert sum(job["charged"] for job in jobs) == 630
    free = sum(kinds[kind] for kind in _FREE)
    assert Counter(job["status"] for job in jobs) == {"settled": 50 - free, "refunded": free}


def settled_rows(http: httpx2.Client) -> list[dict[str, Any]]:
    """All jobs, once their rows have followed the chain."""
    jobs: list[dict[str, Any]] = http.get("/jobs", params={"limit": 200}).json()["jobs"]
    return jobs if all(job["status"] not in ("locking", "locked") for job in jobs) else []


def enough(messages: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return messages if len(messages) >= 51 else {}


def treasury(stage: Stage) -> int:
    address = token_address(stage.cast.admin.pubkey(), USDC_MINT)
    (info,) = stage.escrow.chain.answer(GetAccounts([address]))
    return 0 if info is None else token_amount(info)


def until(ask: Callable[[], Any]) -> Any:
    """What is asked for, as soon as it is there."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := ask()):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return found

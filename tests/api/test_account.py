"""GET /v1/account: D11 to the letter, right immediately after a confirmed transaction, in every namespace."""

import json
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import pytest
from api_harness.people import LIMITS, new_customer, new_key
from api_harness.server import Server, problem, serving
from escrow_harness.stage import Stage, wait_until
from job_escrow import LockTerms, Wallet, token_address
from job_escrow.chain import run
from job_escrow.testing.usdc import local_usdc_authority
from job_escrow.tokens import USDC_MINT, create_token_account, mint_to
from job_escrow.transactions import execute
from solders.keypair import Keypair


@pytest.fixture
def customer(stage: Stage) -> Wallet:
    return new_customer(stage, 0)


def as_of(http: httpx2.Client, slot: int) -> dict[str, Any]:
    """The account with everything up to a slot."""
    answer = http.get("/account", params={"min_slot": slot})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = json.loads(answer.text, parse_float=Decimal)
    assert found["as_of_slot"] >= slot
    assert answer.headers["x-credits-remaining"] == str(found["credits_remaining"])
    return found


def test_the_four_fields_come_first_and_exactly_so(server: Server, stage: Stage, customer: Wallet) -> None:
    """D11."""
    receipt = customer.open(LIMITS, buy=1_420)
    with server.http() as http:
        key = new_key(http, customer.side.signer)
    with server.http(key) as http:
        answer = http.get("/account", params={"min_slot": receipt.slot})
        text = answer.text
    wallet = str(customer.side.key)
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(receipt.block_time))
    head = f'{{"wallet":"{wallet}","credits_remaining":1420,"usdc_value":14.20,"last_topup_at":"{at}"'
    assert text.startswith(head), text
    assert answer.headers["content-type"] == "application/json"


def test_right_immediately_after_every_transaction(server: Server, stage: Stage, customer: Wallet) -> None:
    opened = customer.open(LIMITS, buy=1_000)
    with server.http() as http:
        key = new_key(http, customer.side.signer)
    with server.http(key) as http:
        assert as_of(http, opened.slot)["credits_remaining"] == 1_000
        job_id = stage.operator.next_job_id(customer.address)
        locked = stage.operator.lock(customer.address, LockTerms(job_id=job_id, tier=3, amount=500, seconds=600))
        found = as_of(http, locked.slot)
        assert (found["credits_remaining"], found["credits_locked"], found["open_jobs"]) == (960, 40, 1)
        assert (found["withdrawable_credits"], found["withdrawable_value"]) == (960, Decimal("9.600000"))
        settled = stage.operator.settle(customer.address, job_id, 500)
        found = as_of(http, settled.slot)
        assert (found["credits_remaining"], found["credits_locked"], found["usdc_value"]) == (960, 0, Decimal("9.60"))
        # In an account younger than a day the window is a day.
        assert (found["burn_rate"], found["days_left"]) == (40, 24)
        left = customer.withdraw(7)
        assert as_of(http, left.slot)["usdc_value"] == Decimal("9.53")


def test_granted_credits_are_spendable_and_not_withdrawable(server: Server, stage: Stage, customer: Wallet) -> None:
    opened = customer.open(LIMITS, buy=100)
    _fund_operator(stage, 1_000_000)
    granted = stage.operator.grant(customer.address, 40)
    soon = stage.operator.grant(customer.address, 30, expires_at=int(time.time()) + 3)
    with server.http() as http:
        key = new_key(http, customer.side.signer)
    with server.http(key) as http:
        assert opened.slot <= granted.slot <= soon.slot
        found = as_of(http, soon.slot)
        assert (found["credits_remaining"], found["credits_granted"], found["withdrawable_credits"]) == (170, 70, 100)
        # They end by the clock, without a transaction.
        while (found := as_of(http, soon.slot))["credits_remaining"] == 170:
            pass
        assert (found["credits_remaining"], found["credits_granted"]) == (140, 40)


def test_namespaces_are_apart_and_shown_together(server: Server, stage: Stage, customer: Wallet) -> None:
    """R3, R7."""
    customer.open(LIMITS, buy=200)
    signer = customer.side.signer
    assert isinstance(signer, Keypair)
    other = stage.escrow.wallet(signer, stage.platform, namespace="team-b")
    last = other.open(LIMITS, buy=300)
    with server.http() as http:
        first_key = new_key(http, customer.side.signer)
        second_key = new_key(http, customer.side.signer, namespace="team-b")
    for key, own, mine, theirs in ((first_key, "", 200, 300), (second_key, "team-b", 300, 200)):
        with server.http(key) as http:
            found = as_of(http, last.slot)
            assert (found["namespace"], found["credits_remaining"]) == (own, mine)
            (there,) = found["namespaces"]
            assert (there["namespace"], there["credits_remaining"]) == ("team-b" if own == "" else "", theirs)


def test_waiting_has_an_end(server: Server, stage: Stage) -> None:
    with server.http() as http:
        key = new_key(http, stage.cast.alice)
    with server.http(key) as http:
        late = http.get("/account", params={"min_slot": 2**62})
        assert problem(late)["type"] == "/v1/problems/unavailable"
        # Further ahead than the chain will be within the wait: nobody is made to wait for it.
        assert late.headers["retry-after"] == "60"
        for bad in ("-1", "x", "1.5", str(2**70), "1;DROP TABLE events"):
            assert problem(http.get("/account", params={"min_slot": bad}))["status"] == 400


def test_a_closed_account_and_an_index_without_it(
    server: Server, stage: Stage, customer: Wallet, localnet_url: str, tmp_path: Path
) -> None:
    customer.open(LIMITS, buy=100)
    with server.http() as http:
        key = new_key(http, customer.side.signer)
    # The program closes no account within the second of its last use.
    wait_until(stage.escrow.chain, stage.escrow.unix_time() + 1)
    closed = customer.close()
    with server.http(key) as http:
        gone = http.get("/account", params={"min_slot": closed.slot})
        assert "closed" in str(problem(gone)["detail"])
    options = ("--no-index",)
    with serving(tmp_path, chain=localnet_url, platform=stage.platform, options=options) as running:
        with running.http() as http:
            key = new_key(http, stage.cast.alice)
        with running.http(key) as http:
            for path in ("/account", "/usage", "/ledger"):
                nothing = problem(http.get(path))
                assert nothing["type"] == "/v1/problems/not-found"
                assert nothing["detail"] == (
                    "Nothing is indexed in this database yet: start job-escrow index, and ask again once it has begun."
                )


def test_the_account_needs_a_key_that_may_read(server: Server, stage: Stage) -> None:
    with server.http() as http:
        assert problem(http.get("/account"))["status"] == 401
        manager = new_key(http, stage.cast.alice, scopes=["manage"])
    with server.http(manager) as http:
        assert problem(http.get("/account"))["status"] == 403


def test_models_have_tiers_and_multipliers(localnet_url: str, stage: Stage, tmp_path: Path) -> None:
    """Y2."""
    file = tmp_path / "mine.toml"
    file.write_text(_PRESET)
    options = ("--preset", str(file))
    with (
        serving(tmp_path, chain=localnet_url, platform=stage.platform, options=options) as running,
        running.http() as http,
    ):
        found = http.get("/models").json()
    assert found["object"] == "list"
    assert [(each["id"], each["tier"], each["flat_credits"]) for each in found["data"]] == [
        ("tiny-1b", "lite", 2),
        ("large-70b", "max", 40),
    ]


_PRESET = """
name = "mine"
description = "Models of this test"
base_units_per_credit = 10_000
min_purchase = 100
max_job_seconds = 86_400
notice_seconds = 604_800
payee_notice_seconds = 86_400
fee_bps = 0
[[mints]]
symbol = "USDC"
decimals = 6
[suggested_limits]
credits_per_job = 200
credits_per_period = 2_000
period_seconds = 86_400
[[tiers]]
name = "lite"
flat_credits = 2
included_units = 500
rate_credits = 1
rate_units = 1_000
unit = "output-token"
[[tiers]]
name = "max"
flat_credits = 40
included_units = 500
rate_credits = 20
rate_units = 1_000
unit = "output-token"
[[models]]
id = "tiny-1b"
tier = "lite"
[[models]]
id = "large-70b"
tier = "max"
"""


def _fund_operator(stage: Stage, base_units: int) -> None:
    authority = local_usdc_authority()
    owner = stage.cast.operator.pubkey()
    steps = [
        create_token_account(payer=authority.pubkey(), owner=owner, mint=USDC_MINT),
        mint_to(
            mint=USDC_MINT,
            destination=token_address(owner, USDC_MINT),
            authority=authority.pubkey(),
            base_units=base_units,
        ),
    ]
    run(execute(steps, [authority], stage.escrow.options), stage.escrow.chain)

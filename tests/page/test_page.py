"""What a wallet holder does on the page, in a real Chromium: signs in, buys, makes a key, withdraws, leaves."""

import time
from dataclasses import replace

import httpx2
from api_harness.people import LIMITS, new_key
from api_harness.server import Server
from job_escrow.testing.faucet import fund
from job_escrow_client import Client, RequestTerms, UnitsUsed
from page_harness.browser import Browser, Visit
from page_harness.people import Customers, page_of, pay_link
from solders.keypair import Keypair


def _balance(page: Visit, text: str) -> None:
    """The top bar has it, on whichever screen."""
    page.ask("see", at={"css": f"header .balance >> text={text}"})


def test_a_new_wallet_signs_in_buys_and_sees_its_balance(
    browser: Browser, server: Server, customers: Customers
) -> None:
    keypair, wallet = customers.new()
    with browser.visit(page_of(server), keypair) as page:
        page.see("Connect your wallet")
        assert page.ask("cookies") == []
        page.enter()
        page.see("Buy your first credits")
        page.type("How many", "1,500")
        page.see("15.00 USDC leave your wallet")
        page.click("Buy 1,500 credits")
        page.see("Done: 1,500 credits are yours.")
        _balance(page, "1,500 credits")
        assert wallet.balance().available == 1_500
        assert customers.usdc(keypair) == 85_000_000
        # The limits that the form suggested are those of the preset.
        assert wallet.account().limits.credits_per_job == 200  # type: ignore[union-attr]
        (cookie,) = page.ask("cookies")
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/")
        assert page.evaluate("document.cookie") == ""
        assert [each["kind"] for each in page.signed] == ["connect", "message", "transaction"]
        assert page.errors == []


def test_a_pack_is_bought_and_every_part_of_the_balance_is_told(
    browser: Browser, server: Server, customers: Customers
) -> None:
    keypair, wallet = customers.new()
    with browser.visit(page_of(server), keypair) as page:
        page.enter()
        page.ask("check", at={"role": "radio", "name": "1,500 credits for 12.00 USDC 300 of them on top"})
        page.see("12.00 USDC leave your wallet")
        page.click("Buy 1,500 credits")
        page.see("Done: 1,500 credits are yours.")
        page.see("Withdrawing all of them pays 12.00 USDC.")
        page.see("Bonuses have paid 3.00 USDC of them, which is spent and never withdrawn.")
        ends = customers.stage.escrow.unix_time() + 86_400
        customers.stage.operator.grant(wallet.address, 40, expires_at=ends)
        customers.stage.operator.grant(wallet.address, 2)
        _balance(page, "1,542 credits")
        page.see("40 credits until ")
        page.see("2 credits without an end")
        page.click("Settings", "link")
        page.see("42 credits were granted: they can be spent, and not withdrawn.")
        page.see("1,500 credits can be withdrawn: 12.00 USDC")
        assert page.errors == []
    assert customers.usdc(keypair) == 88_000_000


def test_a_key_is_made_used_and_revoked(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, _ = customers.new(1_000)
    with browser.visit(page_of(server), keypair) as page:
        page.enter()
        page.click("Keys", "link")
        page.type("Name", "build server")
        page.type("Most a day (optional)", "50")
        page.click("Make a key")
        page.see("Keep this key now")
        key = page.text("code.secret")
        said = page.signed[-1]["text"]
        assert 'API key "build server"' in said
        assert "50 credits a day" in said
        with server.http(key) as http:
            assert http.get("/account").json()["credits_remaining"] == 1_000
        page.click("I have it")
        page.gone("Keep this key now")
        page.ask("click", at={"role": "button", "name": "Revoke build server", "exact": True})
        page.see("Programs that use it are refused at once")
        page.click("Revoke build server")
        page.gone("build server")
        with server.http(key) as http:
            assert http.get("/account").status_code == 401
        assert key not in page.evaluate("document.documentElement.outerHTML")


def test_credits_are_withdrawn_some_and_then_all(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, wallet = customers.new(1_000)
    before = customers.usdc(keypair)
    with browser.visit(page_of(server), keypair) as page:
        page.enter()
        page.click("Settings", "link")
        page.see("1,000 credits can be withdrawn: 10.00 USDC")
        page.type("How many", "2,000")
        page.click("Withdraw")
        page.see("Type how many, from 1 to 1,000.")
        page.type("How many", "250")
        page.click("Withdraw")
        page.see("Done: 250 credits were paid out to your wallet.")
        _balance(page, "750 credits")
        page.click("Withdraw all")
        page.see("Done: all that could be withdrawn is in your wallet.")
        _balance(page, "0 credits")
        page.see("You have no credits left: new requests are refused.")
    assert customers.usdc(keypair) - before == 10_000_000
    assert wallet.balance().available == 0


def test_limits_are_changed(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, wallet = customers.new(100)
    with browser.visit(page_of(server), keypair) as page:
        page.enter()
        page.click("Settings", "link")
        page.type("For one job", "7")
        page.click("Change the limits")
        page.see("Done: these limits hold from now on.")
    found = wallet.account()
    assert found is not None
    assert found.limits.credits_per_job == 7
    assert found.limits.credits_per_period == LIMITS.credits_per_period


def test_requests_show_as_they_happen_each_with_its_receipt(
    browser: Browser, server: Server, customers: Customers
) -> None:
    keypair, wallet = customers.new(1_000)
    wallet.set_limits(replace(LIMITS, credits_per_session=400))
    with server.http() as http:
        key = new_key(http, keypair)
        operator = new_key(http, customers.stage.cast.operator, scopes=["operator"])
    with browser.visit(page_of(server), keypair) as page, Client(server.url, operator) as provider:
        page.enter()
        _balance(page, "1,000 credits")
        terms = RequestTerms(customer_key=key, tier="pro", max_units=500)
        request = provider.admit_request(terms, idempotency_key=f"page-{time.monotonic_ns()}")
        # Nobody touches the page: what is reserved leaves the balance at once, and comes back.
        _balance(page, "982 credits")
        page.click("Requests", "link")
        page.see("up to 18")
        provider.settle_request(request.id, UnitsUsed(units=5))
        page.click("Show the receipt")
        page.see("18 of 18 credits so far")
        page.see("Not yet: it is settled together with others.")
        page.click("Settings", "link")
        page.see("400 credits set aside, 18 used")
        page.click("End the sessions")
        page.see("Done: those in which nothing runs have ended")
        page.see("982 credits can be withdrawn")
        page.click("Usage", "link")
        page.ask("see", at={"css": "tfoot td >> text=18"})
        assert page.errors == []


def test_a_qr_code_turns_into_received_by_itself(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, wallet = customers.new(100)
    payer, _ = customers.new()
    with browser.visit(page_of(server)) as page:
        page.see("This browser has no wallet for Solana")
        page.ask("click", at={"text": "Pay from a phone"})
        page.type("Your wallet's address", str(keypair.pubkey()))
        page.type("Credits", "300")
        page.click("Show the QR code")
        page.see("it pays 3 USDC for 300 credits")
        page.see("Waiting for the payment")
        link = page.evaluate("document.querySelector('figcaption a').href")
        pay_link(customers.stage, server, link, payer)
        page.see("Received: 300 credits.")
        assert page.errors == []
    assert wallet.balance().available == 400


def test_leaving_ends_the_session_in_every_tab(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, _ = customers.new(100)
    with browser.visit(page_of(server), keypair) as page:
        page.enter()
        (cookie,) = page.ask("cookies")
        page.ask("tab")
        page.go("")
        _balance(page, "100 credits")
        page.click("Leave")
        page.see("Connect your wallet")
        page.ask("turn", to=0)
        page.see("Connect your wallet")
        assert page.ask("cookies") == []
    kept = {"Cookie": f"{cookie['name']}={cookie['value']}"}
    assert httpx2.get(f"{server.url}/account", headers=kept).status_code == 401


def test_a_session_outlasts_a_new_visit_and_signs_again(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, wallet = customers.new(100)
    with browser.visit(page_of(server), keypair) as page:
        page.enter()
        page.ask("reload")
        _balance(page, "100 credits")
        page.type("How many", "100")
        page.click("Buy 100 credits")
        page.see("Done: 100 credits are yours.")
    assert wallet.balance().available == 200


def test_several_wallets_are_told_apart(browser: Browser, server: Server, customers: Customers) -> None:
    (first, _), (second, _) = customers.new(100), customers.new(200)
    with browser.visit(page_of(server), first, second) as page:
        page.enter("Test wallet 1")
        _balance(page, "200 credits")
        assert {each["wallet"] for each in page.signed} == {"Test wallet 1"}


def test_a_wallet_without_tokens_is_told_so(browser: Browser, server: Server, customers: Customers) -> None:
    poor = Keypair()
    fund(customers.stage.escrow.chain, poor.pubkey())
    with browser.visit(page_of(server), poor) as page:
        page.enter()
        page.click("Buy 1,000 credits")
        page.see("The wallet holds 0.00 USDC")
        page.see("this costs 10.00 USDC: send it more of it first")
        assert [each["kind"] for each in page.signed] == ["connect", "message"]

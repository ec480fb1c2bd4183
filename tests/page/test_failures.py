"""What goes wrong between page, wallet, server and chain: the page says what is so, and nothing happens twice."""

import sqlite3
from contextlib import closing

import pytest
from api_harness.server import Server
from page_harness.browser import Browser, Visit
from page_harness.people import Customers, page_of

_STATUS = "/v1/transactions/*?**"


def _buy(page: Visit, credits: str = "100") -> None:
    page.type("How many", credits)
    page.click(f"Buy {credits} credits")


def _transactions(page: Visit) -> int:
    return [each["kind"] for each in page.signed].count("transaction")


def test_declined_in_the_wallet_and_then_approved(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, wallet = customers.new(100)
    with browser.visit(page_of(server), keypair) as page:
        page.mood("reject")
        page.click("Test wallet")
        page.see("You declined it in your wallet. Nothing was sent")
        page.mood("approve")
        page.enter()
        page.mood("reject")
        _buy(page)
        page.see("You declined it in your wallet. Nothing was sent")
        assert wallet.balance().available == 100
        page.mood("approve")
        page.click("Buy 100 credits")
        page.see("Done: 100 credits are yours.")
    assert wallet.balance().available == 200


def test_a_second_click_does_nothing(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, wallet = customers.new(100)
    with browser.visit(page_of(server), keypair) as page:
        page.enter()
        page.type("How many", "100")
        page.mood("wait")
        page.ask("clicks", at={"role": "button", "name": "Buy 100 credits", "exact": True})
        page.see("Approve it in Test wallet.")
        page.ask("press", key="Enter")
        page.mood("approve")
        page.see("Done: 100 credits are yours.")
        assert _transactions(page) == 1
    assert wallet.balance().available == 200


def test_a_transaction_that_was_overtaken_says_so(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, wallet = customers.new(200)
    with browser.visit(page_of(server), keypair) as page:
        page.enter()
        page.mood("wait")
        _buy(page)
        page.see("Approve it in Test wallet.")
        # From elsewhere, meanwhile.
        wallet.withdraw(50)
        page.mood("approve")
        page.see("This sequence number was used")
    assert wallet.balance().available == 150


def test_signed_too_late(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, wallet = customers.new(100)
    expired = {"signature": "1" * 64, "state": "expired", "slot": None, "commitment": None, "detail": None}
    with browser.visit(page_of(server), keypair) as page:
        page.enter()
        page.answer(_STATUS, expired)
        page.answer("/v1/transactions", {"signature": "1" * 64})
        _buy(page)
        page.see("It was signed too late and has expired. Nothing happened, and it never will; try again.")
        page.ask("untouched")
        page.click("Buy 100 credits")
        page.see("Done: 100 credits are yours.")
    assert wallet.balance().available == 200


def test_offline_before_and_after_signing(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, wallet = customers.new(100)
    with browser.visit(page_of(server), keypair) as page:
        page.enter()
        page.see("What you can spend now")
        page.ask("offline", **{"is": True})
        _buy(page)
        page.see("You are offline. Nothing was sent to the chain; try again once you are online.")
        page.ask("offline", **{"is": False})
        page.mood("wait")
        page.click("Buy 100 credits")
        page.see("Approve it in Test wallet.")
        page.ask("offline", **{"is": True})
        page.mood("approve")
        page.see("You are offline. It may have been sent: signature ")
        page.ask("offline", **{"is": False})
        page.see("Done: 100 credits are yours.")
        page.ask("see", at={"css": "header .balance >> text=200 credits"})
    assert wallet.balance().available == 200


def test_the_server_goes_away_after_it_was_sent(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, wallet = customers.new(100)
    with browser.visit(page_of(server), keypair) as page:
        page.enter()
        page.ask("abort", path=_STATUS)
        _buy(page)
        page.see("The server does not answer. It may have been sent: signature ")
        page.ask("untouched")
        page.see("Done: 100 credits are yours.")
        assert _transactions(page) == 1
    assert wallet.balance().available == 200


@pytest.mark.parametrize("status", [403, 502])
def test_a_proxys_answer_after_signing_says_nothing_of_the_wallet(
    browser: Browser, server: Server, customers: Customers, status: int
) -> None:
    """What was signed is kept: on another screen, over a load of the page, and until it has landed."""
    keypair, wallet = customers.new(100)
    with browser.visit(page_of(server), keypair) as page:
        page.enter()
        for path in ("/v1/transactions", _STATUS):
            page.answer(path, "<html>Request denied</html>", status=status, media="text/html")
        _buy(page)
        page.see("It may have been sent: signature ")
        page.see("Do not buy again before you see it.")
        assert "othing was sent" not in page.text()
        page.click("Settings", "link")
        page.see("Buying 100 credits, signed at")
        page.type("How many", "10")
        page.click("Withdraw")
        page.see("What you signed before is not over yet")
        page.ask("untouched")
        page.ask("reload")
        page.see("Buying 100 credits: done.")
        assert _transactions(page) == 1
    assert wallet.balance().available == 200


def test_the_wallet_has_another_account_now(browser: Browser, server: Server, customers: Customers) -> None:
    (mine, _), (other, _) = customers.new(100), customers.new(100)
    with browser.visit(page_of(server), mine) as page:
        page.enter()
        (cookie,) = page.ask("cookies")
    with browser.visit(page_of(server), other) as page:
        page.ask("set_cookie", cookie=cookie)
        page.ask("reload")
        page.see("What you can spend now")
        _buy(page)
        page.see(f"No wallet in this browser shows {mine.pubkey()} to this page")
        assert _transactions(page) == 0


def test_another_tab_signs_in_with_another_wallet(browser: Browser, server: Server, customers: Customers) -> None:
    (first, _), (second, _) = customers.new(100), customers.new(200)
    with browser.visit(page_of(server), first, second) as page:
        page.enter()
        page.ask("see", at={"css": "header .balance >> text=100 credits"})
        page.ask("tab")
        page.go("")
        page.click("Leave")
        page.enter("Test wallet 1")
        page.ask("turn", to=0)
        page.ask("see", at={"css": "header .balance >> text=200 credits"})


def test_the_back_button_goes_back_a_screen(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, _ = customers.new(100)
    with browser.visit(page_of(server), keypair) as page:
        page.enter()
        page.click("Settings", "link")
        page.see("Withdraw all")
        page.evaluate("history.back()")
        page.see("What you can spend now")


def test_amounts_that_are_none(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, _ = customers.new(100)
    with browser.visit(page_of(server), keypair) as page:
        page.enter()
        for typed in ("", "99", "1.5", "1e3", "-100", "ten"):
            page.type("How many", typed)
            page.ask("click", at={"css": "form button[type=submit] >> nth=0"})
            page.see("Buy at least 100 credits: type a whole number.")
        assert _transactions(page) == 0


def test_a_session_that_has_ended_says_so(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, _ = customers.new(100)
    with browser.visit(page_of(server), keypair) as page:
        page.enter()
        page.see("What you can spend now")
        with closing(sqlite3.connect(server.log.with_name("index.sqlite"), timeout=60)) as database, database:
            ended = "UPDATE api_web_sessions SET ended_at = unixepoch() WHERE wallet = ?"
            database.execute(ended, (str(keypair.pubkey()),))
        page.see("Your session has ended, here or in another tab. Sign in again to go on.")
        page.enter()
        page.see("What you can spend now")


def test_at_another_address_of_the_server(browser: Browser, server: Server, customers: Customers) -> None:
    """Such as localhost, where it calls itself 127.0.0.1: wallets would warn of what they sign."""
    keypair, _ = customers.new()
    with browser.visit(page_of(server).replace("127.0.0.1", "localhost"), keypair) as page:
        page.see(f"This page is at {page_of(server)}/ and signs in there only: open it at that address.")

"""What a wallet holder does on the page, in a real Chromium: signs in, buys, makes a key, withdraws, leaves."""

from api_harness.server import Server
from page_harness.browser import Browser
from page_harness.people import Customers


def _page(server: Server) -> str:
    return server.url.removesuffix("/v1")


def test_a_new_wallet_signs_in_buys_and_sees_its_balance(
    browser: Browser, server: Server, customers: Customers
) -> None:
    keypair, wallet = customers.new()
    with browser.visit(_page(server), keypair) as page:
        page.see("Connect your wallet")
        assert page.ask("cookies") == []
        page.enter()
        page.see("Buy your first credits")
        page.type("How many", "1,500")
        page.see("15.00 USDC leave your wallet")
        page.click("Buy 1,500 credits")
        page.see("Done: 1,500 credits are yours.")
        page.ask("see", at={"css": "header .balance >> text=1,500 credits"})
        assert wallet.balance().available == 1_500
        assert customers.usdc(keypair) == 85_000_000
        (cookie,) = page.ask("cookies")
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/")
        assert page.errors == []

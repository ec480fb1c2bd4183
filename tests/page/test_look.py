"""How the page looks and weighs: small, on any width, light and dark, by keyboard alone, and to screen readers."""

import gzip
import re
from collections.abc import Callable
from dataclasses import replace

import httpx2
import pytest
from api_harness.people import LIMITS, new_key
from api_harness.server import Server
from job_escrow_client import Client, RequestTerms, UnitsUsed
from page_harness.browser import NARROW, WIDE, Browser, Visit
from page_harness.people import Customers, page_of

_MOST_SCRIPT_BYTES = 25_600


def _with_everything(server: Server, customers: Customers) -> Callable[[Browser, tuple[int, int], str], Visit]:
    """Somebody with credits, keys, requests and a session."""
    keypair, wallet = customers.new(1_500)
    wallet.set_limits(replace(LIMITS, credits_per_session=400))
    with server.http() as http:
        key = new_key(http, keypair, name="laptop", daily_budget=500)
        operator = new_key(http, customers.stage.cast.operator, scopes=["operator"])
    with Client(server.url, operator) as provider:
        for number in range(3):
            terms = RequestTerms(customer_key=key, tier="pro", max_units=3_000)
            request = provider.admit_request(terms, idempotency_key=f"look-{key[4:12]}-{number}")
            if number:
                provider.settle_request(request.id, UnitsUsed(units=number))
    return lambda browser, size, scheme: browser.visit(page_of(server), keypair, size=size, scheme=scheme)


def _screens(page: Visit) -> list[str]:
    """Go through all, and say what is wrong with each."""
    found: list[str] = []

    def look(name: str) -> None:
        found.extend(f"{name}: {each}" for each in page.ask("axe"))
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found.extend([f"{name} is {wide} pixels wider than the window"] if wide > 0 else [])

    page.see("Connect your wallet")
    look("welcome")
    page.enter()
    page.see("What you can spend now")
    page.ask("click", at={"text": "Pay from a phone"})
    page.click("Show the QR code")
    page.see("Waiting for the payment")
    look("credits")
    page.click("Usage", "link")
    page.ask("see", at={"css": "main h1"})
    look("usage")
    page.click("Requests", "link")
    page.ask("click", at={"css": ".list button >> nth=0"})
    page.see("Not yet: it is settled together with others.")
    look("requests")
    page.click("Keys", "link")
    page.type("Name", "another")
    page.click("Make a key")
    page.see("Keep this key now")
    page.click("Revoke laptop")
    look("keys")
    page.click("Settings", "link")
    page.see("End the sessions")
    look("settings")
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_is_accessible_and_fits(
    browser: Browser, server: Server, customers: Customers, scheme: str
) -> None:
    visiting = _with_everything(server, customers)
    size = WIDE if scheme == "light" else NARROW
    with visiting(browser, size, scheme) as page:
        assert _screens(page) == []
        assert page.errors == []
        # Each file and each answer is the server's own, and no address says whose page it is.
        own = page_of(server)
        assert {each["url"].startswith(f"{own}/") for each in page.requests} == {True}


def test_by_keyboard_alone(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, wallet = customers.new(100)
    with browser.visit(page_of(server), keypair) as page:
        page.see("Connect your wallet")
        _tab_to(page, "Test wallet")
        page.ask("press", key="Enter")
        page.see("What you can spend now")
        _tab_to(page, "How many")
        page.ask("press", key="Control+A")
        page.ask("write", text="100")
        page.ask("press", key="Enter")
        page.see("Done: 100 credits are yours.")
        _tab_to(page, "Leave")
        page.ask("press", key="Enter")
        page.see("Connect your wallet")
    assert wallet.balance().available == 200


def _tab_to(page: Visit, name: str) -> None:
    """Press Tab until what has the focus is called so, and can be seen to have it."""
    for _ in range(40):
        page.ask("press", key="Tab")
        told = page.evaluate(
            "(() => { const on = document.activeElement; const label = on.labels?.[0]?.textContent;"
            " return [label ?? on.textContent, getComputedStyle(on).outlineStyle]; })()"
        )
        if told[0] == name:
            assert told[1] == "solid", told
            return
    raise AssertionError(f"Tab never comes to {name}")


def test_the_first_load_is_small(server: Server) -> None:
    with httpx2.Client(base_url=page_of(server)) as http:
        html = http.get("/").text
        scripts = re.findall(r'(?:src|modulepreload" href)="(/assets/[^"]+\.js)"', html)
        assert len(scripts) == len(set(re.findall(r'"(/assets/[^"]+\.js)"', html))) > 0
        weights = {each: len(gzip.compress(http.get(each).content)) for each in scripts}
    assert sum(weights.values()) <= _MOST_SCRIPT_BYTES, weights


def test_what_is_loaded_first_is_what_the_document_names(browser: Browser, server: Server) -> None:
    with browser.visit(page_of(server)) as page:
        page.see("Connect your wallet")
        html = httpx2.get(page_of(server)).text
        loaded = {each["url"].removeprefix(page_of(server)) for each in page.requests if ".js" in each["url"]}
        assert loaded == set(re.findall(r'"(/assets/[^"]+\.js)"', html))

"""A server that was taken over, names that are markup, other sites: no wallet signs for them, and nothing acts."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from api_harness.people import LIMITS, new_key
from api_harness.server import Server
from job_escrow.presets import load_preset
from page_harness.browser import Browser, BrowserError, Visit
from page_harness.forged import Forger
from page_harness.people import Customers, page_of

_REFUSED = "not what you asked for"
_MARKUP = '<img src=x onerror="alert(1)">'


def _is_refused(page: Visit, button: str, path: str, forged: Iterator[tuple[str, dict[str, Any]]]) -> None:
    tried = 0
    for name, answer in forged:
        page.answer(path, answer)
        page.click(button)
        try:
            page.see(_REFUSED)
        except BrowserError as error:
            raise AssertionError(f"{name}: {page.text()}") from error
        page.ask("untouched")
        # So that what is seen next is of the next one.
        page.evaluate("document.querySelectorAll('.failure').forEach((each) => { each.textContent = ''; })")
        tried += 1
    assert tried > 1
    assert "transaction" not in {each["kind"] for each in page.signed}


def test_a_transaction_that_is_another_is_not_signed(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, wallet = customers.new(1_000)
    forger = Forger(customers.stage, keypair.pubkey(), LIMITS)
    with browser.visit(page_of(server), keypair) as page:
        page.enter()
        page.see("What you can spend now")
        _is_refused(page, "Buy 1,000 credits", "/v1/transactions/purchase", forger.purchases())
        page.click("Settings", "link")
        page.type("How many", "100")
        _is_refused(page, "Withdraw", "/v1/transactions/withdrawal", forger.withdrawals())
        page.type("For one job", "1")
        _is_refused(page, "Change the limits", "/v1/transactions/limits", forger.limits())
    assert wallet.balance().available == 1_000


def test_one_wish_is_one_purchase_whatever_the_server_says(
    browser: Browser, server: Server, customers: Customers
) -> None:
    """It has one signed, says that it has expired, and makes the next one with the number after it."""
    keypair, wallet = customers.new(1_000)
    forger = Forger(customers.stage, keypair.pubkey(), LIMITS)
    account = wallet.account()
    assert account is not None
    with browser.visit(page_of(server), keypair) as page:
        page.enter()
        page.see("What you can spend now")
        expired = {"signature": "1" * 64, "state": "expired", "slot": None, "commitment": None, "detail": None}
        page.answer("/v1/transactions/*?**", expired)
        page.answer("/v1/transactions", {"signature": "1" * 64})
        page.click("Buy 1,000 credits")
        page.see("has expired")
        # The right next one is one more than the account has.
        page.answer("/v1/transactions/purchase", forger.purchase(account.sequence + 2))
        page.click("Buy 1,000 credits")
        page.see("may land yet, and both would count")
        assert [each["kind"] for each in page.signed].count("transaction") == 1
        page.ask("untouched")
        # With the same number it is the same wish.
        page.click("Buy 1,000 credits")
        page.see("Done: 1,000 credits are yours.")
    assert wallet.balance().available == 2_000


def test_a_server_that_sells_something_else_is_not_used(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, _ = customers.new()
    with server.http() as http:
        platform = http.get("/platform").json()
    others: tuple[dict[str, Any], ...] = (
        {"platform": str(keypair.pubkey())},
        {"mint": str(keypair.pubkey())},
        {"base_units_per_credit": 1},
        {"chain": "mainnet"},
    )
    with browser.visit(page_of(server), keypair) as page:
        page.see("Connect your wallet")
        for other in others:
            page.answer("/v1/platform", platform | other)
            page.ask("reload")
            page.see("names another platform, chain, token or price than this page was served with")
            page.ask("untouched")
        page.evaluate("localStorage.setItem('job-escrow.terms', '1111 2222 9000')")
        page.ask("reload")
        page.see("What this server sells has changed since this browser was here")
        page.click("I know of this change: go on")
        page.see("Connect your wallet")
        page.ask("reload")
        page.see("Connect your wallet")
        assert page.signed == []


def test_an_opening_that_is_another_is_not_signed(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, _ = customers.new()
    forger = Forger(customers.stage, keypair.pubkey(), load_preset("decentral").suggested_limits)
    with browser.visit(page_of(server), keypair) as page:
        page.enter()
        page.see("Buy your first credits")
        _is_refused(page, "Buy 1,000 credits", "/v1/transactions/purchase", forger.openings())


def test_a_text_that_is_another_is_not_signed(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, _ = customers.new(100)
    with server.http() as http:
        # What the thief would have: a key that manages the account.
        terms = {"wallet": str(keypair.pubkey()), "name": "n", "scopes": ["read", "spend", "manage"]}
        other = http.post("/keys/challenges", json=terms).json()
    with browser.visit(page_of(server), keypair) as page:
        page.answer("/v1/web/challenges", other)
        page.click("Test wallet")
        page.see(_REFUSED)
        assert [each["kind"] for each in page.signed] == ["connect"]
        page.ask("untouched")
        page.enter()
        page.click("Keys", "link")
        page.type("Name", "n")
        page.answer("/v1/keys/challenges", other)
        page.click("Make a key")
        page.see(_REFUSED)
        assert [each["kind"] for each in page.signed] == ["connect", "connect", "message"]


def test_a_server_of_another_program_is_not_used(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, _ = customers.new()
    with server.http() as http:
        platform = http.get("/platform").json()
    with browser.visit(page_of(server), keypair) as page:
        page.answer("/v1/platform", platform | {"program": "1" * 32})
        page.ask("reload")
        page.see("This server is of the program 1111")
        assert page.signed == []


def test_stored_names_that_are_markup_stay_text(browser: Browser, server: Server, customers: Customers) -> None:
    keypair, wallet = customers.new(1_000)
    with server.http() as http:
        key = new_key(http, keypair, name="named")
    # No name like this one can be made; the database might have one all the same.
    with closing(sqlite3.connect(server.log.with_name("index.sqlite"))) as database, database:
        database.execute("UPDATE api_keys SET name = ?, project = ? WHERE id = ?", (_MARKUP, _MARKUP, key[4:20]))
    request = {
        "id": "req_1",
        "status": "running",
        "session": str(wallet.address),
        "credit_account": str(wallet.address),
        "key_id": "0",
        "project": _MARKUP,
        "member": _MARKUP,
        "model": _MARKUP,
        "tier": _MARKUP,
        "job_type": _MARKUP,
        "max_units": 1,
        "credits": 1,
        "units": None,
        "charged": 0,
        "created_at": 1,
        "expires_at": 1,
        "ended_at": None,
        "receipt": None,
        "receipt_signature": None,
    }
    with browser.visit(page_of(server), keypair) as page:
        page.enter()
        page.click("Keys", "link")
        page.see(_MARKUP)
        page.answer("/v1/requests?**", {"requests": [request], "next": None})
        page.click("Requests", "link")
        page.see(_MARKUP)
        # The screen before has the same words: what is waited for is this problem's.
        told = f"{_MARKUP} in a problem"
        problem = {"type": "t", "title": "t", "status": 400, "detail": told, "remedy": _MARKUP, "request_id": "r"}
        page.answer("/v1/sessions?**", problem, status=400, media="application/problem+json")
        page.click("Settings", "link")
        page.see(told)
        assert page.evaluate("document.querySelectorAll('img').length") == 0
        assert page.errors == ["Failed to load resource: the server responded with a status of 400 (Bad Request)"]


def test_another_site_changes_nothing_and_shows_nothing(browser: Browser, server: Server, customers: Customers) -> None:
    """Not even one of the same host at another port, which the browser sends the cookie to."""
    keypair, _ = customers.new(100)
    with server.http() as http:
        key = new_key(http, keypair, scopes=["read", "manage"])
    with browser.visit(page_of(server), keypair) as page, _site(_evil(server)) as site:
        page.enter()
        page.see("What you can spend now")
        page.ask("tab")
        page.ask("go", url=site)
        page.ask("see", at={"css": "#done"})
        # Every attempt fails; a request that the browser lets through without reading the answer is refused.
        assert page.evaluate("window.read") == []
        assert any("frame-ancestors" in each for each in page.errors), page.errors
        page.ask("turn", to=0)
        page.ask("reload")
        page.see("What you can spend now")
        with server.http(key) as http:
            assert http.get("/webhooks").json()["webhooks"] == []
            assert http.get("/keys").json()["keys"][0]["revoked_at"] is None


def _evil(server: Server) -> str:
    own = page_of(server)
    hook = '{"url":"https://93.184.216.34/"}'  # an address, so that no look-up fails first
    return f"""<!doctype html><title>evil</title><iframe src="{own}/"></iframe><script type="module">
    window.read = [];
    const attempts = [
        ["GET", "{server.url}/account"],
        ["GET", "{server.url}/web/session"],
        ["DELETE", "{server.url}/web/session"],
        ["POST", "{server.url}/webhooks", "application/json"],
        ["POST", "{server.url}/webhooks", "text/plain"],
        ["DELETE", "{server.url}/sessions"],
    ];
    for (const [method, url, type] of attempts) {{
        for (const mode of ["cors", "no-cors"]) {{
            const body = type === undefined ? undefined : '{hook}';
            const headers = type === undefined ? {{}} : {{ "Content-Type": type }};
            try {{
                const answer = await fetch(url, {{ method, mode, headers, body, credentials: "include" }});
                if (answer.type !== "opaque") window.read.push(await answer.text());
            }} catch {{}}
        }}
    }}
    const stream = new EventSource("{server.url}/web/balance", {{ withCredentials: true }});
    await new Promise((resolve) => {{
        stream.onmessage = (event) => window.read.push(event.data);
        stream.addEventListener("balance", (event) => window.read.push(event.data));
        stream.onerror = resolve;
    }});
    document.body.insertAdjacentHTML("beforeend", "<p id=done>done</p>");
    </script>"""


@contextmanager
def _site(html: str) -> Iterator[str]:
    """A site of somebody else's on the same host."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_port}/"
        finally:
            listening.shutdown()
            thread.join()

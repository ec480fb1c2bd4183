"""Signing in to the server's page: a cookie with the wallet's own rights, for a while, from the page alone."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from api_harness.people import new_customer, new_key
from api_harness.server import Server, problem, serving
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage
from solders.keypair import Keypair

_TYPE = "/v1/problems/"


def database(server: Server) -> Path:
    return server.log.with_name("index.sqlite")


def origin(server: Server) -> str:
    return server.url.removesuffix("/v1")


def sign_in(http: httpx2.Client, wallet: Keypair, **headers: str) -> httpx2.Response:
    """As the page does it; the client keeps the cookie."""
    terms = {"wallet": str(wallet.pubkey())}
    made = http.post("/web/challenges", json=terms, headers=headers).json()
    signature = str(wallet.sign_message(made["message"].encode()))
    proof = {"nonce": made["nonce"], "issued_at": made["issued_at"], "signature": signature}
    return http.post("/web/session", json=terms | proof, headers=headers)


@contextmanager
def signed_in(server: Server, wallet: Keypair) -> Iterator[tuple[httpx2.Client, str]]:
    """A browser of a wallet, and its session's CSRF token."""
    with server.http() as http:
        entered = sign_in(http, wallet)
        assert entered.status_code == 201, entered.text
        yield http, entered.json()["csrf_token"]


@pytest.fixture(scope="module")
def alice(stage: Stage) -> Keypair:
    wallet = new_customer(stage, 500)
    keypair = wallet.side.signer
    assert isinstance(keypair, Keypair)
    return keypair


def test_the_message_says_what_for_and_that_nothing_moves(server: Server, stage: Stage, alice: Keypair) -> None:
    with server.http() as http:
        made = http.post("/web/challenges", json={"wallet": str(alice.pubkey())}).json()
    lines = made["message"].split("\n")
    host = httpx2.URL(server.url).netloc.decode()
    assert lines[0] == f"{host} wants you to sign in with your Solana account:"
    assert lines[1] == str(alice.pubkey())
    assert lines[3] == (
        f'I sign in to see and manage my credits in namespace "" of platform {stage.platform}. '
        "This moves nothing: I approve each payment by itself."
    )
    assert f"URI: {origin(server)}" in lines
    assert "Chain ID: localnet" in lines


def test_a_session_has_the_wallets_rights_and_no_more(server: Server, stage: Stage, alice: Keypair) -> None:
    with signed_in(server, alice) as (http, token):
        account = http.get("/account")
        assert (account.json()["wallet"], account.json()["credits_remaining"]) == (str(alice.pubkey()), 500)
        for path in ("/usage", "/ledger", "/requests", "/sessions", "/keys", "/webhooks", "/transactions/limits"):
            assert http.get(path).status_code == 200, path
        headers = {"X-CSRF-Token": token, "Idempotency-Key": "web"}
        assert http.delete("/sessions", headers=headers).status_code == 200
        # It pays for nothing, and is no operator's, whoever signs in.
        body = {"customer_key": "x", "credits": 1}
        assert problem(http.post("/jobs", json=body, headers=headers))["status"] == 403
    with signed_in(server, stage.cast.operator) as (http, token):
        headers = {"X-CSRF-Token": token, "Idempotency-Key": "web"}
        assert problem(http.post("/jobs", json=body, headers=headers))["status"] == 403


def test_the_cookie_is_for_this_host_and_for_no_script(server: Server, alice: Keypair) -> None:
    with server.http() as http:
        entered = sign_in(http, alice)
    parts = {part.strip().lower() for part in entered.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/", "max-age=43200"} <= parts
    assert not [part for part in parts if part.startswith("domain")]


def test_behind_tls_the_cookie_is_secure(stage: Stage, localnet_url: str, tmp_path: Path, alice: Keypair) -> None:
    options = ("--page", "--public-url", "https://credits.example")
    with (
        serving(tmp_path, chain=localnet_url, platform=stage.platform, options=options) as server,
        server.http() as http,
    ):
        cookie = sign_in(http, alice, Origin="https://credits.example").headers["set-cookie"]
    assert cookie.startswith("__Host-job-escrow=")
    assert "secure" in {part.strip().lower() for part in cookie.split(";")}


def test_the_secret_is_stored_as_a_hash(server: Server, alice: Keypair) -> None:
    with signed_in(server, alice) as (http, token):
        cookie = next(iter(http.cookies.jar)).value
        assert cookie is not None
        secret = cookie.split("_", 2)[2]
        with closing(sqlite3.connect(database(server))) as reading:
            rows = reading.execute("SELECT * FROM api_web_sessions").fetchall()
    assert rows
    assert not [each for each in (secret, token) if each in repr(rows)]
    assert not [each for each in (secret, token) if each in server.log.read_text()]


def test_a_change_needs_the_sessions_token(server: Server, alice: Keypair) -> None:
    with signed_in(server, alice) as (http, token), signed_in(server, alice) as (_, others):
        for wrong in (None, "", token[:-1], others, token + "A", "ä"):
            headers = {} if wrong is None else {b"X-CSRF-Token": wrong.encode("latin-1")}
            told = problem(http.delete("/sessions", headers=headers))
            assert (told["status"], told["type"]) == (403, f"{_TYPE}not-from-the-page"), wrong
        assert http.delete("/sessions", headers={"X-CSRF-Token": token}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_another_page_is_answered_nothing(server: Server, alice: Keypair, headers: dict[str, str]) -> None:
    with signed_in(server, alice) as (http, token):
        for method, path in (
            ("GET", "/account"),
            ("GET", "/web/session"),
            ("GET", "/web/balance"),
            ("DELETE", "/sessions"),
            ("DELETE", "/web/session"),
        ):
            told = problem(http.request(method, path, headers=headers | {"X-CSRF-Token": token}))
            assert (told["status"], told["type"]) == (403, f"{_TYPE}not-from-the-page"), path
    with server.http() as http:
        made = http.post("/web/challenges", json={"wallet": str(alice.pubkey())}, headers=headers)
        assert problem(made)["type"] == f"{_TYPE}not-from-the-page"


def test_a_challenge_signs_in_once_and_makes_no_key(server: Server, alice: Keypair) -> None:
    wallet = str(alice.pubkey())
    with server.http() as http:
        made = http.post("/web/challenges", json={"wallet": wallet}).json()
        proof = {
            "nonce": made["nonce"],
            "issued_at": made["issued_at"],
            "signature": str(alice.sign_message(made["message"].encode())),
        }
        assert http.post("/web/session", json={"wallet": wallet} | proof).status_code == 201
        again = problem(http.post("/web/session", json={"wallet": wallet} | proof))
        assert again["status"] == 409
        key = problem(http.post("/keys", json={"wallet": wallet, "name": "n"} | proof))
        assert key["type"] == f"{_TYPE}invalid-signature"
        other = Keypair()
        for wrong in (
            {"wallet": str(other.pubkey())},
            {"namespace": "other"},
            {"signature": str(other.sign_message(made["message"].encode()))},
            {"issued_at": made["issued_at"] + 1},
        ):
            told = problem(http.post("/web/session", json={"wallet": wallet} | proof | wrong))
            assert told["type"] == f"{_TYPE}invalid-signature", wrong


def test_leaving_ends_it(server: Server, alice: Keypair) -> None:
    with signed_in(server, alice) as (http, token):
        cookies = dict(http.cookies)
        left = http.delete("/web/session", headers={"X-CSRF-Token": token})
        assert left.status_code == 200
        assert not dict(http.cookies)
        assert http.get("/web/session").json() is None
    with server.http() as thief:
        thief.cookies.update(cookies)
        told = problem(thief.get("/account"))
        assert (told["status"], told["type"]) == (401, f"{_TYPE}signed-out")
        assert thief.get("/web/session").json() is None


@pytest.mark.parametrize(
    "change",
    [
        "expires_at = unixepoch() - 1",
        "genesis_hash = 'another chain'",
        "program = 'another program'",
        "platform = 'another platform'",
    ],
)
def test_a_session_is_of_its_time_and_chain(server: Server, alice: Keypair, change: str) -> None:
    with signed_in(server, alice) as (http, _):
        assert http.get("/account").status_code == 200
        name = next(iter(http.cookies.values())).split("_")[1]
        with closing(sqlite3.connect(database(server), timeout=PATIENCE_SECONDS)) as writing, writing:
            writing.execute(f"UPDATE api_web_sessions SET {change} WHERE id = ?", (name,))
        assert problem(http.get("/account"))["type"] == f"{_TYPE}signed-out"


def test_a_key_in_the_request_counts_before_a_cookie(server: Server, stage: Stage, alice: Keypair) -> None:
    with server.http() as http:
        bobs = new_key(http, stage.cast.alice)
    with signed_in(server, alice) as (http, _):
        found = http.get("/account", headers={"Authorization": f"Bearer {bobs}"}).json()
        assert found["wallet"] == str(stage.cast.alice.pubkey())


def test_a_wallet_without_an_account_may_sign_in(server: Server) -> None:
    with signed_in(server, Keypair()) as (http, _):
        assert problem(http.get("/account"))["status"] == 404
        assert http.get("/transactions/limits").json() == {"limits": None}
        assert next(_events(http)) == ("balance", None)


def test_the_balance_comes_as_it_changes_until_the_session_ends(server: Server, stage: Stage) -> None:
    wallet = new_customer(stage, 300)
    keypair = wallet.side.signer
    assert isinstance(keypair, Keypair)
    with signed_in(server, keypair) as (http, token), server.http() as other:
        other.cookies.update(http.cookies)
        events = _events(http)
        event, account = next(events)
        assert (event, account["credits_remaining"]) == ("balance", 300)
        wallet.purchase(100)
        assert next(each for name, each in events if name == "balance")["credits_remaining"] == 400
        assert other.delete("/web/session", headers={"X-CSRF-Token": token}).status_code == 200
        assert next(name for name, _ in events if name == "end") == "end"


def test_the_oldest_of_many_sessions_make_room(server: Server) -> None:
    keypair = Keypair()
    with server.http() as first:
        sign_in(first, keypair)
        for _ in range(50):
            with server.http() as http:
                assert sign_in(http, keypair).status_code == 201
        assert first.get("/web/session").json() is None


def test_signing_in_is_paced_and_what_is_over_is_deleted(stage: Stage, localnet_url: str, tmp_path: Path) -> None:
    options = ("--page", "--sign-in-rate", "12", "--address-rate", "1000000")
    with serving(tmp_path, chain=localnet_url, platform=stage.platform, options=options) as server:
        with server.http() as http:
            # A quarter of a minute's at once, whichever wallets they are of.
            answers = [sign_in(http, Keypair()).status_code for _ in range(4)]
            assert answers == [201, 201, 201, 429]
        with closing(sqlite3.connect(database(server), timeout=PATIENCE_SECONDS)) as writing, writing:
            writing.execute("UPDATE api_web_sessions SET ended_at = unixepoch() - 7200")
        deadline = time.monotonic() + PATIENCE_SECONDS
        with server.http() as http:
            while sign_in(http, Keypair()).status_code == 429:
                assert time.monotonic() < deadline
                time.sleep(0.5)
        with closing(sqlite3.connect(database(server))) as reading:
            assert reading.execute("SELECT count(*) FROM api_web_sessions").fetchone() == (1,)


def test_leaving_is_counted_beside_the_database(server: Server, alice: Keypair) -> None:
    """As a revoked key is: a copy of before, put in its place, is noticed."""
    with signed_in(server, alice) as (http, token):
        before = _changes(server)
        assert http.delete("/web/session", headers={"X-CSRF-Token": token}).status_code == 200
        assert _changes(server) > before


def test_a_copy_that_is_put_back_has_no_session_that_was_left_since(
    stage: Stage, localnet_url: str, tmp_path: Path, alice: Keypair
) -> None:
    """Also where no API key was ever made, and so nobody has to confirm anything."""

    def serve() -> AbstractContextManager[Server]:
        return serving(tmp_path, chain=localnet_url, platform=stage.platform, options=("--page",))

    file, copy = tmp_path / "index.sqlite", tmp_path / "copy.sqlite"
    with serve() as server, signed_in(server, alice) as (http, token):
        cookies = dict(http.cookies)
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        assert http.delete("/web/session", headers={"X-CSRF-Token": token}).status_code == 200
    for end in ("-wal", "-shm"):
        file.with_name(f"{file.name}{end}").unlink(missing_ok=True)
    copy.rename(file)
    with serve() as server, server.http() as http:
        http.cookies.update(cookies)
        assert http.get("/web/session").json() is None
        assert sign_in(http, alice).status_code == 201


def _changes(server: Server) -> int:
    beside = database(server).with_name("index.sqlite.changes")
    return max(json.loads(beside.read_text()).values(), default=0) if beside.exists() else 0


def test_the_page_and_its_files_say_what_they_may_do(server: Server) -> None:
    with httpx2.Client(base_url=origin(server)) as http:
        page = http.get("/")
        assert page.status_code == 200
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none';")
        assert "frame-ancestors 'none'" in policy
        for exception in ("unsafe", "data:", "blob:", "http", "*"):
            assert exception not in policy
        assert page.headers["cache-control"] == "no-cache"
        assert "set-cookie" not in page.headers
        again = http.get("/", headers={"If-None-Match": page.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assets = [part.split('"')[0] for part in page.text.split('"/assets/')[1:]]
        assert len(assets) >= 3
        for name in assets:
            file = http.get(f"/assets/{name}")
            assert file.status_code == 200
            assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert file.headers["content-security-policy"] == policy
            assert file.headers["x-content-type-options"] == "nosniff"
            assert "set-cookie" not in file.headers
        kinds = {name.rsplit(".")[-1]: http.get(f"/assets/{name}").headers["content-type"] for name in assets}
        assert kinds["js"].startswith("text/javascript")
        assert kinds["css"].startswith("text/css")
        assert kinds["svg"].startswith("image/svg+xml")
        for name in ("%2e%2e%2findex.html", "..%2f..%2fapp.py", "nothing.js"):
            assert problem(http.get(f"/assets/{name}"))["status"] == 404


def test_without_the_option_there_is_no_page(
    server: Server, stage: Stage, localnet_url: str, tmp_path: Path, alice: Keypair
) -> None:
    with serving(tmp_path, chain=localnet_url, platform=stage.platform) as plain:
        with httpx2.Client(base_url=origin(plain)) as http:
            for path in ("/", "/index.html", "/v1/web/session", "/v1/web/balance"):
                assert problem(http.get(path))["status"] == 404, path
            for path in ("/v1/web/challenges", "/v1/web/session"):
                assert problem(http.post(path, json={"wallet": str(alice.pubkey())}))["status"] == 404, path
        with signed_in(server, alice) as (http, _), plain.http() as other:
            other.cookies.update(http.cookies)
            assert problem(other.get("/account"))["type"] == f"{_TYPE}missing-key"


def _events(http: httpx2.Client) -> Iterator[tuple[str, Any]]:
    """The events of a balance's stream, with what they carry."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with http.stream("GET", "/web/balance") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        name = ""
        for line in stream.iter_lines():
            assert time.monotonic() < deadline
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data:"):
                data = line.removeprefix("data:").strip()
                yield name, json.loads(data) if data else None


def test_a_server_that_is_told_to_stop_does_not_wait_for_its_streams(
    stage: Stage, localnet_url: str, tmp_path: Path, alice: Keypair
) -> None:
    with (
        serving(tmp_path, chain=localnet_url, platform=stage.platform, options=("--page",)) as server,
        signed_in(server, alice) as (http, _),
    ):
        events = _events(http)
        assert next(events)[0] == "balance"
        server.process.terminate()
        assert server.process.wait(timeout=PATIENCE_SECONDS) == 0

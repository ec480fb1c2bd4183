"""API keys: proven by a wallet, shown once, hashed, scoped, revoked; guessing is locked out."""

import json
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest
from api_harness.people import new_customer, new_key, sign_in
from api_harness.server import Server, problem, serving
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage
from solders.keypair import Keypair

ALL = ["read", "spend", "manage"]


def database(server: Server) -> Path:
    return server.log.with_name("index.sqlite")


def test_a_key_is_made_listed_used_and_revoked(server: Server, stage: Stage) -> None:
    with server.http() as http:
        terms = {"scopes": ALL, "name": "laptop", "project": "vision", "member": "ann@example.org", "daily_budget": 50}
        made = sign_in(http, stage.cast.alice, **terms)
        assert made.status_code == 201
        key = made.json()
        assert key["credit_account"] == str(stage.alice.address)
        assert (key["project"], key["member"], key["daily_budget"], key["monthly_budget"]) == (
            "vision",
            "ann@example.org",
            50,
            None,
        )
    with server.http(key["key"]) as http:
        listed = http.get("/keys").json()["keys"]
        assert {name: value for name, value in key.items() if name != "key"} in listed
        assert all("key" not in each for each in listed)
        revoked = http.delete(f"/keys/{key['id']}")
        assert revoked.json()["revoked_at"] >= key["created_at"]
        refused = problem(http.get("/keys"))
        assert (refused["type"], "revoked" in str(refused["detail"])) == ("/v1/problems/invalid-key", True)


def test_the_message_is_a_sign_in_message_that_says_what_the_key_may_do(server: Server, stage: Stage) -> None:
    wallet = str(stage.cast.alice.pubkey())
    with server.http() as http:
        body = {"wallet": wallet, "name": "n", "scopes": ["spend", "read"], "monthly_budget": 7, "valid_seconds": 60}
        made = http.post("/keys/challenges", json=body).json()
    lines = made["message"].split("\n")
    assert lines[0] == f"{httpx2.URL(server.url).netloc.decode()} wants you to sign in with your Solana account:"
    assert lines[1:3] == [wallet, ""]
    assert lines[3].startswith(f'I make the API key "n" for namespace "" of platform {stage.platform}. ')
    assert "It may: read, spend. Budget: any number of credits a day, 7 credits a month." in lines[3]
    fields = dict(line.split(": ", 1) for line in lines[5:])
    assert list(fields) == ["URI", "Version", "Chain ID", "Nonce", "Issued At", "Expiration Time"]
    assert fields["Nonce"] == made["nonce"]
    assert made["expires_at"] - made["issued_at"] == 300


def test_neither_the_database_nor_the_log_holds_a_secret(server: Server, stage: Stage) -> None:
    with server.http() as http:
        key = new_key(http, stage.cast.alice, scopes=ALL)
    with server.http(key) as http:
        assert http.get("/keys").status_code == 200
    secret = key.rsplit("_", 1)[-1] if key.count("_") == 2 else key.split("_", 2)[2]
    for path in (database(server), database(server).with_name("index.sqlite-wal"), server.log):
        assert secret.encode() not in path.read_bytes()
    # The line of a request is written once it is answered.
    deadline = time.monotonic() + PATIENCE_SECONDS
    while key.split("_")[1] not in server.log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert secret not in server.log.read_text()


def test_another_wallets_signature_makes_no_key(server: Server, stage: Stage) -> None:
    with server.http() as http:
        body = {"wallet": str(stage.cast.alice.pubkey()), "name": "stolen"}
        made = http.post("/keys/challenges", json=body).json()
        proof = {"nonce": made["nonce"], "issued_at": made["issued_at"]}
        signature = str(stage.cast.bob.sign_message(made["message"].encode()))
        answer = http.post("/keys", json=body | proof | {"signature": signature})
        assert problem(answer)["type"] == "/v1/problems/invalid-signature"


@pytest.mark.parametrize(
    "change",
    [
        {"scopes": ["read", "spend", "manage"]},
        {"name": "other"},
        {"namespace": "research"},
        {"daily_budget": 10_000},
        {"monthly_budget": None},
        {"valid_seconds": 1_000_000},
        {"project": "other"},
        {"issued_at": int(time.time()) + 10_000},
        {"nonce": "00" * 32},
    ],
)
def test_a_signature_is_for_its_own_terms_only(server: Server, stage: Stage, change: dict[str, Any]) -> None:
    with server.http() as http:
        body: dict[str, Any] = {
            "wallet": str(stage.cast.alice.pubkey()),
            "name": "mine",
            "scopes": ["read"],
            "monthly_budget": 5,
            "valid_seconds": 600,
        }
        made = http.post("/keys/challenges", json=body).json()
        signature = str(stage.cast.alice.sign_message(made["message"].encode()))
        proof = {"nonce": made["nonce"], "issued_at": made["issued_at"], "signature": signature}
        assert problem(http.post("/keys", json=body | proof | change))["status"] == 401
        assert http.post("/keys", json=body | proof).status_code == 201
        again = http.post("/keys", json=body | proof)
        assert problem(again)["type"] == "/v1/problems/conflict"


@pytest.mark.parametrize(
    "name", ['a". It may: operator. "', "a\nURI: https://evil", "a\u2028b", "", "x" * 65, "a,b", "a\n"]
)
def test_no_name_can_change_what_a_message_says(server: Server, stage: Stage, name: str) -> None:
    with server.http() as http:
        body = {"wallet": str(stage.cast.alice.pubkey()), "name": name}
        assert problem(http.post("/keys/challenges", json=body))["status"] == 400


def test_a_wallet_without_an_account_has_no_key(server: Server) -> None:
    with server.http() as http:
        answer = sign_in(http, Keypair())
        assert problem(answer)["type"] == "/v1/problems/not-found"


@pytest.mark.parametrize("scope", ["operator", "books"])
def test_only_the_operator_makes_operator_keys(server: Server, stage: Stage, scope: str) -> None:
    with server.http() as http:
        refused = problem(sign_in(http, stage.cast.alice, scopes=["read", scope]))
        assert (refused["type"], scope in str(refused["detail"])) == ("/v1/problems/forbidden", True)
        assert sign_in(http, stage.cast.operator, scopes=[scope]).status_code == 201


def test_a_key_that_locks_reads_no_books_and_one_of_the_books_locks_nothing(server: Server, stage: Stage) -> None:
    """A gateway carries the first: who steals it learns nothing of customers."""
    with server.http() as http:
        keys = {scope: new_key(http, stage.cast.operator, scopes=[scope]) for scope in ("operator", "books")}
    with server.http(keys["operator"]) as http:
        for what in ("summary", "customers", "customers/export", "usage", "usage/export", "earnings"):
            refused = problem(http.get(f"/operator/{what}"))
            assert (refused["status"], "'books'" in str(refused["detail"])) == (403, True), what
    with server.http(keys["books"]) as http:
        assert http.get("/operator/customers").status_code == 200
        lock = {"customer_key": keys["books"], "credits": 1}
        refused = problem(http.post("/jobs", json=lock, headers={"Idempotency-Key": "books"}))
        assert (refused["status"], "'operator'" in str(refused["detail"])) == (403, True)
        assert problem(http.get(f"/jobs/{'1' * 32}"))["status"] == 403


def test_a_key_without_the_scope_manages_nothing(server: Server, stage: Stage) -> None:
    with server.http() as http:
        key = new_key(http, stage.cast.alice, scopes=["read", "spend"])
    with server.http(key) as http:
        refused = problem(http.get("/keys"))
        assert (refused["type"], "manage" in str(refused["detail"])) == ("/v1/problems/forbidden", True)
        assert problem(http.delete("/keys/0000000000000000"))["status"] == 403


def test_a_wallet_sees_and_revokes_its_own_keys_only(server: Server, stage: Stage) -> None:
    with server.http() as http:
        alice = sign_in(http, stage.cast.alice, scopes=ALL).json()
        bob = sign_in(http, stage.cast.bob, scopes=ALL, namespace="research").json()
    with server.http(bob["key"]) as http:
        assert alice["id"] not in {key["id"] for key in http.get("/keys").json()["keys"]}
        assert problem(http.delete(f"/keys/{alice['id']}"))["type"] == "/v1/problems/not-found"
    with server.http(alice["key"]) as http:
        assert http.get("/keys").status_code == 200


def test_a_key_ends_when_its_time_is_over(server: Server, stage: Stage) -> None:
    with server.http() as http:
        made = sign_in(http, stage.cast.alice, scopes=ALL, valid_seconds=60).json()
    with closing(sqlite3.connect(database(server))) as connection, connection:
        connection.execute("UPDATE api_keys SET expires_at = unixepoch() WHERE id = ?", (made["id"],))
    with server.http(made["key"]) as http:
        assert "expired" in str(problem(http.get("/keys"))["detail"])


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Basic YTpi",
        "Bearer jek_0000000000000000_" + "a" * 43,
        "Bearer ' OR 1=1 --",
        "Bearer jek_' OR '1'='1_" + "a" * 43,
        "Bearer " + "a" * 5_000,
    ],
)
def test_what_is_no_key_opens_nothing(server: Server, stage: Stage, header: str) -> None:
    with server.http() as http:
        assert problem(http.get("/keys", headers={"Authorization": header}))["status"] == 401
        # Not locked out for the tests that follow.
        key = new_key(http, stage.cast.alice, scopes=ALL)
        assert http.get("/keys", headers={"Authorization": f"bearer {key}"}).status_code == 200


def test_guessing_is_locked_out(stage: Stage, localnet_url: str, tmp_path: Path) -> None:
    options = ("--lockout-failures", "3", "--lockout-seconds", "5")
    with serving(tmp_path, chain=localnet_url, platform=stage.platform, options=options) as running:
        with running.http() as http:
            key = new_key(http, stage.cast.alice, scopes=ALL)
        wrong = key[:-1] + ("A" if key[-1] != "A" else "B")
        with running.http(wrong) as http:
            for _ in range(3):
                assert problem(http.get("/keys"))["type"] == "/v1/problems/invalid-key"
            locked = http.get("/keys")
            assert problem(locked)["type"] == "/v1/problems/locked-out"
            seconds = int(locked.headers["retry-after"])
        lines = [json.loads(line) for line in running.log.read_text().splitlines() if line.startswith("{")]
        said = [one for one in lines if one["event"].startswith("locked out")]
        assert [(one["level"], one["address"], one["address_is_of"]) for one in said] == [
            ("warning", "127.0.0.1", "peer")
        ]
        with running.http(key) as http:
            assert http.get("/keys").status_code == 200
        with running.http(wrong) as http:
            time.sleep(seconds)
            assert problem(http.get("/keys"))["type"] == "/v1/problems/invalid-key"


def test_pages_of_keys(server: Server, stage: Stage) -> None:
    """However many an account has made and revoked, an answer is short; and nobody else's are in one."""
    wallet = new_customer(stage, 100)
    with server.http() as http:
        manager = new_key(http, wallet.side.signer, scopes=["manage"])
        made = {manager.split("_")[1], *(sign_in(http, wallet.side.signer).json()["id"] for _ in range(6))}
        new_key(http, stage.cast.alice)
    with server.http(manager) as http:
        seen: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = http.get("/keys", params={"limit": 3, **cursor}).json()
            assert len(page["keys"]) <= 3
            seen += [key["id"] for key in page["keys"]]
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
        assert (len(seen), set(seen)) == (7, made)
        assert problem(http.get("/keys", params={"limit": 201}))["status"] == 400


def test_an_account_with_all_its_keys_can_still_be_told_which_to_revoke(server: Server, stage: Stage) -> None:
    """By a key that lives for as long as that takes."""
    signer = new_customer(stage, 100).side.signer
    with server.http() as http:
        key, *_ = [sign_in(http, signer).json()["id"] for _ in range(200)]
        assert problem(sign_in(http, signer))["status"] == 409
        assert problem(sign_in(http, signer, valid_seconds=3_600))["status"] == 409
        helper = new_key(http, signer, scopes=["manage"], valid_seconds=60)
        with server.http(helper) as helped:
            assert helped.delete(f"/keys/{key}").status_code == 200
            assert problem(sign_in(http, signer))["status"] == 409
            assert helped.delete(f"/keys/{helper.split('_')[1]}").status_code == 200
        assert sign_in(http, signer).status_code == 201
        for_a_while = [sign_in(http, signer, valid_seconds=60).status_code for _ in range(11)]
        assert for_a_while == [201] * 10 + [409]


def test_keys_from_the_command_line(server: Server, stage: Stage, tmp_path: Path) -> None:
    wallet = tmp_path / "bob.json"
    wallet.write_text(stage.cast.bob.to_json())
    whose = ("--api", server.url, "--keypair", str(wallet), "--namespace", "research")

    def run(*arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).with_name("job-escrow")), "keys", *arguments, *whose]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
        assert done.returncode == code, done.stderr
        return done

    key = run("create", "ci", "--scope", "read", "--daily-budget", "20").stdout.strip()
    key_id = key.split("_")[1]
    listed = {each["id"]: each for each in json.loads(run("list", "--output", "json").stdout)}
    assert (listed[key_id]["daily_budget"], listed[key_id]["revoked_at"]) == (20, None)
    assert "revoked" in run("revoke", key_id).stderr
    assert f"{key_id} revoked" in " ".join(run("list").stdout.split())
    assert "error: This account has no key nonsense." in run("revoke", "nonsense", code=1).stderr

"""Every endpoint, one table: who may ask it, and what it says to those who may not, and to bad bodies and paths.

A route that is missing from the table fails the first test.
"""

import http.client
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from api_harness.people import LIMITS, new_key, sign_in
from api_harness.receiver import receiving
from api_harness.server import Server, problem, serving
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage
from job_escrow_api.app import create_app
from job_escrow_api.services import Services
from job_escrow_api.settings import ApiSettings

JSON, CSV, HTML, SVG, PNG = "application/json", "text/csv", "text/html", "image/svg+xml", "image/png"
ALL = ["read", "spend", "manage"]
OPERATORS = ["operator", "books"]


@dataclass(frozen=True)
class Endpoint:
    """A route: the scope that it needs, a good body where it takes one, and a good question."""

    method: str
    path: str
    scope: str | None = None
    body: dict[str, Any] | None = None
    query: dict[str, str] = field(default_factory=dict)
    media: tuple[str, ...] = (JSON,)
    """What it answers with, as OpenAPI has it."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


_TERMS = {"wallet": "1" * 32, "name": "n"}
_PROOF = {"nonce": "0" * 64, "issued_at": 1, "signature": "1" * 64}
_LINK = {"wallet": "1" * 32, "credits": "100", "recipient": "1" * 32, "amount": "1", "reference": "1" * 32}
_LIMITS = {
    "credits_per_job": 1,
    "credits_per_session": 0,
    "credits_per_period": 1,
    "period_seconds": 60,
    "quoted_allowed": False,
}
_BATCHED = {"customer_key": "x", "tier": "lite", "max_units": 1, "idempotency_key": "a"}
_FILES = (CSV, "application/x-ndjson", "application/vnd.apache.parquet")
ENDPOINTS = [
    Endpoint("GET", "/health"),
    Endpoint("GET", "/openapi.json"),
    Endpoint("GET", "/docs", media=(HTML,)),
    Endpoint("GET", "/health/live"),
    Endpoint("GET", "/health/ready"),
    Endpoint("GET", "/problems/{slug}"),
    Endpoint("GET", "/models"),
    Endpoint("GET", "/packs"),
    Endpoint("GET", "/platform"),
    Endpoint("GET", "/account", "read", query={"min_slot": "1"}),
    Endpoint("POST", "/keys/challenges", body=_TERMS),
    Endpoint("POST", "/keys", body=_TERMS | _PROOF),
    Endpoint("GET", "/keys", "manage", query={"limit": "5", "cursor": "7-0123456789abcdef"}),
    Endpoint("DELETE", "/keys/{key_id}", "manage"),
    Endpoint("POST", "/jobs", "operator", {"customer_key": "x", "credits": 1}),
    Endpoint("GET", "/jobs", "read", query={"limit": "5", "cursor": "7"}),
    Endpoint("GET", "/jobs/{job}", "read"),
    Endpoint("POST", "/jobs/{job}/settle", "operator", {"units": 1}),
    Endpoint("POST", "/jobs/{job}/refund", "operator"),
    Endpoint("POST", "/requests", "operator", {"customer_key": "x", "tier": "lite", "max_units": 1}),
    Endpoint("GET", "/requests", "read", query={"limit": "5", "cursor": "7", "model": "m", "since": "1"}),
    Endpoint("GET", "/requests/export", "read", query={"format": "csv", "status": "settled"}, media=_FILES),
    Endpoint("POST", "/requests/batch", "operator", {"requests": [_BATCHED]}),
    Endpoint("POST", "/requests/batch/settle", "operator", {"requests": [{"id": "x", "units": 1}]}),
    Endpoint("GET", "/requests/{request_id}", "read"),
    Endpoint("POST", "/requests/{request_id}/settle", "operator", {"units": 1}),
    Endpoint("POST", "/requests/{request_id}/release", "operator"),
    Endpoint("GET", "/receipts", "read", query={"limit": "5", "cursor": "7", "key": "k", "until": "9"}),
    Endpoint("GET", "/receipts/export", "read", query={"format": "csv", "project": "search"}, media=_FILES),
    Endpoint("GET", "/receipts/{request_id}", "read"),
    Endpoint("POST", "/quote", "read", {"tier": "lite", "max_units": 1}),
    Endpoint("GET", "/sessions", "read", query={"limit": "5", "cursor": "7", "since": "1", "until": "2"}),
    Endpoint("GET", "/sessions/export", "read", query={"format": "csv", "since": "1", "until": "2"}, media=_FILES),
    Endpoint("DELETE", "/sessions", "manage"),
    Endpoint("GET", "/top-ups", "read", query={"limit": "5", "cursor": "7"}),
    Endpoint("GET", "/top-ups/rule", "read"),
    Endpoint("GET", "/pay/link", query={"wallet": "1" * 32, "credits": "100", "namespace": "n"}),
    Endpoint("GET", "/pay/qr.svg", query=_LINK, media=(SVG,)),
    Endpoint("GET", "/pay/qr.png", query=_LINK, media=(PNG,)),
    Endpoint("GET", "/pay/icon.svg", media=(SVG,)),
    Endpoint("GET", "/pay/purchase", query=_LINK),
    Endpoint("POST", "/pay/purchase", body={"account": "1" * 32}, query=_LINK),
    Endpoint("GET", "/pay/payments/{reference}", query={"recipient": "1" * 32, "credits": "5", "bonus_credits": "0"}),
    Endpoint("POST", "/transactions/purchase", "manage", {"credits": 100}),
    Endpoint("POST", "/transactions/withdrawal", "manage", {"credits": 1}),
    Endpoint("GET", "/transactions/limits", "read"),
    Endpoint("POST", "/transactions/limits", "manage", _LIMITS),
    Endpoint("POST", "/transactions", "manage", {"transaction": "AAAA"}),
    Endpoint("GET", "/transactions/{signature}", "read", query={"last_valid_block_height": "1"}),
    Endpoint("POST", "/webhooks", "manage", {"url": "https://a.example/"}),
    Endpoint("GET", "/webhooks", "manage"),
    Endpoint("DELETE", "/webhooks/{webhook}", "manage", media=()),
    Endpoint("POST", "/webhooks/{webhook}/test", "manage"),
    Endpoint("GET", "/webhooks/{webhook}/deliveries", "manage", query={"limit": "5", "cursor": "7"}),
    Endpoint("POST", "/webhooks/{webhook}/deliveries/{message}/replay", "manage"),
    Endpoint("GET", "/usage", "read", query={"by": "key,day", "since": "1", "until": "2", "project": "search"}),
    Endpoint("GET", "/usage/export", "read", query={"format": "csv", "by": "tier", "period": "hour"}, media=_FILES),
    Endpoint("GET", "/usage/forecast", "read"),
    Endpoint("GET", "/operator/summary", "books"),
    Endpoint("GET", "/operator/customers", "books", query={"limit": "5", "cursor": "7"}),
    Endpoint("GET", "/operator/customers/export", "books", query={"format": "csv"}, media=_FILES),
    Endpoint("GET", "/operator/usage", "books", query={"by": "wallet,day", "model": "m", "since": "1"}),
    Endpoint("GET", "/operator/usage/export", "books", query={"format": "csv", "by": "model"}, media=_FILES),
    Endpoint("GET", "/operator/earnings", "books", query={"since": "1", "until": "2"}),
    Endpoint("GET", "/ledger", "read", query={"cursor": "7", "limit": "5", "since": "1", "until": "2"}),
    Endpoint("GET", "/ledger/export", "read", query={"format": "csv", "since": "1", "until": "2"}, media=_FILES),
    Endpoint("GET", "/statements", "read"),
    Endpoint("GET", "/statements/{month}", "read"),
    Endpoint("GET", "/statements/{month}/page", "read", media=(HTML,)),
]
OF_THE_PAGE = {"/", "/assets/{name}", "/web/balance", "/web/challenges", "/web/session"}
"""What only the server's own page asks, and no client: tests/api/test_web_sessions.py and tests/page."""
GUARDED = [each for each in ENDPOINTS if each.scope is not None]
WITH_BODY = [each for each in ENDPOINTS if each.body is not None]
INJECTIONS = [
    "' OR 1=1 --",
    "x'; DROP TABLE api_keys; --",
    "x\r\nX-Injected: 1",
    "7\n",
    "\0",
    "\u202e",
    "%s%n",
    "a" * 5_000,
]


def every(endpoints: list[Endpoint]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("endpoint", endpoints, ids=str)


@dataclass
class Cast:
    """A server, whose alice has one of everything, and everybody's keys."""

    server: Server
    alice: str
    bob: str
    operator: str
    books: str
    revoked: dict[str, str]
    scoped: dict[str, str]
    parameters: dict[str, str]
    """Alice's things, by the names of the paths' parameters."""

    def ask(self, endpoint: Endpoint, key: str | None, **more: Any) -> httpx2.Response:
        path = endpoint.path.format(**self.parameters | more.pop("parameters", {}))
        options: dict[str, Any] = {"params": endpoint.query, "headers": {"Idempotency-Key": "table"}}
        if endpoint.body is not None:
            options["json"] = endpoint.body
        if "content" in more:
            options.pop("json", None)
            options["headers"] |= {"Content-Type": JSON}
        with self.server.http(key) as asking:
            return asking.request(endpoint.method, path, **options | more)

    def right(self, endpoint: Endpoint) -> str | None:
        """A key that may ask."""
        if endpoint.scope is None:
            return None
        return {"operator": self.operator, "books": self.books}.get(endpoint.scope, self.alice)


@pytest.fixture(scope="module")
def cast(stage: Stage, localnet_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    options = (
        *("--key-rate", "1000000", "--address-rate", "1000000", "--lockout-failures", "100000"),
        *("--private-webhooks", "--webhook-rate", "1000000", "--max-wait", "0.1"),
    )
    folder = tmp_path_factory.mktemp("table")
    with (
        receiving() as receiver,
        serving(
            folder, chain=localnet_url, platform=stage.platform, operator=stage.cast.operator, options=options
        ) as server,
        server.http() as http,
    ):
        alice = new_key(http, stage.cast.alice, scopes=ALL)
        operator = new_key(http, stage.cast.operator, scopes=["operator"])
        revoked = {scope: sign_in(http, stage.cast.alice, scopes=[scope]).json() for scope in ALL}
        for scope in OPERATORS:
            revoked[scope] = sign_in(http, stage.cast.operator, scopes=[scope, "manage"]).json()
            with server.http(revoked[scope]["key"]) as theirs:
                assert theirs.delete(f"/keys/{revoked[scope]['id']}").status_code == 200
        with server.http(alice) as mine:
            for scope in ALL:
                assert mine.delete(f"/keys/{revoked[scope]['id']}").status_code == 200
            hook = mine.post("/webhooks", json={"url": receiver.url}).json()["id"]
            message = mine.post(f"/webhooks/{hook}/test").json()["id"]
        with server.http(operator) as theirs:
            body = {"customer_key": alice, "tier": "lite", "max_units": 1}
            locked = theirs.post("/jobs", json=body, headers={"Idempotency-Key": f"table-{hook}"})
            assert locked.status_code == 201, locked.text
            stage.alice.set_limits(replace(LIMITS, credits_per_session=10))
            admitted = theirs.post("/requests", json=body, headers={"Idempotency-Key": f"table-request-{hook}"})
            assert admitted.status_code == 201, admitted.text
            assert theirs.post(f"/requests/{admitted.json()['id']}/release").status_code == 200
        with server.http(alice) as mine:
            assert [each["status"] for each in mine.delete("/sessions").json()["sessions"]] == ["ended"]
        stage.alice.set_limits(LIMITS)
        yield Cast(
            server=server,
            alice=alice,
            bob=new_key(http, stage.cast.bob, scopes=ALL, namespace="research"),
            operator=operator,
            books=new_key(http, stage.cast.operator, scopes=["books"]),
            revoked={scope: made["key"] for scope, made in revoked.items()},
            scoped={
                "read": new_key(http, stage.cast.alice, scopes=["spend", "manage"]),
                "manage": new_key(http, stage.cast.alice, scopes=["read", "spend"]),
                "operator": new_key(http, stage.cast.operator, scopes=["books"]),
                "books": operator,
            },
            parameters={
                "slug": "conflict",
                "key_id": alice.split("_")[1],
                "job": locked.json()["id"],
                "request_id": admitted.json()["id"],
                "webhook": hook,
                "message": message,
                "reference": "1" * 32,
                "signature": "1" * 64,
                "month": time.strftime("%Y-%m", time.gmtime()),
            },
        )


@pytest.mark.filterwarnings("ignore::litestar.exceptions.LitestarDeprecationWarning")
def test_the_table_and_openapi_have_every_route(cast: Cast, stage: Stage, tmp_path: Path) -> None:
    services = Services(
        ApiSettings(
            database=tmp_path / "index.sqlite",
            rpc_url="http://127.0.0.1:1",
            platform=stage.platform,
            public_url="http://127.0.0.1:1",
            page=True,
        )
    )
    routes = {
        (method, path)
        for route in create_app(services).routes
        for method in getattr(route, "methods", ())
        if method != "OPTIONS" and not (path := route.path_format.removeprefix("/v1")).startswith("/schema")
    } - {(method, path) for path in OF_THE_PAGE for method in ("GET", "POST", "DELETE")}
    services.database.close()
    table = {(each.method, each.path) for each in ENDPOINTS}
    assert routes == table
    document = cast.ask(ENDPOINTS[1], None).json()
    described = {
        (method.upper(), path.removeprefix("/v1")): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert described.keys() == table
    for each in ENDPOINTS:
        operation = described[each.method, each.path]
        assert operation["security"] == ([] if each.scope is None else [{"key": []}]), each
        assert (each.scope in operation.get("x-scopes", ())) == (each.scope is not None), each
        (success,) = [answer for status, answer in operation["responses"].items() if status < "300"]
        assert tuple(success.get("content", {})) == each.media, each
        names = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
        assert names >= each.query.keys(), each


@every(GUARDED)
def test_without_a_key_and_with_a_wrong_one(cast: Cast, endpoint: Endpoint) -> None:
    wrong = cast.right(endpoint)
    assert wrong is not None
    for key in (None, wrong[:-1] + ("A" if wrong[-1] != "A" else "B"), "jek_", cast.revoked[str(endpoint.scope)]):
        assert problem(cast.ask(endpoint, key))["status"] == 401, key


@every(GUARDED)
def test_with_a_key_of_another_scope(cast: Cast, endpoint: Endpoint) -> None:
    assert endpoint.scope is not None
    assert problem(cast.ask(endpoint, cast.scoped[endpoint.scope]))["status"] == 403


@every(GUARDED)
def test_with_another_wallets_key(cast: Cast, stage: Stage, endpoint: Endpoint) -> None:
    """What is one's own is answered, and nothing of alice is in it."""
    answer = cast.ask(endpoint, cast.bob)
    if endpoint.scope in OPERATORS:
        assert problem(answer)["status"] == 403
        return
    if {"key_id", "job", "webhook", "request_id"} & {part.strip("{}") for part in endpoint.path.split("/")}:
        assert problem(answer)["status"] == 404
    owned = [cast.parameters[name] for name in ("key_id", "webhook", "message")]
    mine = (*owned[1:], str(stage.cast.alice.pubkey()), str(stage.alice.address))
    assert not [each for each in mine if each in answer.text]


@every(GUARDED)
def test_answers_of_an_account_are_kept_by_nobody(cast: Cast, endpoint: Endpoint) -> None:
    for key in (cast.bob, None):
        assert cast.ask(endpoint, key).headers["cache-control"] == "no-store"


@every(WITH_BODY)
def test_bodies_that_are_too_large_or_no_json(cast: Cast, endpoint: Endpoint) -> None:
    key = cast.right(endpoint)
    large = json.dumps(endpoint.body | {"name": "a" * 100_000} if endpoint.body else {}).encode()
    assert problem(cast.ask(endpoint, key, content=large))["status"] == 413
    for body in (b"", b"{", b"[]", b"null", b'"a"', b"\xff\xfe", b"{" * 50_000, b"[" * 60_000):
        # A link is looked at before the body that comes with it.
        wrong = (400, 422) if endpoint.query else (400,)
        assert problem(cast.ask(endpoint, key, content=body))["status"] in wrong, body[:10]


@every(WITH_BODY)
def test_members_that_a_body_does_not_have_are_refused_by_name(cast: Cast, endpoint: Endpoint) -> None:
    answer = cast.ask(endpoint, cast.right(endpoint), json=(endpoint.body or {}) | {"colour": 1})
    told = problem(answer)
    if endpoint.path == "/pay/purchase":
        # The body is Solana Pay's: what wallets send beside `account` is ignored.
        assert "colour" not in str(told["detail"])
    else:
        assert (told["status"], "`colour`" in str(told["detail"])) == (400, True), told


@every(WITH_BODY)
def test_texts_in_a_body_that_would_be_something_else(cast: Cast, endpoint: Endpoint) -> None:
    for name, value in (endpoint.body or {}).items():
        for text in INJECTIONS:
            if isinstance(value, str):
                answer = cast.ask(endpoint, cast.right(endpoint), json=(endpoint.body or {}) | {name: value[:8] + text})
                assert 400 <= int(str(problem(answer)["status"])) < 500, (name, text)
                assert "x-injected" not in answer.headers


@every([each for each in ENDPOINTS if each.query])
def test_questions_that_would_be_something_else(cast: Cast, endpoint: Endpoint) -> None:
    for name in endpoint.query:
        for text in INJECTIONS:
            answer = cast.ask(endpoint, cast.right(endpoint), params=endpoint.query | {name: text})
            assert 400 <= int(str(problem(answer)["status"])) < 500, (name, text)
            assert "x-injected" not in answer.headers


@every([each for each in ENDPOINTS if "{" in each.path])
def test_names_in_a_path_that_would_be_something_else(cast: Cast, endpoint: Endpoint) -> None:
    tricks = [
        *(httpx2.QueryParams({"": text}) for text in INJECTIONS),
        "..%2f..",
        "%2e%2e",
        "..;",
        "%252e",
        "a%2fb",
        "*",
    ]
    names = [part.strip("{}") for part in endpoint.path.split("/") if "{" in part]
    for name in names:
        for text in tricks:
            parameters = {name: text}
            answer = cast.ask(endpoint, cast.right(endpoint), parameters=parameters)
            assert 400 <= int(str(problem(answer)["status"])) < 500, parameters
            assert "x-injected" not in answer.headers


@every(GUARDED)
def test_no_way_of_writing_a_path_opens_it(cast: Cast, endpoint: Endpoint) -> None:
    """As it is, without what a client would tidy up first."""
    url = httpx2.URL(cast.server.url)
    path = endpoint.path.format(**cast.parameters)
    connection = http.client.HTTPConnection(url.host, url.port, timeout=PATIENCE_SECONDS)
    v1 = f"/v1{path}"
    for written in (
        *(
            f"{v1}/",
            f"/v1/{path}",
            f"/{v1}",
            f"{v1}%00",
            f"{v1};a=b",
            f"{v1}%2f",
            f"/V1{path}",
            f"{v1}?key=1",
            f"{v1}#x",
        ),
        *(f"/v1/health/..{path}", f"/v1/health/%2e%2e{path}", f"/v1/.{path}", f"/v1{path.upper()}", f"/v1\\{path[1:]}"),
        *(f"/v1/pay/..%2f..{path}", f"http://other.example{v1}", f"{v1}#x"),
    ):
        connection.request(endpoint.method, written, headers={"X-Original-URL": "/v1/health", "X-Api-Key": "1"})
        answer = connection.getresponse()
        answer.read()
        assert 400 <= answer.status < 500, (written, answer.status)
    connection.close()


def test_the_table_holds_while_nothing_was_dropped(cast: Cast) -> None:
    """Whatever came before, alice's things are there."""
    with cast.server.http(cast.alice) as http:
        assert http.get("/account").status_code == 200
        assert [each["id"] for each in http.get("/webhooks").json()["webhooks"]] == [cast.parameters["webhook"]]
        assert http.get(f"/jobs/{cast.parameters['job']}").json()["status"] == "locked"

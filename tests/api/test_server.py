"""The frame around every request: problems, ids, limits, CORS, OpenAPI, stopping."""

import json
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from api_harness.people import new_key, sign_in
from api_harness.server import Server, free_port, problem, serving
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage


def test_unknown_paths_and_methods_are_problems(server: Server) -> None:
    with server.http() as http:
        assert problem(http.get("/nothing"))["type"] == "/v1/problems/not-found"
        assert problem(http.post("/health/live"))["type"] == "/v1/problems/method-not-allowed"


def test_every_problem_type_leads_to_its_meaning(server: Server) -> None:
    with server.http() as http:
        found = problem(http.get("/account/nothing"))
        meaning = httpx2.get(server.url.removesuffix("/v1") + str(found["type"])).json()
        assert meaning == {"title": found["title"], "status": 404, "remedy": found["remedy"]}


def test_request_ids_are_taken_or_made(server: Server) -> None:
    with server.http() as http:
        assert http.get("/health/live", headers={"X-Request-Id": "mine-1"}).headers["x-request-id"] == "mine-1"
        made = http.get("/health/live", headers={"X-Request-Id": "a b\tc" * 30}).headers["x-request-id"]
        assert len(made) == 36
        assert http.get("/health/live").headers["x-request-id"] != made


def test_bodies_are_bounded(server: Server) -> None:
    with server.http() as http:
        answer = http.post("/keys/challenges", content=b'{"name": "' + b"a" * 100_000 + b'"}')
        assert problem(answer)["type"] == "/v1/problems/too-large"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"a"', b"\xff\xfe", b'{"name": 1}', b"{" * 50_000])
def test_bad_json_is_a_problem(server: Server, body: bytes) -> None:
    with server.http() as http:
        answer = http.post("/keys/challenges", content=body, headers={"Content-Type": "application/json"})
        assert problem(answer)["status"] == 400


def test_pages_of_other_origins_may_ask(server: Server) -> None:
    with server.http() as http:
        asked = {
            "Origin": "https://app.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "authorization",
        }
        allowed = http.options("/health/live", headers=asked)
        assert allowed.is_success
        assert allowed.headers["access-control-allow-origin"] == "*"
        answer = http.get("/health/live", headers={"Origin": "https://app.example"})
        assert "x-credits-remaining" in answer.headers["access-control-expose-headers"].lower()
        assert "access-control-allow-credentials" not in answer.headers


def test_large_answers_are_compressed(server: Server) -> None:
    with server.http() as http:
        assert http.get("/openapi.json").headers["content-encoding"] == "gzip"
        assert "content-encoding" not in http.get("/health/live").headers


def test_a_port_that_somebody_listens_on_is_refused(
    server: Server, stage: Stage, localnet_url: str, tmp_path: Path
) -> None:
    """Two servers that share a port would answer in turns, each from its own database."""
    port = httpx2.URL(server.url).port
    with (
        pytest.raises(AssertionError, match=f"port {port} of 127.0.0.1 cannot be listened on"),
        serving(tmp_path, chain=localnet_url, platform=stage.platform, options=("--port", str(port))),
    ):
        pass


def test_nobody_else_reads_the_database(server: Server) -> None:
    """Secrets of webhooks are in it, and in what SQLite keeps beside it."""
    files = list(server.log.parent.glob("index.sqlite*"))
    assert {file.name for file in files} >= {"index.sqlite", "index.sqlite-wal", "index.sqlite-shm"}
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def assert_paced(http: httpx2.Client, path: str) -> None:
    """Twenty a minute: five at once, and one more every three seconds, however long the asking takes."""
    begun, answered = time.monotonic(), 0
    while not (answer := http.get(path)).is_error:
        answered += 1
    assert 5 <= answered <= 5 + 1 + (time.monotonic() - begun) / 3
    assert problem(answer)["type"] == "/v1/problems/rate-limited"
    assert 1 <= int(answer.headers["retry-after"]) <= 4


def test_addresses_are_paced(stage: Stage, localnet_url: str, tmp_path: Path) -> None:
    with (
        serving(tmp_path, chain=localnet_url, platform=stage.platform, options=("--address-rate", "20")) as running,
        running.http() as http,
    ):
        assert_paced(http, "/health/live")


def test_keys_are_paced_each_for_itself(stage: Stage, localnet_url: str, tmp_path: Path) -> None:
    with serving(tmp_path, chain=localnet_url, platform=stage.platform, options=("--key-rate", "20")) as running:
        with running.http() as http:
            one, other = (new_key(http, stage.cast.alice, scopes=["manage"]) for _ in range(2))
        with running.http(one) as http:
            assert_paced(http, "/keys")
        with running.http(other) as http:
            assert http.get("/keys").status_code == 200


_FAILING = """
import asyncio, sys
from pathlib import Path
from job_escrow_api.server import serve
from job_escrow_api.services import Services
from job_escrow_api.settings import ApiSettings
from job_escrow_indexer.settings import Settings
from solders.pubkey import Pubkey

def fail(self):
    raise RuntimeError("it does not start")

Services.start = fail
database, chain, port = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
settings = ApiSettings(database=database, rpc_url=chain, platform=Pubkey.new_unique(), public_url="http://a.example")
asyncio.run(serve(settings, host="127.0.0.1", port=port, ready=print, index=Settings(url=chain, database=database)))
"""


def test_a_server_that_cannot_start_ends_with_its_indexer(localnet_url: str, tmp_path: Path) -> None:
    """It is a thread of the process, which would live on for it."""
    command = [sys.executable, "-c", _FAILING, str(tmp_path / "index.sqlite"), localnet_url, str(free_port())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    assert done.returncode == 1, done.stderr
    assert "API" not in done.stdout


def test_a_request_that_has_begun_is_answered_before_the_server_stops(
    stage: Stage, localnet_url: str, tmp_path: Path
) -> None:
    with serving(tmp_path, chain=localnet_url, platform=stage.platform) as running:
        # The server has read the head of this request and waits for its body.
        body = b'{"wallet": "' + str(stage.cast.alice.pubkey()).encode() + b'", "name": "slow"}'
        go_on = threading.Event()

        def slowly() -> Any:
            yield body[:10]
            # Whoever connects later is answered: so the server has taken the connection of before.
            with running.http() as other:
                other.get("/health/live").raise_for_status()
            running.process.send_signal(signal.SIGTERM)
            go_on.wait(1)
            yield body[10:]

        headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        answer = httpx2.post(running.url + "/keys/challenges", content=slowly(), headers=headers)
        assert answer.status_code == 200
        assert running.process.wait(timeout=PATIENCE_SECONDS) == 0


def test_no_request_is_looked_at_in_a_thread(stage: Stage, localnet_url: str, tmp_path: Path) -> None:
    """Keys, paces and lockouts belong to the event loop, as does the connection to the database."""
    with serving(tmp_path, chain=localnet_url, platform=stage.platform) as server, server.http() as http:
        tasks = Path(f"/proc/{server.process.pid}/task")

        def ask(path: str) -> int:
            return http.get(path, headers={"Authorization": "Bearer nonsense"}).status_code

        def threads_after(path: str) -> tuple[set[int], int]:
            with ThreadPoolExecutor(16) as pool:
                answers = set(pool.map(ask, [path] * 160))
            return answers, len(list(tasks.iterdir()))

        # Nothing is there, and nobody is asked who wants it; but the connections are made.
        answers, before = threads_after("/nothing")
        assert answers == {404}
        answers, after = threads_after("/account")
        assert answers == {401, 429}
        assert after == before


def test_the_key_of_the_nodes_url_reaches_nobody(stage: Stage, tmp_path: Path) -> None:
    """Neither clients nor the log, where the node does not answer."""
    chain = f"http://127.0.0.1:{free_port()}/?api-key=a-secret-key"
    with serving(tmp_path, chain=chain, platform=stage.platform, options=("--no-index",)) as server:
        with server.http() as http:
            answer = sign_in(http, stage.cast.alice)
        assert problem(answer)["status"] == 502
        assert problem(answer)["detail"] == "The node did not answer as it should: try again."
        assert "chain failed" in server.log.read_text()
        assert "127.0.0.1" not in answer.text
        assert "a-secret-key" not in server.log.read_text()


_SAYING = """
import logging
from job_escrow_api.server import log_to_standard_error
log_to_standard_error()
logging.getLogger("job_escrow_indexer.follow").info("a fork dropped %d transactions", 2)
try:
    raise RuntimeError("no answer of https://node.example/?api-key=a-secret-key")
except RuntimeError:
    logging.getLogger("asyncio").exception("Task exception was never retrieved")
"""


def test_what_the_indexer_and_libraries_say_is_logged_like_the_rest() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SAYING], capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=True
    )
    fork, failure = (json.loads(line) for line in done.stderr.splitlines())
    assert (fork["event"], fork["level"]) == ("a fork dropped 2 transactions", "info")
    assert "no answer of https://node.example/…" in failure["exception"]
    assert "a-secret-key" not in done.stderr

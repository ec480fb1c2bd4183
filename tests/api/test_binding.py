"""A server and its database are of one chain: on another with the same keys nothing is signed or forgotten."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
from api_harness.health import failing
from api_harness.mirror import Mirror
from api_harness.people import LIMITS, new_key
from api_harness.server import Server, free_port, problem, serving
from api_harness.switch import Switch
from escrow_harness.nodes import private_localnet
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage, set_stage
from job_escrow import Escrow
from job_escrow.chain.requests import GetGenesisHash, GetLatestBlockhash, WrongChain
from job_escrow.chain.rpc import AsyncRpcChain
from job_escrow.codec import PROGRAM_ID
from job_escrow_api.domain.binding import BoundChain
from job_escrow_api.domain.database import ApiDatabase

URLS: dict[Escrow, str] = {}


@pytest.fixture(scope="module")
def chains() -> Iterator[tuple[Stage, Stage]]:
    """Two chains with the same keys, the same platform and the same wallets with as many credits."""
    with (
        private_localnet(spoilt=False) as one,
        private_localnet(spoilt=False) as other,
        Escrow.connect(one) as first,
        Escrow.connect(other) as second,
    ):
        URLS.update({first: one, second: other})
        stage = set_stage(first)
        stages = stage, set_stage(second, stage.cast)
        for each in stages:
            each.escrow.create_platform(each.cast.admin, each.terms)
            each.alice.open(LIMITS, buy=1_000)
        yield stages


def url_of(stage: Stage) -> str:
    return URLS[stage.escrow]


def jobs_on(stage: Stage) -> int:
    account = stage.alice.account()
    assert account is not None
    return account.open_jobs


def lock(server: Server, operator_key: str, key: str, name: str) -> httpx2.Response:
    with server.http(operator_key) as http:
        body = {"customer_key": key, "tier": "pro", "max_units": 500}
        return http.post("/jobs", json=body, headers={"Idempotency-Key": name})


def statuses(folder: Path) -> list[str]:
    return [status for (status,) in execute(folder, "SELECT status FROM api_jobs ORDER BY number")]


def execute(folder: Path, sql: str) -> list[Any]:
    connection = sqlite3.connect(folder / "index.sqlite", isolation_level=None, timeout=PATIENCE_SECONDS)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def until_health(server: Server, status: int) -> dict[str, Any]:
    """Wait until the server is ready (200) or knows that its node is of another chain (503)."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with server.http() as http:
        while ("looks at the chain" in failing(http)) if status == 200 else ("looks at the chain" not in failing(http)):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        found: dict[str, Any] = http.get("/health").json()
    return found


def refused_start(folder: Path, stage: Stage, *options: str) -> str:
    command = [str(Path(sys.executable).with_name("job-escrow")), "serve", "--url", url_of(stage)]
    command += ["--platform", str(stage.platform), "--database", str(folder / "index.sqlite"), *options]
    command += ["--port", str(free_port())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    assert done.returncode == 1, done
    return done.stderr


@pytest.mark.parametrize("options", [("--no-index",), ()])
def test_the_node_becomes_one_of_another_chain_and_comes_back(
    chains: tuple[Stage, Stage], tmp_path: Path, options: tuple[str, ...]
) -> None:
    here, there = chains
    before = jobs_on(here), jobs_on(there)
    with (
        Switch(url_of(here)).running() as switch,
        serving(
            tmp_path,
            chain=switch.url,
            platform=here.platform,
            operator=here.cast.operator,
            options=("--address-rate", "100000", *options),
        ) as server,
    ):
        with server.http() as http:
            key = new_key(http, here.cast.alice)
            operator_key = new_key(http, here.cast.operator, scopes=["operator"])
        job = lock(server, operator_key, key, "first").json()["id"]
        switch.turn_to(url_of(there))
        # At once, before anybody has looked: the lock itself finds out.
        for name in ("second", "second", "third"):
            found = problem(lock(server, operator_key, key, name))
            assert (found["status"], found["type"]) == (503, "/v1/problems/wrong-chain"), found
            assert "the database is of the chain" in str(found["detail"])
        with server.http(operator_key) as http:
            for act, body in (("settle", {"units": 1}), ("refund", None)):
                answer = http.post(f"/jobs/{job}/{act}", json=body)
                assert (answer.status_code, problem(answer)["type"]) == (503, "/v1/problems/wrong-chain")
        assert "Nothing is sent, since the database is of the chain" in until_health(server, 503)["detail"]
        assert (jobs_on(here), jobs_on(there)) == (before[0] + 1, before[1])
        switch.turn_to(url_of(here))
        until_health(server, 200)
        assert lock(server, operator_key, key, "second").json()["status"] == "locked"
        with server.http(operator_key) as http:
            assert http.post(f"/jobs/{job}/settle", json={"units": 1}).json()["charged"] == 18
    assert (jobs_on(here), jobs_on(there)) == (before[0] + 1, before[1])
    assert "failed" not in statuses(tmp_path)


def test_a_lock_that_was_sent_is_not_called_failed_by_another_chain(
    chains: tuple[Stage, Stage], tmp_path: Path
) -> None:
    """It landed; the node that it is looked for on has never heard of it."""
    here, there = chains
    with Switch(url_of(here)).running() as switch:
        options = ("--address-rate", "100000", "--no-index")
        start: dict[str, Any] = {"platform": here.platform, "operator": here.cast.operator, "options": options}
        with serving(tmp_path, chain=switch.url, **start) as server:
            with server.http() as http:
                key = new_key(http, here.cast.alice)
                operator_key = new_key(http, here.cast.operator, scopes=["operator"])
            assert lock(server, operator_key, key, "kept").json()["status"] == "locked"
            switch.turn_to(url_of(there))
            # As after a crash between the lock and its answer, long ago.
            execute(tmp_path, "UPDATE api_jobs SET status = 'locking', created_at = 1000, sent_at = 1000")
            deadline = time.monotonic() + PATIENCE_SECONDS
            while statuses(tmp_path) == ["locking"] and "jobs not swept" not in server.log.read_text():
                assert time.monotonic() < deadline
                time.sleep(0.1)
            assert lock(server, operator_key, key, "kept").status_code == 503
            assert statuses(tmp_path) == ["locking"]
            switch.turn_to(url_of(here))
            until_health(server, 200)
            assert lock(server, operator_key, key, "kept").json()["status"] == "locked"


@pytest.mark.parametrize("options", [("--no-index",), ()])
def test_a_start_on_another_chain_is_refused(
    chains: tuple[Stage, Stage], tmp_path: Path, options: tuple[str, ...]
) -> None:
    here, there = chains
    with serving(tmp_path, chain=url_of(here), platform=here.platform, options=("--no-index",)) as server:
        until_health(server, 200)
    said = refused_start(tmp_path, there, *options)
    assert "the database is of the chain" in said
    assert "--database" in said
    assert "--url" in said
    command = [str(Path(sys.executable).with_name("job-escrow")), "index", "--url", url_of(there)]
    command += ["--database", str(tmp_path / "index.sqlite")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    assert (done.returncode, "the database is of the chain" in done.stderr) == (1, True), done


def test_no_blockhash_of_another_chain_is_given_to_who_signs(chains: tuple[Stage, Stage], tmp_path: Path) -> None:
    """Nobody has looked since the node changed: the blockhash itself tells."""
    here, there = chains

    async def story(switch: Switch) -> None:
        with closing(ApiDatabase(tmp_path / "index.sqlite")) as database:
            chain = BoundChain(lambda: AsyncRpcChain(switch.url), database, str(PROGRAM_ID), look_seconds=5.0)
            assert (await chain.answer(GetLatestBlockhash())).last_valid_block_height > 0
            switch.turn_to(url_of(there))
            with pytest.raises(WrongChain):
                await chain.answer(GetLatestBlockhash())
            assert str(chain.duty.trouble).startswith("Nothing is sent, since the database is of the chain")
            switch.turn_to(url_of(here))
            await chain.answer(GetLatestBlockhash())
            await chain.check()
            assert chain.duty.trouble is None
            await chain.close()

    with Switch(url_of(here)).running() as switch:
        asyncio.run(story(switch))


@contextmanager
def without_batches(url: str) -> Iterator[str]:
    """A node that takes one question at a time."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if body.startswith(b"["):
                answer = b'{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no batches"}}'
            else:
                answer = httpx2.post(url, content=body, headers={"content-type": "application/json"}).content
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("batches", [True, False])
def test_a_blockhash_comes_from_the_chain_that_is_meant(chains: tuple[Stage, Stage], batches: bool) -> None:
    here, _ = chains

    async def story(url: str) -> None:
        node = AsyncRpcChain(url)
        genesis = await node.answer(GetGenesisHash())
        found = await node.answer(GetLatestBlockhash(genesis))
        assert found.last_valid_block_height > 0
        with pytest.raises(WrongChain, match=f"is of the chain {genesis}, not of another"):
            await node.answer(GetLatestBlockhash("another"))
        await node.close()

    with nullcontext(url_of(here)) if batches else without_batches(url_of(here)) as url:
        asyncio.run(story(url))


def test_queries_say_which_chain_and_refuse_another_program(chains: tuple[Stage, Stage], tmp_path: Path) -> None:
    here, _ = chains
    with Mirror(url_of(here), tmp_path / "index.sqlite") as mirror:
        mirror.catch_up()
    (genesis,) = execute(tmp_path, "SELECT genesis_hash FROM binding")[0]
    asked = ("usage", "--platform", str(here.platform), str(here.cast.alice.pubkey()))
    done = command_on(tmp_path, *asked)
    assert (done.returncode, f"of the chain {genesis}" in done.stderr) == (0, True), done
    for table in ("binding", "progress"):
        execute(tmp_path, f"UPDATE {table} SET program = 'Another1111111111111111111111111111111111111'")
    for command in (
        asked,
        ("balance", "--indexed", "--platform", str(here.platform), str(here.cast.alice.pubkey())),
        ("statement", "2026-06", "--platform", str(here.platform), str(here.cast.alice.pubkey())),
        ("export", "--platform", str(here.platform), str(here.cast.alice.pubkey())),
        ("index", "backup", str(tmp_path / "copy.sqlite")),
        ("index", "verify", "--url", url_of(here)),
    ):
        done = command_on(tmp_path, *command)
        assert done.returncode == 1, (command, done)
        assert "the database is of the program Another1" in done.stderr, done
        assert "choose another database with --database" in done.stderr


def command_on(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("job-escrow")), *arguments]
    command += ["--database", str(folder / "index.sqlite")]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)

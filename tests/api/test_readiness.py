"""Readiness says which part of the server does not work, and what to do; a lock that cannot work says why at once."""

import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from api_harness.people import LIMITS, new_customer, new_key
from api_harness.server import free_port, problem, serving
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage, set_stage
from faults.answers import each
from faults.plan import Fault
from faults.proxy import FaultProxy
from job_escrow import Escrow, PlatformTerms
from job_escrow.chain.requests import RequestAirdrop
from solders.hash import Hash
from solders.keypair import Keypair

_OPTIONS = ("--address-rate", "100000", "--key-rate", "100000")
_NAMES = {
    *("books", "looks at the chain", "sweeps of jobs", "keeper of sessions", "webhooks"),
    *("database", "node", "index", "operator"),
}


@pytest.fixture
def mine(localnet_url: str) -> Iterator[Stage]:
    """A platform whose operator has no SOL yet."""
    with Escrow.connect(localnet_url) as escrow:
        stage = set_stage(escrow)
        operator = Keypair()
        object.__setattr__(stage.cast, "operator", operator)
        terms = vars(stage.terms) | {"operator": operator.pubkey()}
        escrow.create_platform(stage.cast.admin, PlatformTerms(**terms))
        stage.alice.open(LIMITS, buy=1_000)
        yield stage


def test_a_server_that_works_names_its_parts(stage: Stage, localnet_url: str, tmp_path: Path) -> None:
    port = free_port()
    options = (*_OPTIONS, "--metrics-port", str(port))
    with (
        serving(
            tmp_path, chain=localnet_url, platform=stage.platform, operator=stage.cast.operator, options=options
        ) as server,
        server.http() as http,
    ):
        found = until(http, 200)
        parts = by_name(found)
        assert parts.keys() == _NAMES
        assert all(each["ok"] for each in parts.values())
        assert parts["operator"]["values"]["jobs"] > 10
        assert http.get("/health/ready").json()["status"] == "ok"
        assert http.get("/health/live").json() == {"status": "ok", "version": found["version"]}
        scraped = httpx2.get(f"http://127.0.0.1:{port}/metrics").text
        assert "job_escrow_api_ready 1.0" in scraped
        assert 'job_escrow_api_part_works{part="node"} 1.0' in scraped
        assert f"job_escrow_api_operator_jobs {parts['operator']['values']['jobs']:.1f}" in scraped
        assert "job_escrow_index_degraded 0.0" in scraped
        assert httpx2.get(f"http://127.0.0.1:{port}/health").json()["status"] == "ok"


def test_asking_often_asks_the_node_seldom(stage: Stage, proxy: FaultProxy, tmp_path: Path) -> None:
    with (
        serving(
            tmp_path, chain=proxy.url, platform=stage.platform, options=(*_OPTIONS, "--no-index", "--chain-id", "a")
        ) as server,
        server.http() as http,
    ):
        begun = time.monotonic()
        for _ in range(100):
            http.get("/health")
        # A look holds for two seconds.
        assert proxy.faults.asked["getSlot"] <= 2 + (time.monotonic() - begun) / 2


@pytest.mark.parametrize("how", ["away", "of another chain", "nonsense"])
def test_a_node_that_does_not_work(stage: Stage, proxy: FaultProxy, tmp_path: Path, how: str) -> None:
    with (
        serving(
            tmp_path, chain=proxy.url, platform=stage.platform, operator=stage.cast.operator, options=_OPTIONS
        ) as server,
        server.http() as http,
    ):
        until(http, 200)
        begun = time.monotonic()
        if how == "away":
            proxy.faults.http = {Fault.CUT_BEFORE: 1.0}
        elif how == "nonsense":
            proxy.faults.rewrite = lambda _, __: b"[" * 100_000
        else:
            other = str(Hash(bytes(31) + b"1"))
            proxy.faults.rewrite = each("getGenesisHash", lambda _, answer: answer | {"result": other})
        found = until(http, 503)
        while by_name(found)["node"]["ok"]:
            found = until(http, 503)
        # Not after a minute without progress.
        assert time.monotonic() - begun < 60
        assert found["type"] == "/v1/problems/unavailable"
        assert by_name(found)["node"]["remedy"]
        assert ("another" in how) == ("of the chain" in by_name(found)["node"]["detail"])
        assert http.get("/health/live").status_code == 200
        proxy.faults.calm()
        until(http, 200)
        assert server.process.poll() is None


def test_an_operator_without_sol(mine: Stage, localnet_url: str, tmp_path: Path) -> None:
    operator = mine.cast.operator
    with (
        serving(tmp_path, chain=localnet_url, platform=mine.platform, operator=operator, options=_OPTIONS) as server,
        server.http() as http,
    ):
        customer = new_key(http, mine.cast.alice)
        key = new_key(http, operator, scopes=["operator"])
        found = until(http, 503)
        part = by_name(found)["operator"]
        assert (part["ok"], part["values"]) == (False, {"lamports": 0, "jobs": 0})
        assert str(operator.pubkey()) in part["remedy"]
        with server.http(key) as provider:
            begun = time.monotonic()
            refused = lock(provider, customer)
            assert time.monotonic() - begun < 10
            said = problem(refused)
            assert (refused.status_code, said["type"]) == (503, "/v1/problems/operator-unfunded")
            assert str(operator.pubkey()) in str(said["detail"])
            assert int(refused.headers["retry-after"]) > 0
            mine.escrow.chain.answer(RequestAirdrop(operator.pubkey(), 1_000_000_000))
            assert by_name(until(http, 200))["operator"]["values"]["jobs"] > 100
            locked = lock(provider, customer)
            assert locked.status_code == 201, locked.text
        account = mine.alice.account()
        assert account is not None
        assert account.open_jobs == 1


def test_an_operator_who_runs_out_is_told_before(mine: Stage, localnet_url: str, tmp_path: Path) -> None:
    operator = mine.cast.operator
    mine.escrow.chain.answer(RequestAirdrop(operator.pubkey(), 20_000_000))
    options = (*_OPTIONS, "--ready-jobs", "6")
    with (
        serving(tmp_path, chain=localnet_url, platform=mine.platform, operator=operator, options=options) as server,
        server.http() as http,
    ):
        found = until(http, 503)
        while "Its SOL pays for 5 more" not in by_name(found)["operator"]["detail"]:
            found = until(http, 503)
        customer = new_key(http, mine.cast.alice)
        with server.http(new_key(http, operator, scopes=["operator"])) as provider:
            # It is as it says: five more, and no sixth.
            assert [lock(provider, customer, str(number)).status_code for number in range(6)] == [*[201] * 5, 503]


def test_an_index_that_is_behind(stage: Stage, localnet_url: str, tmp_path: Path) -> None:
    with (
        serving(tmp_path, chain=localnet_url, platform=stage.platform, options=_OPTIONS) as server,
        server.http() as http,
    ):
        until(http, 200)
    options = (*_OPTIONS, "--no-index", "--ready-slots", "3")
    with (
        serving(tmp_path, chain=localnet_url, platform=stage.platform, options=options) as server,
        server.http() as http,
    ):
        part = by_name(until(http, 503))["index"]
        assert "slots behind the chain" in part["detail"]
        assert part["values"]["slots_behind"] > 3


def test_a_full_disk(stage: Stage, localnet_url: str, tmp_path: Path) -> None:
    with (
        small_disk(tmp_path / "disk") as disk,
        serving(
            disk, chain=localnet_url, platform=stage.platform, operator=stage.cast.operator, options=_OPTIONS
        ) as server,
        server.http() as http,
    ):
        until(http, 200)
        wallet = new_customer(stage, 1_000)
        customer = new_key(http, wallet.side.signer)
        key = new_key(http, stage.cast.operator, scopes=["operator"])
        fill(disk / "filler")
        with server.http(key) as provider:
            answers = [lock(provider, customer, str(number)) for number in range(12)]
            assert {each.status_code for each in answers} <= {201, 503}
            refused = [each for each in answers if each.status_code == 503]
            assert refused, "the disk is not full"
            for each in refused:
                assert problem(each)["type"] == "/v1/problems/unavailable"
                assert int(each.headers["retry-after"]) > 0
            assert by_name(until(http, 503))["database"]["ok"] is False
            assert http.get("/health/live").status_code == 200
            (disk / "filler").unlink()
            until(http, 200)
            answers = [lock(provider, customer, str(number)) for number in range(12)]
            assert [each.status_code for each in answers] == [201] * 12
            account = wallet.account()
            assert account is not None
            assert account.open_jobs == 12
            for each in answers:
                assert provider.post(f"/jobs/{each.json()['id']}/settle", json={"units": 480}).status_code == 200
        assert wallet.balance().available == 1_000 - 12 * 18


def test_a_database_that_somebody_holds(stage: Stage, localnet_url: str, tmp_path: Path) -> None:

    with (
        serving(tmp_path, chain=localnet_url, platform=stage.platform, options=_OPTIONS) as server,
        server.http() as http,
    ):
        until(http, 200)
        other = sqlite3.connect(tmp_path / "index.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        found = until(http, 503)
        assert "somebody else holds" in by_name(found)["database"]["detail"]
        other.execute("ROLLBACK")
        other.close()
        until(http, 200)


def lock(provider: httpx2.Client, customer: str, name: str = "a") -> httpx2.Response:
    body = {"customer_key": customer, "tier": "pro", "max_units": 500}
    return provider.post("/jobs", json=body, headers={"Idempotency-Key": f"{customer[4:20]}-{name}"})


def until(http: httpx2.Client, *statuses: int) -> dict[str, Any]:
    """What readiness says as soon as it has one of these statuses."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (answer := http.get("/health")).status_code not in statuses:
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.1)
    return problem(answer) if answer.is_error else answer.json()


def by_name(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in found["parts"]}


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own, where this process may make one."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("a full disk needs a file system of its own, which only root can mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def fill(path: Path) -> None:
    """Take all the room that is left."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue

"""A stranger who names a job's address in many transactions makes nothing slower: counted in requests to the node."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from api_harness.crash import Crash, open_jobs
from api_harness.mirror import Mirror
from api_harness.people import stage_with_accounts
from api_harness.server import problem
from escrow_harness.nodes import private_localnet, travel
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage, wait_until
from faults.plan import Faults
from faults.proxy import FaultProxy, fault_proxy
from job_escrow import Escrow
from job_escrow.addresses import job_address
from job_escrow.chain import run_async
from job_escrow.escrow import AsyncEscrow
from job_escrow.transactions import execute
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer

_SPAM = 40
_MOST = 25
"""Transactions of an address that the server asks for."""


@pytest.fixture
def crash(stage: Stage, proxy: FaultProxy, tmp_path: Path) -> Crash:
    """Without an index of its own: what the index has is the test's to say."""
    return Crash(stage, proxy, tmp_path, ("--no-index",))


def spam(url: str, stage: Stage, address: Pubkey) -> None:
    """Name an address in as many transactions."""
    stranger = stage.cast.stranger

    async def one(escrow: AsyncEscrow, lamports: int) -> None:
        step = transfer(TransferParams(from_pubkey=stranger.pubkey(), to_pubkey=stranger.pubkey(), lamports=lamports))
        named = [*step.accounts, AccountMeta(address, is_signer=False, is_writable=False)]
        steps = [Instruction(step.program_id, step.data, named)]
        await run_async(execute(steps, [stranger], escrow.options), escrow.chain)

    async def all_of_them() -> None:
        async with AsyncEscrow.connect(url) as escrow:
            await asyncio.gather(*(one(escrow, lamports) for lamports in range(1, _SPAM + 1)))

    asyncio.run(all_of_them())


def history_requests(crash: Crash) -> tuple[int, int]:
    asked = crash.proxy.faults.asked
    return asked["getSignaturesForAddress"], asked["getTransaction"]


def test_an_open_job_is_settled_and_refunded_without_a_look_at_its_history(
    crash: Crash, stage: Stage, localnet_url: str
) -> None:
    with crash.serve() as server, server.http() as http:
        crash.make_keys(server)
        http.headers["Authorization"] = f"Bearer {crash.operator_key}"
        for end, body in (("settle", {"units": 1}), ("refund", {})):
            job = http.post(
                "/jobs",
                json={"customer_key": crash.key, "tier": "pro", "max_units": 500},
                headers={"Idempotency-Key": f"{end}-{crash.key[4:20]}"},
            ).json()["id"]
            spam(localnet_url, stage, Pubkey.from_string(job))
            crash.proxy.faults.asked.clear()
            ended = http.post(f"/jobs/{job}/{end}", json=body)
            assert ended.json()["status"] == {"settle": "settled", "refund": "refunded"}[end]
            assert history_requests(crash)[0] == 0
            assert history_requests(crash)[1] <= 3  # of its own transaction


def test_a_lock_that_a_crash_left_open_is_known_by_its_account(crash: Crash, stage: Stage, localnet_url: str) -> None:
    with crash.serve() as server:
        crash.make_keys(server)
        crash.kill_while(server, crash.lock, "getSignatureStatuses", landed=lambda: open_jobs(crash) == 1)
    account = crash.customer.account()
    assert account is not None
    address = job_address(crash.customer.address, account.job_ids.highest).address
    spam(localnet_url, stage, address)
    crash.proxy.faults.asked.clear()
    with crash.serve() as server:
        job = crash.lock(server).json()
        assert (job["id"], job["status"]) == (str(address), "locked")
        # The sweep of the start and the request.
        signatures, transactions = history_requests(crash)
        assert signatures <= 2
        assert transactions <= 2 * _MOST
        assert open_jobs(crash) == 1


@pytest.fixture
def own_chain() -> Iterator[str]:
    """Whose time a test may let pass."""
    with private_localnet() as url:
        yield url


def test_a_job_that_a_stranger_ended_and_buried_is_known_by_the_index(own_chain: str, tmp_path: Path) -> None:
    with Escrow.connect(own_chain) as escrow, fault_proxy(own_chain, "", Faults(delay=120)) as proxy:
        ended_and_buried(Crash(stage_with_accounts(escrow), proxy, tmp_path, ("--no-index",)), own_chain, tmp_path)


def ended_and_buried(crash: Crash, localnet_url: str, tmp_path: Path) -> None:
    stage = crash.stage
    with crash.serve() as server:
        crash.make_keys(server)
        job = crash.lock(server, seconds=3_600).json()
        server.kill()
    travel(localnet_url, seconds=3_600)
    wait_until(stage.escrow.chain, job["deadline"])
    stage.anyone.refund(crash.customer.address, job["job_number"])
    address = Pubkey.from_string(job["id"])
    spam(localnet_url, stage, address)
    crash.proxy.faults.asked.clear()
    with crash.serve() as server, server.http(crash.operator_key) as http:
        settle = f"/jobs/{job['id']}/settle"
        unknown = http.post(settle, json={"units": 1})
        assert problem(unknown)["type"] == "/v1/problems/unavailable"
        sweeps, transactions = history_requests(crash)
        assert transactions <= sweeps * _MOST
        with Mirror(localnet_url, tmp_path / "index.sqlite") as mirror:
            mirror.catch_up()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (detail := str(problem(http.post(settle, json={"units": 1}))["detail"])).startswith("What became"):
            assert time.monotonic() < deadline, detail
        assert detail == "The job has ended already: refunded, 0 credits charged."
        crash.proxy.faults.asked.clear()
        assert problem(http.post(settle, json={"units": 1}))["status"] == 409
        assert history_requests(crash) == (0, 0)
    assert crash.customer.balance().available == 1_000

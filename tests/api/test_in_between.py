"""Between a check and its use: a revocation while a job is priced, requests that wait for the same node."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from api_harness.reservations import reservation
from job_escrow.addresses import credit_address
from job_escrow.chain import ChainError
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.jobs.store import JobStore
from job_escrow_api.domain.keys.store import Key, KeyStore
from job_escrow_api.domain.keys.terms import KeyTerms
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.services import Services
from job_escrow_api.settings import ApiSettings
from solders.pubkey import Pubkey

PLATFORM, WALLET = Pubkey.new_unique(), Pubkey.new_unique()
ACCOUNT = credit_address(PLATFORM, WALLET, bytes(16))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[ApiDatabase]:
    opened = ApiDatabase(tmp_path / "index.sqlite")
    yield opened
    opened.close()


async def new_key(keys: KeyStore, nonce: str) -> Key:
    return (await keys.create(KeyTerms(wallet=str(WALLET), name="k"), bytes(16), ACCOUNT, nonce))[1]


def test_a_key_that_is_revoked_while_a_job_is_priced_pays_for_nothing(database: ApiDatabase) -> None:
    """The key as it was found says nothing of it any more, and the other key is as good as before."""
    keys, jobs = KeyStore(database, PLATFORM), JobStore(database, PLATFORM)

    async def story() -> None:
        revoked, other = [await new_key(keys, nonce) for nonce in "ab"]
        await jobs.reserve(reservation(revoked, "before"))
        await keys.revoke(str(ACCOUNT), revoked.id)
        assert revoked.usable
        with pytest.raises(Refusal) as refusal:
            await jobs.reserve(reservation(revoked, "after"))
        assert refusal.value.kind is Kinds.CUSTOMER_KEY_REFUSED
        await jobs.reserve(reservation(other, "after"))

    asyncio.run(story())
    rows = database.all("SELECT idempotency_key FROM api_jobs ORDER BY number")
    assert [row["idempotency_key"] for row in rows] == ["before", "after"]


def test_a_node_that_is_slow_to_fail_is_asked_once_for_all_who_wait(tmp_path: Path) -> None:
    asked = 0

    async def fail_slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.2)
        writer.write(b"HTTP/1.1 500 Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async def story() -> None:
        server = await asyncio.start_server(fail_slowly, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        settings = ApiSettings(database=tmp_path / "index.sqlite", rpc_url=url, platform=PLATFORM, public_url=url)
        services = Services(settings)
        async with server:
            for expected in (1, 2):
                answers = await asyncio.gather(
                    *(services.current.platform() for _ in range(10)), return_exceptions=True
                )
                assert all(isinstance(answer, ChainError) for answer in answers), answers
                assert asked == expected
            # Who goes away takes nobody's answer along.
            impatient, patient = (asyncio.create_task(services.current.platform()) for _ in range(2))
            await asyncio.sleep(0)
            impatient.cancel()
            with pytest.raises(ChainError):
                await patient
            assert asked == 3
            await services.close()

    asyncio.run(story())

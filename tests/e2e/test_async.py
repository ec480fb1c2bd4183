"""The asynchronous facade on a real node: jobs of one wallet side by side."""

import asyncio

import pytest
from escrow_harness.stage import LIMITS, Stage, ids_from, job, set_stage
from job_escrow import AsyncEscrow, Escrow, NotFound, Refused, job_address
from job_escrow.codec import JobLocked, JobSettled, errors


@pytest.fixture
def stage(validator_url: str) -> Stage:
    with Escrow.connect(validator_url) as escrow:
        return set_stage(escrow)


@pytest.mark.validator
@pytest.mark.asyncio
async def test_jobs_side_by_side(stage: Stage, validator_url: str) -> None:
    async with AsyncEscrow.connect(validator_url) as escrow:
        wallet = escrow.wallet(stage.cast.alice, stage.platform)
        operator = escrow.operator(stage.cast.operator, stage.platform)
        with pytest.raises(NotFound):
            await escrow.platform(stage.platform)
        await escrow.create_platform(stage.cast.admin, stage.terms)
        await wallet.open(LIMITS, buy=1_000)
        first = await operator.next_job_id(wallet.address)

        ids = ids_from(wallet.address, first, 5)
        locked = await asyncio.gather(*(operator.lock(wallet.address, job(each, 1, 500)) for each in ids))
        assert {event.id for receipt in locked for event in receipt.events if isinstance(event, JobLocked)} == {*ids}
        assert (await wallet.balance()).locked == 5 * 8
        open_job = await escrow.job(job_address(wallet.address, first).address)
        assert open_job is not None
        assert open_job.credits == 8

        with pytest.raises(Refused) as refused:
            await operator.settle(wallet.address, first, 501)
        assert refused.value.refusal is errors.AboveLock
        settled = await asyncio.gather(*(operator.settle(wallet.address, each, 1) for each in ids))
        charged = [event.charged for receipt in settled for event in receipt.events if isinstance(event, JobSettled)]
        assert charged == [8] * 5
        assert await escrow.job(job_address(wallet.address, first).address) is None

        await wallet.withdraw()
        balance = await wallet.balance()
        assert (balance.available, balance.locked, balance.vault_base_units) == (0, 0, 0)

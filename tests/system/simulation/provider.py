"""A provider: it locks, streams, settles and gives back, through a server that comes and goes."""

import asyncio
from collections.abc import Mapping
from random import Random

import httpx2

from simulation.journal import ApiKey, Asked
from simulation.world import World

_LONG_SECONDS = 3 * 60 * 60
"""Time enough for a settlement whatever happens in a run."""
_SHORT_SECONDS = range(15, 50)
_MOST_JOBS = 480
KINDS = {
    "settled": 5,
    "streamed": 3,
    "stream broke": 2,
    "customer left": 2,
    "given back": 2,
    "abandoned": 1,
    "answer lost": 2,
    "asked twice at once": 2,
    "late": 1,
}


class Provider:
    """Several of its threads work at once; each job has an amount that no other has."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.journal = world.journal
        self.dice = Random(f"provider {world.seed}")
        self.stops = False

    async def work(self) -> None:
        """One thread of it: job after job, until it is told to stop; the last one is done to its end."""
        while not self.stops and len(self.journal.jobs) < _MOST_JOBS:
            kind = self.dice.choices(list(KINDS), list(KINDS.values()))[0]
            job = self._new_job(kind)
            await self._play(job)
            self.journal.happened[f"job: {kind}"] += 1
            await asyncio.sleep(self.dice.choice((0.0, 0.02, 0.1)))

    def _new_job(self, kind: str) -> Asked:
        is_short = kind in ("stream broke", "abandoned", "answer lost", "late")
        seconds = self.dice.choice(_SHORT_SECONDS) if is_short else _LONG_SECONDS
        order = self.journal.next_order()
        tag = len(self.journal.jobs) + 10
        job = Asked(tag, self._key(), seconds, kind, order)
        self.journal.jobs[tag] = job
        return job

    def _key(self) -> ApiKey:
        return self.dice.choice(self.dice.choice(self.world.customers).keys)

    async def _play(self, job: Asked) -> None:
        if job.kind == "answer lost":
            await self._lock_and_leave(job)
            return
        if job.kind == "asked twice at once":
            answers = await asyncio.gather(*(self._lock(job) for _ in range(2)))
            if not all(answers):
                return
        elif not await self._lock(job):
            return
        used = self.dice.randint(1, job.tag)
        await self._runs()
        match job.kind:
            case "settled" | "asked twice at once":
                await self._settle(job, used)
            case "streamed" | "customer left":
                for part in range(used // 3, used, max(1, used // 3)):
                    await self._settle(job, part, final=False)
                    await self._runs()
                await self._settle(job, used)
            case "stream broke":
                await self._settle(job, used, final=False)
            case "given back":
                await self._refund(job)
            case "late":
                await asyncio.sleep(self.dice.uniform(0.5, 3))
                await self._settle(job, used)

    async def _runs(self) -> None:
        """The model works, while the server sweeps."""
        await asyncio.sleep(self.dice.choice((0.0, 0.1, 0.4, 0.8)))

    # What it asks

    async def _lock(self, job: Asked) -> bool:
        """Ask until there is an answer that stands; whether it is locked."""
        while True:
            answer = await self._ask(job, "/jobs", self._lock_body(job), patient=True)
            if answer is None:
                return False
            if answer.status_code == 201:
                view = answer.json()
                if view["status"] == "locking":
                    continue
                if job.address and view["id"] != job.address:
                    self.journal.happened["lock: repeated as another job"] += 1
                job.address = view["id"]
                self.journal.happened["lock: locked"] += 1
                return True
            if answer.status_code == 409 and "safe" in answer.text:
                continue
            self.journal.happened[f"lock: {answer.json()['title']}"] += 1
            return False

    async def _lock_and_leave(self, job: Asked) -> None:
        """Ask, and go away before the answer comes."""
        await self._impatiently(job, self.dice.uniform(0.0, 0.3))

    async def _impatiently(self, job: Asked, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._ask(job, "/jobs", self._lock_body(job), patient=False)
        except TimeoutError:
            self.journal.happened["lock: nobody waited for the answer"] += 1

    def _lock_body(self, job: Asked) -> dict[str, object]:
        return {
            "customer_key": job.key.text,
            "tier": "metered",
            "max_units": job.tag,
            "seconds": job.seconds,
        }

    async def _settle(self, job: Asked, units: int, *, final: bool = True) -> None:
        job.most_units = max(job.most_units, units)
        if job.seconds == _LONG_SECONDS:
            job.must_charge = units
        body = {"units": units, "final": final}
        answer = await self._ask(job, f"/jobs/{job.address}/settle", body, patient=True)
        if answer is None:
            return
        self.journal.happened[f"settle: {answer.status_code}"] += 1
        if answer.status_code not in self._may_be(job):
            job.refusals.append(f"settle {units}: {answer.status_code} {answer.text}")

    async def _refund(self, job: Asked) -> None:
        job.may_refund = True
        answer = await self._ask(job, f"/jobs/{job.address}/refund", {}, patient=True)
        if answer is not None:
            self.journal.happened[f"refund: {answer.status_code}"] += 1
            if answer.status_code not in self._may_be(job):
                job.refusals.append(f"refund: {answer.status_code} {answer.text}")

    def _may_be(self, job: Asked) -> tuple[int, ...]:
        """What an end may be answered with: done, or too late.

        A node that lists nothing tells a job that has ended from none as little as a database that has forgotten it.
        """
        forgotten = job.seconds != _LONG_SECONDS and self.world.was_restored
        return (200, 409, 404) if forgotten else (200, 409)

    async def _ask(self, job: Asked, path: str, body: Mapping[str, object], *, patient: bool) -> httpx2.Response | None:
        headers = {"Idempotency-Key": f"order-{job.tag}"}
        key = self.world.operator_key
        if path.endswith("refund"):
            return await self.world.ask("POST", path, key=key, headers=headers, patient=patient)
        return await self.world.ask("POST", path, key=key, headers=headers, json=body, patient=patient)

"""A provider of requests within sessions: admits, settles and releases them through a server that comes and goes."""

import asyncio
from collections.abc import Mapping
from random import Random
from typing import Any

import httpx2

from simulation.journal import ApiKey, Wanted
from simulation.world import World, passes

_LONG_SECONDS = 3 * 60 * 60
"""Time enough for a settlement whatever happens in a run."""
_SHORT_SECONDS = range(15, 50)
_MOST_REQUESTS = 600
_MOST_UNITS = 60
_OF_A_BATCH = 3
KINDS = {
    "settled": 6,
    "of a batch": 2,
    "released": 2,
    "abandoned": 1,
    "answer lost": 2,
    "asked twice at once": 2,
    "late": 1,
}


class Requester:
    """Several of its threads work at once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.journal = world.journal
        self.dice = Random(f"requester {world.seed}")
        self.stops = False

    async def work(self) -> None:
        """One thread of it: request after request, until it is told to stop; the last one is done to its end."""
        while not self.stops and len(self.journal.requests) < _MOST_REQUESTS:
            kind = self.dice.choices(list(KINDS), list(KINDS.values()))[0]
            if kind == "of a batch":
                await self._play_batch([self._new(kind) for _ in range(_OF_A_BATCH)])
            else:
                await self._play(self._new(kind))
            self.journal.happened[f"request: {kind}"] += 1
            await asyncio.sleep(self.dice.choice((0.0, 0.02, 0.1)))

    def _new(self, kind: str) -> Wanted:
        is_short = kind in ("abandoned", "answer lost", "late")
        wanted = Wanted(
            number=len(self.journal.requests),
            key=self._key(),
            units=self.dice.randint(1, _MOST_UNITS),
            seconds=self.dice.choice(_SHORT_SECONDS) if is_short else _LONG_SECONDS,
            kind=kind,
            order=self.journal.next_order(),
        )
        self.journal.requests.append(wanted)
        return wanted

    def _key(self) -> ApiKey:
        return self.dice.choice(self.dice.choice(self.world.customers).keys)

    async def _play(self, wanted: Wanted) -> None:
        match wanted.kind:
            case "answer lost":
                await self._admit_and_leave(wanted)
                return
            case "asked twice at once":
                await asyncio.gather(*(self._admit(wanted) for _ in range(2)))
            case _:
                await self._admit(wanted)
        if not wanted.id:
            return
        await self._runs()
        match wanted.kind:
            case "settled" | "asked twice at once":
                await self._settle(wanted)
            case "released":
                await self._release(wanted)
            case "late":
                await asyncio.sleep(self.dice.uniform(0.5, 3))
                await self._settle(wanted)

    async def _runs(self) -> None:
        """The model works, while the keeper of sessions settles and renews."""
        await asyncio.sleep(self.dice.choice((0.0, 0.05, 0.2, 0.5)))

    # What it asks

    async def _admit(self, wanted: Wanted) -> None:
        answer = await self._ask("/requests", _terms(wanted), headers=_key_of(wanted))
        if answer is not None:
            self._admitted(wanted, answer.status_code, answer.json())

    async def _admit_and_leave(self, wanted: Wanted) -> None:
        """Ask, and go away before the answer comes."""
        try:
            async with asyncio.timeout(self.dice.uniform(0.0, 0.1)):
                await self._ask("/requests", _terms(wanted), headers=_key_of(wanted), patient=False)
        except TimeoutError:
            self.journal.happened["request: nobody waited for the answer"] += 1

    def _admitted(self, wanted: Wanted, status: int, said: Mapping[str, Any]) -> None:
        if status != httpx2.codes.CREATED:
            self.journal.happened[f"admission: {said['title']}"] += 1
            return
        if wanted.id and wanted.id != said["id"] and not self.world.was_restored:
            wanted.refusals.append(f"it was admitted as {wanted.id}, and again as {said['id']}")
        wanted.id = said["id"]
        self.journal.happened["admission: admitted"] += 1

    async def _settle(self, wanted: Wanted) -> None:
        wanted.used = self.dice.randint(1, wanted.units)
        answer = await self._ask(f"/requests/{wanted.id}/settle", {"units": wanted.used})
        if answer is not None:
            self._settled(wanted, answer.status_code, answer.json())

    def _settled(self, wanted: Wanted, status: int, said: Mapping[str, Any]) -> None:
        self.journal.happened[f"request's settlement: {status}"] += 1
        if status == httpx2.codes.OK:
            if (said["units"], said["charged"]) != (wanted.used, wanted.used):
                wanted.refusals.append(f"{wanted.used} units were settled as {said}")
            wanted.settled_order = self.journal.next_order()
        elif not self._may_be_refused(wanted):
            wanted.refusals.append(f"its settlement was answered {status}: {said}")

    def _may_be_refused(self, wanted: Wanted) -> bool:
        """Whether a settlement may come too late, or of what a restored database has forgotten."""
        return wanted.seconds != _LONG_SECONDS or self.journal.was_restored_after(wanted.order)

    async def _release(self, wanted: Wanted) -> None:
        answer = await self._ask(f"/requests/{wanted.id}/release", None)
        if answer is None:
            return
        self.journal.happened[f"release: {answer.status_code}"] += 1
        if answer.status_code != httpx2.codes.OK and not self._may_be_refused(wanted):
            wanted.refusals.append(f"its release was answered {answer.status_code}: {answer.text}")

    async def _play_batch(self, batch: list[Wanted]) -> None:
        """Several at once, each asked for again for itself where it has to be."""
        asked = [_terms(wanted) | {"idempotency_key": f"request-{wanted.number}"} for wanted in batch]
        admitted = await self._results("/requests/batch", asked, httpx2.codes.CREATED)
        for wanted, (status, said) in zip(batch, admitted, strict=True):
            self._admitted(wanted, status, said)
        running = [wanted for wanted in batch if wanted.id]
        if not running:
            return
        await self._runs()
        for wanted in running:
            wanted.used = self.dice.randint(1, wanted.units)
        used = [{"id": wanted.id, "units": wanted.used} for wanted in running]
        settled = await self._results("/requests/batch/settle", used, httpx2.codes.OK)
        for wanted, (status, said) in zip(running, settled, strict=True):
            self._settled(wanted, status, said)

    async def _results(self, path: str, asked: list[dict[str, Any]], done: int) -> list[tuple[int, Mapping[str, Any]]]:
        """What became of each of a batch, as it would have been answered alone, once all of it stands."""
        while True:
            answer = await self._ask(path, {"requests": asked})
            if answer is None:
                return [(0, {"title": "nobody answered"})] * len(asked)
            assert answer.status_code == httpx2.codes.OK, answer.text
            found = [_result(each, done=done) for each in answer.json()["results"]]
            if not any(passes(status, said) for status, said in found):
                return found
            await asyncio.sleep(0.05)

    async def _ask(
        self,
        path: str,
        body: Mapping[str, object] | None,
        *,
        headers: Mapping[str, str] | None = None,
        patient: bool = True,
    ) -> httpx2.Response | None:
        more = {} if body is None else {"json": body}
        key = self.world.operator_key
        return await self.world.ask("POST", path, key=key, headers=dict(headers or {}), patient=patient, **more)


def _result(result: Mapping[str, Any], *, done: int) -> tuple[int, Mapping[str, Any]]:
    if result["request"] is not None:
        return done, result["request"]
    return result["problem"]["status"], result["problem"]


def _key_of(wanted: Wanted) -> dict[str, str]:
    return {"Idempotency-Key": f"request-{wanted.number}"}


def _terms(wanted: Wanted) -> dict[str, Any]:
    return {
        "customer_key": wanted.key.text,
        "tier": "metered",
        "max_units": wanted.units,
        "seconds": wanted.seconds,
    }

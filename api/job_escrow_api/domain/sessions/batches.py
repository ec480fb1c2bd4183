"""Many requests in one call: each is admitted or settled as it would be alone, and what becomes of it is its own."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Sequence
from typing import Annotated

import msgspec

from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.patterns import IDEMPOTENCY_KEY
from job_escrow_api.domain.problems import Problem
from job_escrow_api.domain.sessions.requests import RequestTerms, RequestView, UnitsUsed
from job_escrow_api.domain.sessions.rows import RequestRow
from job_escrow_api.domain.sessions.service import MOST_WAITING, RequestService

MOST_REQUESTS = 100
Became = RequestRow | Exception
"""What became of a request."""


class BatchedTerms(RequestTerms, kw_only=True, forbid_unknown_fields=True):
    """A request to admit, with the Idempotency-Key that it would have alone."""

    idempotency_key: Annotated[str, msgspec.Meta(pattern=IDEMPOTENCY_KEY)]


class BatchedUnits(UnitsUsed, kw_only=True, forbid_unknown_fields=True):
    """A request to settle, with what it has used in the end."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class AdmissionBatch(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Requests to admit, of any customers."""

    requests: Annotated[list[BatchedTerms], msgspec.Meta(min_length=1, max_length=MOST_REQUESTS)]


class SettlementBatch(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Requests to settle, of any customers."""

    requests: Annotated[list[BatchedUnits], msgspec.Meta(min_length=1, max_length=MOST_REQUESTS)]


class BatchResult(msgspec.Struct, kw_only=True):
    """What became of one request: it as it is now, or the problem that it would have been answered with alone."""

    request: RequestView | None = None
    problem: Problem | None = None


class BatchResults(msgspec.Struct, kw_only=True):
    """What became of each request, in the order in which they were asked for."""

    results: list[BatchResult]


async def admit_all(service: RequestService, operator: Key, requests: Sequence[BatchedTerms]) -> list[Became]:
    """Admit each; the first of a customer alone, since it may open the session that the others find."""
    became: dict[int, Became] = {}
    # Several keys can be of one account.
    places_left = asyncio.Semaphore(MOST_WAITING)

    async def one(place: int) -> None:
        asked = requests[place]
        terms = RequestTerms(**{name: getattr(asked, name) for name in RequestTerms.__struct_fields__})
        async with places_left:
            became[place] = await _became(service.admit(operator, asked.idempotency_key, terms))

    async def of_customer(places: list[int]) -> None:
        await one(places[0])
        await asyncio.gather(*(one(place) for place in places[1:]))

    of_customers: defaultdict[str, list[int]] = defaultdict(list)
    for place, asked in enumerate(requests):
        of_customers[asked.customer_key].append(place)
    await asyncio.gather(*(of_customer(places) for places in of_customers.values()))
    return [became[place] for place in range(len(requests))]


async def settle_all(service: RequestService, operator: Key, requests: Sequence[BatchedUnits]) -> list[Became]:
    """Settle each."""
    return await asyncio.gather(*(_became(service.settle(operator, each.id, each)) for each in requests))


async def _became(asked: Awaitable[RequestRow]) -> Became:
    try:
        return await asked
    except Exception as error:
        return error

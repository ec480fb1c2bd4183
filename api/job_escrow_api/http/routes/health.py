"""/v1/health: whether the process lives, and whether it can do its work."""

import msgspec
from job_escrow import __version__
from litestar import Router, get

from job_escrow_api.domain.health.monitor import Monitor
from job_escrow_api.domain.health.parts import Part
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.http.guard import anybody
from job_escrow_api.http.problems import documented


class Live(msgspec.Struct, kw_only=True):
    """The process answers."""

    status: str
    version: str


class Health(msgspec.Struct, kw_only=True):
    """The server can do its work."""

    status: str
    version: str
    parts: list[Part]


@get("/live", guards=[anybody], summary="Say whether the process answers", responses=documented(429))
async def get_liveness() -> Live:
    """Nothing else is looked at: a server that is not ready is not helped by a restart."""
    return Live(status="ok", version=__version__)


@get("/", guards=[anybody], summary="Say whether the server can do its work", responses=documented(429, 503))
async def get_health(monitor: Monitor) -> Health:
    """Checks duties, database, node, index and the operator's SOL, at most two seconds ago; 503 if one of them fails.

    `parts` names each of them, and what to do about it.
    """
    return await _checked(monitor)


@get("/ready", guards=[anybody], summary="Say whether the server can do its work", responses=documented(429, 503))
async def get_readiness(monitor: Monitor) -> Health:
    """The same as `/v1/health`, under the name that orchestrators look for."""
    return await _checked(monitor)


async def _checked(monitor: Monitor) -> Health:
    parts = await monitor.parts()
    failing = [each for each in parts if not each.ok]
    if failing:
        detail = " ".join(each.detail for each in failing)
        raise Refusal(Kinds.UNAVAILABLE, detail, headers={"Retry-After": "5"}, parts=parts)
    return Health(status="ok", version=__version__, parts=parts)


health_router = Router("/health", route_handlers=[get_liveness, get_health, get_readiness], tags=["server"])

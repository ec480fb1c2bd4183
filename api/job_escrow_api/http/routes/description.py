"""/v1/openapi.json, /v1/docs, /v1/problems: what the API itself is described with."""

from functools import cache
from typing import Any

import msgspec
from litestar import Litestar, MediaType, Request, Response, Router, get
from litestar.serialization import encode_json

from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.http.document.document import describe
from job_escrow_api.http.document.page import HEADERS, page
from job_escrow_api.http.guard import anybody
from job_escrow_api.http.media import answering
from job_escrow_api.http.problems import documented


class ProblemType(msgspec.Struct, kw_only=True):
    """A type of problem."""

    title: str
    status: int
    remedy: str


@get(
    "/problems/{slug:str}",
    guards=[anybody],
    summary="Say what a problem's type means",
    responses=documented(400, 404, 429),
)
async def get_problem_type(slug: str) -> ProblemType:
    """What stands behind the `type` of a problem."""
    for kind in Kinds:
        if kind.slug == slug:
            return ProblemType(title=kind.value.title, status=kind.value.status, remedy=kind.value.remedy)
    raise Refusal(Kinds.NOT_FOUND, "There is no problem of this type.")


@get(
    "/openapi.json",
    guards=[anybody],
    summary="Describe the API",
    responses=documented(429),
    operation_class=answering(MediaType.JSON),
)
async def get_openapi_document(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Answers this document, in OpenAPI 3.1."""
    return Response(_document(request.app), media_type=MediaType.JSON)


@get(
    "/docs",
    guards=[anybody],
    summary="Describe the API to people",
    responses=documented(429),
    operation_class=answering(MediaType.HTML),
)
async def get_documentation_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The same as a page of HTML, without scripts."""
    return Response(_page(request.app), media_type=MediaType.HTML, headers=HEADERS)


@cache
def _document(app: Litestar) -> bytes:
    return encode_json(describe(app))


@cache
def _page(app: Litestar) -> str:
    return page(describe(app))


description_router = Router(
    "/", route_handlers=[get_problem_type, get_openapi_document, get_documentation_page], tags=["server"]
)

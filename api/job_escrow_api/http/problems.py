"""Refusals as application/problem+json (RFC 9457)."""

from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi.datastructures import ResponseSpec

from job_escrow_api.domain.problems import Kinds, Problem, Refusal

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "/v1/problems/"
_MOST_DETAIL = 500


def refused(request: Request[Any, Any, Any], refusal: Refusal) -> Response[Problem]:
    """The answer for a refusal."""
    kind = refusal.kind.value
    headers = dict(refusal.headers)
    if kind.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="job-escrow"'
    return Response(
        Problem(
            type=TYPE_PREFIX + refusal.kind.slug,
            title=kind.title,
            status=kind.status,
            detail=refusal.detail[:_MOST_DETAIL],
            remedy=kind.remedy,
            request_id=str(request.scope.get("request_id", "")),
            **refusal.members,
        ),
        status_code=kind.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def http_refused(request: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    """The answer for what Litestar itself refuses."""
    kind = next((each for each in Kinds if each.value.status == error.status_code), Kinds.INVALID_REQUEST)
    detail = error.detail
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        parts = (f"{each.get('key', 'body')}: {each.get('message', '')}" for each in error.extra)
        detail = "; ".join(parts) or detail
    allow = next((value for name, value in (error.headers or {}).items() if name.lower() == "allow"), None)
    headers = {} if allow is None else {"Allow": ", ".join(sorted(allow.split(", ")))}
    return refused(request, Refusal(kind, detail, headers=headers))


def documented(*statuses: int) -> dict[int, ResponseSpec]:
    """The refusals of a handler, for its OpenAPI; a database that is not to be used refuses everywhere."""
    titles = {status: [] for status in {*statuses, 503}}  # type: dict[int, list[str]]
    for each in Kinds:
        if each.value.status in titles:
            titles[each.value.status].append(each.value.title)
    return {
        status: ResponseSpec(Problem, generate_examples=False, media_type=MEDIA_TYPE, description=", or: ".join(names))
        for status, names in titles.items()
    }

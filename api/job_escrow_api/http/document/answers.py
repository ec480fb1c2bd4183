"""Refusals and headers as OpenAPI describes them: shared by all operations, with an example of each type of problem."""

from typing import Any

from job_escrow_api.domain.problems import Kinds
from job_escrow_api.http.problems import MEDIA_TYPE, TYPE_PREFIX

_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_REMAINING = "CreditsRemaining"
_WAITS = (429, 502, 503)
"""Statuses whose answers may say how long to wait."""

HEADERS: dict[str, dict[str, Any]] = {
    "RequestId": {
        "description": "The request's identifier in the operator's log: the caller's X-Request-Id if it sent one.",
        "schema": {"type": "string"},
        "example": "4f1e7c9a",
    },
    _REMAINING: {
        "description": "Credits that the account can spend after the request; left out where the key may not know.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 1_420,
    },
    "RetryAfter": {
        "description": "Whole seconds to wait before the same request is sent again.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 5,
    },
    "Authenticate": {
        "description": "How to authenticate.",
        "schema": {"type": "string"},
        "example": 'Bearer realm="job-escrow"',
    },
    "Disposition": {
        "description": "The file's name.",
        "schema": {"type": "string"},
        "example": 'attachment; filename="ledger.csv"',
    },
}

SUCCESSES = {"200": "What was asked for.", "201": "What was made.", "202": "It will be sent.", "204": "It is gone."}


def headers_of(*, guarded: bool, file: bool) -> dict[str, Any]:
    """The headers of an answer that is no refusal."""
    names = {"X-Request-Id": "RequestId"}
    names |= {"X-Credits-Remaining": _REMAINING} if guarded else {}
    names |= {"Content-Disposition": "Disposition"} if file else {}
    return {name: _header(component) for name, component in names.items()}


def problem_types() -> list[dict[str, Any]]:
    """Every type of problem, for clients that are made from the document."""
    return [
        {
            "type": TYPE_PREFIX + each.slug,
            "status": each.value.status,
            "title": each.value.title,
            "remedy": each.value.remedy,
        }
        for each in Kinds
    ]


def refusals(statuses: set[int]) -> dict[str, Any]:
    """The answers with these statuses, by the names that `refusal` refers to."""
    return {f"Problem{status}": _refusal(status) for status in sorted(statuses)}


def refusal(status: int) -> dict[str, str]:
    """What an operation says that may be refused with this status."""
    return {"$ref": f"#/components/responses/Problem{status}"}


def _refusal(status: int) -> dict[str, Any]:
    kinds = [each for each in Kinds if each.value.status == status]
    headers = {"X-Request-Id": _header("RequestId")}
    headers |= {"Retry-After": _header("RetryAfter")} if status in _WAITS else {}
    headers |= {"WWW-Authenticate": _header("Authenticate")} if status == 401 else {}
    return {
        "description": ", or: ".join(each.value.title for each in kinds) + ".",
        "headers": headers,
        "content": {MEDIA_TYPE: {"schema": _PROBLEM, "examples": {each.slug: _example(each) for each in kinds}}},
    }


def _example(kind: Kinds) -> dict[str, Any]:
    value = kind.value
    return {
        "summary": value.title,
        "value": {
            "type": TYPE_PREFIX + kind.slug,
            "title": value.title,
            "status": value.status,
            "detail": f"{value.title}: what exactly, this says.",
            "remedy": value.remedy,
            "request_id": HEADERS["RequestId"]["example"],
        },
    }


def _header(component: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{component}"}

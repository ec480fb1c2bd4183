"""Refusals in OpenAI's form."""

from typing import Any

import httpx2
from litestar import Response


def refused(answer: httpx2.Response) -> Response[Any]:
    """The API's refusal in OpenAI's form; 402 says how to add credits."""
    if answer.headers.get("content-type") != "application/problem+json":
        return Response(error_of("the credits cannot be reached: try again", "unavailable"), status_code=503)
    problem = answer.json()
    status = 401 if problem["type"].endswith("customer-key-refused") else answer.status_code
    said = error_of(f"{problem['detail']} {problem['remedy']}", problem["type"].rsplit("/", 1)[-1])
    said["error"] |= {name: problem[name] for name in ("balance", "shortfall", "top_up") if name in problem}
    headers = {"X-Credits-Remaining": str(problem["balance"])} if "balance" in problem else {}
    return Response(said, status_code=status, headers=headers)


def invalid(message: str, param: str | None, code: str, status: int = 400) -> Response[Any]:
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    return Response({"error": error}, status_code=status)


def conflict(message: str, code: str) -> Response[Any]:
    """What OpenAI's packages do not try again."""
    return Response(error_of(message, code), status_code=409, headers={"X-Should-Retry": "false"})


def error_of(message: str, code: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": code, "param": None, "code": code}}

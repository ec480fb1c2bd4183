"""What can go wrong with a request: the server refuses it, nobody answers, or somebody else does."""

from typing import ClassVar

import msgspec

from job_escrow_client.types import Problem

_EXCERPT = 200
"""Bytes of a body that an error shows."""


class ApiError(Exception):
    """Why there is no answer to a request."""


class Refused(ApiError):
    """The server says no. Each type of problem is a class of its own, in `job_escrow_client.problems`.

    `retry_after` are the seconds after which a repeat makes sense, None where the server does not say.
    """

    slug: ClassVar[str] = ""

    def __init__(self, problem: Problem, retry_after: int | None = None) -> None:
        super().__init__(f"{problem.title}: {problem.detail} {problem.remedy}")
        self.problem = problem
        self.retry_after = retry_after

    @property
    def type(self) -> str:
        """The type of problem, as the API's document names it: `/v1/problems/…`."""
        return self.problem.type

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.problem.status

    @property
    def detail(self) -> str:
        """What is wrong with this request."""
        return self.problem.detail

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return self.problem.remedy

    @property
    def request_id(self) -> str:
        """The request's identifier in the operator's log."""
        return self.problem.request_id


class Unreachable(ApiError):
    """No answer came. Where `may_have_happened`, the server may have carried the request out all the same."""

    def __init__(self, reason: str, *, may_have_happened: bool) -> None:
        outcome = "it may have been carried out" if may_have_happened else "it was not carried out"
        super().__init__(f"the API did not answer ({reason}): {outcome}")
        self.may_have_happened = may_have_happened


class UnexpectedAnswer(ApiError):
    """An answer that is not the API's, such as a proxy's: nobody knows whether the request was carried out."""

    def __init__(self, status: int, excerpt: str) -> None:
        super().__init__(f"status {status} with a body that is not the API's: {excerpt!r}")
        self.status = status
        self.excerpt = excerpt


def unexpected(status: int, content: bytes) -> UnexpectedAnswer:
    """The error of an answer that is not the API's, with the beginning of its body."""
    return UnexpectedAnswer(status, content[:_EXCERPT].decode("utf-8", "replace"))


def refusal_of(status: int, content: bytes, retry_after: int | None) -> ApiError:
    """The error of a problem in JSON."""
    try:
        problem = msgspec.json.decode(content, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return unexpected(status, content)
    slug = problem.type.rpartition("/")[2]
    kinds = {each.slug: each for each in Refused.__subclasses__()}
    return kinds.get(slug, Refused)(problem, retry_after)

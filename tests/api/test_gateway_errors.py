"""Every refusal of the account API has a form and a status that OpenAI's packages know."""

import json

import pytest
from job_escrow_client import (
    BudgetExceeded,
    CustomerKeyRefused,
    Forbidden,
    InsufficientCredits,
    InvalidKey,
    KeyHeld,
    LimitExceeded,
    LockedOut,
    MissingKey,
    Problem,
    RateLimited,
    Refused,
    TopUp,
    Unavailable,
    UnexpectedAnswer,
    Unreachable,
)
from job_escrow_gateway.forms import refused

_TOP_UP = TopUp(solana_pay="solana:x", deposit_address="x", min_credits=100)


def refusal(kind: type[Refused], status: int, retry_after: int | None = None, **more: object) -> Refused:
    problem = Problem(
        type=f"/v1/problems/{kind.slug}",
        title="a title",
        status=status,
        detail="what is wrong.",
        remedy="What to do.",
        request_id="1",
        **more,  # type: ignore[arg-type]
    )
    return kind(problem, retry_after)


@pytest.mark.parametrize(
    ("given", "status", "kind"),
    [
        (refusal(CustomerKeyRefused, 403), 401, "authentication_error"),
        (refusal(InsufficientCredits, 402, balance=3, shortfall=7, top_up=_TOP_UP), 402, "insufficient_quota"),
        (refusal(BudgetExceeded, 402, resets_at="2026-01-01T00:00:00Z"), 402, "insufficient_quota"),
        (refusal(LimitExceeded, 402), 402, "insufficient_quota"),
        (refusal(KeyHeld, 403), 403, "permission_error"),
        (refusal(RateLimited, 429, 7), 429, "rate_limit_error"),
        (refusal(Unavailable, 503, 7), 503, "server_error"),
    ],
)
def test_a_refusal_has_its_status_and_says_what_to_do(given: Refused, status: int, kind: str) -> None:
    answer = refused(given)
    error = answer.content["error"]
    assert (answer.status_code, error["type"], error["code"]) == (status, kind, given.slug)
    assert error["message"] == "what is wrong. What to do."
    assert answer.headers.get("Retry-After") == (None if given.retry_after is None else str(given.retry_after))
    more = {name: error[name] for name in ("balance", "shortfall", "top_up", "resets_at") if name in error}
    expected = {
        "balance": 3,
        "shortfall": 7,
        "top_up": {"solana_pay": "solana:x", "deposit_address": "x", "min_credits": 100},
    }
    if isinstance(given, InsufficientCredits):
        assert more == expected
        assert answer.headers["X-Credits-Remaining"] == "3"
    elif isinstance(given, BudgetExceeded):
        assert more == {"resets_at": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize("kind", [MissingKey, InvalidKey, Forbidden, LockedOut])
def test_what_is_wrong_with_the_gateways_own_key_is_not_the_customers(kind: type[Refused]) -> None:
    answer = refused(refusal(kind, 401))
    assert (answer.status_code, answer.content["error"]["type"]) == (503, "server_error")
    assert "what is wrong" not in json.dumps(answer.content)


@pytest.mark.parametrize("given", [UnexpectedAnswer(502, "a proxy's"), Unreachable("gone", may_have_happened=True)])
def test_an_answer_that_is_none_is_one_that_can_be_asked_for_again(given: UnexpectedAnswer | Unreachable) -> None:
    answer = refused(given)
    assert (answer.status_code, answer.content["error"]["code"]) == (503, "unavailable")

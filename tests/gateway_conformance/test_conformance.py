"""What anybody may expect of a gateway that charges by the token: nothing for free, nothing twice, nothing unasked."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from conformance_harness.client import Behind, Client, Got
from conformance_harness.target import Account, Target, require_spent

_BEGIN = 1_000
_WORDS = 12
"""Of an answer that nothing bounds or breaks."""
_BREAKS_AFTER = 5
_EACH_WAY = pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])


@dataclass
class Customer:
    """An account and its client."""

    target: Target
    account: Account
    client: Client
    began_with: int

    def require_spent_tokens(self, least: int, most: int | None = None) -> None:
        price = self.target.unit_price
        wanted = least * price if most is None else range(least * price, most * price + 1)
        require_spent(self.account, self.began_with, wanted)


def new_customer(target: Target, units: int) -> Customer:
    account = target.new_account(units)
    return Customer(target, account, Client(target, account.key), units)


@pytest.fixture(scope="module")
def account(target: Target) -> Account:
    """One for all tests but those that use up the last credit."""
    return target.new_account(_BEGIN * target.unit_price)


@pytest.fixture
def customer(target: Target, account: Account) -> Customer:
    """What the account has when a test begins is what its spending is counted from."""
    return Customer(target, account, Client(target, account.key), account.balance())


@_EACH_WAY
def test_an_answer_costs_its_tokens(customer: Customer, stream: bool) -> None:
    got = customer.client.ask("hello", stream=stream)
    assert (got.status, got.tokens, got.is_whole, got.finish_reason) == (200, _WORDS, True, "stop")
    customer.require_spent_tokens(_WORDS)


@_EACH_WAY
@pytest.mark.parametrize("prompt", ["!down", "!refuse", "!busy"])
def test_a_failure_before_the_first_token_costs_nothing(customer: Customer, prompt: str, stream: bool) -> None:
    got = customer.client.ask(prompt, stream=stream)
    assert not got.is_whole
    assert got.tokens == 0
    assert '"error"' in got.body
    customer.require_spent_tokens(0)


@pytest.mark.parametrize("prompt", ["!fail", "!cut", "!garbage"])
def test_a_failure_in_mid_stream_costs_what_was_handed_over(customer: Customer, prompt: str) -> None:
    """Neither all of the answer, nor nothing; and the client is told that it is not whole."""
    customer.client.ask("hello", stream=True)
    got = customer.client.ask(prompt, stream=True)
    assert (got.tokens, got.is_whole) == (_BREAKS_AFTER, False)
    customer.require_spent_tokens(_WORDS + _BREAKS_AFTER)


def test_an_answer_in_one_piece_that_fails_costs_nothing(customer: Customer) -> None:
    assert customer.client.ask("!fail", stream=False).status >= 500
    customer.require_spent_tokens(0)


@_EACH_WAY
def test_a_client_that_leaves_before_the_first_token_pays_nothing(
    customer: Customer, behind: Behind, stream: bool
) -> None:
    prompt = f"{uuid4().hex} !hang"
    customer.client.leave(prompt, stream=stream, when=lambda: behind.was_asked(prompt))
    customer.require_spent_tokens(0)


@pytest.mark.parametrize("words", [1, _BREAKS_AFTER])
def test_a_client_that_leaves_in_mid_stream_pays_what_was_handed_over(
    customer: Customer, behind: Behind, words: int
) -> None:
    customer.client.ask("hello", stream=True)
    got = customer.client.read("!stall", words=words, stream=True)
    assert got.tokens >= words
    customer.require_spent_tokens(_WORDS + words, _WORDS + _BREAKS_AFTER)
    assert behind.is_idle(), "the model goes on for nobody"


def test_a_client_that_leaves_after_the_last_token_pays_all(customer: Customer) -> None:
    customer.client.ask("hello", stream=True)
    assert customer.client.read("hello", words=_WORDS, stream=True).tokens == _WORDS
    customer.require_spent_tokens(2 * _WORDS)


@_EACH_WAY
def test_an_answer_without_usage_is_counted_or_refused(customer: Customer, stream: bool) -> None:
    """It is not for free."""
    got = customer.client.ask("!no-usage", stream=stream)
    if got.tokens:
        # By a tokenizer's count, or by parts: nobody knows by which.
        customer.require_spent_tokens(1, 4 * _WORDS)
    else:
        assert '"error"' in got.body
        customer.require_spent_tokens(0)


def test_many_at_the_last_credit_get_what_it_pays_for(target: Target) -> None:
    """N requests at once never spend more than there is, and nobody gets for free what others pay."""
    customer = new_customer(target, 30 * target.unit_price)

    def ask(_: int) -> Got:
        return customer.client.ask("!words=10", stream=True, max_tokens=10)

    with ThreadPoolExecutor(20) as pool:
        got = list(pool.map(ask, range(20)))
    answered = [each for each in got if each.is_whole]
    assert 1 <= len(answered) <= 3
    assert {each.status for each in got if not each.is_whole} <= {402, 409, 429, 503}
    customer.require_spent_tokens(10 * len(answered))
    # What is left can be used up.
    for _ in range(3 - len(answered)):
        assert ask(0).is_whole
    assert ask(0).status == 402
    customer.require_spent_tokens(30)


@_EACH_WAY
def test_a_repeat_with_the_same_idempotency_key_is_charged_once(customer: Customer, stream: bool) -> None:
    named = {"Idempotency-Key": uuid4().hex}
    first, again = (customer.client.ask("hello", stream=stream, headers=named) for _ in range(2))
    assert (first.text, again.status in (200, 409)) == (again.text or first.text, True)
    customer.require_spent_tokens(_WORDS)
    other = customer.client.ask("something else", stream=stream, headers=named)
    assert 400 <= other.status < 500
    customer.require_spent_tokens(_WORDS)


def test_repeats_at_the_same_time_are_charged_once(customer: Customer) -> None:
    named = {"Idempotency-Key": uuid4().hex}

    def ask(_: int) -> Got:
        return customer.client.ask("!slow hello", stream=False, headers=named)

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(ask, range(8)))
    assert any(each.is_whole for each in got)
    assert {each.status for each in got} <= {200, 409}
    customer.require_spent_tokens(_WORDS)


def test_a_lost_answer_that_is_asked_for_again_is_charged_once(customer: Customer, behind: Behind) -> None:
    prompt = f"{uuid4().hex} !slow"
    named = {"Idempotency-Key": uuid4().hex}
    with ThreadPoolExecutor(1) as pool:
        # The client is gone when its answer comes.
        pool.submit(customer.client.read, prompt, words=_WORDS, stream=True, headers=named).result()
    while (again := customer.client.ask(prompt, stream=True, headers=named)).status == 409:
        pass
    assert again.tokens == _WORDS
    assert behind.was_asked(prompt)
    customer.require_spent_tokens(_WORDS)


@_EACH_WAY
def test_without_an_idempotency_key_each_request_is_one_of_its_own(customer: Customer, stream: bool) -> None:
    for _ in range(2):
        assert customer.client.ask("hello", stream=stream).is_whole
    customer.require_spent_tokens(2 * _WORDS)


@_EACH_WAY
def test_a_retry_after_a_failure_is_charged_once(customer: Customer, stream: bool) -> None:
    prompt = f"!first-fails {uuid4().hex}"
    assert not customer.client.ask(prompt, stream=stream).is_whole
    assert customer.client.ask(prompt, stream=stream).is_whole
    customer.require_spent_tokens(_WORDS)


@_EACH_WAY
@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_a_cap_bounds_answer_and_bill(customer: Customer, name: str, stream: bool) -> None:
    caps: dict[str, Any] = {"max_tokens": None, name: 4}
    got = customer.client.ask("hello", stream=stream, **caps)
    assert (got.tokens, got.finish_reason) == (4, "length")
    customer.require_spent_tokens(4)


@_EACH_WAY
def test_a_model_that_ignores_its_cap_is_not_the_customers_loss(customer: Customer, stream: bool) -> None:
    customer.client.ask("!overrun !words=100", stream=stream, max_tokens=5)
    customer.require_spent_tokens(0, 5)


@_EACH_WAY
def test_several_choices_are_all_charged_within_the_cap_of_each(customer: Customer, stream: bool) -> None:
    got = customer.client.ask("hello", stream=stream, n=3, max_tokens=4)
    if got.status == 400:
        customer.require_spent_tokens(0)
    else:
        assert got.tokens == 12
        customer.require_spent_tokens(12)


def test_what_the_balance_cannot_pay_is_refused_before_the_model_runs(target: Target, behind: Behind) -> None:
    customer = new_customer(target, 5 * target.unit_price)
    prompt = uuid4().hex
    assert customer.client.ask(prompt, stream=False, max_tokens=10).status == 402
    assert not behind.was_asked(prompt)
    assert customer.client.ask(prompt, stream=False, max_tokens=5).is_whole
    customer.require_spent_tokens(5)


def test_nobody_without_a_key_reaches_the_model(target: Target, behind: Behind) -> None:
    prompt = uuid4().hex
    for key in ("wrong", "jek_0000000000000000_" + "a" * 43):
        assert Client(target, key).ask(prompt, stream=False).status == 401
    assert not behind.was_asked(prompt)

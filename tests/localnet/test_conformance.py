"""The same requests to the local chain and to solana-test-validator, compared field by field."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from localnet_harness.allowed import ALLOWED
from localnet_harness.cases import CASES
from localnet_harness.compare import Difference, differences, not_allowed
from localnet_harness.nodes import local_process, validator_process
from localnet_harness.raw_cases import RAW_CASES
from localnet_harness.story import Story, tell
from localnet_harness.websocket_cases import REFUSED, life_of_a_slot, notifications, refused

_SLOT_MS = 100
"""The story names slot 1, which a chain knows for 512 slots: 51 s here."""


@pytest.fixture(scope="module")
def twins() -> Any:
    """The story on two local chains: what differs there, the suite itself makes differ."""
    with (
        local_process(slot_ms=_SLOT_MS) as first,
        local_process(slot_ms=_SLOT_MS) as second,
        ThreadPoolExecutor() as pool,
    ):
        yield tuple(pool.map(tell, (first.endpoint, second.endpoint)))


def _compare(name: str, ours: Story, theirs: Story) -> list[Difference]:
    answers = [story.symbolic(CASES[name](story)) for story in (ours, theirs)]
    return list(differences(name, *answers))


def test_the_story_is_the_same_wherever_it_is_told(twins: tuple[Story, Story]) -> None:
    """Without a validator: two local chains differ only in what each node chooses itself."""
    chosen = [one for one in ALLOWED if one.reason.startswith("each node's own")]
    found = [one for name in CASES for one in _compare(name, *twins)]
    assert not_allowed(found, chosen) == []


def test_a_slot_lives_the_same_wherever_it_is_asked(twins: tuple[Story, Story]) -> None:
    ours, theirs = (life_of_a_slot(story) for story in twins)
    assert ours == theirs


@pytest.fixture(scope="module")
def rivals(validator_binary: str) -> Any:
    """The story on the local chain and on a validator, both new: it is told once to a node."""
    with (
        validator_process(validator_binary) as validator,
        local_process(slot_ms=_SLOT_MS) as local,
        ThreadPoolExecutor() as pool,
    ):
        yield tuple(pool.map(tell, (local.endpoint, validator)))


@pytest.fixture(scope="module")
def all_differences(rivals: tuple[Story, Story]) -> dict[str, list[Difference]]:
    return {name: _compare(name, *rivals) for name in CASES}


@pytest.mark.validator
@pytest.mark.parametrize("name", CASES)
def test_answers_as_a_validator_does(name: str, all_differences: dict[str, list[Difference]]) -> None:
    found = not_allowed(all_differences[name], ALLOWED)
    assert not found, "\n".join(str(one) for one in found)


@pytest.mark.validator
@pytest.mark.parametrize("name", RAW_CASES)
def test_speaks_http_and_json_rpc_as_a_validator_does(name: str, rivals: tuple[Story, Story]) -> None:
    answers = [RAW_CASES[name](story.node) for story in rivals]
    assert [str(one) for one in differences(name, *answers)] == []


@pytest.mark.validator
@pytest.mark.parametrize("name", REFUSED)
def test_refuses_subscriptions_as_a_validator_does(name: str, rivals: tuple[Story, Story]) -> None:
    assert list(differences(name, *(refused(story, name) for story in rivals))) == []


@pytest.mark.validator
def test_a_slot_lives_as_on_a_validator(rivals: tuple[Story, Story]) -> None:
    ours, theirs = (life_of_a_slot(story) for story in rivals)
    assert list(differences("life of a slot", ours, theirs)) == []


@pytest.mark.validator
@pytest.mark.parametrize("commitment", ["confirmed", "processed"])
def test_notifies_as_a_validator_does(commitment: str, rivals: tuple[Story, Story]) -> None:
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(notifications, rivals, [commitment] * 2))
    found = differences("notifications", *(story.symbolic(one) for story, one in zip(rivals, answers, strict=True)))
    assert [str(one) for one in not_allowed(found, ALLOWED)] == []


@pytest.mark.validator
def test_every_allowed_difference_is_there(all_differences: dict[str, list[Difference]]) -> None:
    """The list has no entry that covers nothing any more."""
    found = [one for several in all_differences.values() for one in several]
    unused = [entry for entry in ALLOWED if entry.must_occur and not any(entry.covers(one) for one in found)]
    assert [str(entry) for entry in unused] == []


def test_no_entry_hides_what_must_be_the_same() -> None:
    """Errors, order, balances, inner instructions and account data may not be on the list."""
    never = (
        *(".error", ".error.code", ".error.message", ".error.data.err", ".error.data.err.InstructionError/1.Custom"),
        *(".result.meta.preBalances/1", ".result.meta.postBalances/1", ".result.meta.err", ".result.value.err"),
        *(
            ".result.meta.innerInstructions/0.instructions/0.data",
            ".result.meta.postTokenBalances/0.uiTokenAmount.amount",
        ),
        *(".result/0.signature", ".result.value.data/0", ".result.value.lamports", ".result.value.owner"),
        ".result.value.innerInstructions/0.instructions/0.parsed.type",
    )
    cases = ("transaction: mint as json", "send: no such program", "history: all", "account: mint as base64")
    samples = [Difference(case, path, 1, 2) for case in cases for path in never]
    assert [str(one) for one in samples if not not_allowed([one], ALLOWED)] == []

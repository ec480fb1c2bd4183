"""The list of what grants are for."""

import pytest
from job_escrow.grant_reasons import REASONS, UNSPECIFIED, reason_name, reason_number
from job_escrow.presets import load_preset, preset_names


@pytest.mark.parametrize("number", range(len(REASONS)))
def test_each_number_has_its_name(number: int) -> None:
    assert reason_number(reason_name(number)) == number


def test_a_newer_releases_reason_keeps_its_number() -> None:
    assert reason_name(len(REASONS)) == f"reason-{len(REASONS)}"
    assert reason_name(2**16 - 1) == "reason-65535"


@pytest.mark.parametrize("name", ["", "Referral", "reason-3", "1"])
def test_what_is_no_reason_is_refused_with_those_that_are(name: str) -> None:
    with pytest.raises(ValueError, match="use unspecified, test, trial"):
        reason_number(name)


def test_r6_its_reasons_are_in_the_list() -> None:
    """Free test credits, and bonuses for running nodes, test jobs, feedback and referrals."""
    stated = {rule.name: rule.reason for rule in load_preset("resultity").grants}
    names = ("test", "node", "test-job", "feedback", "referral")
    assert stated == {name: name for name in names}
    assert set(names) <= set(REASONS)


def test_every_grant_of_a_preset_states_a_reason() -> None:
    for name in preset_names():
        assert all(reason_number(rule.reason) != UNSPECIFIED for rule in load_preset(name).grants)

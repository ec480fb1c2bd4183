"""The gateway's settings: all of them from the environment, and a wrong one says what to set."""

import pytest
from job_escrow_gateway.settings import InvalidSetting, Settings

_NEEDED = {"JOB_ESCROW_API": "http://127.0.0.1:8080/v1", "JOB_ESCROW_OPERATOR_KEY": "jek_1"}


def test_each_setting_is_read_from_its_variable() -> None:
    given = _NEEDED | {
        "JOB_ESCROW_JOB_SECONDS": "600",
        "JOB_ESCROW_SETTLE_SECONDS": "60",
        "JOB_ESCROW_RETURN_SECONDS": "2.5",
        "JOB_ESCROW_DEFAULT_TOKENS": "64",
    }
    assert Settings.from_environment(given) == Settings(
        api="http://127.0.0.1:8080/v1",
        operator_key="jek_1",
        job_seconds=600,
        settle_seconds=60,
        return_seconds=2.5,
        default_tokens=64,
    )


def test_the_operators_key_is_in_no_log() -> None:
    assert "jek_1" not in repr(Settings.from_environment(_NEEDED))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"JOB_ESCROW_API": ""}, "set JOB_ESCROW_API: the account API's address"),
        ({"JOB_ESCROW_API": "", "JOB_ESCROW_OPERATOR_KEY": ""}, "set JOB_ESCROW_API and JOB_ESCROW_OPERATOR_KEY"),
        ({"JOB_ESCROW_JOB_SECONDS": "2m"}, "set JOB_ESCROW_JOB_SECONDS to a number, not '2m'"),
        ({"JOB_ESCROW_JOB_SECONDS": "30"}, "set JOB_ESCROW_JOB_SECONDS above JOB_ESCROW_SETTLE_SECONDS"),
        ({"JOB_ESCROW_SETTLE_SECONDS": "0"}, "both above 0"),
        ({"JOB_ESCROW_RETURN_SECONDS": "nan"}, "set JOB_ESCROW_RETURN_SECONDS to 0 to 120, not nan"),
        ({"JOB_ESCROW_DEFAULT_TOKENS": "0"}, "set JOB_ESCROW_DEFAULT_TOKENS to 1 or more, not 0"),
    ],
)
def test_a_setting_that_cannot_be_used_says_what_to_set(changed: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidSetting, match=message):
        Settings.from_environment(_NEEDED | changed)

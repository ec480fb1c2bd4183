"""The gateway's settings: all of them from the environment, and a wrong one says what to set."""

import pytest
from job_escrow_gateway.settings import InvalidSetting, Settings
from job_escrow_gateway.tokens import NoTokenizer, tokenizer

_NEEDED = {"JOB_ESCROW_API": "http://127.0.0.1:8080/v1", "JOB_ESCROW_OPERATOR_KEY": "jek_1"}


def test_each_setting_is_read_from_its_variable() -> None:
    given = _NEEDED | {
        "JOB_ESCROW_JOB_SECONDS": "600",
        "JOB_ESCROW_SETTLE_SECONDS": "60",
        "JOB_ESCROW_RETURN_SECONDS": "2.5",
        "JOB_ESCROW_DEFAULT_TOKENS": "64",
        "JOB_ESCROW_UPSTREAM": "http://127.0.0.1:8000/v1",
        "JOB_ESCROW_UPSTREAM_KEY": "sk-1",
        "JOB_ESCROW_TOKENIZER": "gpt3",
        "JOB_ESCROW_RUNNING_USAGE": "1",
    }
    assert Settings.from_environment(given) == Settings(
        api="http://127.0.0.1:8080/v1",
        operator_key="jek_1",
        job_seconds=600,
        settle_seconds=60,
        return_seconds=2.5,
        default_tokens=64,
        upstream="http://127.0.0.1:8000/v1",
        upstream_key="sk-1",
        tokenizer="gpt3",
        running_usage=True,
    )


def test_keys_are_in_no_log() -> None:
    shown = repr(Settings.from_environment(_NEEDED | {"JOB_ESCROW_UPSTREAM_KEY": "sk-1"}))
    assert "jek_1" not in shown
    assert "sk-1" not in shown


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"JOB_ESCROW_API": ""}, "set JOB_ESCROW_API: the account API's address"),
        ({"JOB_ESCROW_API": "", "JOB_ESCROW_OPERATOR_KEY": ""}, "set JOB_ESCROW_API and JOB_ESCROW_OPERATOR_KEY"),
        ({"JOB_ESCROW_JOB_SECONDS": "2m"}, "set JOB_ESCROW_JOB_SECONDS to a number, not '2m'"),
        ({"JOB_ESCROW_JOB_SECONDS": "30"}, "set JOB_ESCROW_JOB_SECONDS above JOB_ESCROW_SETTLE_SECONDS"),
        ({"JOB_ESCROW_SETTLE_SECONDS": "0"}, "both above 0"),
        ({"JOB_ESCROW_RETURN_SECONDS": "nan"}, "set JOB_ESCROW_RETURN_SECONDS to 0 to 120, not nan"),
        (
            {"JOB_ESCROW_UPSTREAM": "localhost:8000"},
            "set JOB_ESCROW_UPSTREAM to http://… or https://…, not 'localhost:8000'",
        ),
        ({"JOB_ESCROW_RUNNING_USAGE": "yes"}, "set JOB_ESCROW_RUNNING_USAGE to 1 or 0, not 'yes'"),
        ({"JOB_ESCROW_DEFAULT_TOKENS": "0"}, "set JOB_ESCROW_DEFAULT_TOKENS to 1 or more, not 0"),
    ],
)
def test_a_setting_that_cannot_be_used_says_what_to_set(changed: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidSetting, match=message):
        Settings.from_environment(_NEEDED | changed)


def test_a_tokenizer_is_one_that_comes_along_or_any_function() -> None:
    assert tokenizer("") is None
    for name, counted in (("gpt3", 2), ("builtins:len", 11)):
        count = tokenizer(name)
        assert count is not None
        assert count("hello world") == counted


@pytest.mark.parametrize("name", ["gpt9", "nowhere:count", "builtins:nothing", "builtins:list", ":", "builtins:int"])
def test_what_counts_no_tokens_is_refused_at_the_start(name: str) -> None:
    with pytest.raises(NoTokenizer):
        tokenizer(name)

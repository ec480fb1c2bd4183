"""Defaults have one home: what the command shows is what the server, the indexer and the keeper have."""

import inspect
from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from typing import Any

import pytest
from job_escrow.flows.keeping import KeeperPlan
from job_escrow_api.settings import ApiSettings
from job_escrow_cli import indexing, keeper, serve
from job_escrow_cli.times import parse_duration
from job_escrow_indexer.settings import Limits, Settings

_RENAMED = {
    "rate": "requests_per_second",
    "reconcile_minutes": "reconcile_seconds",
    "interval": "interval",
}
_MADE_OF_IT: dict[str, Callable[[Any], Any]] = {
    "reconcile_minutes": lambda minutes: minutes * 60,
    "interval": parse_duration,
    "webhook_retries": lambda text: tuple(int(each) for each in text.split(",")),
}
"""Where the command takes it in another form."""
_NOT_OFFERED = {
    ApiSettings: {"allowed_origins", "program_id", "max_body", "challenge_seconds", "intervals", "web_session_seconds"},
    Settings: {
        "limits",
        "poll_seconds",
        "stops_at_wrong_settings",
        "patience",
        "pauses",
        "retry_seconds",
        "passed_over_seconds",
        "catch_up_seconds",
        "page",
        "chunk",
    },
    Limits: set[str](),
    KeeperPlan: {"first_wait", "longest_wait"},
}
"""Settings with a default that no option changes: a new one is put here, or gets an option."""


def _defaults(home: type) -> dict[str, Any]:
    def default(one: "Field[Any]") -> Any:
        return one.default if one.default is not MISSING or one.default_factory is MISSING else one.default_factory()

    return {one.name: default(one) for one in fields(home) if default(one) is not MISSING}


@pytest.mark.parametrize(
    ("command", "homes"),
    [(serve.serve, (ApiSettings,)), (indexing.index, (Settings, Limits)), (keeper.keeper, (KeeperPlan,))],
)
def test_an_options_default_is_its_settings_default(command: Callable[..., None], homes: tuple[type, ...]) -> None:
    options = {
        _RENAMED.get(name, name): _MADE_OF_IT.get(name, lambda value: value)(parameter.default)
        for name, parameter in inspect.signature(command).parameters.items()
        if parameter.default is not inspect.Parameter.empty
    }
    for home in homes:
        settings = _defaults(home)
        # Without a default of its own, the command finds one: the chain's name, another file, nobody.
        own = {name for name, default in settings.items() if default is None} | {"chain_id"}
        assert set(settings) - set(options) - own == _NOT_OFFERED[home]
        compared = set(settings) & set(options) - own
        assert {name: options[name] for name in compared} == {name: settings[name] for name in compared}
        assert compared


def test_the_servers_index_asks_as_hard_as_one_of_its_own() -> None:
    assert inspect.signature(serve.serve).parameters["rate"].default == Limits.requests_per_second

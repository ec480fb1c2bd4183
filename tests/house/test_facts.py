"""What several packages call by name, they call by one name; unit kinds are in tests/client/test_units.py."""

import json
from importlib import import_module
from typing import get_args

from job_escrow.program_files import idl_path
from job_escrow.units import UNIT_KINDS, unit_name
from job_escrow_api.domain.jobs.requests import JobStatus
from job_escrow_api.domain.reports.labels import COLUMNS
from job_escrow_api.domain.webhooks.messages import Type
from job_escrow_api.http.usage_questions import GROUPS, OPERATORS_GROUPS
from job_escrow_cli import history
from job_escrow_cli.indexed import By, FileFormat, Per
from job_escrow_indexer.export import ExportFormat
from job_escrow_indexer.queries.ledger import KINDS
from job_escrow_indexer.queries.usage import DIMENSIONS, Dimension
from job_escrow_indexer.queries.usage_facts import Period

_NOT_ON_CHAIN = {"locking", "failed"}
"""Statuses of a job whose lock has not landed: the chain has no event of it."""


def _events() -> set[str]:
    return {event["name"] for event in json.loads(idl_path().read_text())["events"]}


def test_a_jobs_status_is_named_after_the_event_that_made_it_so() -> None:
    on_chain = set(get_args(JobStatus)) - _NOT_ON_CHAIN
    assert {f"Job{status.capitalize()}" for status in on_chain} == {
        name for name in _events() if name.startswith("Job")
    }


def test_the_history_of_the_command_has_the_same_statuses() -> None:
    for status in set(get_args(JobStatus)) - _NOT_ON_CHAIN:
        assert history._NAMES[f"Job{status.capitalize()}"] == status


def test_webhooks_name_ends_of_jobs_by_their_status() -> None:
    named = {str(each).removeprefix("job.") for each in Type if str(each).startswith("job.")}
    assert named == {"settled", "refunded"} <= set(get_args(JobStatus))


def test_every_event_of_a_wallet_has_a_name_in_the_history_and_in_the_ledger() -> None:
    of_platforms = {name for name in _events() if name.startswith(("Platform", "Payee"))} | {"PromotionWithdrawn"}
    assert set(KINDS) == _events() - of_platforms
    assert set(history._NAMES) - {"PromotionWithdrawn"} == set(KINDS)


def test_what_usage_is_split_by_has_one_name() -> None:
    assert set(DIMENSIONS) == set(get_args(Dimension))
    assert {each.value for each in By} <= set(DIMENSIONS) | set(COLUMNS)
    assert set(GROUPS) - set(DIMENSIONS) == set(COLUMNS)
    assert {"tier", "component", "namespace"} == set(GROUPS) & set(DIMENSIONS)
    assert {"wallet", "credit_account", "operator"} == set(OPERATORS_GROUPS) - set(GROUPS) <= set(DIMENSIONS)
    assert [each.value for each in Per] == list(get_args(Period))
    assert [each.value for each in FileFormat] == list(get_args(ExportFormat))


def test_units_are_named_by_one_function() -> None:
    """In answers of /v1/models, of /v1/usage, and of the jobs."""
    homes = (
        "job_escrow_api.http.routes.models",
        "job_escrow_indexer.queries.jobs",
        "job_escrow_indexer.queries.job_usage",
        "job_escrow_indexer.queries.session_usage",
    )
    for home in homes:
        assert import_module(home).unit_name is unit_name
    assert len(set(UNIT_KINDS)) == len(UNIT_KINDS)

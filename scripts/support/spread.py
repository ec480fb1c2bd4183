"""The order of the tests where several workers share them: the slowest first, dealt out evenly.

Each worker begins with an equal part of the list and takes from the end of another's when it has done its own. A test
that takes long must not be among the last, or one core does it while the others have nothing to do.
"""

import os
from collections.abc import Sequence
from typing import Protocol, TypeVar

SLOWEST = {
    "tests/api/test_end_to_end.py::test_fifty_streams_after_a_purchase_by_solana_pay": 50,
    "tests/cli/test_repeating.py": 45,
    "tests/e2e/test_crashes.py::test_a_node_that_is_gone_and_comes_back": 31,
    "tests/api/test_schema.py::test_every_answer_is_in_the_schema": 25,
    "tests/api/test_gateway.py::test_while_nobody_knows_what_was_charged_the_client_is_not_told_a_figure": 21,
    "tests/cli/test_api.py::test_an_operator_that_is_none_is_not_served": 20,
    "tests/e2e/test_wheel.py::test_installed_alone_it_runs_the_demo": 20,
    "tests/e2e/test_crashes.py::test_every_send_meets_a_fault_once": 15,
    "tests/indexer/test_end_to_end.py::test_everything_is_there_once_and_in_order": 15,
    "tests/cli/test_index.py::test_an_index_from_its_start_to_its_end": 13,
    "tests/e2e/test_parity.py::test_node_gives_what_the_embedded_chain_gives": 12,
    "tests/api/test_account.py::test_waiting_has_an_end": 10,
    "tests/api/test_health.py::test_a_duty_that_fails_is_told_until_it_works": 10,
    "tests/cli/test_newcomer.py::test_from_nothing_to_credits": 10,
    "tests/api/test_outcomes.py::test_a_job_that_a_stranger_ended_and_buried_is_known_by_the_index": 8,
    "tests/api/test_webhook_limits.py::test_an_index_that_is_built_anew_sends_nothing_again_that_was_forgotten": 8,
    "tests/api/test_gateway.py::test_a_lock_that_never_gets_an_answer_is_no_answer_for_free": 7,
    "tests/api/test_gateway.py::test_a_model_that_takes_too_long_is_ended_while_it_can_be_charged": 7,
    "tests/api/test_outcomes.py::test_a_lock_that_a_crash_left_open_is_known_by_its_account": 6,
    "tests/api/test_requirements.py::test_the_credits_left_are_the_customers_where_the_operator_has_some_too": 6,
    "tests/api/test_sweeps.py::test_a_row_is_read_again_in_its_turn": 6,
    "tests/indexer/test_faults.py::test_the_database_is_the_chain_at_the_end": 6,
    "tests/localnet/test_clients.py::test_kit_runs": 5,
}
"""Seconds of the tests that take longest, of each of their parameters; only the order of the figures matters.

A file is one whose tests share what takes long, so that one worker does them all.
"""

_WORKERS_OF_A_CORE = 2
"""Tests wait for slots, deadlines and other processes, half of their time at least."""
_MOST_WORKERS = 8


class _Named(Protocol):
    @property
    def nodeid(self) -> str: ...


Test = TypeVar("Test", bound=_Named)


def among_workers() -> tuple[str, ...]:
    """Options of pytest: whoever has done its own tests takes over some of another's."""
    workers = max(2, min(_MOST_WORKERS, _WORKERS_OF_A_CORE * len(os.sched_getaffinity(0))))
    return ("-n", str(workers), "--dist", "worksteal")


def spread(tests: Sequence[Test], workers: int) -> list[Test]:
    """Return the tests in an order whose equal parts, one for each worker, all begin with slow ones."""
    units: dict[str, list[Test]] = {}
    others: list[Test] = []
    for test in tests:
        unit = unit_of(test)
        (others if unit is None else units.setdefault(unit, [])).append(test)
    hands: list[list[Test]] = [[] for _ in range(workers)]
    seconds = [0] * workers
    for unit in sorted(units, key=lambda unit: (-seconds_of(unit), unit)):
        least = seconds.index(min(seconds))
        hands[least] += units[unit]
        seconds[least] += seconds_of(unit)
    ordered: list[Test] = []
    for number, hand in enumerate(hands):
        # As pytest-xdist divides them: what does not divide is the last ones'.
        part = (len(tests) - len(ordered)) // (workers - number)
        filling = max(0, part - len(hand))
        ordered += hand + others[:filling]
        del others[:filling]
    return ordered


def unit_of(test: _Named) -> str | None:
    """Return what a slow test is dealt out with, its file or itself; None for a quick one."""
    file = test.nodeid.partition("::")[0]
    return file if file in SLOWEST else test.nodeid if seconds_of(test.nodeid) else None


def seconds_of(unit: str) -> int:
    """Return how long it takes."""
    return SLOWEST.get(unit.partition("[")[0], 0)

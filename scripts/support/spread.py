"""The order of the tests where several workers share them: the slowest first, dealt out evenly.

Each worker begins with an equal part of the list and takes from the end of another's when it has done its own. A test
that takes long must not be among the last, or one core does it while the others have nothing to do.
"""

import os
from collections.abc import Sequence
from typing import Protocol, TypeVar

SLOWEST = {
    "tests/cli/test_api.py::test_an_operator_that_is_none_is_not_served": 114,
    "tests/api/test_schema.py::test_every_answer_is_in_the_schema": 106,
    "tests/cli/test_repeating.py": 337,
    "tests/e2e/test_parity.py::test_node_gives_what_the_embedded_chain_gives": 92,
    "tests/api/test_end_to_end.py::test_fifty_streams_after_a_purchase_by_solana_pay": 68,
    # Each with servers that all of its tests share.
    "tests/api/test_gateway_upstream.py": 45,
    "tests/docs/test_blocks.py": 45,
    "tests/gateway_conformance/test_conformance.py": 35,
    "tests/api/test_requests_power.py": 44,
    "tests/api/test_deployment.py": 30,
    "tests/indexer/test_end_to_end.py::test_everything_is_there_once_and_in_order": 67,
    "tests/api/test_nodes.py::test_transactions_of_other_versions": 62,
    "tests/cli/test_index.py::test_an_index_from_its_start_to_its_end": 40,
    "tests/system/test_simulation.py::test_a_mend_that_is_taken_out_is_found": 35,
    "tests/e2e/test_crashes.py::test_a_node_that_is_gone_and_comes_back": 32,
    "tests/cli/test_conditions.py::test_streams": 29,
    "tests/api/test_health.py::test_a_duty_that_fails_is_told_until_it_works": 28,
    "tests/cli/test_conditions.py::test_arguments_that_are_nothing": 28,
    "tests/cli/test_conditions.py::test_in_a_folder_that_is_gone": 28,
    "tests/api/test_webhook_limits.py::test_an_index_that_is_built_anew_sends_nothing_again_that_was_forgotten": 27,
    "tests/cli/test_conditions.py::test_databases_that_are_none": 27,
    "tests/api/test_outcomes.py::test_a_job_that_a_stranger_ended_and_buried_is_known_by_the_index": 24,
    "tests/api/test_gateway.py::test_while_nobody_knows_what_was_charged_the_client_is_not_told_a_figure": 22,
    "tests/house/test_extras.py::test_an_extra_alone_brings_what_it_promises": 22,
    "tests/api/test_budget_totals.py::test_a_budget_costs_as_much_at_400_000_jobs_as_at_1_000": 21,
    "tests/e2e/test_crashes.py::test_every_send_meets_a_fault_once": 21,
    "tests/indexer/test_operation.py::test_it_can_be_stopped_at_any_point": 19,
    "tests/system/test_simulation.py::test_everything_agrees_at_the_end": 19,
    "tests/api/test_binding.py::test_a_lock_that_was_sent_is_not_called_failed_by_another_chain": 18,
    "tests/cli/test_conditions.py::test_without_a_home": 18,
    "tests/api/test_gateway_repeats.py::test_a_lock_whose_answer_was_lost_is_found_again": 17,
    "tests/cli/test_newcomer.py::test_from_nothing_to_credits": 16,
    "tests/api/test_two_servers.py::test_a_second_server_is_refused_whatever_it_calls_the_file": 15,
    "tests/cli/test_wallet.py::test_the_whole_path_of_a_wallet": 15,
    "tests/api/test_binding.py::test_a_start_on_another_chain_is_refused": 14,
    "tests/api/test_binding.py::test_the_node_becomes_one_of_another_chain_and_comes_back": 14,
    "tests/cli/test_nodes.py::test_history_and_receipt_of_version_1_and_of_one_to_come": 13,
    "tests/program/test_simulation_on_node.py::test_node_and_model_agree": 13,
    "tests/api/test_gateway.py::test_a_model_that_takes_too_long_is_ended_while_it_can_be_charged": 12,
    "tests/api/test_gateway_repeats.py::test_while_it_runs_a_repeat_is_told_to_wait": 12,
    "tests/api/test_requests_served.py::test_a_wallet_that_takes_its_allowance_back_has_its_sessions_ended": 12,
    "tests/api/test_restored.py::test_a_copy_without_keys_and_a_folder_that_was_moved_as_a_whole_need_no_word": 12,
    "tests/api/test_restored.py::test_a_restore_forgets_no_job_and_no_revocation": 12,
    "tests/cli/test_addresses.py::test_where_a_withdrawal_cannot_go": 12,
    "tests/cli/test_conditions.py::test_environments": 12,
    "tests/api/test_readiness.py::test_a_database_that_somebody_holds": 11,
    "tests/api/test_readiness.py::test_a_node_that_does_not_work": 11,
    "tests/api/test_shifted_servers.py::test_what_expires_and_what_is_news_go_by_the_chains_clock": 11,
    "tests/cli/test_conditions.py::test_limits_of_the_process": 11,
    "tests/cli/test_platforms.py::test_changes_are_announced_or_made_at_once": 11,
    "tests/cli/test_sessions.py::test_the_whole_path_of_a_session": 11,
    "tests/interop/test_openapi_linters.py::test_a_linter_finds_nothing": 11,
    "tests/api/test_limits.py::test_so_many_of_a_key_wait_for_a_slot": 10,
    "tests/api/test_readiness.py::test_a_full_disk": 10,
    "tests/cli/test_packs.py::test_packs_from_the_offer_to_the_withdrawal": 10,
    "tests/cli/test_platforms.py::test_payees_come_and_go": 10,
    "tests/api/test_demo_serve.py::test_one_command_gives_chain_index_api_gateway_and_wallet": 9,
    "tests/api/test_outcomes.py::test_an_open_job_is_settled_and_refunded_without_a_look_at_its_history": 9,
    "tests/api/test_shifted_servers.py::test_a_running_job_is_settled_and_one_that_timed_out_given_back": 9,
    "tests/e2e/test_keeper.py::test_does_what_is_due": 9,
    "tests/api/test_binding.py::test_queries_say_which_chain_and_refuse_another_program": 8,
    "tests/cli/test_numbers.py::test_credits_are_bought_for_an_amount_of_the_token": 8,
    "tests/e2e/test_parties.py::test_operator_grants_and_anyone_expires": 8,
    "tests/indexer/test_faults.py::test_the_database_is_the_chain_at_the_end": 8,
}
"""Seconds of the tests that take longest, of each of their parameters; only the order of the figures matters.

A file is one whose tests share what takes long, so that one worker does them all.
"""

_WORKERS_OF_A_CORE = 2.5
"""Tests wait for slots, deadlines and other processes, half of their time at least."""
_MOST_WORKERS = 8


class _Named(Protocol):
    @property
    def nodeid(self) -> str: ...


Test = TypeVar("Test", bound=_Named)


def among_workers() -> tuple[str, ...]:
    """Options of pytest: whoever has done its own tests takes over some of another's."""
    workers = max(2, min(_MOST_WORKERS, int(_WORKERS_OF_A_CORE * len(os.sched_getaffinity(0)))))
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

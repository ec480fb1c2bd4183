"""What the library's protocol shows by an example is so."""

import doctest

from job_escrow.chain import requests


def test_the_example_of_a_flow_runs_as_it_says() -> None:
    done = doctest.testmod(requests)
    assert done.attempted >= 4
    assert done.failed == 0

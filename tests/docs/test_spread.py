"""The order of the tests among several workers: all of them once, the slow ones dealt out and first."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.spread import SLOWEST, seconds_of, spread, unit_of

_REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class Named:
    nodeid: str


_TESTS = [Named(f"tests/x.py::test_quick[{number}]") for number in range(100)]
_SLOW = [Named(f"{name if '::' in name else f'{name}::test_x'}[{number}]") for name in SLOWEST for number in range(2)]


@given(tests=st.lists(st.sampled_from(_TESTS + _SLOW), unique=True), workers=st.integers(1, 8))
def test_every_test_is_there_once(tests: list[Named], workers: int) -> None:
    ordered = spread(tests, workers)
    assert sorted(one.nodeid for one in ordered) == sorted(one.nodeid for one in tests)
    quick = [[one for one in some if unit_of(one) is None] for some in (ordered, tests)]
    assert quick[0] == quick[1]


@pytest.mark.parametrize("workers", [2, 3, 4])
def test_every_worker_begins_with_its_share_of_the_slow_ones(workers: int) -> None:
    ordered = spread(_TESTS[:50] + _SLOW + _TESTS[50:], workers)
    shares = []
    left = list(ordered)
    for number in range(workers):
        # As pytest-xdist divides them.
        size = len(left) // (workers - number)
        part, left = left[:size], left[size:]
        units = [unit_of(one) for one in part]
        dealt = list(dict.fromkeys(unit for unit in units if unit is not None))
        seconds = [seconds_of(unit) for unit in dealt]
        assert seconds == sorted(seconds, reverse=True)
        # They come first, and what shares a file is not torn apart.
        assert units == [unit for unit in dealt for _ in range(1 + ("::" not in unit))] + [None] * units.count(None)
        shares.append(sum(seconds))
    assert max(shares) - min(shares) <= max(SLOWEST.values())


@pytest.mark.parametrize("name", SLOWEST)
def test_the_slowest_tests_are_there(name: str) -> None:
    file, _, function = name.partition("::")
    assert f"def {function}" in (_REPOSITORY / file).read_text(), f"scripts/support/spread.py names {name}: correct it"


def test_what_shares_what_takes_long_is_dealt_out_together() -> None:
    assert unit_of(Named("tests/cli/test_repeating.py::test_x[1]")) == "tests/cli/test_repeating.py"
    assert unit_of(_SLOW[0]) == _SLOW[0].nodeid
    assert unit_of(_TESTS[0]) is None

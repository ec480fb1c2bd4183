"""The client's copy of the program's bounds is that of the program's sources."""

import re
from pathlib import Path

import pytest
from job_escrow import bounds
from job_escrow.codec import EncodeError, TierArgs

_SOURCE = Path(__file__).parents[2] / "programs" / "job_escrow" / "src" / "constants.rs"
_CONSTANT = re.compile(r"^pub const (\w+): [ui]\w+ = ([^;]+);", re.MULTILINE)
_NOT_OF_THE_SOURCES = {"MAX_ID", "NEVER", "PROOF_BYTES", "TIER_NAME_BYTES"}


def _value(expression: str) -> int:
    factors = expression.replace("u32::MAX as u64", str(2**32 - 1)).replace("u64::MAX", str(2**64 - 1))
    product = 1
    for factor in factors.replace("_", "").split(" * "):
        product *= int(factor)
    return product


def test_every_bound_is_the_programs() -> None:
    theirs = {name: _value(expression) for name, expression in _CONSTANT.findall(_SOURCE.read_text())}
    ours = {name: value for name, value in vars(bounds).items() if name.isupper()}
    assert len(ours) > len(_NOT_OF_THE_SOURCES)
    for name in ours.keys() - _NOT_OF_THE_SOURCES:
        assert ours[name] == theirs[name], name


def test_a_tiers_name_is_as_long_as_the_idl_says() -> None:
    def tier(size: int) -> TierArgs:
        return TierArgs(name=bytes(size), flat_credits=0, included_units=0, rate_credits=0, rate_units=0, unit_kind=0)

    assert tier(bounds.TIER_NAME_BYTES).to_bytes()
    for size in (bounds.TIER_NAME_BYTES - 1, bounds.TIER_NAME_BYTES + 1):
        with pytest.raises(EncodeError):
            tier(size).to_bytes()

"""The whole system under faults of every kind; scripts/soak-system plays many seeds. SEED=n replays one."""

import asyncio
import os
from pathlib import Path

import pytest
from simulation.run import play
from simulation.soak import story
from simulation.unfix import UNFIX

SEEDS = [int(os.environ["SEED"])] if "SEED" in os.environ else [0]
_MOST_SEEDS = 10


@pytest.mark.parametrize("seed", SEEDS)
def test_everything_agrees_at_the_end(seed: int, tmp_path: Path) -> None:
    played = asyncio.run(play(seed, tmp_path))
    assert not played.wrongs, story(played)
    assert played.happened["event: JobLocked"] > 0


@pytest.mark.parametrize("name", sorted(UNFIX))
def test_a_mend_that_is_taken_out_is_found(name: str, tmp_path: Path) -> None:
    """A seed has the fault's trouble for certain, and meets a moment that matters most of the time."""
    unfix = UNFIX[name]
    told = []
    for seed in range(_MOST_SEEDS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        played = asyncio.run(play(seed, folder, unfix=(name,), only=unfix.troubles))
        if unfix.is_told(played.wrongs):
            return
        told.append(story(played))
    pytest.fail(f"{name}: nothing of it was found in {_MOST_SEEDS} seeds\n" + "\n".join(told))

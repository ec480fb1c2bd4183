"""Seeded fault runs: whatever happens on the way, the database is the chain at the end. SEED=n replays one."""

import asyncio
import os
from pathlib import Path

import pytest
from indexer_harness.fault_run import fault_run

SEEDS = [int(os.environ["SEED"])] if "SEED" in os.environ else list(range(12))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_database_is_the_chain_at_the_end(seed: int, tmp_path: Path) -> None:
    happened = asyncio.run(fault_run(seed, tmp_path))
    assert happened["transactions"] > 0

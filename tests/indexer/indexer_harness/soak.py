"""Many fault runs from the command line; see scripts/soak-indexer."""

import argparse
import asyncio
import multiprocessing
import os
import sys
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from indexer_harness.fault_run import fault_run


@dataclass(frozen=True)
class Played:
    """What became of a seed."""

    seed: int
    happened: Counter[str]
    failure: str | None
    """A traceback; None where the database equals its chain."""


def main() -> int:
    """Run the seeds and report; 1 where a database was not its chain."""
    parser = argparse.ArgumentParser(description="Follow random histories through faults, kills, forks and full disks.")
    parser.add_argument("--seeds", type=int, default=500, help="how many runs (default: 500)")
    first = int(os.environ.get("SEED", "0"))
    parser.add_argument("--seed", type=int, default=first, help="the first seed (default: SEED, or 0)")
    cores = os.cpu_count() or 1
    parser.add_argument("--jobs", type=int, default=cores, help=f"how many at once (default: {cores}, one per core)")
    arguments = parser.parse_args()
    seeds = range(arguments.seed, arguments.seed + (1 if "SEED" in os.environ else arguments.seeds))
    totals: Counter[str] = Counter()
    failed: list[int] = []
    started = time.monotonic()
    # Spawned, since each has a fork server of its own for its indexers.
    with ProcessPoolExecutor(arguments.jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        for done, future in enumerate(as_completed(pool.submit(play, seed) for seed in seeds), 1):
            played = future.result()
            totals += played.happened
            if played.failure is not None:
                failed.append(played.seed)
                sys.stdout.write(played.failure)
            left = round((time.monotonic() - started) / done * (len(seeds) - done))
            verdict = "equal" if played.failure is None else "FAILED"
            sys.stdout.write(f"seed {played.seed}: {verdict}; {done}/{len(seeds)}, {left} s left\n")
            sys.stdout.flush()
    for what, times in sorted(totals.items()):
        sys.stdout.write(f"{times:9,}  {what}\n")
    if failed:
        sys.stdout.write(f"FAILED: {sorted(failed)}; replay one with SEED={min(failed)} scripts/soak-indexer\n")
        return 1
    sys.stdout.write(f"{len(seeds)} seeds in {time.monotonic() - started:,.0f} s, every database equals its chain\n")
    return 0


def play(seed: int) -> Played:
    """One run in a folder of its own."""
    with TemporaryDirectory(prefix="soak-indexer-") as folder:
        try:
            return Played(seed, asyncio.run(fault_run(seed, Path(folder))), None)
        except Exception:
            return Played(seed, Counter(), traceback.format_exc())


if __name__ == "__main__":
    sys.exit(main())

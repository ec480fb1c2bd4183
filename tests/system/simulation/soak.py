"""Many runs from the command line; see scripts/soak-system."""

import argparse
import asyncio
import multiprocessing
import os
import sys
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from tempfile import TemporaryDirectory

from simulation import processes
from simulation.coverage import ENOUGH_SEEDS, missing, table
from simulation.run import Played, play
from simulation.unfix import UNFIX

_SHOWN_LINES = 60


def main() -> int:
    """Run the seeds and report; 1 where somebody was wronged, or something that must happen never did."""
    parser = argparse.ArgumentParser(
        prog="scripts/soak-system", description="Play the whole system through faults, and hold the books together."
    )
    parser.add_argument("--seeds", type=int, default=ENOUGH_SEEDS, help=f"how many runs (default: {ENOUGH_SEEDS})")
    first = int(os.environ.get("SEED", "0"))
    parser.add_argument("--seed", type=int, default=first, help="the first seed (default: SEED, or 0)")
    cores = os.cpu_count() or 1
    parser.add_argument("--jobs", type=int, default=cores, help=f"how many at once (default: {cores}, one per core)")
    parser.add_argument("--unfix", choices=sorted(UNFIX), action="append", default=[], help="take a mend out")
    arguments = parser.parse_args()
    seeds = range(arguments.seed, arguments.seed + (1 if "SEED" in os.environ else arguments.seeds))
    totals: Counter[str] = Counter()
    failed: list[int] = []
    started = time.monotonic()
    context = multiprocessing.get_context("spawn")
    # Spawned, since each has a fork server of its own for the processes of its worlds.
    with ProcessPoolExecutor(arguments.jobs, mp_context=context, initializer=processes.warm_up) as pool:
        futures = [pool.submit(play_alone, seed, tuple(arguments.unfix)) for seed in seeds]
        for done, future in enumerate(as_completed(futures), 1):
            played, seconds = future.result()
            totals += played.happened
            if played.wrongs:
                failed.append(played.seed)
                sys.stdout.write(story(played))
            left = round((time.monotonic() - started) / done * (len(seeds) - done))
            verdict = "FAILED" if played.wrongs else "agrees"
            sys.stdout.write(f"seed {played.seed}: {verdict} in {seconds:.1f} s; {done}/{len(seeds)}, {left} s left\n")
            sys.stdout.flush()
    sys.stdout.write(table(totals) + "\n")
    never = missing(totals) if len(seeds) >= ENOUGH_SEEDS else []
    for name in never:
        sys.stdout.write(f"NEVER HAPPENED: {name}\n")
    if failed:
        sys.stdout.write(f"FAILED: {sorted(failed)}; replay one with SEED={min(failed)} scripts/soak-system\n")
    if failed or never:
        return 1
    sys.stdout.write(f"{len(seeds)} seeds in {time.monotonic() - started:,.0f} s: everything agrees\n")
    return 0


def play_alone(seed: int, unfix: tuple[str, ...] = ()) -> tuple[Played, float]:
    """One run in a folder of its own, and how many seconds it took."""
    started = time.monotonic()
    with TemporaryDirectory(prefix="soak-system-") as folder:
        try:
            played = asyncio.run(play(seed, Path(folder), unfix))
        except Exception:
            played = Played(seed, wrongs=[traceback.format_exc()])
    return played, time.monotonic() - started


def story(played: Played) -> str:
    """What was wrong in a run, what had happened, and the last that its processes said."""
    lines = [f"seed {played.seed}, seconds of the day and what happened:", *(f"  {line}" for line in played.trace)]
    for name, said in played.said.items():
        warned = [line for line in said if '"level": "info"' not in line]
        lines += [
            f"the {name} said last:",
            *(f"  {line if line.startswith('waits at') else line[:300]}" for line in warned[-_SHOWN_LINES:]),
        ]
    lines += [f"WRONG: {wrong}" for wrong in played.wrongs]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())

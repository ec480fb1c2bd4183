"""Many fault runs from the command line; see scripts/soak-indexer."""

import argparse
import asyncio
import os
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from indexer_harness.fault_run import fault_run


def main() -> int:
    """Run the seeds and report; 1 where a database was not its chain."""
    parser = argparse.ArgumentParser(description="Follow random histories through faults, kills, forks and full disks.")
    parser.add_argument("--seeds", type=int, default=500, help="how many runs (default: 500)")
    first = int(os.environ.get("SEED", "0"))
    parser.add_argument("--seed", type=int, default=first, help="the first seed (default: SEED, or 0)")
    arguments = parser.parse_args()
    seeds = range(arguments.seed, arguments.seed + (1 if "SEED" in os.environ else arguments.seeds))
    totals: Counter[str] = Counter()
    failed: list[int] = []
    started = time.monotonic()
    for done, seed in enumerate(seeds, 1):
        with TemporaryDirectory(prefix="soak-indexer-") as folder:
            try:
                totals += asyncio.run(fault_run(seed, Path(folder)))
            except Exception:
                failed.append(seed)
                traceback.print_exc()
        rate = (time.monotonic() - started) / done
        left = round(rate * (len(seeds) - done))
        sys.stdout.write(
            f"seed {seed}: {'FAILED' if seed in failed else 'equal'}; {done}/{len(seeds)}, {left} s left\n"
        )
        sys.stdout.flush()
    for what, times in sorted(totals.items()):
        sys.stdout.write(f"{times:9,}  {what}\n")
    if failed:
        sys.stdout.write(f"FAILED: {failed}; replay one with SEED={failed[0]} scripts/soak-indexer\n")
        return 1
    sys.stdout.write(f"{len(seeds)} seeds, every database equals its chain\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

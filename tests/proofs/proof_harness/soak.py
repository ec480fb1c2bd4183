"""Every number of units of every preset's tiers: run by scripts/soak-pricing."""

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

from job_escrow.bounds import MAX_UNITS
from support.steps import main, say

from proof_harness import rust, sweeps

_PARTS = 8
"""Of a tier, each a process, so that one sees how far it is."""


def body() -> int:
    """Go through all of them and say which price is wrong, if any is."""
    parser = argparse.ArgumentParser(prog="scripts/soak-pricing")
    parser.add_argument("--jobs", type=int, metavar="N", default=len(os.sched_getaffinity(0)), help="so many at a time")
    arguments = parser.parse_args()
    say("==> build the program's formulas")
    formulas = rust.build(optimized=True)
    tiers = sweeps.presets_tiers()
    # Each part begins with the last of the one before, so that prices are compared across them too.
    size = (MAX_UNITS + 1) // _PARTS
    parts = [
        sweeps.Part(tier, max(0, number * size - 1), 1, size if number == 0 else size + 1)
        for tier in tiers
        for number in range(_PARTS)
    ]
    wrong, priced, started = 0, 0, time.monotonic()
    with ThreadPoolExecutor(arguments.jobs) as pool:
        running = {pool.submit(formulas.ask, [part.question()]): part for part in parts}
        for done, finished in enumerate(as_completed(running), 1):
            part = running[finished]
            (answer,) = finished.result()
            if not sweeps.is_right(part, answer):
                wrong += 1
                say(f"WRONG: {part}: {answer}")
            priced += part.count
            left = (time.monotonic() - started) / done * (len(parts) - done)
            say(f"[{done}/{len(parts)}, {left / 60:.0f} min left] {sweeps.terms_of(part.tier)} from {part.first:,}")
    seconds = time.monotonic() - started
    print(f"{len(tiers)} tiers, {priced:,} prices, {wrong} parts wrong, {seconds:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main(body)

"""A long simulation from the command line; see scripts/soak-program."""

import argparse
import secrets
import sys
import time

from program_harness.simulation.driver import Mismatch, Simulation

_CHUNK = 1_000
_MOST_STEPS = 25_000
_SEEDS = 2**32


def main() -> int:
    """Run the simulation and report; 1 where chain and model differ."""
    parser = argparse.ArgumentParser(description="Play random instructions on the program and on a model of it.")
    parser.add_argument("--steps", type=int, default=200_000, help="how many in all (default: 200,000)")
    parser.add_argument("--seed", type=int, default=None, help="the seed to begin with (default: a random one)")
    arguments = parser.parse_args()
    seed = secrets.randbelow(_SEEDS) if arguments.seed is None else arguments.seed
    sys.stdout.write(f"seed {seed}: repeat this run with --steps {arguments.steps} --seed {seed}\n")

    done = 0
    outcomes: dict[str, int] = {}
    started = time.monotonic()
    try:
        while done < arguments.steps:
            # A chain of its own for each seed: what goes wrong is found again in a few seconds.
            simulation = Simulation(seed)
            todo = min(_MOST_STEPS, arguments.steps - done)
            for begun in range(0, todo, _CHUNK):
                simulation.run(min(_CHUNK, todo - begun))
            done += todo
            for what, times in simulation.outcomes.items():
                outcomes[what] = outcomes.get(what, 0) + times
            speed = done / (time.monotonic() - started)
            sys.stdout.write(f"seed {seed}: {done:,} steps, {speed:,.0f} steps/s\n")
            sys.stdout.flush()
            seed += 1
    except Mismatch as mismatch:
        sys.stdout.write(f"{mismatch}\nMISMATCH: see above\n")
        return 1
    for what, times in sorted(outcomes.items()):
        sys.stdout.write(f"{times:9,}  {what}\n")
    sys.stdout.write(f"{done:,} steps, {done / (time.monotonic() - started):,.0f} steps/s, chain and model agree\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

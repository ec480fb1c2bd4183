"""Writing the golden set of a release; see scripts/golden-accounts."""

import argparse
import sys
from pathlib import Path

from job_escrow import __version__

from program_harness.golden.files import FOLDER, AlreadyThere, record
from program_harness.golden.scene import play
from program_harness.world import World


def main() -> int:
    """Write the set of the present version."""
    parser = argparse.ArgumentParser(description="Write the accounts of this version's program into a new file.")
    parser.add_argument("--output", type=Path, default=FOLDER, metavar="DIR", help="where it goes")
    arguments = parser.parse_args()
    world = World()
    try:
        path = record(__version__, world, play(world)).write(arguments.output)
    except AlreadyThere as refusal:
        sys.stderr.write(f"error: {refusal}\n")
        return 1
    sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

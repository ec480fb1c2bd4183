"""Where things are: the repository, and the caches that the scripts fill outside it."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "job-escrow"
"""Everything that a script builds or installs for itself stays below this folder."""

BYTECODE = CACHE / "bytecode"
"""What Python has compiled, of every checkout."""

PROGRAM_DATA = REPOSITORY / "client" / "job_escrow" / "program"
"""The compiled program, its IDL and the record of how they were built: package data of the client."""

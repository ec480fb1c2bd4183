"""The compiled program and its IDL, as they come with this package."""

import os
from importlib.resources import files
from pathlib import Path

_OVERRIDE = "JOB_ESCROW_PROGRAM_DIR"


def program_path() -> Path:
    """The compiled program; JOB_ESCROW_PROGRAM_DIR names a folder with a fresh build to use instead."""
    return _folder() / "job_escrow.so"


def idl_path() -> Path:
    """The program's Anchor IDL."""
    return _folder() / "job_escrow.json"


def _folder() -> Path:
    override = os.environ.get(_OVERRIDE)
    return Path(override) if override else Path(str(files("job_escrow"))) / "program"

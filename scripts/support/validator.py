"""The solana-test-validator that scripts/install-validator builds: which one, and where it is."""

import os
import subprocess
from pathlib import Path

from support.places import CACHE

VALIDATOR_VERSION = "4.1.1"


def validator_root() -> Path:
    """Return the folder that cargo installs this version into."""
    return CACHE / f"validator-{VALIDATOR_VERSION}"


def installed_validator() -> Path | None:
    """Return the path of the validator that is built and runs, or None."""
    binary = validator_root() / "bin" / "solana-test-validator"
    if not os.access(binary, os.X_OK):
        return None
    answer = subprocess.run([binary, "--version"], capture_output=True, text=True)
    return binary if answer.returncode == 0 and VALIDATOR_VERSION in answer.stdout else None

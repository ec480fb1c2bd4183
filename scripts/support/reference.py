"""The API reference as HTML, from the docstrings."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from support.steps import StepFailed

MODULES = (
    "job_escrow",
    "job_escrow.addresses",
    "job_escrow.amounts",
    "job_escrow.chain",
    "job_escrow.codec",
    "job_escrow.errors",
    "job_escrow.layouts",
    "job_escrow.layouts.accounts",
    "job_escrow.layouts.events",
    "job_escrow.layouts.fields",
    "job_escrow.layouts.instructions",
    "job_escrow.layouts.parts",
    "job_escrow.presets",
    "job_escrow.pricing",
    "job_escrow.testing",
    "job_escrow_localnet",
)
"""What the reference is of; what is not here is not public."""


def build_reference(python: Path, folder: Path, modules: Sequence[str] = MODULES) -> Path:
    """Write the reference into a folder and return its first page. Raises StepFailed, also where pdoc warns."""
    done = subprocess.run(
        [python, "-W", "error", "-m", "pdoc", "--docformat", "google", "--output-directory", folder, *modules],
        capture_output=True,
        text=True,
        check=False,
    )
    said = (done.stdout + done.stderr).strip()
    if done.returncode != 0 or said:
        raise StepFailed(f"{said}\n\nthe reference could not be built\nWhat to do: mend the docstring that it names")
    return folder / "job_escrow.html"

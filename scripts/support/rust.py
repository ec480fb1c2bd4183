"""The cargo that rustup installed, also where HOME is not the home that rustup was installed in."""

import os
import shutil
import subprocess
from pathlib import Path

from support.steps import StepFailed

_HOW_TO_INSTALL = "install Rust with rustup (https://rustup.rs), open a new shell and run this again"


def cargo_environment() -> dict[str, str]:
    """Return the environment in which `cargo` runs.

    Raises StepFailed where there is no working cargo.
    """
    environment = dict(os.environ)
    cargo = shutil.which("cargo")
    if cargo is None:
        candidate = Path.home() / ".cargo" / "bin"
        if not (candidate / "cargo").exists():
            raise StepFailed(f"there is no cargo on PATH.\nWhat to do: {_HOW_TO_INSTALL}")
        environment["PATH"] = f"{candidate}:{environment['PATH']}"
        cargo = str(candidate / "cargo")
    # rustup's proxies look for toolchains below HOME; they stand beside the proxies themselves.
    beside = Path(cargo).parent.parent.parent / ".rustup"
    # A proxy that found none leaves an empty folder behind.
    has_toolchains = (Path.home() / ".rustup" / "toolchains").exists()
    if "RUSTUP_HOME" not in environment and not has_toolchains and beside.exists():
        environment["RUSTUP_HOME"] = str(beside)
    if subprocess.run([cargo, "--version"], env=environment, capture_output=True).returncode != 0:
        raise StepFailed(
            f"{cargo} does not run.\nWhat to do: run `cargo --version` and mend what it says, or {_HOW_TO_INSTALL}"
        )
    return environment

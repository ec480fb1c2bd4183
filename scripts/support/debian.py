"""Debian packages that a build needs: looked for first, installed only where one is missing."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from support.steps import StepFailed, only_one, run_step


def ensure_packages(packages: Sequence[str], *, purpose: str) -> None:
    """Install what is missing of `packages`, as root or through sudo.

    Raises StepFailed, naming the command to run, where that is not possible.
    """
    missing = [package for package in packages if installed_version(package) is None]
    if not missing:
        return
    by_hand = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(missing)}"
    if shutil.which("apt-get") is None:
        raise StepFailed(f"{purpose} needs Debian 12 packages and this system has no apt-get: {' '.join(missing)}")
    prefix: list[str] = []
    if os.geteuid() != 0:
        if shutil.which("sudo") is None or subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode != 0:
            raise StepFailed(f"{purpose} needs packages that only root can install. Run as root:\n  {by_hand}")
        prefix = ["sudo", "-n"]
    remedy = f"check the network and Debian's package sources, or run by hand as root:\n  {by_hand}"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with only_one("apt"):
        run_step("apt-get update", [*prefix, "apt-get", "update"], remedy=remedy, env=environment)
        run_step(
            f"apt-get install for {purpose}",
            [*prefix, "apt-get", "install", "-y", "--no-install-recommends", *missing],
            remedy=remedy,
            env=environment,
        )


def unpack_packages(packages: Sequence[str], folder: Path, *, purpose: str) -> None:
    """Fetch Debian packages and unpack them into a folder, so that nothing is installed or started.

    Raises StepFailed where there is no apt-get, or the packages cannot be had.
    """
    if shutil.which("apt-get") is None:
        raise StepFailed(f"{purpose} needs Debian 12 packages and this system has no apt-get: {' '.join(packages)}")
    remedy = "check the network and Debian's package sources; as root, apt-get update brings their lists"
    folder.mkdir(parents=True, exist_ok=True)
    with only_one("apt"), TemporaryDirectory(dir=folder) as fetched:
        if os.geteuid() == 0:
            run_step("apt-get update", ["apt-get", "update"], remedy=remedy)
        run_step(
            f"apt-get download for {purpose}",
            ["apt-get", "download", "-o", "APT::Sandbox::User=root", *packages],
            remedy=remedy,
            cwd=Path(fetched),
        )
        for file in sorted(Path(fetched).glob("*.deb")):
            run_step(f"unpack {file.name}", ["dpkg-deb", "--extract", file, folder], remedy=remedy)


def installed_version(package: str) -> str | None:
    """Return the installed version of a Debian package, or None."""
    try:
        found = subprocess.run(
            ["dpkg-query", "-W", "-f", "${db:Status-Abbrev}${Version}", package], capture_output=True, text=True
        )
    except FileNotFoundError:
        return None
    status, version = found.stdout[:3], found.stdout[3:]
    return version if found.returncode == 0 and status.startswith("ii") else None

"""Running many checks: each to its end, so that one run tells everything that is wrong."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from support.places import REPOSITORY
from support.steps import say


@dataclass
class Checks:
    """What was run, what failed and what was left out."""

    failed: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    """Reasons by check."""

    def run(self, title: str, command: Sequence[str | os.PathLike[str]], env: Mapping[str, str]) -> None:
        """Run one check in the repository; what it prints goes to the terminal as it is."""
        say(f"==> {title}")
        started = time.monotonic()
        code = subprocess.run(command, cwd=REPOSITORY, env=env, stdin=subprocess.DEVNULL).returncode
        if code != 0:
            self.failed.append(f"{title} (exit code {code})")
            say(f"    FAILED with exit code {code}: {' '.join(Path(part).name for part in command[:3])} …")
        say(f"    {time.monotonic() - started:.0f} s")

    def leave_out(self, title: str, reason: str) -> None:
        """Note that a check cannot be run here."""
        self.left_out[title] = reason
        say(f"==> {title}: left out, {reason}")

    def fail(self, title: str, reason: str) -> None:
        """Note that a check that has to be run cannot be."""
        self.failed.append(title)
        say(f"==> {title}: FAILED, {reason}")

    def summary(self) -> str:
        """Say what failed and what was left out, in a few lines."""
        lines = [f"left out: {title} ({reason})" for title, reason in self.left_out.items()]
        lines += [f"FAILED: {title}" for title in self.failed]
        return "\n".join(lines or ["all checks passed, none was left out"])

"""Running many checks: each to its end, so that one run tells everything that is wrong."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from support.places import REPOSITORY
from support.steps import say

_KEPT_BYTES = 4_096
_COUNTS = re.compile(r"^=*\s*((?:no tests ran|\d+ \w+).* in [\d.]+s.*?)\s*=*$", re.MULTILINE)
"""The last line of pytest, as in `== 3 passed, 1 skipped in 2.50s ==`."""


@dataclass
class Checks:
    """What was run, what failed and what was left out."""

    failed: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    """Reasons by check."""
    counts: dict[str, str] = field(default_factory=dict)
    """What each run of pytest said last."""

    def run(self, title: str, command: Sequence[str | os.PathLike[str]], env: Mapping[str, str]) -> None:
        """Run one check in the repository; what it prints goes to the terminal as it is."""
        say(f"==> {title}")
        started = time.monotonic()
        code = subprocess.run(command, cwd=REPOSITORY, env=env, stdin=subprocess.DEVNULL).returncode
        if code != 0:
            self.failed.append(f"{title} (exit code {code})")
            say(f"    FAILED with exit code {code}: {' '.join(Path(part).name for part in command[:3])} …")
        say(f"    {time.monotonic() - started:.0f} s")

    def run_pytest(self, title: str, command: Sequence[str | os.PathLike[str]], env: Mapping[str, str]) -> None:
        """Run pytest, and keep the line with its counts for the summary."""
        say(f"==> {title}")
        process = subprocess.Popen(command, cwd=REPOSITORY, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        assert process.stdout is not None
        output = b""
        # As it comes: pytest shows its progress within a line.
        while part := os.read(process.stdout.fileno(), 65_536):
            sys.stdout.buffer.write(part)
            sys.stdout.buffer.flush()
            output = (output + part)[-_KEPT_BYTES:]
        code = process.wait()
        self.counts[title] = _counts(output.decode(errors="replace"))
        if code != 0:
            self.failed.append(f"{title} (exit code {code})")

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
        verdict = "checks passed" if not self.failed else "checks FAILED"
        return "\n".join(
            [
                *(f"left out: {title} ({reason})" for title, reason in self.left_out.items()),
                *(f"FAILED: {title}" for title in self.failed),
                *(f"{title}: {counts}" for title, counts in self.counts.items()),
                f"{verdict}, {f'{len(self.left_out)} left out' if self.left_out else 'none left out'}",
            ]
        )


def _counts(output: str) -> str:
    lines = _COUNTS.findall(output)
    return lines[-1] if lines else "it ended without counting its tests"

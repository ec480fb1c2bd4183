"""The command as its users run it: a process, with or without a terminal."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cli_harness.copies import run_copy

COMMAND = Path(sys.executable).with_name("job-escrow")
_STEERING = (
    "ANCHOR_",
    "JOB_ESCROW_",
    "XDG_",
    "NO_COLOR",
    "COLUMNS",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "FORCE_",
)
_SECONDS = 120


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """The sentence that it ended with; there is no traceback, and nothing on standard output."""
        assert "Traceback" not in self.err, self.err
        assert self.out == "", self.out
        lines = [line for line in self.err.splitlines() if line.startswith("error: ")]
        assert len(lines) == 1, self.err
        return lines[0].removeprefix("error: ")


_REPEATED = re.compile(r"(?<=job-escrow )(?:(?:-[uknpC]|--fee-payer) (?:'[^']*'|\S+) )+")


def plain(text: str) -> str:
    """A message whose commands do not repeat the options that were given: which they are is `test_advice.py`'s."""
    return _REPEATED.sub("", text)


@dataclass(frozen=True)
class Cli:
    """`job-escrow` in a home folder of its own; `options` come before every command's name."""

    home: Path
    options: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, **environment: str) -> Done:
        """Run it to its end, without a terminal."""
        variables = self.variables(environment)
        if any(name.startswith("PYTHON") for name in self.environment | environment):
            # The interpreter reads these at its start.
            return self.as_own_process(*arguments, **environment)
        done = run_copy((*self.options, *arguments), self.home, variables)
        # Ends of lines as a text stream has them.
        out, err = (done[name].replace("\r\n", "\n").replace("\r", "\n") for name in ("out", "err"))
        return Done(done["code"], out, err)

    def as_own_process(self, *arguments: str, **environment: str) -> Done:
        """The same with an interpreter of its own, as at a prompt."""
        done = subprocess.run(
            [COMMAND, *self.options, *arguments],
            env=self.variables(environment),
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def ok(self, *arguments: str, **environment: str) -> Done:
        """Run it to its end, which must be a good one."""
        done = self(*arguments, **environment)
        assert done.code == 0, f"{arguments}: {done}"
        assert "Traceback" not in done.err
        return done

    def json(self, *arguments: str) -> Any:
        """What it prints as JSON."""
        return self.ok(*arguments, "--output", "json").json

    def with_options(self, *options: str) -> "Cli":
        """The same, with other options before the command's name."""
        return Cli(home=self.home, options=options, environment=self.environment)

    def variables(self, more: dict[str, str]) -> dict[str, str]:
        """The environment of the process: the caller's own settings do not count."""
        self.home.mkdir(parents=True, exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(_STEERING)}
        return kept | {"HOME": str(self.home)} | self.environment | more

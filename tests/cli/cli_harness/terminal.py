"""The command at a real terminal, of a given width: a pseudo-terminal that answers what is asked."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass

from cli_harness.command import COMMAND, Cli

_SECONDS = 120
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Shown:
    """What a person at the terminal saw; `raw` has its escape sequences."""

    code: int
    raw: str

    @property
    def text(self) -> str:
        """Without colours and movements."""
        return _ESCAPE.sub("", self.raw).replace("\r\n", "\n")


def run_in_terminal(
    cli: Cli,
    arguments: Sequence[str],
    *,
    columns: int = 80,
    answers: Sequence[tuple[str, str]] = (),
    environment: dict[str, str] | None = None,
) -> Shown:
    """Run a command whose standard streams are a terminal; `answers` are typed once their question is seen."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    variables = {"TERM": "xterm-256color"} | cli.variables(environment or {})
    variables.pop("CI", None)
    process = subprocess.Popen(
        [COMMAND, *cli.options, *arguments],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        cwd=cli.home,
        env=variables,
        start_new_session=True,
    )
    os.close(slave)
    seen, waiting, deadline = b"", list(answers), time.monotonic() + _SECONDS
    try:
        while time.monotonic() < deadline:
            if select.select([master], [], [], 0.1)[0]:
                try:
                    chunk = os.read(master, 65_536)
                except OSError:
                    break
                if not chunk:
                    break
                seen += chunk
            if waiting and waiting[0][0].encode() in seen:
                os.write(master, waiting.pop(0)[1].encode())
        return Shown(code=process.wait(timeout=_SECONDS), raw=seen.decode(errors="replace"))
    finally:
        process.kill()
        process.wait()
        os.close(master)

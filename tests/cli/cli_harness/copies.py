"""Commands as copies of a process that has them imported already: what a process of its own does, in less time.

The process is `zygote.py`, which answers on a socket. It ends with the process of the tests.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

_ZYGOTE = Path(__file__).with_name("zygote.py")
_BACKLOG = 64


def run_copy(arguments: Sequence[str], folder: Path, variables: dict[str, str]) -> dict[str, Any]:
    """Run a command to its end, without a terminal; gives its exit code and what it wrote."""
    case = {
        "arguments": [each.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape") for each in arguments],
        "folder": str(folder),
        "variables": variables,
    }
    with TemporaryDirectory(prefix="job-escrow-copy-") as runs, closing(socket.socket(socket.AF_UNIX)) as connection:
        connection.connect(_zygote()[0])
        connection.sendall(json.dumps({"case": case, "runs": runs}).encode())
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    assert answer, f"the process that {arguments} was a copy of has ended"
    return cast("dict[str, Any]", json.loads(answer))


@cache
def _zygote() -> "tuple[str, subprocess.Popen[bytes]]":
    """Start the process, once for each worker; gives the name that it listens on, and what keeps it alive."""
    # Linux's abstract names need no file and no end.
    name = f"\0job-escrow-zygote-{os.getpid()}"
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        listening.bind(name)
        listening.listen(_BACKLOG)
        command = [sys.executable, str(_ZYGOTE), "--serve", str(listening.fileno())]
        # It ends when nobody holds the other end of its standard input.
        return name, subprocess.Popen(command, pass_fds=[listening.fileno()], stdin=subprocess.PIPE)

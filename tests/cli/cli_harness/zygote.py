"""Runs the command many times in short time: a process that has it imported, and is copied for every run.

It is a script. It reads its cases as JSON from a file and writes what became of them into another, or takes them on a
socket, one for each connection: what a process of its own would do, with streams, environment and folder as the case
says, set as the interpreter would at its start.
"""

import ctypes
import io
import json
import os
import resource
import select
import signal
import socket
import sys
import time
import traceback
from pathlib import Path
from typing import Any

_SECONDS = 300
_CLONE_NEWUSER = 0x10000000
_NOBODY = 54_321
_ORDINARY: dict[str, Any] = {
    "environment": {},
    "nobody": False,
    "folder_gone": False,
    "limits": {},
    "stop_after": 0,
    **dict.fromkeys(("stdin", "stdout", "stderr"), "open"),
}
_ENCODINGS = {"ascii": "ascii", "latin-1": "latin-1"}


def main() -> None:
    """Run the cases."""
    import typer
    from job_escrow_cli.app import app

    root: Any = typer.main.get_command(app)
    for name in root.commands:
        root.commands[name]
    if sys.argv[1] == "--serve":
        serve(socket.socket(fileno=int(sys.argv[2])))
        return
    cases = json.loads(Path(sys.argv[1]).read_text())
    found = []
    for number, case in enumerate(cases):
        folder = Path(sys.argv[2]) / str(number)
        folder.mkdir()
        found.append(run(case, folder))
    (Path(sys.argv[2]) / "found.json").write_text(json.dumps(found))


def serve(listening: socket.socket) -> None:
    """Answer each connection in a copy, several at once, until standard input ends."""
    # Whoever answers one is not awaited.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        ready, _, _ = select.select([listening, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        connection, _ = listening.accept()
        if os.fork() == 0:
            try:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                listening.close()
                answer(connection)
            finally:
                os._exit(0)
        connection.close()


def answer(connection: socket.socket) -> None:
    """Run the case that a connection asks for, and tell what became of it."""
    asked = json.loads(b"".join(iter(lambda: connection.recv(1 << 16), b"")))
    connection.sendall(json.dumps(run({**_ORDINARY, **asked["case"]}, Path(asked["runs"]))).encode())


def run(case: dict[str, Any], folder: Path) -> dict[str, Any]:
    """One case, in a copy of this process; a command that runs for ever is ended by a signal."""
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            code = child(case, folder)
        finally:
            os._exit(code)
    ends_at = time.monotonic() + (case["stop_after"] or _SECONDS)
    stopped = False
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            break
        if time.monotonic() > ends_at:
            os.kill(pid, signal.SIGKILL if stopped or not case["stop_after"] else signal.SIGTERM)
            ends_at, stopped = time.monotonic() + _SECONDS, True
        time.sleep(0.002)
    texts = {name: (folder / name).read_bytes().decode(errors="replace") for name in ("out", "err")}
    return {"code": os.waitstatus_to_exitcode(status), **texts}


def child(case: dict[str, Any], folder: Path) -> int:
    """What the copy does; gives the exit code."""
    for name in ("out", "err"):
        (folder / name).touch()
    if "variables" in case:
        os.environ.clear()
        os.environ.update(case["variables"])
        time.tzset()
    for name, value in case["environment"].items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    if case["nobody"]:
        become_nobody()
    place = Path(case["folder"])
    if case["folder_gone"]:
        place = folder / "gone"
        place.mkdir()
    os.chdir(place)
    if case["folder_gone"]:
        place.rmdir()
    streams(case, folder)
    for limit, most in case["limits"].items():
        resource.setrlimit(getattr(resource, limit), (most, most))
    sys.argv = [
        "job-escrow",
        *(each.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape") for each in case["arguments"]),
    ]
    from job_escrow_cli import main

    try:
        main()
        code: object = 0
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        traceback.print_exc()
        code = 1
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (OSError, ValueError):
        os.write(2, b"Exception ignored in: stdout")
        code = 120
    return code if isinstance(code, int) else int(code is not None)


def streams(case: dict[str, Any], folder: Path) -> None:
    """Set the three streams, as a shell and then the interpreter would."""
    for number, name, python in ((1, "out", "stdout"), (2, "err", "stderr")):
        kind = case[python]
        if kind == "closed":
            os.close(number)
            setattr(sys, python, None)
            continue
        if kind == "broken":
            reader, writer = os.pipe()
            os.close(reader)
            os.dup2(writer, number)
        else:
            path = "/dev/full" if kind == "full" else str(folder / name)
            opened = os.open(path, os.O_WRONLY)
            os.dup2(opened, number)
            os.close(opened)
        raw = io.BufferedWriter(io.FileIO(number, "w", closefd=False))
        errors = "strict" if python == "stdout" else "backslashreplace"
        encoding = _ENCODINGS.get(kind, "utf-8")
        # Standard error is never kept back by whole blocks.
        lines = python == "stderr"
        setattr(sys, python, io.TextIOWrapper(raw, encoding=encoding, errors=errors, line_buffering=lines))
    if case["stdin"] == "closed":
        os.close(0)
        sys.stdin = None
    else:
        nothing = os.open(os.devnull, os.O_RDONLY)
        if nothing != 0:
            os.dup2(nothing, 0)
            # It has the number of a stream that is to be closed.
            os.close(nothing)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115


def become_nobody() -> None:
    """Be a user that is in no list of users, in a name space of this process; exit code 77 where that may not be."""
    outside = os.getuid()
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER) != 0:
        os._exit(77)
    try:
        Path("/proc/self/uid_map").write_text(f"{_NOBODY} {outside} 1")
    except OSError:
        os._exit(77)


if __name__ == "__main__":
    main()

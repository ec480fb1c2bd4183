"""Running long commands with visible progress, and failing with a sentence that says what to do next."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from support.places import CACHE

_PROGRESS_INTERVAL_SECONDS = 15
_LINES_SHOWED_ON_FAILURE = 30


class StepFailed(Exception):
    """A step could not be done; the message says what to do about it."""


def say(text: str) -> None:
    """Tell the person at the terminal; standard output stays free for data."""
    print(text, file=sys.stderr, flush=True)


def run_step(
    title: str,
    command: Sequence[str | os.PathLike[str]],
    *,
    remedy: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Path:
    """Run one long command: its output goes to a log file, its progress and its failure to the terminal.

    Returns the path of the log. Raises StepFailed with the end of the log and `remedy` when the command fails.
    """
    logs = CACHE / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    log_path = logs / f"{title.replace(' ', '-').replace('/', '-')}.log"
    say(f"==> {title}  (log: {log_path})")
    started = time.monotonic()
    with log_path.open("wb") as log:
        try:
            process = subprocess.Popen(
                command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        except OSError as error:
            raise StepFailed(f"{title}: {error}\nWhat to do: {remedy}") from error
        try:
            while True:
                try:
                    code = process.wait(timeout=_PROGRESS_INTERVAL_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    say(f"    {time.monotonic() - started:5.0f} s  {_last_line(log_path)}")
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if code != 0:
        tail = "\n".join(_lines(log_path)[-_LINES_SHOWED_ON_FAILURE:])
        raise StepFailed(
            f"{tail}\n\n{title} failed with exit code {code}; the whole log is {log_path}.\nWhat to do: {remedy}"
        )
    say(f"    done in {time.monotonic() - started:.0f} s")
    return log_path


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Hold a lock file below the cache, so that two runs of a script do not build into one folder."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            say(f"==> another run is busy with {name}; waiting for it")
            flock(lock, LOCK_EX)
        yield


def main(body: Callable[[], int]) -> None:
    """Run a script's body: a failed step becomes its message and exit code 1, without a traceback."""
    try:
        sys.exit(body())
    except StepFailed as failure:
        say(f"\nerror: {failure}")
        sys.exit(1)
    except KeyboardInterrupt:
        say("\ninterrupted; run the same command again to go on where it stopped")
        sys.exit(130)


def _lines(path: Path) -> list[str]:
    return path.read_text(errors="replace").splitlines()


def _last_line(path: Path) -> str:
    lines = [line for line in _lines(path)[-5:] if line.strip()]
    return lines[-1].strip()[:110] if lines else ""

"""Where tasks wait, for whoever reads the story of a run that did not come to its end."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Any


def where_is(task: asyncio.Task[Any]) -> str:
    """The lines at which a task waits, the outermost first."""
    lines = []
    waiting: Any = task.get_coro()
    while waiting is not None:
        frame = getattr(waiting, "cr_frame", None) or getattr(waiting, "gi_frame", None)
        if frame is None:
            lines.append(repr(waiting))
            break
        lines.append(f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}")
        waiting = getattr(waiting, "cr_await", None) or getattr(waiting, "gi_yieldfrom", None)
    return " > ".join(lines)


def tell_when_asked() -> None:
    """Let the running loop say at SIGUSR2 where each of its tasks waits."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR2, _tell)


def _tell() -> None:
    for task in asyncio.all_tasks():
        sys.stderr.write(f"waits at {where_is(task)}\n")

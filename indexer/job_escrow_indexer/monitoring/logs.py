"""Structured logs: what the indexer's modules say through `logging`, as lines for people or as JSON for machines."""

import contextlib
import io
import logging
import sys
from collections.abc import Callable
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger


class StandardError(io.TextIOBase):
    """Standard error, whose reader may be gone and whose disk full: what cannot be logged ends nothing."""

    def __init__(self) -> None:
        """Take the one that there is now."""
        self._stream = sys.stderr

    def write(self, text: str) -> int:
        """Write what can be written."""
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Send it off."""
        with contextlib.suppress(OSError, ValueError):
            self._stream.flush()


LogFormat = Literal["console", "json"]


def set_up_logs(style: LogFormat, level: str = "info", *, clean: Callable[[str], str] = str) -> None:
    """Log to standard error. `clean` takes out of every text what nobody may read, such as the keys in URLs."""

    def cleaned(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {name: clean(value) if isinstance(value, str) else value for name, value in event.items()}

    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer = structlog.processors.JSONRenderer() if style == "json" else _console()
    handler = logging.StreamHandler(StandardError())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                cleaned,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # These say every request, with its URL.
    for name in ("httpx2", "httpx", "httpcore", "websockets"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def _console() -> structlog.dev.ConsoleRenderer:
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)

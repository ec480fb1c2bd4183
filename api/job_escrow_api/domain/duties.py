"""What the server does for ever beside its answers, and whether it still does: /health says so."""

import asyncio
from collections.abc import Coroutine


class Duty:
    """Work that goes on until the server ends; what fails in it is tried again."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._error: BaseException | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        """What it is, within a sentence."""
        return self._name.removeprefix("The ")

    def start(self, work: Coroutine[None, None, None]) -> None:
        """Begin it."""
        self._task = asyncio.create_task(work)

    def tell(self, error: BaseException | None) -> None:
        """How the last turn went; None: as it should."""
        self._error = error

    @property
    def trouble(self) -> str | None:
        """Why nothing of it is done; None where it works. The error itself is in the log."""
        if self._task is not None and self._task.done():
            return f"{self._name} have ended: start the server again."
        return None if self._error is None else f"{self._name} fail: {type(self._error).__name__}: see the log."

    @property
    def values(self) -> dict[str, int]:
        """Its figures, for metrics."""
        return {}

    @property
    def remark(self) -> str:
        """What is said of it where it works."""
        return "They work."

    async def stop(self) -> None:
        """End it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

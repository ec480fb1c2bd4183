"""Ending a flow that is asked to stop while it waits for the chain, which may take minutes where nothing lands."""

from collections.abc import Callable
from dataclasses import dataclass, field

from job_escrow.chain.requests import Answer, Flow, GetElapsed, Pause, Together, ask

_GRACE_SECONDS = 5.0
"""Long enough for what is under way on a chain that is well."""


@dataclass
class Stopping:
    """Whether it is time to end: a moment after `stop` has said so, and from then on."""

    stop: Callable[[], bool]
    _over: bool = field(init=False, default=False)
    _since: float | None = field(init=False, default=None)

    def look(self) -> Flow[None]:
        """Ask, and see how long ago it was asked for."""
        if self._since is None and not self.stop():
            return
        now = yield from ask(GetElapsed())
        self._since = now if self._since is None else self._since
        self._over = self._over or now - self._since >= _GRACE_SECONDS

    def is_over(self) -> bool:
        """What the last look has shown."""
        return self._over


def until_stopped(flow: Flow[Answer], stopping: Stopping) -> Flow[Answer | None]:
    """Go on with a flow to its end; None: it was ended where it paused. Only for what may be killed at any point."""
    try:
        request = next(flow)
        while True:
            if isinstance(request, Together):
                request = Together([until_stopped(each, stopping) for each in request.flows], request.at_once)
            elif isinstance(request, Pause):
                yield from stopping.look()
            if stopping.is_over():
                return None
            try:
                answer = yield request
            except Exception as error:
                request = flow.throw(error)
            else:
                if stopping.is_over():
                    # What was side by side has ended early, and has no answers.
                    return None
                request = flow.send(answer)
    except StopIteration as end:
        ended: Answer = end.value
        return ended
    finally:
        flow.close()

"""A chain whose connection ends at a chosen request: before it reaches the chain, or after it and before the answer."""

from dataclasses import dataclass, field

from job_escrow.chain import Chain, ChainError, Request
from job_escrow.chain.requests import Answer, GetElapsed, Pause, Send


class Killed(BaseException):
    """The process ends here: nothing catches it."""


@dataclass
class CuttingChain:
    """Another chain, through a connection that ends.

    `cuts` maps the number of a request, from 0, to whether it still reached the chain. From `dead_from` on nothing
    reaches it. Clocks are no requests. `counted` is how many there were; `sends` which of them sent a transaction.
    """

    chain: Chain
    cuts: dict[int, bool] = field(default_factory=dict)
    dead_from: int | None = None
    killed_at: int | None = None
    killed_after_it: bool = False
    counted: int = 0
    sends: list[int] = field(default_factory=list)

    def answer(self, request: Request[Answer]) -> Answer:
        if not isinstance(request, GetElapsed | Pause):
            self._cut(request)
        return self.chain.answer(request)

    def _cut(self, request: Request[Answer]) -> None:
        number = self.counted
        self.counted += 1
        if isinstance(request, Send):
            self.sends.append(number)
        if self.dead_from is not None and number >= self.dead_from:
            raise ChainError("nobody answers")
        if self.killed_at is not None and number >= self.killed_at:
            if self.killed_after_it and number == self.killed_at:
                self.chain.answer(request)
            raise Killed
        if number in self.cuts:
            if self.cuts[number]:
                self.chain.answer(request)
            raise ChainError("the connection ended")

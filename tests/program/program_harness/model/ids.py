"""Ids that were used, remembered one by one; the window is only how long they count."""

from dataclasses import dataclass, field

from job_escrow.codec import IdWindow, JobIdTooFarAhead, JobIdTooOld, JobIdUsed, JobIdWindow

from program_harness.model.refusing import require

WALLETS = 1 << 52
"""The ids of the wallet's own jobs start here."""
_WORD = 64


@dataclass
class Ids:
    """Of the operator's jobs, of the wallet's own, or of grants."""

    start: int
    width: int
    highest: int = 0
    used: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.highest = self.start

    def require_new(self, number: int) -> None:
        """Never used, and near enough to the highest."""
        require(number <= self.highest + self.width, JobIdTooFarAhead)
        require(number > self.highest - self.width, JobIdTooOld)
        require(number > self.start and number not in self.used, JobIdUsed)

    def use(self, number: int) -> None:
        """For ever."""
        self.used.add(number)
        self.highest = max(self.highest, number)

    def encoded(self) -> IdWindow:
        """As the chain holds it."""
        return IdWindow(highest=self.highest, words=self._words())

    def encoded_of_jobs(self) -> JobIdWindow:
        """The wide one, as the chain holds it."""
        return JobIdWindow(highest=self.highest, words=self._words())

    def _words(self) -> tuple[int, ...]:
        return tuple(self._word(first) for first in range(0, self.width, _WORD))

    def _word(self, first: int) -> int:
        numbers = [self.highest - first - bit for bit in range(_WORD)]
        return sum(1 << bit for bit, number in enumerate(numbers) if number <= self.start or number in self.used)

"""How much of something may be under way at once, for one name and for all together."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from job_escrow_api.domain.problems import Kinds, Refusal


class Places:
    """Places that are taken while a block runs; nobody waits for one."""

    def __init__(self, *, of_a_name: int, in_all: int) -> None:
        self._of_a_name = of_a_name
        self._in_all = in_all
        self._taken: Counter[str] = Counter()

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Take one. Raises Refusal."""
        self.require(name)
        self._taken[name] += 1
        try:
            yield
        finally:
            self._taken[name] -= 1
            if not self._taken[name]:
                del self._taken[name]

    def require(self, name: str) -> None:
        """Refuse where there is none. Raises Refusal."""
        if self._taken[name] >= self._of_a_name:
            detail = f"{self._of_a_name} requests like this one are under way already: wait for one to end."
            raise Refusal(Kinds.RATE_LIMITED, detail, headers={"Retry-After": "1"})
        if self._taken.total() >= self._in_all:
            raise Refusal(Kinds.UNAVAILABLE, "Too many requests like this one.", headers={"Retry-After": "1"})

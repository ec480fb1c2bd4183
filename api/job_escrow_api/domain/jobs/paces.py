"""How fast jobs are locked and ended: no locks hold up what ends jobs, and no customer's those of another."""

from job_escrow_api.domain.rate_limit import RateLimit, pace

_MOST_NAME = 64


class JobPaces:
    """Allowances of `per_minute` each. The operator's own, for everything else, is counted where its key is checked."""

    def __init__(self, per_minute: int) -> None:
        self._locks = RateLimit(per_minute)
        self._strangers = RateLimit(per_minute)
        self._ends = RateLimit(per_minute)

    def lock(self, customer: str) -> None:
        """Count a lock of a customer's key. Raises Refusal."""
        pace(self._locks, customer)

    def stranger(self, operator: str) -> None:
        """Count what somebody unknown wanted through an operator's key. Raises Refusal."""
        pace(self._strangers, operator)

    def end(self, job: str) -> None:
        """Count a settlement or a refund of a job. Raises Refusal."""
        pace(self._ends, job[:_MOST_NAME])

"""What health says of the sweeps of jobs."""

from job_escrow_api.domain.duties import Duty


class SweepsDuty(Duty):
    """The sweeps' duty: a job that fails stops no other, and health says how many do."""

    def __init__(self) -> None:
        super().__init__("The sweeps of jobs")
        self.failed = 0
        """Jobs that failed in the last turn."""

    @property
    def values(self) -> dict[str, int]:
        """How many jobs failed in the last turn."""
        return {"failed": self.failed}

    @property
    def remark(self) -> str:
        """What is said, with the failed jobs if there are any."""
        said = f" Jobs that could not be looked after: {self.failed:,}; the log says why." if self.failed else ""
        return super().remark + said

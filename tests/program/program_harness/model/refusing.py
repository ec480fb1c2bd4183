"""How the model refuses."""

from program_harness.reasons import Reason


class Refused(Exception):
    """The instruction has to be refused for this reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def require(condition: bool, reason: Reason) -> None:
    """Refuse unless the condition holds."""
    if not condition:
        raise Refused(reason)

"""What a provider sets, in the environment: where the API is, its key, and what a request may take."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

_PREFIX = "JOB_ESCROW_"


class InvalidSetting(ValueError):
    """A variable of the environment that is missing or cannot be used; the message says what to set."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Each field is the variable JOB_ESCROW_ with its name in capitals, such as JOB_ESCROW_JOB_SECONDS.

    Of the `job_seconds` that each job has, the last `settle_seconds` are for its settlement alone: what is delivered so
    late that it cannot be charged any more is lost. An answer whose client left waits `return_seconds` for it.
    A request that names no most tokens gets `default_tokens`.
    """

    api: str
    operator_key: str = field(repr=False)
    job_seconds: int = 120
    settle_seconds: int = 30
    return_seconds: float = 10.0
    default_tokens: int = 500

    def __post_init__(self) -> None:
        if not 0 < self.settle_seconds < self.job_seconds:
            raise InvalidSetting(
                f"of a job's {self.job_seconds} seconds {self.settle_seconds} are for its settlement: set "
                "JOB_ESCROW_JOB_SECONDS above JOB_ESCROW_SETTLE_SECONDS, and both above 0"
            )
        if not 0 <= self.return_seconds <= self.job_seconds:
            raise InvalidSetting(f"set JOB_ESCROW_RETURN_SECONDS to 0 to {self.job_seconds}, not {self.return_seconds}")
        if self.default_tokens < 1:
            raise InvalidSetting(f"set JOB_ESCROW_DEFAULT_TOKENS to 1 or more, not {self.default_tokens}")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read them. Raises InvalidSetting."""
        given: dict[str, str | int | float] = {}
        for one in fields(cls):
            name = f"{_PREFIX}{one.name.upper()}"
            text = environment.get(name)
            if text is None:
                continue
            try:
                given[one.name] = int(text) if one.type is int else float(text) if one.type is float else text
            except ValueError as error:
                raise InvalidSetting(f"set {name} to a number, not {text!r}") from error
        missing = [f"{_PREFIX}{name.upper()}" for name in ("api", "operator_key") if not given.get(name)]
        if missing:
            raise InvalidSetting(f"set {' and '.join(missing)}: the account API's address, and its operator's key")
        return cls(**given)  # type: ignore[arg-type]

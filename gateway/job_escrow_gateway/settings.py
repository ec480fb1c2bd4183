"""What a provider sets, in the environment: where the API is, its key, and what a request may take."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields

_PREFIX = "JOB_ESCROW_"


def _yes_or_no(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(text)
    return text == "1"


_READERS: dict[object, Callable[[str], str | int | float | bool]] = {
    str: str,
    int: int,
    float: float,
    bool: _yes_or_no,
}
_KINDS: dict[object, str] = {int: "a number", float: "a number", bool: "1 or 0"}


class InvalidSetting(ValueError):
    """A variable of the environment that is missing or cannot be used; the message says what to set."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Each field is the variable JOB_ESCROW_ with its name in capitals, such as JOB_ESCROW_JOB_SECONDS.

    `upstream` is the address of the API that answers, up to `/v1`, and `upstream_key` the gateway's own key to it;
    without one the example model does. `tokenizer` counts where the upstream does not: `gpt3`, or MODULE:FUNCTION.
    `running_usage` asks the upstream for its usage in each part of a stream (`continuous_usage_stats`, as vLLM has it).

    Of the `job_seconds` that each request or job has, the last `settle_seconds` are for its settlement alone: what is
    delivered so late that it cannot be charged any more is lost. An answer whose client left waits `return_seconds` for
    it. A request that names no most tokens gets `default_tokens`.
    """

    api: str
    operator_key: str = field(repr=False)
    upstream: str = ""
    upstream_key: str = field(default="", repr=False)
    tokenizer: str = ""
    running_usage: bool = False
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
        if self.upstream and not self.upstream.startswith(("http://", "https://")):
            raise InvalidSetting(f"set JOB_ESCROW_UPSTREAM to http://… or https://…, not {self.upstream!r}")
        if self.default_tokens < 1:
            raise InvalidSetting(f"set JOB_ESCROW_DEFAULT_TOKENS to 1 or more, not {self.default_tokens}")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read them. Raises InvalidSetting."""
        given: dict[str, str | int | float | bool] = {}
        for one in fields(cls):
            name = f"{_PREFIX}{one.name.upper()}"
            text = environment.get(name)
            if text is None:
                continue
            try:
                given[one.name] = _READERS[one.type](text)
            except ValueError as error:
                raise InvalidSetting(f"set {name} to {_KINDS[one.type]}, not {text!r}") from error
        missing = [f"{_PREFIX}{name.upper()}" for name in ("api", "operator_key") if not given.get(name)]
        if missing:
            raise InvalidSetting(f"set {' and '.join(missing)}: the account API's address, and its operator's key")
        return cls(**given)  # type: ignore[arg-type]

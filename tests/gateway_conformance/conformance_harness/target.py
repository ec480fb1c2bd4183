"""The gateway that is tested: its address, a way to make accounts, and a way to read a balance."""

import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_SETTLES_SECONDS = 60
_POLL_SECONDS = 0.1


class Account(Protocol):
    """A customer: the API key, and the units of money that are left."""

    @property
    def key(self) -> str:
        """The API key."""

    def balance(self) -> int:
        """Units that are left; what is reserved may be missing from it for a while."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A gateway before `upstream_harness/server.py`; `url` ends in /v1.

    An output token of `model` costs `unit_price` units. `upstream` is the address of that server, up to /v1.
    """

    url: str
    model: str
    unit_price: int
    upstream: str
    new_account: Callable[[int], Account]


@dataclass(frozen=True)
class _Told:
    """An account of a gateway that is not ours: a command prints its balance."""

    key: str
    command: list[str]

    def balance(self) -> int:
        return int(_printed([*self.command, self.key]))


def read_target(file: Path) -> Target:
    """A gateway as a JSON file describes it: README.md says how."""
    told = json.loads(file.read_text())
    return Target(
        url=told["url"].rstrip("/"),
        model=told["model"],
        unit_price=told["unit_price"],
        upstream=told["upstream"].rstrip("/"),
        new_account=lambda units: _Told(_printed([*told["new_account"], str(units)]), told["balance"]),
    )


def require_spent(account: Account, began_with: int, spent: int | range) -> int:
    """Wait until so much was spent, and no more is a moment later; gives it.

    What is reserved is given back in a moment, and what was handed over is charged in one.
    """
    wanted = range(spent, spent + 1) if isinstance(spent, int) else spent
    deadline = time.monotonic() + _SETTLES_SECONDS
    before = None
    while True:
        now = began_with - account.balance()
        if now in wanted and now == before:
            return now
        assert time.monotonic() < deadline, f"{now} units were spent, and {wanted} should have been"
        before = now
        time.sleep(_POLL_SECONDS)


def _printed(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

"""Chromium, driven by tests/page/driver: what a test does with it, and what the browser noticed."""

import json
import os
import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import pytest
from escrow_harness.other_clients import node_packages
from escrow_harness.patience import PATIENCE_SECONDS
from solders.keypair import Keypair
from support.browser import browser_is_required, browser_problem, installed_browser
from support.places import REPOSITORY

_DRIVER = REPOSITORY / "tests" / "page" / "driver"
_PACKAGES = REPOSITORY / "web"
_LOOK_MILLISECONDS = 20_000
WIDE, NARROW = (1_200, 900), (320, 700)


class BrowserError(AssertionError):
    """What was asked of the browser could not be done: nothing of that name is on the page, or it took too long."""


@dataclass
class Browser:
    """The process of the driver."""

    process: subprocess.Popen[bytes]

    def ask(self, name: str, **given: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"name": name, **given}).encode() + b"\n")
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE_SECONDS)
        assert ready, f"{name}: the browser says nothing"
        line = self.process.stdout.readline()
        assert line, f"{name}: the browser's process has ended"
        answer = json.loads(line)
        if "error" in answer:
            raise BrowserError(f"{name} {given}: {answer['error']}")
        return answer["value"]

    def visit(self, url: str, *wallets: Keypair, size: tuple[int, int] = WIDE, scheme: str = "light") -> "Visit":
        """Somebody with cookies and wallets of their own opens the page."""
        shown = [
            {
                "name": f"Test wallet {number}" if number else "Test wallet",
                "address": str(each.pubkey()),
                "publicKey": list(bytes(each.pubkey())),
                "seed": list(bytes(each)[:32]),
            }
            for number, each in enumerate(wallets)
        ]
        width, height = size
        number = self.ask("visit", wallets=shown, width=width, height=height, scheme=scheme, timeout=_LOOK_MILLISECONDS)
        visit = Visit(self, number, url)
        visit.go("")
        return visit


@dataclass(frozen=True)
class Visit:
    """A page that somebody looks at. Things on it are found as people find them: by their role, name, label or text."""

    browser: Browser
    number: int
    url: str

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.ask("close")

    def ask(self, name: str, **given: Any) -> Any:
        return self.browser.ask(name, visit=self.number, **given)

    def go(self, place: str) -> None:
        self.ask("go", url=f"{self.url}/{place}")

    def click(self, name: str, role: str = "button") -> None:
        self.ask("click", at={"role": role, "name": name, "exact": True})

    def type(self, label: str, value: str) -> None:
        self.ask("type", at={"label": label}, value=value)

    def see(self, text: str) -> None:
        try:
            self.ask("see", at={"text": text})
        except BrowserError as error:
            raise BrowserError(f"{text!r} does not come up. The page says:\n{self.text()}") from error

    def gone(self, text: str) -> None:
        self.ask("gone", at={"text": text})

    def text(self, css: str = "body") -> str:
        found: str = self.ask("text", at={"css": css})
        return found

    def evaluate(self, expression: str) -> Any:
        return self.ask("evaluate", expression=expression)

    def mood(self, mood: str) -> None:
        """What its wallets do when they are asked: `approve`, `reject`, or `wait` until another mood."""
        self.ask("mood", mood=mood)

    def answer(self, path: str, body: object, *, status: int = 200, media: str = "application/json") -> None:
        """Let requests of a path be answered by somebody who has taken the server's place."""
        text = body if isinstance(body, str) else json.dumps(body)
        self.ask("answer", path=path, body=text, status=status, type=media)

    @property
    def signed(self) -> list[dict[str, Any]]:
        """What the wallets were asked for, with what they showed."""
        found: list[dict[str, Any]] = self.ask("noticed")["signed"]
        return found

    @property
    def errors(self) -> list[str]:
        """What the browser's console has of warnings and errors, and dialogs."""
        found: list[str] = self.ask("noticed")["errors"]
        return found

    @property
    def requests(self) -> list[dict[str, str]]:
        """Every request of the page, by method and URL."""
        found: list[dict[str, str]] = self.ask("noticed")["requests"]
        return found

    def enter(self, wallet: str = "Test wallet") -> None:
        """Connect and sign in."""
        self.click(wallet)
        self.ask("see", at={"role": "button", "name": "Leave"})


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser; skips where there is no Chromium or no Node.js, unless they are required."""
    problem = browser_problem()
    if problem is not None:
        if browser_is_required():
            pytest.fail(problem)
        pytest.skip(problem)
    executable = installed_browser()
    assert executable is not None
    # Node.js looks for packages from the program's folder upwards.
    with TemporaryDirectory(dir=node_packages(_PACKAGES)) as name:
        folder = Path(name)
        shutil.copytree(_DRIVER, folder, dirs_exist_ok=True)
        command: list[str | Path] = ["node", folder / "driver.mjs", executable]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=os.environ | {"HOME": str(folder)}
        ) as process:
            try:
                yield Browser(process)
            finally:
                assert process.stdin is not None
                process.stdin.close()
                process.wait(timeout=PATIENCE_SECONDS)

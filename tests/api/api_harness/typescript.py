"""The API's TypeScript client: packed and installed as its users get it, and in the hands of a test in Python."""

import base64
import os
import select
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import NoneType, TracebackType
from typing import Any, Self, get_type_hints

import job_escrow_client as python
import msgspec
from escrow_harness.other_clients import node_packages
from escrow_harness.patience import PATIENCE_SECONDS
from support.places import REPOSITORY

PACKAGE = REPOSITORY / "clients" / "typescript"
_PROGRAMS = REPOSITORY / "tests" / "api" / "typescript-client"


@contextmanager
def installed_client() -> Iterator[Path]:
    """A folder with the package in its node_modules, and in `out` the programs of tests/api/typescript-client.

    Skips where there is no Node.js.
    """
    with TemporaryDirectory(dir=node_packages(PACKAGE)) as name:
        folder = Path(name)
        source, packed = folder / "source", folder / "packed"
        shutil.copytree(PACKAGE, source)
        packed.mkdir()
        run(["npm", "pack", "--silent", "--pack-destination", packed], source)
        shutil.rmtree(source)
        (archive,) = packed.glob("*.tgz")
        with tarfile.open(archive) as files:
            files.extractall(packed, filter="data")
        modules = folder / "node_modules"
        modules.mkdir()
        (packed / "package").rename(modules / "job-escrow-client")
        shutil.copytree(_PROGRAMS, folder, dirs_exist_ok=True)
        (folder / "package.json").write_text('{"type": "module"}')
        compile_programs(folder)
        yield folder


def compile_programs(folder: Path) -> None:
    """Check the types of the programs in `folder`, and write them in JavaScript."""
    run([folder.parent / "node_modules" / ".bin" / "tsc"], folder)


def run(command: list[str | Path], folder: Path) -> str:
    """What a program prints."""
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
        env=os.environ | {"npm_config_update_notifier": "false", "npm_config_fund": "false"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@dataclass
class Driver:
    """driver.ts as a process: it makes calls and says what became of them."""

    process: subprocess.Popen[bytes]

    def ask(self, **asked: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(msgspec.json.encode(asked) + b"\n")
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE_SECONDS)
        assert ready, f"{asked['name']}: the client says nothing"
        line = self.process.stdout.readline()
        assert line, f"{asked['name']}: the client's process has ended"
        answer: dict[str, Any] = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
        return answer


@contextmanager
def driving(folder: Path) -> Iterator[Driver]:
    """The driver of an installed client."""
    command: list[str | Path] = ["node", folder / "out" / "driver.js"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
        try:
            yield Driver(process)
        finally:
            process.kill()


class TypescriptClient:
    """A client that is called like the Python one, answers with its types, and raises its errors."""

    def __init__(self, driver: Driver, url: str, key: str | None, retries: python.Retries | None = None) -> None:
        self._driver, self._url = driver, url
        self._options: dict[str, Any] = {} if key is None else {"key": key}
        if retries is not None:
            self._options["retries"] = {
                "attempts": retries.attempts,
                "seconds": retries.seconds,
                "firstWaitSeconds": retries.first_wait,
                "longestWaitSeconds": retries.longest_wait,
            }

    def __getattr__(self, name: str) -> Callable[..., Any]:
        answer = get_type_hints(getattr(python.Client, name))["return"]
        return lambda *given, **named: self.ask(camel(name), given, named, answer)

    def ask(self, name: str, given: tuple[Any, ...], named: dict[str, Any], kind: Any) -> Any:
        """Call a method by its own name; what it answers is read as a `kind`."""
        said = self._driver.ask(url=self._url, options=self._options, name=name, given=given, named=named)
        if "error" in said:
            raise _error(msgspec.json.decode(said["error"]), said["error"])
        if kind is bytes:
            return base64.b64decode(msgspec.json.decode(said["bytes"]), validate=True)
        return msgspec.json.decode(said["value"], type=None if kind is NoneType else kind)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


def camel(name: str) -> str:
    """What an operation of the Python client is called in TypeScript."""
    first, *rest = name.split("_")
    return first + "".join(each.capitalize() for each in rest)


def _error(said: dict[str, Any], text: bytes) -> Exception:
    if "problem" in said:
        problem = msgspec.json.decode(text, type=_Refusal).problem
        kind: type[python.Refused] = getattr(python, said["name"])
        return kind(problem, said["retry_after"])
    if said["name"] == "Unreachable":
        return python.Unreachable(said["text"], may_have_happened=said["may_have_happened"])
    if said["name"] == "UnexpectedAnswer":
        return python.UnexpectedAnswer(said["status"], said["excerpt"])
    return AssertionError(said["text"])


class _Refusal(msgspec.Struct):
    problem: python.Problem

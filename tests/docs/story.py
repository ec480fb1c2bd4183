"""A document as a story: its blocks typed one after the other, in one shell and one Python session."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from documents import REPOSITORY, Block
from escrow_harness.patience import PATIENCE_SECONDS
from support.validator_process import ends_with_its_parent

_END = "the block has ended"
_STEERING = ("ANCHOR_", "JOB_ESCROW_", "OPENAI_", "XDG_", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")

# A session of Python that is told what to run, one JSON object a line, and answers likewise.
_PYTHON = """
import contextlib, io, json, sys, traceback
sys.path.insert(0, "")
names = {"__name__": "__main__"}
for line in sys.stdin:
    told = json.loads(line)
    printed, failed = io.StringIO(), ""
    with contextlib.redirect_stdout(printed):
        try:
            exec(compile(chr(10) * told["line"] + told["code"], told["document"], "exec"), names)
        except BaseException:
            failed = traceback.format_exc()
    print(json.dumps({"printed": printed.getvalue(), "failed": failed}), flush=True)
"""


class BlockFailed(AssertionError):
    """A block did not do what its document says; the message has the block's place and what it said."""


@dataclass
class Story:
    """What a document's reader has: a shell in a checkout, and the servers that were left running."""

    document: str
    checkout: Path
    differing: Mapping[str, str]
    """What has to differ from the document, such as ports that others may have: texts, and what stands for them."""
    environment: dict[str, str]
    stack: ExitStack
    shows_output: bool = False
    """Whether the document shows what its Python prints: then what prints must be followed by what it printed."""
    servers: list["Server"] = field(default_factory=list)
    _shell: "subprocess.Popen[str] | None" = None
    _python: "subprocess.Popen[str] | None" = None

    def run(self, block: Block) -> None:
        """Run a block to its end, or up to the first words of a server. Raises BlockFailed."""
        code = self._adapted(block.code)
        if block.language == "python":
            self._run_python(block, code)
        elif block.is_left_running:
            self.servers.append(self.stack.enter_context(left_running(code, self.checkout, self.variables())))
        else:
            self._run_shell(block, code)
        for server in self.servers:
            if server.process.poll() is not None:
                raise BlockFailed(f"{self._place(block)}: a server has ended\n{server.log.read_text()}")

    def variables(self) -> dict[str, str]:
        """The environment as the shell has it now."""
        file = self.checkout / "variables"
        self._type(f"env -0 > {file}\n")
        return dict(each.split("=", 1) for each in file.read_text().split("\0") if "=" in each)

    def _adapted(self, code: str) -> str:
        for text, instead in self.differing.items():
            code = code.replace(text, instead)
        return code

    def _run_shell(self, block: Block, code: str) -> None:
        status, said = self._type(code)
        if status != 0:
            raise BlockFailed(f"{self._place(block)} ended with {status}\n{said}")

    def _type(self, code: str) -> tuple[int, str]:
        """Give the shell a block; gives the exit code of its first command that failed, and all that it said."""
        shell = self._shell or self._started_shell()
        assert shell.stdin is not None
        assert shell.stdout is not None
        # As one command, so that nothing in it reads what is typed next; an error ends the block, and not the shell.
        shell.stdin.write(f"failed=0; trap 'failed=$?' ERR\n{code}\ntrap - ERR; echo; echo \"{_END} $failed\"\n")
        shell.stdin.flush()
        said: list[str] = []
        for line in shell.stdout:
            if line.startswith(_END):
                return int(line.rsplit(maxsplit=1)[1]), "".join(said)
            said.append(line)
        return 1, "".join(said)

    def _started_shell(self) -> "subprocess.Popen[str]":
        self._shell = self.stack.enter_context(
            _process(["bash", "--norc", "--noprofile"], self.checkout, self.environment)
        )
        return self._shell

    def _run_python(self, block: Block, code: str) -> None:
        if self._python is None:
            command = [sys.executable, "-c", _PYTHON]
            self._python = self.stack.enter_context(_process(command, self.checkout, self.variables()))
        assert self._python.stdin is not None
        assert self._python.stdout is not None
        self._python.stdin.write(json.dumps({"document": self.document, "line": block.line, "code": code}) + "\n")
        self._python.stdin.flush()
        line = self._python.stdout.readline()
        answer = json.loads(line) if line.startswith("{") else {"failed": f"the session ended: {line}", "printed": ""}
        if answer["failed"]:
            raise BlockFailed(f"{self._place(block)}\n{answer['failed']}")
        expected = block.printed or ("" if self.shows_output else answer["printed"])
        if answer["printed"] != expected:
            raise BlockFailed(f"{self._place(block)} printed\n{answer['printed']}and not\n{expected}")

    def _place(self, block: Block) -> str:
        return f"{self.document}, line {block.line}"


@dataclass
class Server:
    """A server that a document says to leave running."""

    process: "subprocess.Popen[bytes]"
    log: Path


@contextmanager
def left_running(code: str, checkout: Path, variables: Mapping[str, str]) -> Iterator[Server]:
    """Run a server for the length of a block, which begins when it has said something. Raises BlockFailed."""
    number = len(list(checkout.glob("server-*.log")))
    log = checkout / f"server-{number}.log"
    said = checkout / f"server-{number}.out"
    with log.open("wb") as errors, said.open("wb") as output:
        process = subprocess.Popen(
            [*ends_with_its_parent(), "bash", "--norc", "-c", f"exec {code}"],
            cwd=checkout,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not said.read_bytes().endswith(b"\n") and not _has_begun(log):
            if process.poll() is not None or time.monotonic() > deadline:
                raise BlockFailed(f"{code.strip()} did not start\n{log.read_text()}")
            time.sleep(0.02)
        yield Server(process, log)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE_SECONDS)


def _has_begun(log: Path) -> bool:
    """Whether an index, which prints no results, says that it has begun."""
    return b"indexing into" in log.read_bytes()


@contextmanager
def _process(command: list[str], folder: Path, variables: Mapping[str, str]) -> "Iterator[subprocess.Popen[str]]":
    with subprocess.Popen(
        [*ends_with_its_parent(), *command],
        cwd=folder,
        env=variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=PATIENCE_SECONDS)


def made_checkout(folder: Path) -> Path:
    """A folder that looks like the repository, in which a story may leave its files; `.venv` is what runs this."""
    folder.mkdir(parents=True)
    kept = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    for name in {each.split("/")[0] for each in kept.stdout.split("\0") if each}:
        (folder / name).symlink_to(REPOSITORY / name)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def fresh_environment(home: Path) -> dict[str, str]:
    """The environment of somebody who has never used the project."""
    home.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_STEERING)}
    return kept | {"HOME": str(home), "COLUMNS": "80"}

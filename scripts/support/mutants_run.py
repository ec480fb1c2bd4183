"""Running the program's tests on one mutant after the other: which test fails first, or that none does."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from support.environment import BIN
from support.mutants_build import FOLDER, MutantProgram, program_folder
from support.mutants_find import Mutant
from support.places import REPOSITORY
from support.steps import StepFailed, say

TESTS = REPOSITORY / "tests" / "program"
_IMPORTED = ("client", "docs", "localnet", "scripts", "tests")
_READ = ("pyproject.toml", "SECURITY.md", "programs/README.md")
_RESULTS = FOLDER / "results.json"
_SECONDS_FOR_ALL_TESTS = 900
_PASSED, _FAILED, _INTERRUPTED, _NO_SUCH_TEST, _NONE_SELECTED = 0, 1, 2, 4, 5
_FAILURE = re.compile(r"^(?:FAILED|ERROR) (\S.*?)(?: - .*)?$", re.MULTILINE)
_GENERIC = ("test_wrong_accounts.py", "test_spoilt_accounts.py")
"""Tests that are made for each instruction, and have its name in theirs."""

# Each of these runs everything: a test that is about one thing says more.
_LAST = (
    "test_golden_accounts.py",
    "test_wrong_accounts.py",
    "test_python_amounts.py",
    "test_events.py",
    "test_stateful.py",
    "test_simulation_on_node.py",
)


@dataclass(frozen=True)
class Result:
    """What became of a mutant."""

    killer: str | None
    """The first test that failed; None where all tests passed."""
    seconds: float


class Results:
    """Results in a file of the cache, so that a run that was stopped goes on where it was."""

    def __init__(self, program: MutantProgram) -> None:
        self._key = hashlib.sha256(f"{program.sources_sha256} {_tests_sha256()}".encode()).hexdigest()
        stored = json.loads(_RESULTS.read_text()) if _RESULTS.exists() else {}
        self._killers: dict[str, str] = stored.get("killers", {})
        same = stored.get("key") == self._key
        self.known = {name: Result(**each) for name, each in stored["results"].items()} if same else {}
        self.works_without: bool = same and stored.get("works_without", False)
        """Whether all tests passed with no mutant on."""

    def killer_before(self, mutant: Mutant) -> str | None:
        """The test that failed on this mutant when the program or the tests were others."""
        return self._killers.get(mutant.name)

    def add(self, mutant: Mutant, result: Result) -> None:
        """Keep a result."""
        self.known[mutant.name] = result
        if result.killer is not None:
            self._killers[mutant.name] = result.killer
        self.keep()

    def keep(self) -> None:
        """Write the file."""
        stored = {
            "key": self._key,
            "works_without": self.works_without,
            "killers": self._killers,
            "results": {name: asdict(each) for name, each in self.known.items()},
        }
        unfinished = _RESULTS.with_suffix(".new")
        unfinished.write_text(json.dumps(stored, indent=1))
        unfinished.replace(_RESULTS)


def run_mutants(
    program: MutantProgram, wanted: Sequence[Mutant], results: Results, variables: Mapping[str, str], jobs: int
) -> Iterator[tuple[Mutant, Result]]:
    """Run the tests on each mutant and yield what became of it, as soon as that is known."""
    with _snapshot() as snapshot, ThreadPoolExecutor(jobs) as pool:
        running = {
            pool.submit(_run, program, each, results.killer_before(each), variables, snapshot): each for each in wanted
        }
        try:
            for done in as_completed(running):
                results.add(running[done], done.result())
                yield running[done], done.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def run_without_mutant(program: MutantProgram, results: Results, variables: Mapping[str, str]) -> None:
    """Raise StepFailed where the program with all switches and no mutant on is not the program."""
    if results.works_without:
        return
    say("==> all tests on the program without a mutant")
    none = Mutant(number=0, name="none", file="", line=0, error="")
    with _snapshot() as snapshot:
        killer = _run(program, none, None, variables, snapshot).killer
    if killer is not None:
        raise StepFailed(
            f"{killer} fails although no mutant is on.\n"
            "What to do: run scripts/test; where that succeeds, a switch changes what the program does"
        )
    results.works_without = True
    results.keep()


@contextmanager
def _snapshot() -> Iterator[Path]:
    """A copy of the tests and of what they import, so that one may go on working while they run."""
    with tempfile.TemporaryDirectory(prefix="run-", dir=FOLDER) as folder:
        snapshot = Path(folder)
        for name in _IMPORTED:
            shutil.copytree(REPOSITORY / name, snapshot / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        for name in _READ:
            (snapshot / name).parent.mkdir(exist_ok=True)
            shutil.copy(REPOSITORY / name, snapshot / name)
        yield snapshot


def _run(
    program: MutantProgram, mutant: Mutant, first: str | None, variables: Mapping[str, str], snapshot: Path
) -> Result:
    started = time.monotonic()
    folder = program_folder(snapshot / "programs" / str(mutant.number), program.with_mutant(mutant.number))
    path = os.pathsep.join(str(snapshot / name) for name in _IMPORTED)
    environment = {
        **variables,
        "JOB_ESCROW_PROGRAM_DIR": str(folder),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": path,
    }
    try:
        tried = (_first_failure(tests, environment, snapshot) for tests in _in_order(mutant, first, snapshot))
        killer = next((failed for failed in tried if failed is not None), None)
    finally:
        shutil.rmtree(folder)
    return Result(killer, round(time.monotonic() - started, 1))


def _first_failure(tests: Sequence[str], environment: Mapping[str, str], snapshot: Path) -> str | None:
    # Of all plugins only the one that pytest's configuration names: the others take longer to load than most tests.
    plugins = ("-p", "no:cacheprovider", "-p", "pytest_asyncio.plugin")
    command = [
        str(BIN / "python"),
        "-m",
        "pytest",
        *plugins,
        "-x",
        "-q",
        "-m",
        "not validator",
        "--no-header",
        "--tb=no",
        "-rfE",
        *tests,
    ]
    try:
        ended = subprocess.run(
            command,
            env=environment,
            cwd=snapshot,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS_FOR_ALL_TESTS,
        )
    except subprocess.TimeoutExpired:
        return f"the tests did not end within {_SECONDS_FOR_ALL_TESTS} seconds"
    if ended.returncode in (_PASSED, _NONE_SELECTED) or (ended.returncode == _NO_SUCH_TEST and len(tests) == 1):
        return None
    failed = _FAILURE.search(ended.stdout)
    if ended.returncode not in (_FAILED, _INTERRUPTED) or failed is None:
        raise StepFailed(f"pytest ended with {ended.returncode}:\n{ended.stdout[-2_000:]}\n{ended.stderr[-2_000:]}")
    return failed[1]


def _in_order(mutant: Mutant, first: str | None, snapshot: Path) -> Iterator[list[str]]:
    """Tests that are likely to fail, by and by more of them, and all in the end."""
    files = sorted((snapshot / TESTS.relative_to(REPOSITORY)).glob("test_*.py"))
    names = {path: str(path.relative_to(snapshot)) for path in files}
    if first is not None:
        yield [first]
    speaking = {path: len(re.findall(rf"\b{mutant.error}\b", path.read_text())) for path in files if mutant.error}
    about = sorted((path for path in speaking if speaking[path] and path.name not in _LAST), key=lambda p: -speaking[p])
    if about:
        yield [names[path] for path in about]
    if mutant.file.startswith("instructions/"):
        generic = [names[path] for path in files if path.name in _GENERIC]
        yield [*generic, "-k", Path(mutant.file).stem]
    yield [names[path] for path in sorted(files, key=lambda path: path.name in _LAST and _LAST.index(path.name) + 1)]


def _tests_sha256() -> str:
    total = hashlib.sha256()
    for path in sorted(TESTS.rglob("*.py")):
        total.update(f"{path.relative_to(TESTS)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()

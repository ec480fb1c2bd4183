"""The program's own formulas: programs/job_escrow/examples/formulas.rs, built and asked."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

from support.places import CACHE, REPOSITORY
from support.rust import cargo_environment
from support.steps import StepFailed, only_one

_FOLDER = CACHE / "formulas"

Answer: TypeAlias = tuple[int, ...] | None
"""None: the program refuses, or its arithmetic overflows, which aborts the instruction."""


class Formulas:
    """What answers; each call is a process."""

    def __init__(self, binary: Path) -> None:
        self._binary = binary

    def ask(self, questions: Iterable[Sequence[str | int]]) -> list[Answer]:
        """Ask many questions, each a word and numbers, and return an answer to each."""
        lines = [" ".join(str(part) for part in question) for question in questions]
        text = "\n".join(lines) + "\n"
        done = subprocess.run([self._binary], input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        answers = done.stdout.splitlines()
        assert len(answers) == len(lines)
        return [None if each == "-" else tuple(int(number) for number in each.split(" ")) for each in answers]


def build(*, optimized: bool = False) -> Formulas:
    """Build it from this checkout. Raises StepFailed where that fails, or there is no cargo.

    Optimized it still refuses what overflows.
    """
    environment = cargo_environment() | {"CARGO_TARGET_DIR": str(_FOLDER)}
    command = ["cargo", "build", "--locked", "--quiet", "--package", "job_escrow", "--example", "formulas"]
    if optimized:
        command += ["--config", "profile.dev.package.job_escrow.opt-level=3"]
    binary = REPOSITORY / "target" / ("formulas-optimized" if optimized else "formulas")
    binary.parent.mkdir(exist_ok=True)
    # What others need too is compiled once for all checkouts. The program has one name in all of them, and cargo would
    # take another's for this one's.
    built_last, wanted = _FOLDER / "built-last", f"{REPOSITORY} {optimized}"
    with only_one("formulas"):
        if not built_last.exists() or built_last.read_text() != wanted:
            for fingerprint in _FOLDER.glob("debug/.fingerprint/job_escrow-*"):
                shutil.rmtree(fingerprint)
            _FOLDER.mkdir(parents=True, exist_ok=True)
            built_last.write_text(wanted)
        done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise StepFailed(f"the program's formulas do not compile:\n{done.stderr}")
        # Whoever runs the one that was there goes on with it.
        copy = binary.with_suffix(f".{os.getpid()}")
        shutil.copy2(_FOLDER / "debug" / "examples" / "formulas", copy)
        copy.replace(binary)
    return Formulas(binary)

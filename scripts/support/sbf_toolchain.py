"""A compiler for Solana programs from Debian's packages and one crate, for machines without the platform-tools.

Debian's rustc-web generates the code, its rust-web-src is the standard library, and sbpf-linker, linked against
Debian's LLVM, turns LLVM's BPF into a Solana program. cargo is rustup's.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from support.debian import ensure_packages, installed_version
from support.places import CACHE
from support.rust import cargo_environment
from support.sbf_std import KNOWN_SOURCE, copy_patched
from support.steps import StepFailed, run_step, say

RECIPE = 3
"""Raise this with every change to the target, to the patches of the library or to the compiler's flags."""

LINKER_VERSION = "0.2.6"

TARGET = "sbf-solana"
"""The name of the target file, and of cargo's output folder."""

REPOSITORY_VARIABLE = "JOB_ESCROW_REPOSITORY"
"""Names the checkout to the wrapper for RUSTC, which keeps its path out of the program.

As a flag it would make cargo compile every dependency again for every checkout.
"""

_WRAPPER = """\
#!/bin/sh
exec {rustc} --sysroot "{sysroot}" --remap-path-prefix="${variable}=/build" "$@"
"""

_COMPILER, _SOURCE, _LLVM = "rustc-web", "rust-web-src", "llvm-22-dev"
_PACKAGES = ("build-essential", _COMPILER, _SOURCE, _LLVM)
_RUSTC = Path("/usr/bin/rustc")
_RUSTLIB = Path("/usr/lib/rustlib")
_LLVM_PREFIX = Path("/usr/lib/llvm-22")
_SBF = CACHE / "sbf"


@dataclass(frozen=True)
class Toolchain:
    """A compiler that is installed and ready."""

    sysroot: Path
    """Holds the target file, the wrapper for RUSTC and the patched library; its name changes with their versions."""
    linker: Path
    """The folder of sbpf-linker."""
    versions: dict[str, str]
    """The name and exact version of everything that has a say in the program's bytes."""

    @property
    def rustc(self) -> Path:
        """What RUSTC has to name: Debian's compiler with this library."""
        return self.sysroot / "rustc"

    @property
    def target(self) -> Path:
        """The description of the target, for `--target`."""
        return self.sysroot / f"{TARGET}.json"

    @property
    def library(self) -> Path:
        """The source of the standard library."""
        return self.sysroot / "lib" / "rustlib" / "src" / "rust" / "library"


def ensure_toolchain() -> Toolchain:
    """Install or build what is missing. Raises StepFailed where something cannot be had."""
    environment = cargo_environment()
    ensure_packages(_PACKAGES, purpose="the Solana program")
    linker = _ensure_linker(environment)
    rustc = _answer([_RUSTC, "--version"], dict(os.environ))
    if not rustc.startswith(f"rustc {KNOWN_SOURCE} "):
        raise StepFailed(
            f"{_RUSTC} is {rustc}, and this script knows rustc {KNOWN_SOURCE}.\n"
            f"What to do: apt-get update && apt-get install {_COMPILER} {_SOURCE}, with Debian 12's security archive"
        )
    versions = {name: installed_version(name) or "" for name in (_COMPILER, _SOURCE, _LLVM)} | {
        "rustc": rustc,
        "cargo": _answer(["cargo", "--version"], environment),
        "sbpf-linker": LINKER_VERSION,
        "recipe": str(RECIPE),
    }
    return Toolchain(sysroot=_ensure_sysroot(versions), linker=linker, versions=versions)


def is_installed() -> bool:
    """Whether `ensure_toolchain` would find everything that takes long."""
    return _runs(_linker_root() / "bin" / "sbpf-linker") and all(installed_version(name) for name in _PACKAGES)


def _linker_root() -> Path:
    return _SBF / f"linker-{LINKER_VERSION}"


def _ensure_linker(environment: dict[str, str]) -> Path:
    root = _linker_root()
    binary = root / "bin" / "sbpf-linker"
    if _runs(binary):
        return binary.parent
    build = _SBF / "linker-build"
    say(f"building sbpf-linker {LINKER_VERSION}: about two minutes on two cores")
    run_step(
        f"cargo install sbpf-linker {LINKER_VERSION}",
        [
            *("cargo", "install", "--locked", "sbpf-linker", "--version", LINKER_VERSION, "--no-default-features"),
            *("--features", "bpf-linker/llvm-22", "--root", root, "--force"),
        ],
        remedy="check the network and run the same command again",
        env=environment
        | {
            "CARGO_TARGET_DIR": str(build),
            "LLVM_SYS_221_PREFIX": str(_LLVM_PREFIX),
            "RUSTFLAGS": f"-L native={_LLVM_PREFIX / 'lib'}",
        },
    )
    if not _runs(binary):
        raise StepFailed(
            f"{binary} was built and does not run.\nWhat to do: run `{binary} --version` and mend what it says"
        )
    shutil.rmtree(build, ignore_errors=True)
    return binary.parent


def _runs(binary: Path) -> bool:
    if not os.access(binary, os.X_OK):
        return False
    answer = subprocess.run([binary, "--version"], capture_output=True, text=True)
    return answer.returncode == 0 and LINKER_VERSION in answer.stdout


def _ensure_sysroot(versions: dict[str, str]) -> Path:
    """Make the folder complete under another name first: one that has its name is finished."""
    packages = "-".join(dict.fromkeys((versions[_COMPILER], versions[_SOURCE])))
    sysroot = _SBF / f"sysroot-{re.sub(r'[^A-Za-z0-9.]+', '-', packages)}-recipe-{RECIPE}"
    if sysroot.exists():
        return sysroot
    say(f"==> preparing the standard library in {sysroot}")
    _SBF.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sysroot-", dir=_SBF) as scratch:
        unfinished = Toolchain(sysroot=Path(scratch) / "sysroot", linker=Path(), versions={})
        unfinished.library.parent.mkdir(parents=True)
        copy_patched(Path(f"/usr/src/rustc-{KNOWN_SOURCE}/library"), unfinished.library, installed=versions[_SOURCE])
        host = _host()
        (unfinished.library.parents[2] / host).symlink_to(_RUSTLIB / host)
        unfinished.target.write_text(json.dumps(_target(), indent=2, sort_keys=True) + "\n")
        wrapper = _WRAPPER.format(rustc=_RUSTC, sysroot=sysroot, variable=REPOSITORY_VARIABLE)
        unfinished.rustc.write_text(wrapper)
        unfinished.rustc.chmod(0o755)
        unfinished.sysroot.rename(sysroot)
    return sysroot


def _target() -> dict[str, object]:
    """Describe the target: as rustc's own for BPF, with what Solana's crates and its runtime want."""
    printed = _answer(
        [_RUSTC, "-Z", "unstable-options", "--print", "target-spec-json", "--target", "bpfel-unknown-none"],
        {**os.environ, "RUSTC_BOOTSTRAP": "1"},
    )
    target: dict[str, object] = json.loads(printed)
    # Solana's crates and Anchor's events do nothing, and say nothing, on any other `os`.
    return target | {"os": "solana", "atomic-cas": True, "min-atomic-width": 8, "linker": "sbpf-linker"}


def _host() -> str:
    for line in _answer([_RUSTC, "--version", "--verbose"], dict(os.environ)).splitlines():
        if line.startswith("host: "):
            return line.removeprefix("host: ")
    raise StepFailed(f"`{_RUSTC} --version --verbose` names no host.\nWhat to do: reinstall {_COMPILER}")


def _answer(command: list[str | os.PathLike[str]], environment: dict[str, str]) -> str:
    try:
        answer = subprocess.run(command, env=environment, capture_output=True, text=True)
    except OSError as error:
        raise StepFailed(f"{command[0]}: {error}\nWhat to do: reinstall {_COMPILER} and {_SOURCE}") from error
    if answer.returncode != 0:
        shown = " ".join(map(str, command))
        raise StepFailed(f"{answer.stderr.strip()}\n`{shown}` failed.\nWhat to do: reinstall {_COMPILER} and {_SOURCE}")
    return answer.stdout.strip()

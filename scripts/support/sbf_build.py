"""Compiling the program with the toolchain of sbf_toolchain.py, to the same bytes on every machine."""

import os
from pathlib import Path

from support.elf import check_program
from support.places import CACHE
from support.rust import cargo_environment
from support.sbf_toolchain import TARGET, Toolchain
from support.steps import StepFailed, run_step

PROGRAM = "job_escrow"

# A change here, too, wants a new RECIPE in sbf_toolchain.py.
_FLAGS = (
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    "-Cpasses=lower-atomic",
    "-Ctarget-cpu=v2",
    "-Ctarget-feature=+allows-misaligned-mem-access",
    "-Clink-arg=--ignore-inline-never",
    "-Clink-arg=--disable-math-builtins",
    "-Clink-arg=--llvm-args=--bpf-stack-size=4096",
    "-Clink-arg=--llvm-args=--disable-movsx",
    "-Clink-arg=--llvm-args=--disable-ldsx",
    # LLVM's BPF has no calls with more than five arguments: functions that have more must go into their callers.
    "-Clink-arg=--llvm-args=-inline-threshold=100000",
    "-Clink-arg=--llvm-args=-inlinecold-threshold=100000",
)
_STANDARD_LIBRARY = ("-Zbuild-std=core,alloc,std,panic_abort", "-Zbuild-std-features=", "-Zjson-target-spec")

# What a developer's shell may hold and what would change the program's bytes.
_STEERING_PREFIXES = ("CARGO_BUILD_", "CARGO_PROFILE_", "CARGO_TARGET_", "CARGO_UNSTABLE_", "RUSTC", "RUSTDOC")
_STEERING = frozenset({"RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_INCREMENTAL"})


def neutral_environment() -> dict[str, str]:
    """Return the environment for cargo, without what the caller's shell would change in a build."""
    environment = {
        name: value
        for name, value in cargo_environment().items()
        if name not in _STEERING and not name.startswith(_STEERING_PREFIXES)
    }
    environment.setdefault("CARGO_HOME", str(Path.home() / ".cargo"))
    return environment | {"CARGO_TERM_COLOR": "never"}


def compile_program(repository: Path, toolchain: Toolchain) -> bytes:
    """Compile the program of a checkout. Raises StepFailed where that fails or the result is not fit to be loaded."""
    environment = neutral_environment()
    # Outside the repository, and another one for another toolchain: cargo does not see a change of the library.
    target_folder = CACHE / "sbf" / f"target-{toolchain.sysroot.name}"
    cargo_home = Path(environment["CARGO_HOME"])
    places = {
        repository: "/build",
        cargo_home: "/cargo",
        toolchain.library: "/rust/library",
        target_folder: "/target",
    }
    flags = [*_FLAGS, *(f"--remap-path-prefix={path}={name}" for path, name in places.items())]
    environment |= {
        "CARGO_ENCODED_RUSTFLAGS": "\x1f".join(flags),
        "CARGO_TARGET_DIR": str(target_folder),
        "PATH": f"{toolchain.linker}{os.pathsep}{environment['PATH']}",
        "RUSTC": str(toolchain.rustc),
        "RUSTC_BOOTSTRAP": "1",
        "RUSTC_BOOTSTRAP_SYNTHETIC_TARGET": "1",
    }
    run_step(
        f"compile {PROGRAM}",
        [
            *("cargo", "build", "--release", "--locked", "--package", PROGRAM, "--lib"),
            *(*_STANDARD_LIBRARY, "--target", toolchain.target),
        ],
        remedy="if cargo says that the lock file needs an update, run `cargo metadata` in the repository; "
        "else mend what the compiler says and run the same command again",
        env=environment,
        cwd=repository,
    )
    built = target_folder / TARGET / "release" / f"lib{PROGRAM}.so"
    try:
        program = built.read_bytes()
    except OSError as error:
        raise StepFailed(f"cargo succeeded and left no program: {error}\nWhat to do: delete {target_folder}") from error
    check_program(program, machine_paths=[*places, CACHE, Path.home(), Path("/usr/src")])
    return program

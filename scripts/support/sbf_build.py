"""Compiling the program with the toolchain of sbf_toolchain.py, to the same bytes on every machine."""

import os
from pathlib import Path

from support.elf import check_program
from support.places import CACHE
from support.rust import cargo_environment
from support.sbf_toolchain import REPOSITORY_VARIABLE, TARGET, Toolchain
from support.steps import StepFailed, run_step

PROGRAM = "job_escrow"

# A change here, too, wants a new RECIPE in sbf_toolchain.py.
_FLAGS = (
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    "-Cpasses=lower-atomic",
    "-Ctarget-cpu=v2",
    "-Ctarget-feature=+allows-misaligned-mem-access",
    "-Clink-arg=--disable-math-builtins",
    "-Clink-arg=--llvm-args=--bpf-stack-size=4096",
    "-Clink-arg=--llvm-args=--disable-movsx",
    "-Clink-arg=--llvm-args=--disable-ldsx",
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
    return environment | {"CARGO_TERM_COLOR": "never", "RUST_BACKTRACE": "0"}


def compile_program(repository: Path, toolchain: Toolchain) -> bytes:
    """Compile the program of a checkout. Raises StepFailed where that fails or the result is not fit to be loaded."""
    environment = neutral_environment()
    # Outside the repository, and another one for another toolchain: cargo does not see a change of the library.
    target_folder = CACHE / "sbf" / f"target-{toolchain.sysroot.name}"
    cargo_home = Path(environment["CARGO_HOME"])
    places = {cargo_home: "/cargo", toolchain.library: "/rust/library", target_folder: "/target"}
    flags = [*_FLAGS, *(f"--remap-path-prefix={path}={name}" for path, name in places.items())]
    environment |= {
        "CARGO_ENCODED_RUSTFLAGS": "\x1f".join(flags),
        "CARGO_TARGET_DIR": str(target_folder),
        "PATH": f"{toolchain.linker}{os.pathsep}{environment['PATH']}",
        "RUSTC": str(toolchain.rustc),
        "RUSTC_BOOTSTRAP": "1",
        "RUSTC_BOOTSTRAP_SYNTHETIC_TARGET": "1",
        REPOSITORY_VARIABLE: str(repository),
    }
    built = target_folder / TARGET / "release" / f"lib{PROGRAM}.so"
    # All checkouts share this folder and these names, and cargo would take another checkout's for its own.
    for left_over in (built, built.parent / "deps" / built.name):
        left_over.unlink(missing_ok=True)
    run_step(
        f"compile {PROGRAM}",
        [
            # As a cdylib alone: beside a rlib there is no link-time optimization, and the target has no calls that
            # give back a structure, which it takes away.
            *("cargo", "rustc", "--release", "--locked", "--package", PROGRAM, "--lib", "--crate-type", "cdylib"),
            *(*_STANDARD_LIBRARY, "--target", toolchain.target),
        ],
        remedy="mend what the compiler says and run the same command again.\n"
        "  A lock file that is out of date: run `cargo metadata` in the repository.\n"
        "  __multi3, __udivti3 and the like: this target has no products of more than 64 bits, and a checked product\n"
        "  of two u64 is one; refuse factors of more than 32 bits first.\n"
        "  `stack arguments` or `too many arguments`: at most five, and a slice counts as two;\n"
        "  pass a struct by reference or inline the function.\n"
        "  `unsupported signed division`: divide unsigned numbers.\n"
        "  memcpy and the like: the program has to bring them along, in its mem.rs.",
        env=environment,
        cwd=repository,
    )
    try:
        program = built.read_bytes()
    except OSError as error:
        raise StepFailed(f"cargo succeeded and left no program: {error}\nWhat to do: delete {target_folder}") from error
    check_program(program, machine_paths=[repository, *places, CACHE, Path.home(), Path("/usr/src")])
    return program

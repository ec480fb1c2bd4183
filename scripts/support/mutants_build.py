"""One build of the program that holds every mutant, and the one number in its bytes that says which is on."""

import hashlib
import json
import os
import shutil
import struct
from dataclasses import dataclass
from pathlib import Path

from support.build_record import PROGRAM_FILE, program_data, sources_sha256
from support.mutants_find import Mutant, Switched, switch_all
from support.places import CACHE, REPOSITORY
from support.rust import cargo_environment
from support.sbf_build import PROGRAM, compile_program
from support.sbf_toolchain import ensure_toolchain
from support.steps import StepFailed, only_one, run_step

FOLDER = CACHE / "mutants"

_MAGIC = 0x4D55_5441_4E54_2023
_NONE = 0

_MODULE = f"""\
//! Which mutant is on. The number stands in the program's constants, behind a word that is found in its bytes.

use anchor_lang::{{prelude::*, AnchorAccount, Id, IdlAccountType}};
use core::{{marker::PhantomData, ops::Deref}};

static SWITCH: [u64; 2] = [{_MAGIC:#x}, {_NONE}];

/// Whether mutant `number` is on: its validation is not made.
#[inline(never)]
pub fn off(number: u64) -> bool {{
    // SAFETY: an ordinary constant, which the compiler must not know.
    let [magic, on] = unsafe {{ core::ptr::read_volatile(&SWITCH) }};
    magic == {_MAGIC:#x} && on == number
}}

/// The address that is wanted, or with the mutant on whichever there is.
#[inline(never)]
pub fn either(number: u64, wanted: Address, found: &Address) -> Address {{
    if off(number) {{
        *found
    }} else {{
        wanted
    }}
}}

/// A `Signer`, or with the mutant on anybody.
pub struct Signed<const NUMBER: u64>(AccountView);

impl<const NUMBER: u64> AnchorAccount for Signed<NUMBER> {{
    type Data = AccountView;
    const IS_SIGNER: bool = true;

    fn load(view: AccountView) -> core::result::Result<Self, ProgramError> {{
        if !off(NUMBER) {{
            Signer::load(view)?;
        }}
        Ok(Self(view))
    }}

    unsafe fn load_mut(view: AccountView) -> core::result::Result<Self, ProgramError> {{
        if off(NUMBER) {{
            UncheckedAccount::load_mut(view)?;
        }} else {{
            Signer::load_mut(view)?;
        }}
        Ok(Self(view))
    }}

    fn account(&self) -> &AccountView {{
        &self.0
    }}
}}

impl<const NUMBER: u64> Signed<NUMBER> {{
    pub fn address(&self) -> &Address {{
        self.0.address()
    }}
}}

impl<const NUMBER: u64> Deref for Signed<NUMBER> {{
    type Target = AccountView;

    fn deref(&self) -> &AccountView {{
        &self.0
    }}
}}

impl<const NUMBER: u64> IdlAccountType for Signed<NUMBER> {{}}

/// A `Program<T>`, or with the mutant on any account.
pub struct Called<const NUMBER: u64, T>(AccountView, PhantomData<T>);

impl<const NUMBER: u64, T: Id> AnchorAccount for Called<NUMBER, T> {{
    type Data = AccountView;

    fn load(view: AccountView) -> core::result::Result<Self, ProgramError> {{
        if !off(NUMBER) {{
            Program::<T>::load(view)?;
        }}
        Ok(Self(view, PhantomData))
    }}

    fn account(&self) -> &AccountView {{
        &self.0
    }}
}}

impl<const NUMBER: u64, T> Deref for Called<NUMBER, T> {{
    type Target = AccountView;

    fn deref(&self) -> &AccountView {{
        &self.0
    }}
}}

impl<const NUMBER: u64, T> IdlAccountType for Called<NUMBER, T> {{}}
"""


@dataclass(frozen=True)
class MutantProgram:
    """The program with all its mutants."""

    program: bytes
    mutants: tuple[Mutant, ...]
    sources_sha256: str
    """Of the program and of the mutants: results hold only for these."""

    def with_mutant(self, number: int) -> bytes:
        """Return the program with one mutant on; with 0, none."""
        magic = struct.pack("<Q", _MAGIC)
        at = self.program.index(magic) + len(magic)
        return self.program[:at] + struct.pack("<Q", number) + self.program[at + 8 :]


def build_mutants() -> MutantProgram:
    """Build the program with all its mutants, unless that was done before. Raises StepFailed."""
    switched, digest = _switched()
    built, record = FOLDER / PROGRAM_FILE, FOLDER / "built.json"
    with only_one("mutants"):
        if not built.exists() or not record.exists() or json.loads(record.read_text()) != digest:
            record.unlink(missing_ok=True)
            copy = _copy(switched)
            with only_one("program"):
                program = compile_program(copy, ensure_toolchain())
            _require_one_switch(program)
            built.write_bytes(program)
            record.write_text(json.dumps(digest))
        return MutantProgram(built.read_bytes(), switched.mutants, digest)


def check_mutants() -> int:
    """Let the compiler check the program with all its mutants, for this machine: quick, and without the toolchain.

    Gives back how many there are. Raises StepFailed.
    """
    switched, _ = _switched()
    with only_one("mutants"):
        run_step(
            "check the mutants",
            ["cargo", "check", "--locked", "--quiet", "--package", PROGRAM],
            remedy="mend the rule or the mutant whose code is not Rust: see scripts/support/mutants_find.py "
            "and tests/program/mutants.toml",
            env=cargo_environment() | {"CARGO_TARGET_DIR": str(CACHE / "cargo-test"), "RUSTFLAGS": "-Awarnings"},
            cwd=_copy(switched),
        )
    return len(switched.mutants)


def _switched() -> tuple[Switched, str]:
    switched = switch_all(REPOSITORY)
    total = hashlib.sha256(sources_sha256(REPOSITORY).encode())
    for text in (*switched.files.values(), _MODULE):
        total.update(text.encode())
    return switched, total.hexdigest()


def _copy(switched: Switched) -> Path:
    """Write the sources with the switches into the cache; what is the same stays as it is."""
    copy = FOLDER / "sources"
    program = Path("programs") / PROGRAM
    wanted = {program / "src" / name: text for name, text in switched.files.items()}
    lib = program / "src" / "lib.rs"
    wanted[lib] = wanted[lib].replace("mod create;", "mod create;\npub mod mutant;", 1)
    wanted[program / "src" / "mutant.rs"] = _MODULE
    for name in ("Cargo.toml", "Cargo.lock", program / "Cargo.toml"):
        wanted[Path(name)] = (REPOSITORY / name).read_text()
    for path in copy.rglob("*.rs"):
        if path.relative_to(copy) not in wanted:
            path.unlink()
    for name, text in wanted.items():
        path = copy / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
    return copy


def _require_one_switch(program: bytes) -> None:
    switch = struct.pack("<QQ", _MAGIC, _NONE)
    if program.count(switch) != 1:
        raise StepFailed(f"the switch stands {program.count(switch)} times in the compiled mutants, not once")


def program_folder(into: Path, program: bytes) -> Path:
    """Make a folder for JOB_ESCROW_PROGRAM_DIR with this program, and the present description of its interface."""
    shutil.copytree(
        program_data(REPOSITORY), into, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", ".*")
    )
    unfinished = into / f".{PROGRAM_FILE}.{os.getpid()}"
    unfinished.write_bytes(program)
    unfinished.replace(into / PROGRAM_FILE)
    return into

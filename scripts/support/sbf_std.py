"""The few lines that Rust's standard library needs to compile for the `solana` target.

Some crates below Anchor use `std`. The program itself never reaches what is patched in here: it has its own allocator,
and there are no threads and no randomness on the chain.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from support.steps import StepFailed

KNOWN_SOURCE = "1.96.0"
"""The Rust version whose library the edits below were written for."""


@dataclass(frozen=True)
class _Edit:
    """Put `inserted` right after `after`, which stands exactly once in the file, and right before `before`."""

    file: str
    after: str
    inserted: str
    before: str


# `after` and `before` are the library's own text, with its comments and what it says is still to be mended.
_EDITS = (
    _Edit(
        file="std/src/sys/alloc/mod.rs",
        after='    target_arch = "wasm64",\n',
        inserted='    target_arch = "bpf",\n',
        before=")) {\n    16\n",
    ),
    _Edit(
        file="std/src/sys/alloc/mod.rs",
        after='    target_os = "zkvm" => {\n        mod zkvm;\n    }\n',
        inserted='    target_os = "solana" => {\n        mod solana;\n    }\n',
        before="}\n",
    ),
    _Edit(
        file="std/src/sys/io/error/mod.rs",
        after='        target_os = "zkvm",\n',
        inserted='        target_os = "solana",\n',
        before="    ) => {\n        mod generic;\n",
    ),
    _Edit(
        file="std/src/sys/random/mod.rs",
        after='        target_os = "vexos",\n',
        inserted='        target_os = "solana",\n',
        before="    ) => {\n        // FIXME: finally remove std support for wasm32-unknown-unknown\n",
    ),
    _Edit(
        file="std/src/sys/random/mod.rs",
        after='    target_os = "vexos",\n',
        inserted='    target_os = "solana",\n',
        before=")))]\npub fn hashmap_random_keys()",
    ),
    _Edit(
        file="std/src/sys/thread_local/mod.rs",
        after='        target_os = "vexos",\n',
        inserted='        target_os = "solana",\n',
        before="    ) => {\n        mod no_threads;\n",
    ),
    _Edit(
        file="std/src/sys/thread_local/mod.rs",
        after='            target_os = "vexos",\n',
        inserted='            target_os = "solana",\n',
        before="        ) => {\n            pub(crate) fn enable() {\n",
    ),
)

_ALLOCATOR = "std/src/sys/alloc/solana.rs"
_ALLOCATOR_SOURCE = """\
use crate::alloc::{GlobalAlloc, Layout, System};

// A program brings its own global allocator; this one only has to exist.
#[stable(feature = "alloc_system_type", since = "1.28.0")]
unsafe impl GlobalAlloc for System {
    #[inline]
    unsafe fn alloc(&self, _layout: Layout) -> *mut u8 {
        crate::ptr::null_mut()
    }

    #[inline]
    unsafe fn dealloc(&self, _ptr: *mut u8, _layout: Layout) {}
}
"""


def copy_patched(source: Path, destination: Path, *, installed: str) -> None:
    """Copy the library's source with the edits; `installed` is the version of the package that it comes from.

    Raises StepFailed where the source is not the one that the edits were written for.
    """
    if not source.exists():
        raise _unknown(installed, f"there is no {source}")
    shutil.copytree(source, destination, symlinks=True)
    for edit in _EDITS:
        path = destination / edit.file
        text = path.read_text() if path.exists() else ""
        place = edit.after + edit.before
        if text.count(place) != 1:
            raise _unknown(
                installed, f"{edit.file} has {text.count(place)} places, not one, for `{edit.inserted.strip()}`"
            )
        path.write_text(text.replace(place, edit.after + edit.inserted + edit.before))
    if (destination / _ALLOCATOR).exists():
        raise _unknown(installed, f"it has a {_ALLOCATOR} of its own")
    (destination / _ALLOCATOR).write_text(_ALLOCATOR_SOURCE)


def _unknown(installed: str, why: str) -> StepFailed:
    return StepFailed(
        f"the installed rust-web-src {installed} is not the version this script knows ({KNOWN_SOURCE}): {why}.\n"
        f"What to do: install rust-web-src and rustc-web {KNOWN_SOURCE} from Debian 12's security archive, "
        "or adapt scripts/support/sbf_std.py and raise RECIPE in scripts/support/sbf_toolchain.py"
    )

"""A look at a finished program: whether the chain can load it, and that nothing of this machine is in it."""

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

from support.steps import StepFailed

_MACHINES = {247: "BPF", 263: "SBF"}
_SHARED_OBJECT = 3
_SBPF_VERSION = 3
_LOADABLE, _EXECUTABLE = 1, 1

# Instructions of eight bytes: operation, registers (the source in the high half), offset, immediate.
_CALL, _LOAD_64_BITS = 0x85, 0x18
_FROM_OUTSIDE = 0

# A call from version 3 on names a syscall by the hash of its name.
_SYSCALLS = frozenset(
    {
        *("abort", "sol_panic_", "sol_log_", "sol_log_64_", "sol_log_compute_units_", "sol_log_pubkey", "sol_log_data"),
        *("sol_memcpy_", "sol_memmove_", "sol_memcmp_", "sol_memset_", "sol_sha256", "sol_keccak256", "sol_blake3"),
        *("sol_create_program_address", "sol_try_find_program_address"),
        *("sol_curve_validate_point", "sol_curve_group_op"),
        *("sol_invoke_signed_c", "sol_invoke_signed_rust", "sol_set_return_data", "sol_get_return_data"),
        *("sol_get_stack_height", "sol_get_processed_sibling_instruction", "sol_remaining_compute_units"),
        *("sol_get_sysvar", "sol_get_clock_sysvar", "sol_get_rent_sysvar", "sol_get_epoch_schedule_sysvar"),
        "sol_get_last_restart_slot",
    }
)

# What a compiler may call and this target does not have, to say its name and not only its hash.
_MISSING = (
    *("memcpy", "memmove", "memset", "memcmp", "bcmp"),
    *("__multi3", "__ashlti3", "__ashrti3", "__lshrti3", "__udivti3", "__umodti3", "__divti3", "__modti3", "__muloti4"),
    *("__adddf3", "__subdf3", "__muldf3", "__divdf3", "__floatundidf", "__fixunsdfdi"),
)


def check_program(program: bytes, *, machine_paths: Iterable[Path]) -> None:
    """Raise StepFailed where the runtime would refuse `program` or where one of `machine_paths` stands in it."""
    code = b"".join(_executable_segments(program))
    unknown = sorted(set(_outside_calls(code)) - {syscall_hash(name) for name in _SYSCALLS})
    if unknown:
        names = {syscall_hash(name): name for name in _MISSING}
        listed = ", ".join(names.get(call, f"the one with the hash {call:#010x}") for call in unknown)
        raise StepFailed(
            f"the program calls functions that are no syscall: {listed}.\n"
            "What to do: memcpy and its like belong into the program's own mem.rs; for the rest, "
            "avoid 128-bit multiplication, division and shifts, and floating point"
        )
    for path in machine_paths:
        name = f"{path}/"
        if len(name) > 2 and name.encode() in program:
            raise StepFailed(
                f"the program contains a path of this machine: {name}\n"
                "What to do: add it to the remapped paths in scripts/support/sbf_build.py"
            )


def _executable_segments(program: bytes) -> Iterator[bytes]:
    if program[:7] != b"\x7fELF\x02\x01\x01" or len(program) < 64:
        raise _unfit("it is no 64-bit little-endian ELF file")
    kind, machine, _, _, table, _, flags, _, entry_size, entries = struct.unpack_from("<HHIQQQIHHH", program, 16)
    if kind != _SHARED_OBJECT or machine not in _MACHINES:
        raise _unfit(f"it is of type {kind} for machine {machine}, not a shared object for {_MACHINES}")
    if flags != _SBPF_VERSION:
        raise _unfit(f"it is for version {flags} of the virtual machine, not {_SBPF_VERSION}")
    found = False
    for index in range(entries):
        sort, permissions, offset, _, _, size = struct.unpack_from("<IIQQQQ", program, table + index * entry_size)
        if sort == _LOADABLE and permissions & _EXECUTABLE and 0 < size <= len(program) - offset:
            found = True
            yield program[offset : offset + size]
    if not found:
        raise _unfit("it holds no code")


def _outside_calls(code: bytes) -> Iterator[int]:
    """Find the hashes of the functions that are called and are not in the program itself."""
    at = 0
    while at + 8 <= len(code):
        operation, registers, _, immediate = struct.unpack_from("<BBhI", code, at)
        if operation == _CALL and registers >> 4 == _FROM_OUTSIDE:
            yield immediate
        at += 16 if operation == _LOAD_64_BITS else 8


def syscall_hash(name: str) -> int:
    """MurmurHash3 of 32 bits with seed 0, as the runtime hashes the names of its syscalls."""
    data = name.encode()
    mask = 0xFFFF_FFFF
    value = 0
    for start in range(0, len(data), 4):
        block = data[start : start + 4]
        mixed = int.from_bytes(block, "little") * 0xCC9E2D51 & mask
        value ^= (mixed << 15 | mixed >> 17) * 0x1B873593 & mask
        if len(block) == 4:
            value = ((value << 13 | value >> 19) * 5 + 0xE6546B64) & mask
    value ^= len(data)
    value = (value ^ value >> 16) * 0x85EBCA6B & mask
    value = (value ^ value >> 13) * 0xC2B2AE35 & mask
    return value ^ value >> 16


def _unfit(why: str) -> StepFailed:
    return StepFailed(f"the compiled program is not one that the chain can load: {why}")

"""The caller's code, in the instructions of Solana's virtual machine (SBPF version 3), and the file that holds it.

It is assembled where it is needed: small enough to be read here, and no binary whose source is somewhere else.
"""

import struct
from functools import cache

from support.elf import syscall_hash

FORWARD, LOG = 1, 2

# Where things are while it runs.
_CODE, _HEAP = 1 << 32, 3 << 32
_CALL_TO_MAKE, _METAS, _INFOS, _STARTS = 0, 0x400, 0x1000, 0x3000
"""On the heap: the call (40 bytes), what is passed on of each account (16 and 56 bytes), where each begins (8)."""
_META, _INFO = 16, 56

# An account in the input: a mark, signer, writable, executable, key, owner, lamports, size, data, room, rent epoch.
_SIGNER, _WRITABLE, _EXECUTABLE, _KEY, _OWNER, _LAMPORTS, _SIZE, _DATA = 1, 2, 3, 8, 40, 72, 80, 88
_NOT_SEEN_BEFORE, _ROOM = 255, 10_240

# Operations: the width of loads and stores, and whether the second operand is a register.
_LOAD8, _LOAD16, _LOAD64, _STORE8, _STORE64 = 0x71, 0x69, 0x79, 0x73, 0x7B
_ADD, _SUB, _MUL, _AND, _SHIFT_LEFT, _MOVE = 0x07, 0x17, 0x27, 0x57, 0x67, 0xB7
_REGISTER = 0x08
_ALWAYS, _IF_EQUAL = 0x05, 0x15
_CALL, _EXIT, _LOAD_WIDE = 0x85, 0x95, 0x18


@cache
def caller_program() -> bytes:
    """The program as a file that the chain can load."""
    code = _assembled()
    file = struct.pack("<7s9xHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 3, 247, 1, _CODE, 64, 0, 3, 64, 56, 1, 64, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 1, 64 + 56, _CODE, _CODE, len(code), len(code), 0)
    return file + segment + code


class _Code:
    """Instructions of eight bytes: operation, registers (the source in the high half), offset, immediate."""

    def __init__(self) -> None:
        self._instructions: list[tuple[int, int, int, int, int | str]] = []
        self._labels: dict[str, int] = {}

    def label(self, name: str) -> None:
        self._labels[name] = len(self._instructions)

    def load(self, operation: int, target: int, source: int, offset: int) -> None:
        self._add(operation, target, source, offset)

    def store(self, operation: int, target: int, offset: int, source: int) -> None:
        self._add(operation, target, source, offset)

    def number(self, operation: int, target: int, value: int) -> None:
        self._add(operation, target, 0, 0, value)

    def register(self, operation: int, target: int, source: int) -> None:
        self._add(operation | _REGISTER, target, source)

    def wide(self, target: int, value: int) -> None:
        self._add(_LOAD_WIDE, target, 0, 0, value & 0xFFFF_FFFF)
        self._add(0, 0, 0, 0, value >> 32)

    def jump(self, label: str) -> None:
        self._instructions.append((_ALWAYS, 0, 0, 0, label))

    def if_equal(self, register: int, value: int, label: str) -> None:
        self._instructions.append((_IF_EQUAL, register, 0, value, label))

    def if_same(self, one: int, other: int, label: str) -> None:
        self._instructions.append((_IF_EQUAL | _REGISTER, one, other, 0, label))

    def syscall(self, name: str) -> None:
        self._add(_CALL, 0, 0, 0, syscall_hash(name))

    def exit(self) -> None:
        self._add(_EXIT)

    def assembled(self) -> bytes:
        code = b""
        for at, (operation, target, source, value, last) in enumerate(self._instructions):
            # A jump has its label last, and what it compares with before that.
            offset, immediate = (self._labels[last] - at - 1, value) if isinstance(last, str) else (value, last)
            code += struct.pack("<BBhI", operation, source << 4 | target, offset, immediate & 0xFFFF_FFFF)
        return code

    def _add(self, operation: int, target: int = 0, source: int = 0, offset: int = 0, immediate: int = 0) -> None:
        self._instructions.append((operation, target, source, offset, immediate))


def _assembled() -> bytes:
    code = _Code()
    place, index, count, heap = 6, 7, 8, 9
    code.register(_MOVE, place, 1)
    code.load(_LOAD64, count, place, 0)
    code.number(_ADD, place, 8)
    code.number(_MOVE, index, 0)
    code.wide(heap, _HEAP)

    code.label("account")
    code.if_same(index, count, "data")
    start = 2
    code.load(_LOAD8, 1, place, 0)
    code.if_equal(1, _NOT_SEEN_BEFORE, "new")
    # One that was there before: its number, and seven bytes of nothing.
    code.number(_SHIFT_LEFT, 1, 3)
    code.register(_ADD, 1, heap)
    code.load(_LOAD64, start, 1, _STARTS)
    code.number(_ADD, place, 8)
    code.jump("keep")

    code.label("new")
    code.register(_MOVE, start, place)
    code.load(_LOAD64, 3, place, _SIZE)
    code.register(_ADD, place, 3)
    code.number(_ADD, place, _DATA + _ROOM + 7)
    code.number(_AND, place, -8)
    code.number(_ADD, place, 8)

    code.label("keep")
    code.register(_MOVE, 1, index)
    code.number(_SHIFT_LEFT, 1, 3)
    code.register(_ADD, 1, heap)
    code.store(_STORE64, 1, _STARTS, start)
    # The first one is who is called.
    code.if_equal(index, 0, "next")
    info, meta, value = 4, 5, 3
    code.register(_MOVE, info, index)
    code.number(_SUB, info, 1)
    code.register(_MOVE, meta, info)
    code.number(_MUL, info, _INFO)
    code.register(_ADD, info, heap)
    code.number(_MUL, meta, _META)
    code.register(_ADD, meta, heap)
    for offset, info_at in ((_LAMPORTS, 8), (_DATA, 24), (_OWNER, 32), (_KEY, 0)):
        code.register(_MOVE, value, start)
        code.number(_ADD, value, offset)
        code.store(_STORE64, info, _INFOS + info_at, value)
    code.store(_STORE64, meta, _METAS, value)
    code.load(_LOAD64, value, start, _SIZE)
    code.store(_STORE64, info, _INFOS + 16, value)
    code.load(_LOAD8, value, start, _SIGNER)
    code.store(_STORE8, info, _INFOS + 48, value)
    code.store(_STORE8, meta, _METAS + 9, value)
    code.load(_LOAD8, value, start, _WRITABLE)
    code.store(_STORE8, info, _INFOS + 49, value)
    code.store(_STORE8, meta, _METAS + 8, value)
    code.load(_LOAD8, value, start, _EXECUTABLE)
    code.store(_STORE8, info, _INFOS + 50, value)
    code.label("next")
    code.number(_ADD, index, 1)
    code.jump("account")

    code.label("data")
    size = 3
    code.load(_LOAD64, size, place, 0)
    code.if_equal(size, 0, "end")
    code.load(_LOAD8, 1, place, 8)
    code.number(_ADD, place, 9)
    code.number(_SUB, size, 1)
    code.if_equal(1, FORWARD, "forward")
    code.if_equal(1, LOG, "log")
    code.label("end")
    code.number(_MOVE, 0, 0)
    code.exit()

    code.label("forward")
    # program, accounts, how many, data, size
    code.load(_LOAD64, 1, heap, _STARTS)
    code.number(_ADD, 1, _KEY)
    code.store(_STORE64, heap, _CALL_TO_MAKE, 1)
    code.register(_MOVE, 1, heap)
    code.number(_ADD, 1, _METAS)
    code.store(_STORE64, heap, _CALL_TO_MAKE + 8, 1)
    code.number(_SUB, count, 1)
    code.store(_STORE64, heap, _CALL_TO_MAKE + 16, count)
    code.store(_STORE64, heap, _CALL_TO_MAKE + 24, place)
    code.store(_STORE64, heap, _CALL_TO_MAKE + 32, size)
    code.register(_MOVE, 1, heap)
    code.register(_MOVE, 2, heap)
    code.number(_ADD, 2, _INFOS)
    code.register(_MOVE, 3, count)
    code.number(_MOVE, 4, 0)
    code.number(_MOVE, 5, 0)
    code.syscall("sol_invoke_signed_c")
    code.jump("end")

    code.label("log")
    code.load(_LOAD16, index, place, 0)
    code.number(_ADD, place, 2)
    code.number(_SUB, size, 2)
    code.store(_STORE64, heap, 0, place)
    code.store(_STORE64, heap, 8, size)
    code.label("again")
    code.if_equal(index, 0, "end")
    code.register(_MOVE, 1, heap)
    code.number(_MOVE, 2, 1)
    code.syscall("sol_log_data")
    code.number(_SUB, index, 1)
    code.jump("again")
    return code.assembled()

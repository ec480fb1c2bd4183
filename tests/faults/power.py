"""What a process does to the files of a folder, recorded (`power_shim.c`), and the files as a power cut leaves them.

A write is on the disk once its file was synced, a name once its folder was. Until then each may be there or not, in
any order, and of a write each sector by itself.
"""

import mmap
import os
import random
import shutil
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import gettempdir, mkdtemp

_HEAD = struct.Struct("<B7xQQQQ")
_CONTROL = struct.Struct("<QQQ")
SECTOR, PAGE = 512, 4_096
_FORGOTTEN = "-shm"
"""The end of a name of SQLite's shared memory, which is made anew after a cut."""


@dataclass(frozen=True)
class Event:
    """One record: `kind` is C(reate), W(rite), T(runcate), S(ync), R(ename), L(ink), U(nlink), M(ake folder), or N for
    what left the machine."""

    kind: str
    inode: int
    offset: int
    text: str
    data: bytes

    @property
    def other(self) -> str:
        """The second path."""
        return self.data.decode()


@cache
def shim() -> Path:
    """The compiled shim. Raises FileNotFoundError where there is no C compiler."""
    library = Path(mkdtemp(prefix="job-escrow-power-", dir=gettempdir())) / "shim.so"
    source = Path(__file__).with_name("power_shim.c")
    compiler = os.environ.get("CC", "cc")
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl", "-lpthread"], check=True)
    return library


class Recording:
    """The records of one process; `environment` is what it has to be started with."""

    def __init__(self, folder: Path, beside: Path) -> None:
        self._log, control = beside / "power.log", beside / "power.control"
        self._log.write_bytes(b"")
        control.write_bytes(bytes(_CONTROL.size))
        with control.open("r+b") as file:
            self._control = mmap.mmap(file.fileno(), _CONTROL.size)
        self.environment = {
            "LD_PRELOAD": str(shim()),
            "POWER_FOLDER": str(folder),
            "POWER_LOG": str(self._log),
            "POWER_CONTROL": str(control),
        }

    @property
    def count(self) -> int:
        """How many events there were."""
        return int(_CONTROL.unpack(self._control[:])[0])

    def cut_after(self, more: int) -> None:
        """End the process when so many more events have happened, before the next one."""
        self._control[8:16] = struct.pack("<Q", self.count + more + 1)

    def cut_after_transaction(self, more: int) -> None:
        """The same, counted from the next transaction that is sent to the chain."""
        self._control[16:24] = struct.pack("<Q", more + 1)

    def events(self) -> list[Event]:
        """All that is recorded."""
        return list(_events(self._log.read_bytes()))


def _events(log: bytes) -> Iterator[Event]:
    at = 0
    while at < len(log):
        kind, inode, offset, text, data = _HEAD.unpack_from(log, at)
        at += _HEAD.size
        yield Event(chr(kind), inode, offset, log[at : at + text].decode(), log[at + text : at + text + data])
        at += text + data


@dataclass(frozen=True)
class Kept:
    """What a cut leaves of what was not synced: each sector with this probability, of `size` bytes, in any order."""

    chance: float
    size: int = SECTOR
    seed: int = 0


NOTHING, EVERYTHING = Kept(0.0), Kept(1.0)


@dataclass
class _File:
    durable: bytearray
    waiting: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Writes by their offset, and lengths that it was cut to (None), since the last sync."""

    def sync(self) -> None:
        for each in self.waiting:
            _write(self.durable, each)
        self.waiting.clear()

    def after_cut(self, kept: Kept, chance: random.Random) -> bytes:
        left = bytearray(self.durable)
        if kept.chance >= 1:
            for each in self.waiting:
                _write(left, each)
            return bytes(left)
        parts = [part for each in self.waiting for part in _torn(each, kept.size) if chance.random() < kept.chance]
        chance.shuffle(parts)
        for part in parts:
            _write(left, part)
        return bytes(left)


@dataclass
class _Folder:
    durable: dict[str, "_File | _Folder"] = field(default_factory=dict)
    now: dict[str, "_File | _Folder"] = field(default_factory=dict)
    waiting: list[dict[str, "_File | _Folder | None"]] = field(default_factory=list)
    """Changes of names since the last sync, each as a whole."""

    def change(self, names: dict[str, "_File | _Folder | None"]) -> None:
        self.waiting.append(names)
        _rename(self.now, names)

    def sync(self) -> None:
        self.durable = dict(self.now)
        self.waiting.clear()

    def after_cut(self, kept: Kept, chance: random.Random) -> dict[str, "_File | _Folder"]:
        left = dict(self.durable)
        for names in self.waiting:
            if chance.random() < kept.chance:
                _rename(left, names)
        return left


class Disk:
    """A folder that is on the disk at first, and what events do to it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder
        self._files: dict[int, _File] = {}
        self._root = self._read(folder)

    def inodes(self, end: str) -> set[int]:
        """Files of the folder whose names end so."""
        found = {id(entry) for name, entry in self._root.now.items() if name.endswith(end)}
        return {inode for inode, file in self._files.items() if id(file) in found}

    def apply(self, event: Event) -> None:
        """Let it happen."""
        match event.kind:
            case "C":
                self._files[event.inode] = made = _File(bytearray())
                self._change(event.text, made)
            case "W":
                self._files[event.inode].waiting.append((event.offset, event.data))
            case "T":
                self._files[event.inode].waiting.append((event.offset, None))
            case "S" if event.text:
                self._folder(Path(event.text)).sync()
            case "S":
                self._files[event.inode].sync()
            case "M":
                self._change(event.text, _Folder())
            case "U":
                self._change(event.text, None)
            case "L":
                self._change(event.other, self._entry(event.text))
            case "R":
                old, new = Path(event.text), Path(event.other)
                assert old.parent == new.parent, "names move within a folder"
                self._folder(old.parent).change({old.name: None, new.name: self._entry(event.text)})

    def rebuild(self, target: Path, kept: Kept = NOTHING) -> None:
        """Write the folder as it may be after a cut now."""
        shutil.rmtree(target, ignore_errors=True)
        _restore(target, self._root, kept, random.Random(kept.seed))

    def _read(self, folder: Path) -> _Folder:
        found = _Folder()
        for path in folder.iterdir():
            if path.is_dir():
                found.durable[path.name] = self._read(path)
            else:
                self._files[path.stat().st_ino] = made = _File(bytearray(path.read_bytes()))
                found.durable[path.name] = made
        found.now = dict(found.durable)
        return found

    def _folder(self, path: Path) -> _Folder:
        found: _File | _Folder = self._root
        for name in path.relative_to(self._path).parts:
            assert isinstance(found, _Folder)
            found = found.now[name]
        assert isinstance(found, _Folder)
        return found

    def _entry(self, path: str) -> "_File | _Folder":
        return self._folder(Path(path).parent).now[Path(path).name]

    def _change(self, path: str, entry: "_File | _Folder | None") -> None:
        self._folder(Path(path).parent).change({Path(path).name: entry})


def _restore(target: Path, folder: _Folder, kept: Kept, chance: random.Random) -> None:
    target.mkdir(exist_ok=True)
    for name, entry in sorted(folder.after_cut(kept, chance).items()):
        if isinstance(entry, _Folder):
            _restore(target / name, entry, kept, chance)
        elif not name.endswith(_FORGOTTEN):
            (target / name).touch(mode=0o600)
            (target / name).write_bytes(entry.after_cut(kept, chance))


def _rename(names: dict[str, "_File | _Folder"], changes: dict[str, "_File | _Folder | None"]) -> None:
    for name, entry in changes.items():
        if entry is None:
            names.pop(name, None)
        else:
            names[name] = entry


def _write(content: bytearray, change: tuple[int, bytes | None]) -> None:
    at, data = change
    end = at if data is None else at + len(data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if data is None:
        del content[at:]
    else:
        content[at:end] = data


def _torn(change: tuple[int, bytes | None], size: int) -> Iterator[tuple[int, bytes | None]]:
    """A write in parts that end where the disk's do."""
    at, data = change
    if data is None:
        yield change
        return
    done = 0
    while done < len(data):
        step = min(size - (at + done) % size, len(data) - done)
        yield at + done, data[done : done + step]
        done += step

"""Files that matter: all of it or nothing, on the disk when it is there, and into whatever the name stands for.

A regular file is replaced at once by what was written beside it, and no power cut brings the old one back; a link is
followed, and stays; pipes and devices are written into; a folder is refused.
"""

import errno
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, mkstemp
from typing import BinaryIO

_PRIVATE = 0o600
_PUBLIC = 0o666
_UNFINISHED = ".unfinished"


@contextmanager
def output_file(target: Path, *, private: bool = False, new: bool = False) -> Iterator[BinaryIO]:
    """A file to write for the length of a block, which is the target when the block has ended without an error.

    `private` is for secrets: nobody else may read it. `new` refuses what is there already, a link too. Raises OSError
    with a sentence for what cannot be written.
    """
    with _named(target):
        special = None if new else _opened_special(target)
        if special is not None:
            with special:
                yield special
            return
        with _beside(target, private=private, new=new) as unfinished, unfinished.open("wb") as file:
            yield file


@contextmanager
def output_path(target: Path, *, private: bool = False, replace: bool = True) -> Iterator[Path]:
    """The same for what writes a file by its name: an empty one, which becomes the target.

    Without `replace`, a file that is there is refused with FileExistsError; a link to none is followed.
    """
    with _named(target):
        special = _opened_special(target)
        if special is None:
            with _beside(target, private=private, new=False, replace=replace) as unfinished:
                yield unfinished
            return
        with special, TemporaryDirectory(prefix="job-escrow-") as folder:
            whole = Path(folder) / "output"
            whole.touch(mode=_PRIVATE)
            yield whole
            with whole.open("rb") as source:
                shutil.copyfileobj(source, special)


def make_folder(folder: Path) -> None:
    """Make a folder and those that it is in, which are there after a power cut too. Raises OSError."""
    missing = [folder]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    folder.mkdir(parents=True, exist_ok=True)
    for each in reversed(missing):
        flush_folder(each.parent)


@contextmanager
def _named(target: Path) -> Iterator[None]:
    """What goes wrong names the target, not what is beside it for a while, nor nothing as a full disk does."""
    try:
        yield
    except OSError as error:
        unknown = error.filename is None or str(error.filename).endswith(_UNFINISHED)
        if error.errno is None or not unknown:
            raise
        raise OSError(error.errno, error.strerror, str(target)) from error


def _opened_special(target: Path) -> BinaryIO | None:
    """A pipe, a device, or what a standard stream of this process is; None for what is a regular file, or none yet."""
    try:
        found = os.stat(target)  # noqa: PTH116  (follows /dev/stdout through its link, which has no name)
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(f"{target} is a folder: name a file in it")
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):
            if os.path.samestat(found, os.fstat(stream.fileno())) and not stat.S_ISCHR(found.st_mode):
                # Whoever redirected it goes on writing there: it is not replaced, and not begun anew.
                stream.flush()
                return os.fdopen(os.dup(stream.fileno()), "wb")
    if stat.S_ISREG(found.st_mode):
        return None
    if stat.S_ISSOCK(found.st_mode):
        raise OSError(f"{target} is a socket, which cannot be written into: name a file")
    return target.open("wb")


@contextmanager
def _beside(target: Path, *, private: bool, new: bool, replace: bool = True) -> Iterator[Path]:
    """A file beside the target, with the mode that it will have."""
    place = target if new else _end_of_links(target)
    _refuse_existing(target, place, new=new, replace=replace)
    descriptor, name = mkstemp(dir=place.parent, prefix=".job-escrow-", suffix=_UNFINISHED)
    unfinished = Path(name)
    try:
        os.fchmod(descriptor, _mode(place, private=private))
        yield unfinished
        os.fsync(descriptor)
        if new or not replace:
            # Whatever came there meanwhile is not replaced either.
            _link(unfinished, place, target, new=new)
        else:
            unfinished.replace(place)
        flush_folder(place.parent)
    finally:
        os.close(descriptor)
        unfinished.unlink(missing_ok=True)


def flush_folder(folder: Path) -> None:
    """Wait until the name is on the disk, too."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:
        # One may be allowed to write into a folder and not to read it.
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        # A file system that keeps folders in another way says so.
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(descriptor)


def _end_of_links(target: Path) -> Path:
    """What a chain of links ends at, though nothing may be there yet."""
    place = Path(os.path.realpath(target))
    if place.is_symlink():
        raise OSError(f"{target} is a link that leads back to itself: name a file")
    return place


def _refuse_existing(target: Path, place: Path, *, new: bool, replace: bool) -> None:
    if (new or not replace) and os.path.lexists(place):
        raise FileExistsError(f"{target} is there already")


def _link(unfinished: Path, place: Path, target: Path, *, new: bool) -> None:
    try:
        os.link(unfinished, place)
    except FileExistsError as error:
        raise FileExistsError(f"{target} is there already") from error
    except OSError:
        # A file system without links to files: the look and the step are two there.
        _refuse_existing(target, place, new=new, replace=False)
        unfinished.replace(place)


def _mode(place: Path, *, private: bool) -> int:
    """The mode of what is replaced, or that of a new file."""
    if private:
        return _PRIVATE
    with suppress(FileNotFoundError):
        return stat.S_IMODE(place.stat().st_mode) & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return _PUBLIC & ~mask

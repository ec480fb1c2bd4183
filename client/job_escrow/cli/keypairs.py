"""Reading keypair files as solana-keygen writes them. What is in them is never printed."""

import json
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from job_escrow.cli.output import warn

if TYPE_CHECKING:
    from solders.keypair import Keypair

_OTHER_SOURCES = ("usb://", "prompt:", "stdin:", "pubkey:")
_OTHERS_MAY = stat.S_IRWXG | stat.S_IRWXO


class KeypairError(ValueError):
    """A keypair that cannot be used; the message says why and what to do, never what is in the file."""


def read_keypair(source: str) -> "Keypair":
    """Read a keypair file; `~` is the home folder. Raises KeypairError. Warns where others may read the file."""
    from solders.keypair import Keypair

    path = keypair_path(source)
    try:
        text = path.read_bytes().decode()
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise KeypairError(
            f"there is no keypair file {path}: name one with --keypair, or make one with: job-escrow keygen {path}"
        ) from error
    except UnicodeDecodeError as error:
        raise KeypairError(_not_a_keypair(path)) from error
    except OSError as error:
        raise KeypairError(f"the keypair file {path} cannot be read: {error.strerror}") from error
    # What went wrong inside is not passed on: messages of parsers quote what they read.
    try:
        numbers = json.loads(text)
        if not isinstance(numbers, list) or any(type(number) is not int for number in numbers):
            raise KeypairError(_not_a_keypair(path))
        key = Keypair.from_bytes(bytes(numbers))
    except ValueError:
        raise KeypairError(_not_a_keypair(path)) from None
    if mode & _OTHERS_MAY:
        warn(f"{path} can be read by others on this machine: chmod 600 {path}")
    return key


def keypair_path(source: str) -> Path:
    """The file that a keypair is in. Raises KeypairError for sources that are no files."""
    if source.startswith(_OTHER_SOURCES) or source in ("-", "ASK"):
        raise KeypairError(f"a keypair from {source.split('?')[0]} is not supported: name a keypair file instead")
    return Path(source.removeprefix("file://").removeprefix("file:")).expanduser()


def _not_a_keypair(path: Path) -> str:
    return f"{path} is not a keypair file: it must hold 64 numbers that belong together, as solana-keygen writes them"

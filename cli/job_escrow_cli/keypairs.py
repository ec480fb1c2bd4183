"""Reading keypair files: those of solana-keygen, and the same 64 bytes as other programs write them.

What is in them is never printed, nor what is given in a file's place and may be the key itself.
"""

import stat
from pathlib import Path
from typing import TYPE_CHECKING

from job_escrow_cli.home import NoHome, expanded
from job_escrow_cli.key_formats import NotAKeypair, keypair_bytes, may_be_a_key
from job_escrow_cli.output import warn

if TYPE_CHECKING:
    from solders.keypair import Keypair

_OTHER_SOURCES = ("usb://", "prompt:", "stdin:", "pubkey:")
_OTHERS_MAY = stat.S_IRWXG | stat.S_IRWXO
# No format of a key is longer, and a device never ends.
_MOST_BYTES = 65_536


class KeypairError(ValueError):
    """A keypair that cannot be used; the message says why and what to do, never what is in the file."""


def read_keypair(source: str) -> "Keypair":
    """Read a keypair file; `~` is the home folder. Raises KeypairError. Warns where others may read the file."""
    from solders.keypair import Keypair

    path = keypair_path(source)
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise KeypairError(
            f"there is no keypair file {path}: name one with --keypair, or make one with: job-escrow keygen {path}"
        ) from error
    except IsADirectoryError as error:
        raise KeypairError(f"{path} is a folder: name the keypair file in it with --keypair") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its name has a zero byte"
        raise KeypairError(f"the keypair file {path} cannot be read: {reason}") from error
    if len(content) > _MOST_BYTES:
        raise KeypairError(_not_a_keypair(path, "it is far too large"))
    # What went wrong inside is not passed on: messages of parsers quote what they read.
    try:
        key = Keypair.from_bytes(keypair_bytes(content))
    except NotAKeypair as error:
        raise KeypairError(_not_a_keypair(path, str(error))) from None
    except ValueError:
        raise KeypairError(_not_a_keypair(path, "its two halves do not belong together")) from None
    if mode & _OTHERS_MAY and stat.S_ISREG(mode):
        warn(f"{path} can be read by others on this machine: chmod 600 {path}")
    return key


def keypair_path(source: str) -> Path:
    """The file that a keypair is in. Raises KeypairError for sources that are no files."""
    if source.startswith(_OTHER_SOURCES) or source in ("-", "ASK"):
        raise KeypairError(f"a keypair from {source.split('?')[0]} is not supported: name a keypair file instead")
    if may_be_a_key(source):
        raise KeypairError(
            "what is given for the keypair looks like the secret key itself: write it into a file that only you can "
            "read, and name that file. It may be in your shell's history now"
        )
    try:
        return expanded(source.removeprefix("file://").removeprefix("file:"))
    except NoHome as error:
        raise KeypairError(str(error)) from error


def _not_a_keypair(path: Path, what: str) -> str:
    return (
        f"{path} is not a keypair file: {what}. It must hold 64 numbers that belong together, as solana-keygen writes "
        "them"
    )

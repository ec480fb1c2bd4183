"""`job-escrow keygen` and `job-escrow address`: a key of one's own, without other tools."""

from typing import TYPE_CHECKING, Annotated

import typer
from job_escrow.output_files import make_folder, output_file

from job_escrow_cli.failures import UsageError
from job_escrow_cli.keypairs import keypair_path
from job_escrow_cli.output import facts, show, tell
from job_escrow_cli.session import Session
from job_escrow_cli.settings import settings_of

if TYPE_CHECKING:
    from pathlib import Path

    from solders.pubkey import Pubkey


def keygen(
    context: typer.Context,
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help="Where to write it; by default where --keypair looks.")
    ] = None,
) -> None:
    """Make a key and write it to a file that only its owner can read, as solana-keygen does.

    A file that is there is never replaced. There is no seed phrase: keep a copy of the file.
    """
    settings = settings_of(context)
    path = keypair_path(file or settings.keypair.value)
    made = make_key(path)
    tell("whoever has this file has what the key owns: keep it secret, and a copy of it safe")
    show(settings, {"address": str(made), "keypair": str(path)}, facts({"address": made, "keypair": path}))


def make_key(path: "Path") -> "Pubkey":
    """Write a new key into a file that was not there; gives its address. Raises UsageError."""
    from solders.keypair import Keypair

    key = Keypair()
    _write_new(path, key.to_json())
    return key.pubkey()


def address(context: typer.Context) -> None:
    """Print the address of the key that signs."""
    session = Session(settings_of(context))
    key = str(session.signer.pubkey())
    show(session.settings, {"address": key, "keypair": session.settings.keypair.value}, key)


def _write_new(path: "Path", text: str) -> None:
    """Write a file of mode 0600 that was not there, whole or not at all. Raises UsageError."""
    try:
        make_folder(path.parent)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}): name another file") from error
    try:
        # Never through a link, never over a file.
        with output_file(path, private=True, new=True) as file:
            file.write(text.encode())
    except FileExistsError as error:
        raise UsageError(
            f"there is a file {path} already, and a key that is overwritten is lost: name another file, "
            f"or show its address with: job-escrow address --keypair {path}"
        ) from error
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}): name another file") from error

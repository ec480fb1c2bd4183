"""The home folder, which not every process has: a container's user may be in no list of users, with no HOME set."""

from pathlib import Path


class NoHome(ValueError):
    """`~` stands for nothing here; the message says what to do."""


def expanded(text: str) -> Path:
    """A path whose `~` is the home folder, or that of the user behind it. Raises NoHome."""
    path = Path(text)
    try:
        return path.expanduser()
    except RuntimeError as error:
        user = path.parts[0][1:]
        why = f"there is no user {user}" if user else "HOME is not set, and this user is in no list of users"
        raise NoHome(f"{text} cannot be found, since {why}: set HOME, or name the file by its whole path") from error

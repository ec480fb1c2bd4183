"""The configuration files: the Solana CLI's, which is only read, and our own for what that one has no place for."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from job_escrow_cli.home import NoHome, expanded

_SOLANA_DEFAULT = "~/.config/solana/cli/config.yml"
OWN_KEYS = ("url", "keypair", "platform", "namespace")
"""What our own file may set."""


class ConfigFile(NamedTuple):
    """A file of names and values; without values where it does not exist."""

    path: Path
    values: Mapping[str, str]


def solana_config(given: str | None) -> ConfigFile:
    """The Solana CLI's file, by default where that one has it. Raises ValueError where it cannot be read."""
    path = _default(_SOLANA_DEFAULT) if given is None else expanded(given)
    if given is not None and not path.is_file():
        raise ValueError(
            f"there is no configuration file {path}: leave --config away, or make it with solana config set"
        )
    return ConfigFile(path=path, values=_read(path))


def own_config(environment: Mapping[str, str] = os.environ) -> ConfigFile:
    """Our own file, in the user's folder for configuration. Raises ValueError where it cannot be read."""
    folder = environment.get("XDG_CONFIG_HOME") or "~/.config"
    path = _default(folder) / "job-escrow" / "config.yml"
    values = _read(path)
    unknown = sorted(values.keys() - set(OWN_KEYS))
    if unknown:
        raise ValueError(f"{path} sets {', '.join(unknown)}, which is not known: it may set {', '.join(OWN_KEYS)}")
    return ConfigFile(path=path, values=values)


def write_own_config(values: Mapping[str, str]) -> Path:
    """Replace our own file, at once or not at all."""
    import yaml
    from job_escrow.output_files import make_folder, output_file

    # Where there is no home folder, it is said here.
    path = expanded(str(own_config().path))
    make_folder(path.parent)
    with output_file(path) as file:
        file.write(yaml.safe_dump(dict(values), sort_keys=True).encode())
    return path


def _default(text: str) -> Path:
    """A path of the home folder, or as it is written where there is none: then no file is there."""
    with suppress(NoHome):
        return expanded(text)
    return Path(text)


def _read(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    # Imported late: many have no such file, and the parser takes longer than reading it.
    import yaml

    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except RecursionError as error:
        raise ValueError(f"the configuration file {path} cannot be read: it is nested too deeply") from error
    # The parser also makes dates and numbers, which may be none.
    except (OSError, ValueError, OverflowError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"the configuration file {path} cannot be read: {reason}") from error
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise ValueError(f"the configuration file {path} is not a list of names and values")  # noqa: TRY004  (its kind)
    return {str(key): str(value) for key, value in found.items() if isinstance(value, (str, int))}

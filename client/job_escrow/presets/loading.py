"""Where presets come from: this package, or a file of one's own."""

from importlib.resources import files
from pathlib import Path

from job_escrow.presets.preset import Preset
from job_escrow.presets.reading import read_preset
from job_escrow.presets.toml_table import InvalidPreset


def preset_names() -> list[str]:
    """The presets that come with this package."""
    found = files("job_escrow.presets").iterdir()
    return sorted(entry.name.removesuffix(".toml") for entry in found if entry.name.endswith(".toml"))


def load_preset(name: str) -> Preset:
    """Read a preset of this package. Raises ValueError, naming those that there are, for an unknown one."""
    if name not in preset_names():
        raise ValueError(f"there is no preset {name!r}: choose one of {', '.join(preset_names())}")
    return read_preset((files("job_escrow.presets") / f"{name}.toml").read_text(), source=f"preset {name}")


def load_preset_file(path: str | Path) -> Preset:
    """Read a preset of one's own. Raises InvalidPreset, naming the file and the field."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidPreset(f"{path} cannot be read as a preset: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidPreset(f"{path} cannot be read as a preset: it is not UTF-8") from error
    return read_preset(text, source=str(path))

"""What a tier counts: the one list of unit kinds, which program, presets, API, reports and command line share."""

UNIT_KINDS = (
    "output-token",
    "request",
    "second",
    "gpu-second",
    "cpu-second",
    "gib-hour",
    "gib",
    "other",
    "gib-second",
    "image",
    "input-token",
    "token",
)
"""The names of unit kinds; a tier on chain has the index."""


def unit_name(number: int) -> str:
    """Return the name of a unit kind; of one that is newer than this release, its number as in `kind-12`."""
    return UNIT_KINDS[number] if number < len(UNIT_KINDS) else f"kind-{number}"


def unit_number(name: str) -> int:
    """Return what a tier has for a unit kind. Raises ValueError, which lists the names that there are."""
    if name not in UNIT_KINDS:
        raise ValueError(f"{name!r} is not a unit: use {', '.join(UNIT_KINDS)}")
    return UNIT_KINDS.index(name)

"""Turning the documentation of an IDL into docstrings of at most 120 columns."""

from collections.abc import Sequence
from textwrap import wrap

_WIDTH = 120
_STEP = "    "


def prose(docs: Sequence[str]) -> list[str]:
    """Return the paragraphs of a documentation comment."""
    paragraphs: list[str] = []
    fresh = True
    for line in (each.strip() for each in docs):
        if not line:
            fresh = True
        elif fresh or line.startswith(("- ", "* ")):
            paragraphs.append(line)
            fresh = False
        else:
            paragraphs[-1] += f" {line}"
    return [_sentence(each) for each in paragraphs]


def docstring(paragraphs: Sequence[str], *, depth: int, sections: Sequence[str] = ()) -> str:
    """Write a docstring whose first line is a sentence; `sections` are finished lines but for their indent."""
    indent = _STEP * depth
    room = _WIDTH - len(indent) - 6
    parts = [*_split_summary(paragraphs[0], room), *paragraphs[1:]]
    lines = [parts[0]]
    for each in parts[1:]:
        lines += ["", *_wrapped(each, _WIDTH - len(indent))]
    if sections:
        lines += ["", *sections, ""]
    return _quoted(lines, indent)


def note(paragraphs: Sequence[str], *, depth: int) -> str:
    """Write the docstring of a field."""
    indent = _STEP * depth
    lines: list[str] = []
    for each in paragraphs:
        lines += [""] if lines else []
        lines += _wrapped(each, _WIDTH - len(indent) - (0 if lines else 6))
    return _quoted(lines, indent)


def entry(name: str, paragraphs: Sequence[str], *, depth: int) -> list[str]:
    """One item of a docstring's section, without the docstring's indent."""
    room = _WIDTH - len(_STEP) * (depth + 1)
    return [_STEP + line for line in _wrapped(f"{name}: {' '.join(paragraphs)}", room, hanging=_STEP)]


def literal(text: str) -> str:
    """Write a string over as many lines as it needs; ruff puts it onto one where it fits."""
    pieces = wrap(text, _WIDTH - 20, drop_whitespace=False, break_long_words=False, break_on_hyphens=False)
    return f"({' '.join(repr(piece) for piece in pieces)})" if len(pieces) > 1 else repr(text)


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text.rstrip(':;,')}."


def _split_summary(text: str, room: int) -> list[str]:
    """Return the text as a summary of one line, and what follows it."""
    if len(text) <= room:
        return [text]
    for mark in (". ", "; ", ": ", ", "):
        end = text.rfind(mark, 0, room)
        if end > 0:
            rest = text[end + len(mark) :]
            return [f"{text[:end]}.", rest[:1].upper() + rest[1:]]
    end = text.rfind(" ", 0, room - 3)
    return [f"{text[:end]} ...", f"... {text[end + 1 :]}"]


def _wrapped(text: str, width: int, hanging: str = "") -> list[str]:
    return wrap(text, width, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False)


def _quoted(lines: Sequence[str], indent: str) -> str:
    text = "\n".join(f"{indent}{line}" if line and number else line for number, line in enumerate(lines))
    text = text.replace('"""', "'''")
    end = f"\n{indent}" if len(lines) > 1 else ""
    prefix = "r" if "\\" in text else ""
    return f'{indent}{prefix}"""{text}{end}"""'

"""Code in documents: blocks of Python, and what they print."""

import contextlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"

_FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A block of Python; `printed` is the text block right behind it, if there is one."""

    code: str
    line: int
    printed: str | None


def blocks(text: str, *, from_line: int = 1) -> list[Block]:
    """The Python of a document, in order."""
    found = list(_FENCED.finditer(text))
    python = []
    for place, match in enumerate(found):
        if match[1] != "python":
            continue
        following = found[place + 1] if place + 1 < len(found) else None
        answers = following is not None and following[1] == "text" and not text[match.end() : following.start()].strip()
        line = from_line + text[: match.start()].count("\n")
        python.append(Block(match[2], line, following[2] if following is not None and answers else None))
    return python


def run(block: Block, document: Path, names: dict[str, object]) -> None:
    """Run a block in a namespace, with the document's own line numbers; it has to print what stands behind it."""
    code = compile("\n" * block.line + block.code, str(document), "exec")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, names)  # noqa: S102  (our own documents)
    assert printed.getvalue() == (block.printed or ""), f"{document.name}, line {block.line}"


def sections(document: Path) -> dict[str, tuple[str, int]]:
    """Text and first line of each section of the second level, by its heading."""
    text = document.read_text()
    headings = list(re.finditer(r"^## (.+)$", text, re.MULTILINE))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    return {
        heading[1]: (text[heading.end() : end], text[: heading.end()].count("\n") + 1)
        for heading, end in zip(headings, ends, strict=True)
    }

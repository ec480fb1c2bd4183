"""Code in documents: blocks of shell and Python, how they are marked, and what they print."""

import contextlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"
RECIPES = DOCS / "recipes.md"

_FENCED = re.compile(
    r"^(?:<!-- (?P<mark>[^\n]*) -->\n)?```(?P<language>\w*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL
)
_NOT_RUN, _LEAVE_RUNNING = "not run: ", "leave running"
SHOWN = frozenset({"", "mermaid", "text", "ts"})
"""What is looked at and not run; the TypeScript client's own tests run its examples."""


@dataclass(frozen=True)
class Block:
    """A block of code; `printed` is the text block right behind it, if there is one, and `mark` the comment before."""

    language: str
    code: str
    line: int
    printed: str | None
    mark: str | None

    @property
    def why_not_run(self) -> str | None:
        """The reason for which it is only read, where the document gives one."""
        given = self.mark is not None and self.mark.startswith(_NOT_RUN)
        return self.mark.removeprefix(_NOT_RUN) if given and self.mark is not None else None

    @property
    def is_left_running(self) -> bool:
        """Whether it is a server that the rest of the document needs."""
        return self.mark == _LEAVE_RUNNING


def all_blocks(text: str, *, from_line: int = 1) -> list[Block]:
    """The blocks of a document, in order. Raises ValueError where a mark is not known."""
    found = list(_FENCED.finditer(text))
    made = []
    for place, match in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else None
        answers = (
            following is not None
            and following["language"] == "text"
            and not text[match.end() : following.start()].strip()
        )
        mark = match["mark"]
        if mark is not None and mark != _LEAVE_RUNNING and not mark.startswith(_NOT_RUN):
            # A comment that has nothing to do with the block.
            mark = None
        made.append(
            Block(
                match["language"],
                match["code"],
                from_line + text[: match.start("code")].count("\n") - 1,
                following["code"] if following is not None and answers else None,
                mark,
            )
        )
    return made


def blocks(text: str, *, from_line: int = 1) -> list[Block]:
    """The Python of a document that is run, in order."""
    found = all_blocks(text, from_line=from_line)
    return [each for each in found if each.language == "python" and each.why_not_run is None]


def run(block: Block, document: Path, names: dict[str, object]) -> None:
    """Run a block of Python in a namespace, with the document's own line numbers; it prints what stands behind it."""
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

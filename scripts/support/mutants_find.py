"""Where the program validates something, and how each validation is switched off.

A switch is code, put around the validation, that asks `mutant::off(number)`: one build holds all mutants.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from support.mutants_rust import closing, masked, outside_brackets, split, without_tests
from support.steps import StepFailed

MUTANTS = "tests/program/mutants.toml"
"""Mutants that no rule below finds, and why the survivors survive."""

_OFF = "crate::mutant::off({number})"
_ERROR = re.compile(r"\bEscrowError::(\w+)")
_REQUIRE = re.compile(r"\brequire!\(")
_LET = re.compile(r"\blet (\w+) =")
_CALL = re.compile(r"(?:(?<=[;{}])|(?<=\n))[ ]*((?:(?:[\w.&*]|\(\))*\.)?(?:require_\w+|invariant\w*|accept)\()")
_ADDRESS = re.compile(r"#\[account\((?:[^\]]*?\s)?address = ")
_FIELD = re.compile(r"\s*(?:///[^\n]*\n\s*)*pub (\w+):")
_CHECKED = re.compile(r"([A-Za-z_][\w.]*)\.checked_(add|sub)\(")
_MAP_ERR = re.compile(r"\.map_err\(\|_\| EscrowError::\w+\)(?=\?)")
_TYPE = re.compile(r"pub (\w+): (Signer|Program<(\w+)>),")
_BOUNDARY = {"<=": "<", ">=": ">", "<": "<=", ">": ">="}
# What is checked beyond the instructions and the accounts is no business of a rule.
_NOT_SEARCHED = {"errors.rs", "mem.rs", "constants.rs"}


@dataclass(frozen=True)
class Mutant:
    """One validation that is not made; `number` is what the program's switch is set to."""

    number: int
    name: str
    file: str
    """Below the program's src."""
    line: int
    error: str
    """What the validation refuses with, as far as its own text says that."""


@dataclass(frozen=True)
class _Found:
    """A place in a file: what goes to which offsets once the number is known, and what it is."""

    what: str
    start: int
    end: int
    insertions: tuple[tuple[int, int, str], ...]
    """Each replaces the code between two offsets; `{number}` stands for the mutant's number."""
    error: str = ""


@dataclass(frozen=True)
class Switched:
    """The program's sources with all switches, and the mutants by number."""

    files: dict[str, str]
    mutants: tuple[Mutant, ...]


def survivors(repository: Path) -> dict[str, str]:
    """Names of mutants that are known to survive, and why."""
    return dict(tomllib.loads((repository / MUTANTS).read_text())["survivors"])


def switch_all(repository: Path) -> Switched:
    """Find every validation of the program and put a switch around each.

    Raises StepFailed where a refusal has no mutant, or where what mutants.toml names is not in the sources.
    """
    by_hand = tomllib.loads((repository / MUTANTS).read_text())["by_hand"]
    source = repository / "programs" / "job_escrow" / "src"
    files: dict[str, str] = {}
    mutants: list[Mutant] = []
    names: Counter[str] = Counter()
    for path in sorted(source.rglob("*.rs")):
        file = path.relative_to(source).as_posix()
        text = path.read_text()
        if path.name in _NOT_SEARCHED:
            files[file] = text
            continue
        found = [*_by_rule(text), *_by_hand(text, [each for each in by_hand if each["file"] == file], file)]
        _require_complete(text, found, file)
        edits = []
        for each in sorted(found, key=lambda each: (each.start, -each.end, each.what)):
            number = len(mutants) + 1
            title = f"{file.removesuffix('.rs').removeprefix('instructions/')}: {each.what}"
            names[title] += 1
            name = title if names[title] == 1 else f"{title} (#{names[title]})"
            mutants.append(Mutant(number, name, file, text.count("\n", 0, each.start) + 1, each.error))
            edits += [(start, end, code.replace("{number}", str(number))) for start, end, code in each.insertions]
        files[file] = _edited(text, edits)
    unknown = {each["file"] for each in by_hand} - files.keys()
    if unknown:
        raise StepFailed(f"{MUTANTS} speaks of files that there are not: {', '.join(sorted(unknown))}")
    return Switched(files, tuple(mutants))


def _by_rule(text: str) -> Iterator[_Found]:
    code = without_tests(masked(text))
    yield from _conditions_of(text, code)
    yield from _calls(text, code)
    yield from _addresses(text, code)
    yield from _checked(text, code)
    yield from _mapped(code)
    yield from _types(code)


def _conditions_of(text: str, code: str) -> Iterator[_Found]:
    """`require!(condition, error)`, and `let` where such a condition names what it binds."""
    conditions = list(_conditions(code))
    for start, end, refused, error in conditions:
        yield from _of_condition(text, code, start, end, error, refused_at=refused)
    used = {name: error for start, end, _, error in conditions for name in re.findall(r"\w+", code[start:end])}
    for let in _LET.finditer(code):
        if let[1] in used:
            end = next(outside_brackets(code, let.end(), len(code), ";"))
            if len(split(code, let.end(), end, "&&")) > 1:
                yield from _of_condition(text, code, let.end(), end, used[let[1]])


def _calls(text: str, code: str) -> Iterator[_Found]:
    """`account.require_this()?;`."""
    for call in _CALL.finditer(code):
        end = closing(code, call.end() - 1) + 1
        if code.startswith("?;", end):
            edits = ((call.start(1), call.start(1), f"if !{_OFF} {{ "), (end + 2, end + 2, " }"))
            yield _Found(_one_line(text[call.start(1) : end]), call.start(1), end, edits)


def _addresses(text: str, code: str) -> Iterator[_Found]:
    """`#[account(address = expression @ error)]`."""
    for attribute in _ADDRESS.finditer(code):
        end = closing(code, code.index("(", attribute.start()))
        expression, *error = split(code, attribute.end(), end, "@")
        field = _FIELD.match(text, end + 2)
        if field is None:
            raise StepFailed(f"no field follows the attribute {text[attribute.start() : end]}")
        edits = (
            (expression[0], expression[0], "crate::mutant::either({number}, "),
            (expression[1], expression[1], f", {field[1]}.account().address())"),
        )
        name = _error(text[slice(*error[0])]) if error else ""
        yield _Found(f"the address of {field[1]}", attribute.start(), end, edits, name)


def _checked(text: str, code: str) -> Iterator[_Found]:
    """`a.checked_sub(b).ok_or(error)`: the mutant goes on with what wraps around."""
    for checked in _CHECKED.finditer(code):
        end = closing(code, checked.end() - 1) + 1
        refused = re.match(r"\s*\.ok_or\(", code[end:])
        if refused is None:
            continue
        last = closing(code, end + refused.end() - 1) + 1
        wrapped = f"({text[checked.start(1) : checked.end(1)]}).wrapping_{checked[2]}({text[checked.end() : end]}"
        edits = ((end, end, f".or_else(|| {_OFF}.then(|| {wrapped}))"),)
        yield _Found(_one_line(text[checked.start() : end]), checked.start(), last, edits, _error(text[end:last]))


def _mapped(code: str) -> Iterator[_Found]:
    """`check().map_err(|_| error)?`."""
    for mapped in _MAP_ERR.finditer(code):
        error = _error(mapped[0])
        edits = ((mapped.end(), mapped.end(), f".or_else(|e| if {_OFF} {{ Ok(()) }} else {{ Err(e) }})"),)
        yield _Found(f"the result with {error}", mapped.start(), mapped.end(), edits, error)


def _types(code: str) -> Iterator[_Found]:
    """Accounts that have to be a `Signer` or a `Program`."""
    for kind in _TYPE.finditer(code):
        wrapper = f"crate::mutant::Called<{{number}}, {kind[3]}>" if kind[3] else "crate::mutant::Signed<{number}>"
        what = f"{kind[1]} is the {kind[3]} program" if kind[3] else f"{kind[1]} has signed"
        yield _Found(what, kind.start(), kind.end(), ((kind.start(2), kind.end(2), wrapper),))


def _conditions(code: str) -> Iterator[tuple[int, int, int, str]]:
    """Start and end of what each `require!` wants, the end of its error, and the error."""
    for require in _REQUIRE.finditer(code):
        end = closing(code, require.end() - 1)
        (start, stop), (error_start, error_end) = split(code, require.end(), end, ",")[:2]
        yield start, stop, error_end, _error(code[error_start:error_end])


def _of_condition(text: str, code: str, start: int, end: int, error: str, *, refused_at: int = 0) -> Iterator[_Found]:
    """Each part of a conjunction that is not asked for, and each comparison that is off by one."""
    for first, last in split(code, start, end, "&&"):
        what = f"{error}: {_one_line(text[first:last])}"
        edits = ((first, first, f"({_OFF} || ("), (last, last, "))"))
        yield _Found(what, first, max(last, refused_at), edits, error)
        if boundary := _boundary(code, first, last):
            at, operator = boundary
            other = text[first:at] + _BOUNDARY[operator] + text[at + len(operator) : last]
            edits = ((first, first, f"(if {_OFF} {{ {other} }} else {{ "), (last, last, " })"))
            yield _Found(f"{what}, off by one", first, last, edits, error)


def _boundary(code: str, start: int, end: int) -> tuple[int, str] | None:
    if any(outside_brackets(code, start, end, "||")):
        return None
    for operator in _BOUNDARY:
        for at in outside_brackets(code, start, end, f" {operator} "):
            return at + 1, operator
    return None


def _by_hand(text: str, wanted: list[dict[str, str]], file: str) -> Iterator[_Found]:
    for each in wanted:
        if text.count(each["find"]) != 1:
            raise StepFailed(
                f"`{each['find']}` stands {text.count(each['find'])} times in {file}, not once.\n"
                f"What to do: mend the mutant `{each['name']}` in {MUTANTS}, or remove it with what it was about"
            )
        start = text.index(each["find"])
        end = start + len(each["find"])
        replacement = each["replace"].replace("OFF", _OFF)
        yield _Found(each["name"], start, end, ((start, end, replacement),), _error(each["find"]))


def _require_complete(text: str, found: list[_Found], file: str) -> None:
    """Every refusal in the sources belongs to a mutant."""
    code = without_tests(masked(text))
    for error in _ERROR.finditer(code):
        if not any(each.start <= error.start() <= each.end for each in found):
            line = text.count("\n", 0, error.start()) + 1
            raise StepFailed(
                f"{file}:{line} refuses with {error[1]}, and no mutant takes that away.\n"
                f"What to do: add one to {MUTANTS}, or teach scripts/support/mutants_find.py the form"
            )


def _edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    """Outer insertions come first at the same place in front, and last at the same place behind."""
    pieces, at = [], 0
    opening = [edit for edit in edits if edit[2].endswith(("(", "{ ")) or edit[0] != edit[1]]
    closing_ = [edit for edit in reversed(edits) if edit not in opening]
    for start, end, code in sorted([*opening, *closing_], key=lambda edit: edit[0]):
        if start < at:
            raise StepFailed(f"two mutants change `{text[start:at]}`.\nWhat to do: let `find` of one be shorter")
        pieces += [text[at:start], code]
        at = end
    return "".join([*pieces, text[at:]])


def _error(text: str) -> str:
    found = _ERROR.search(text)
    return found[1] if found else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())

"""Writing the client's codec from the program's IDL; scripts/generate-client says what it is for."""

import json
from pathlib import Path

from support.client_codegen_idl import Idl, parse_idl
from support.client_codegen_instructions import instructions_module
from support.client_codegen_records import accounts_module, errors_module, events_module
from support.client_codegen_types import types_module
from support.polish import polished
from support.steps import StepFailed

CODEC = Path("client", "job_escrow", "codec")

_HEADER = "# Generated from the IDL by scripts/generate-client; do not edit."

# What names and documentation of an IDL may break; ruff removes those that a module does not need.
_NOQA = "# ruff: noqa: A001, D205, D400, D401, D402, D403, D404, E741, N818, RUF001, RUF002, RUF003"
_EVENT_NAMES = ("EVENTS", "EVENT_TAG", "Event", "decode_event", "is_event")
_INSTRUCTION_NAMES = (
    *("ACCOUNT_NAMES", "INSTRUCTIONS"),
    *("InstructionData", "decode_instruction", "event_authority"),
)


def generate(idl_file: Path, repository: Path) -> dict[Path, str]:
    """Return the text of every generated file below `repository`, formatted as its configuration says."""
    try:
        idl = parse_idl(json.loads(idl_file.read_text()))
    except FileNotFoundError as error:
        raise StepFailed(f"there is no {idl_file}.\nWhat to do: run scripts/build-program") from error
    except (ValueError, KeyError) as error:
        raise StepFailed(
            f"{idl_file} is not an Anchor IDL: {error!r}.\nWhat to do: run scripts/build-program"
        ) from error
    modules = {
        "types": types_module(idl),
        "accounts": accounts_module(idl),
        "events": events_module(idl),
        "errors": errors_module(idl),
        "instructions": instructions_module(idl),
        "program": _program_module(idl),
        "__init__": _package(idl),
    }
    texts = {f"{name}.py": f"{_HEADER}\n{_NOQA}\n{text}\n" for name, text in modules.items()}
    return polished({CODEC / name: text for name, text in texts.items()}, repository)


def leftovers(repository: Path, texts: dict[Path, str]) -> list[Path]:
    """Return files that were generated once and are no more."""
    found = (path.relative_to(repository) for path in sorted((repository / CODEC).glob("*.py")))
    return [path for path in found if path not in texts and (repository / path).read_text().startswith(_HEADER)]


def stale(repository: Path, texts: dict[Path, str]) -> list[Path]:
    """Return the files that are not as they would be generated now."""
    differing = [
        path
        for path, text in texts.items()
        if not (repository / path).is_file() or (repository / path).read_text() != text
    ]
    return differing + leftovers(repository, texts)


def write(repository: Path, texts: dict[Path, str]) -> list[Path]:
    """Write what is not up to date; returns those files."""
    changed = stale(repository, texts)
    for path in changed:
        target = repository / path
        if path not in texts:
            target.unlink()
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f".{target.name}.new")
        unfinished.write_text(texts[path])
        unfinished.replace(target)
    return changed


def _package(idl: Idl) -> str:
    modules = {
        "_base": ["DecodeError", "EncodeError", "ProgramRefusal"],
        "accounts": ["ACCOUNTS", "AnyAccount", "decode_account", *(each.struct.name for each in idl.accounts)],
        "errors": ["REFUSALS", *(each.name for each in idl.refusals)],
        "events": [*_EVENT_NAMES, *(each.struct.name for each in idl.events)],
        "instructions": [*_INSTRUCTION_NAMES, *(each.class_name for each in idl.instructions)],
        "program": ["PROGRAM_ID"],
        "types": [each.name for each in idl.plain_structs],
    }
    names = [name for found in modules.values() for name in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise StepFailed(
            f"these names stand for two things in the IDL, so the codec cannot have both: {', '.join(twice)}"
        )
    public = [name for name in modules if name not in ("_base", "program")]
    imports = (f"    from job_escrow.codec.{module} import {', '.join(found)}" for module, found in modules.items())
    homes = {name: module for module, found in modules.items() for name in found}
    return "\n".join(
        (
            '"""The program\'s accounts, events, errors and instructions as Python types.',
            "",
            "The functions that make instructions are in the module `instructions`: `instructions.purchase(...)`.",
            "Each module is imported when one of its names is first used.",
            '"""',
            "from importlib import import_module",
            "from typing import TYPE_CHECKING",
            "if TYPE_CHECKING:",
            f"    from job_escrow.codec import {', '.join(public)}",
            *imports,
            f"__all__ = {[*names, *public]!r}",
            f"_HOMES = {homes!r}",
            "if not TYPE_CHECKING:",
            "    def __getattr__(name: str) -> object:",
            '        """Import what a name stands for."""',
            f"        if name in {tuple(public)!r}:",
            '            return import_module(f"{__name__}.{name}")',
            "        if name not in _HOMES:",
            '            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")',
            '        found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)',
            "        globals()[name] = found",
            "        return found",
        )
    )


def _program_module(idl: Idl) -> str:
    return "\n".join(
        (
            '"""Where the program is."""',
            "from solders.pubkey import Pubkey",
            f'PROGRAM_ID: Pubkey = Pubkey.from_string("{idl.address}")',
            '"""Address of the program."""',
        )
    )

"""The program's interface description (Anchor IDL, spec 0.1.0), put together as the Anchor command line does it.

With the feature `idl-build` Anchor adds tests to the program that print parts of the description between marker lines.
Their JSON is put together here, sorted, and named by Cargo.toml's version, which Anchor's macros do not know.
"""

import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from support.idl_seeds import seed_constants, with_seeds
from support.places import CACHE
from support.sbf_build import PROGRAM, neutral_environment
from support.steps import StepFailed, run_step

_Json = Any

_SPEC = "0.1.0"
_MARKER = re.compile(r"--- IDL (begin|end) (\w+) ---")

# The order of names in an object, as in the Anchor command line's own output; what is not listed comes last.
_ORDER = (
    *("kind", "code", "name", "version", "spec", "description", "repository", "docs", "discriminator"),
    *("serialization", "repr", "generics", "writable", "signer", "optional", "address", "metadata", "pda", "relations"),
    *("seeds", "program", "path", "account", "instructions", "accounts", "args", "returns"),
    *("events", "errors", "types", "constants", "type", "alias", "variants", "fields", "value", "msg"),
)
_RANKS = {name: rank for rank, name in enumerate(_ORDER)}


def describe_program(repository: Path) -> str:
    """Compile the program for this machine and return its description as JSON text.

    Raises StepFailed where that fails or the description is not consistent.
    """
    log = run_step(
        f"describe {PROGRAM}",
        [
            *("cargo", "test", "--locked", "--package", PROGRAM, "--lib", "--features", "idl-build"),
            *("__anchor_private_print_idl", "--", "--show-output", "--quiet"),
        ],
        remedy="mend what the compiler says and run the same command again",
        env=neutral_environment() | {"CARGO_TARGET_DIR": str(CACHE / "sbf" / "idl-target")},
        cwd=repository,
    )
    program = repository / "programs" / PROGRAM
    manifest = tomllib.loads((program / "Cargo.toml").read_text())
    seeds = seed_constants((program / "src" / "constants.rs").read_text())
    return assemble(log.read_text(errors="replace"), version=_version(manifest, repository), seeds=seeds)


def assemble(output: str, *, version: str, seeds: Mapping[str, bytes]) -> str:
    """Make one description from what the tests printed, and the seeds of the program's addresses."""
    blocks: defaultdict[str, list[str]] = defaultdict(list)
    for name, text in _blocks(output):
        blocks[name].append(text)
    for name in ("address", "program"):
        if len(blocks[name]) != 1:
            raise StepFailed(f"Anchor printed {len(blocks[name])} blocks with the {name} of the program, not one")
    program: dict[str, _Json] = json.loads(blocks["program"][0])
    events: list[dict[str, _Json]] = [json.loads(text) for text in blocks["event"]]
    types = {each["name"]: each for event in events for each in event["types"]}
    types |= {each["name"]: each for each in program["types"]}
    idl = program | {
        "address": blocks["address"][0],
        "metadata": program["metadata"] | {"version": version, "spec": _SPEC},
        "instructions": _sorted(with_seeds(program["instructions"], seeds)),
        "accounts": _sorted(program["accounts"]),
        "events": _sorted([event["event"] for event in events]),
        "errors": sorted(
            (each for text in blocks["errors"] for each in json.loads(text)), key=lambda each: each["code"]
        ),
        "constants": _sorted([json.loads(text) for text in blocks["const"]]),
    }
    idl["types"] = _sorted(_needed(types, {**idl, "types": []}))
    _verify(idl)
    return json.dumps(_ordered(idl), indent=2, ensure_ascii=False) + "\n"


def _blocks(output: str) -> Iterator[tuple[str, str]]:
    name, lines = "", list[str]()
    for line in output.splitlines():
        marker = _MARKER.fullmatch(line)
        if marker is None:
            lines.append(line)
        elif marker[1] == "begin":
            name, lines = marker[2], []
        else:
            if marker[2] != name:
                raise StepFailed(f"Anchor's output has the end of the {marker[2]} block in the {name or 'no'} block")
            yield name, "\n".join(lines).strip()
            name = ""


def _version(manifest: dict[str, _Json], repository: Path) -> str:
    version = manifest["package"]["version"]
    if isinstance(version, dict):
        version = tomllib.loads((repository / "Cargo.toml").read_text())["workspace"]["package"]["version"]
    return str(version)


def _sorted(items: list[dict[str, _Json]]) -> list[dict[str, _Json]]:
    return sorted(items, key=lambda item: str(item["name"]))


def _needed(types: dict[str, dict[str, _Json]], idl: _Json) -> list[dict[str, _Json]]:
    """Every type but the aliases (PodU64, PodBool, …) that nothing refers to: clients need not know them."""
    owners = set(types)
    while True:
        used = set(_references(idl)).union(*(_references(types[name]) for name in owners))
        kept = {name for name in owners if types[name]["type"]["kind"] != "type" or name in used}
        if kept == owners:
            return [types[name] for name in kept]
        owners = kept


def _references(value: _Json) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("defined"), dict):
            yield value["defined"]["name"]
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)


def _verify(idl: dict[str, _Json]) -> None:
    """Refuse what the Anchor command line refuses, and what would leave a client without a type."""
    for kind in ("instructions", "accounts", "events"):
        for each in idl[kind]:
            mine = each["discriminator"]
            if not mine or (kind == "accounts" and not any(mine)):
                raise StepFailed(f"the discriminator of {each['name']} in the program's {kind} is empty or all zeros")
            for other in idl[kind]:
                if other is not each and mine[: len(other["discriminator"])] == other["discriminator"]:
                    raise StepFailed(f"the discriminators of {each['name']} and {other['name']} cannot be told apart")
    codes = [each["code"] for each in idl["errors"]]
    if len(set(codes)) != len(codes):
        raise StepFailed("two of the program's errors have the same code")
    defined = {each["name"] for each in idl["types"]}
    named = {each["name"] for each in idl["accounts"]} | {each["name"] for each in idl["events"]}
    missing = sorted((set(_references(idl)) | named) - defined)
    if missing:
        raise StepFailed(
            f"the program's description refers to types that it does not define: {', '.join(missing)}.\n"
            "What to do: derive IdlType for them"
        )


def _ordered(value: _Json) -> _Json:
    if isinstance(value, dict):
        return {
            name: _ordered(value[name])
            for name in sorted(value, key=lambda name: (_RANKS.get(name, len(_ORDER)), name))
        }
    if isinstance(value, list):
        return [_ordered(each) for each in value]
    return value

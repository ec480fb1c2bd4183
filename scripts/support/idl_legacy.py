"""The program's IDL in the format from before Anchor 0.30, for clients that know no other, such as anchorpy.

That format has no discriminators: clients derive them from the names. Nor does it know how an account is laid out; a
client takes it for borsh. So each discriminator is checked here to be the derived one, and each account and event to be
without padding, where borsh gives the same bytes: what would be read or written differently is refused, not written.
Left out is what the format has no place for: fixed addresses, seeds, and relations of accounts.
"""

from hashlib import sha256
from typing import Any

from support.steps import StepFailed

_Json = Any

_SIZES = {"bool": 1, "u8": 1, "i8": 1, "u16": 2, "i16": 2, "u32": 4, "i32": 4, "u64": 8, "i64": 8, "pubkey": 32}


def legacy_idl(idl: dict[str, _Json]) -> dict[str, _Json]:
    """Return the same interface in the older format. Raises StepFailed where that would not say the same."""
    spec = idl["metadata"]["spec"]
    if spec != "0.1.0":
        raise StepFailed(f"the IDL is of spec {spec}; only 0.1.0 can be written in the older format")
    types = {each["name"]: each["type"] for each in idl["types"]}
    for kind, prefix in (("instructions", "global"), ("accounts", "account"), ("events", "event")):
        for each in idl[kind]:
            _require_derived(each, prefix)
    records = {each["name"] for each in (*idl["accounts"], *idl["events"])}
    for name in sorted(records):
        _require_unpadded(name, types)
    return {
        "version": idl["metadata"]["version"],
        "name": idl["metadata"]["name"],
        "instructions": [_instruction(each) for each in idl["instructions"]],
        "accounts": [{"name": each["name"], "type": _struct(types[each["name"]])} for each in idl["accounts"]],
        "types": [
            {"name": each["name"], "type": _struct(each["type"])}
            for each in idl["types"]
            if each["name"] not in records
        ],
        "events": [
            {
                "name": each["name"],
                "fields": [_field(field) | {"index": False} for field in types[each["name"]]["fields"]],
            }
            for each in idl["events"]
        ],
        "errors": [{name: each[name] for name in ("code", "name", "msg")} for each in idl["errors"]],
        "metadata": {"address": idl["address"]},
    }


def _instruction(each: dict[str, _Json]) -> dict[str, _Json]:
    return {
        "name": _camel(each["name"]),
        "accounts": [
            {
                "name": _camel(account["name"]),
                "isMut": account.get("writable", False),
                "isSigner": account.get("signer", False),
                "isOptional": account.get("optional", False),
            }
            for account in each["accounts"]
        ],
        "args": [_field(argument) for argument in each["args"]],
    }


def _struct(kind: dict[str, _Json]) -> dict[str, _Json]:
    if kind["kind"] != "struct":
        raise StepFailed(f"the older format of the IDL is written for structs alone, not for a {kind['kind']}")
    return {"kind": "struct", "fields": [_field(field) for field in kind["fields"]]}


def _field(field: dict[str, _Json]) -> dict[str, _Json]:
    return {"name": _camel(field["name"]), "type": _type(field["type"])}


def _type(kind: _Json) -> _Json:
    if isinstance(kind, str):
        return "publicKey" if kind == "pubkey" else kind
    ((word, inner),) = kind.items()
    match word:
        case "defined":
            return {"defined": inner["name"]}
        case "array":
            return {"array": [_type(inner[0]), inner[1]]}
        case "option" | "vec":
            return {word: _type(inner)}
    raise StepFailed(f"the older format of the IDL has no type {word!r}")


def _require_derived(each: dict[str, _Json], prefix: str) -> None:
    derived = sha256(f"{prefix}:{each['name']}".encode()).digest()[:8]
    if bytes(each["discriminator"]) != derived:
        raise StepFailed(
            f"the discriminator of {each['name']} is not the one that follows from its name, which is the only one "
            "that clients of the older format know"
        )


def _require_unpadded(name: str, types: dict[str, _Json]) -> None:
    size, alignment = _layout({"defined": {"name": name}}, types, name)
    if size % alignment:
        raise StepFailed(f"{name} has padding at its end, which clients of the older format would not pass over")


def _layout(kind: _Json, types: dict[str, _Json], path: str) -> tuple[int, int]:
    """Size and alignment in C; every field has to begin where borsh has it."""
    if isinstance(kind, str):
        return _SIZES[kind], 1 if kind == "pubkey" else _SIZES[kind]
    if "array" in kind:
        size, alignment = _layout(kind["array"][0], types, path)
        return size * kind["array"][1], alignment
    if "defined" not in kind:
        raise StepFailed(f"{path} has no fixed size, so that it cannot be an account or an event of this program")
    at, widest = 0, 1
    for field in types[kind["defined"]["name"]]["fields"]:
        size, alignment = _layout(field["type"], types, f"{path}.{field['name']}")
        if at % alignment:
            raise StepFailed(f"{path}.{field['name']} has padding in front, which borsh does not know")
        at += size
        widest = max(widest, alignment)
    return at, widest


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in others)

"""The program's instructions: which account is which, and whether the data is whole, without making an object of it.

Compiled from the IDL that the client carries, as the layouts of events are.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from job_escrow.codec import INSTRUCTIONS, DecodeError
from job_escrow.program_files import idl_path

_SIZES = {"u8": 1, "u16": 2, "u32": 4, "u64": 8, "i64": 8, "pubkey": 32}
_NONE = -1
_DISCRIMINATOR = 8


class _Form(NamedTuple):
    """Values in borsh: so many bytes and a flag of 0 or 1, each with what follows where it is 1; then the rest."""

    flags: tuple[tuple[int, "_Form"], ...]
    rest: int


_NOTHING = _Form((), 0)


@dataclass(frozen=True, slots=True)
class KnownInstruction:
    """One instruction. Places are those of its accounts, -1 where it has no such account."""

    name: str | None
    signer: int = _NONE
    """The first account that has to sign; those that anyone may send have none."""
    credit_account: int = _NONE
    vault: int = _NONE
    form: _Form | None = None
    """None: only the codec can tell."""

    def check(self, data: bytes) -> None:
        """Raises DecodeError where data is not whole, or is none of this program's instructions."""
        if self.form is None or _end(self.form, data, _DISCRIMINATOR) > len(data):
            kind = INSTRUCTIONS.get(data[:_DISCRIMINATOR])
            if kind is None:
                raise DecodeError(f"no instruction has the discriminator {data[:_DISCRIMINATOR].hex() or '(none)'}")
            kind.decode(data)


UNKNOWN = KnownInstruction(None)


@cache
def known_instructions() -> dict[bytes, KnownInstruction]:
    """Each instruction by the bytes that its data begins with."""
    idl = json.loads(idl_path().read_text())
    types = {one["name"]: one["type"]["fields"] for one in idl["types"] if one["type"]["kind"] == "struct"}
    return {bytes(one["discriminator"]): _known(one, types) for one in idl["instructions"]}


def _known(instruction: dict[str, Any], types: dict[str, Any]) -> KnownInstruction:
    names = [account["name"] for account in instruction["accounts"]]
    signers = [place for place, account in enumerate(instruction["accounts"]) if account.get("signer")]
    return KnownInstruction(
        instruction["name"],
        signer=signers[0] if signers else _NONE,
        credit_account=_place(names, "credit_account"),
        vault=_place(names, "vault"),
        form=_form([one["type"] for one in instruction["args"]], types),
    )


def _place(names: Sequence[str], name: str) -> int:
    return names.index(name) if name in names else _NONE


def _form(kinds: Sequence[Any], types: dict[str, Any]) -> _Form | None:
    """The form of values one after the other; None where they have a part of any length."""
    flags: list[tuple[int, _Form]] = []
    skipped = 0
    for kind in _flat(kinds, types):
        if kind == "bool":
            inner: _Form | None = _NOTHING
        elif isinstance(kind, dict) and "option" in kind:
            inner = _form([kind["option"]], types)
        elif isinstance(kind, str) and kind in _SIZES:
            skipped += _SIZES[kind]
            continue
        else:
            return None
        if inner is None:
            return None
        flags.append((skipped, inner))
        skipped = 0
    return _Form(tuple(flags), skipped)


def _flat(kinds: Sequence[Any], types: dict[str, Any]) -> list[Any]:
    """The same with structures and arrays as their parts."""
    found: list[Any] = []
    for kind in kinds:
        if isinstance(kind, dict) and "defined" in kind:
            found += _flat([one["type"] for one in types[kind["defined"]["name"]]], types)
        elif isinstance(kind, dict) and "array" in kind:
            found += _flat([kind["array"][0]] * kind["array"][1], types)
        else:
            found.append(kind)
    return found


def _end(form: _Form, data: bytes, at: int) -> int:
    """Where values that begin at a place end; behind the data's end where they are not whole, or a flag is none."""
    for skipped, inner in form.flags:
        at += skipped
        flag = data[at] if at < len(data) else 2
        if flag > 1:
            return len(data) + 1
        at = _end(inner, data, at + 1) if flag else at + 1
    return at + form.rest

"""scripts/generate-client: what it writes is up to date, what it notices, and IDLs that are not the program's."""

import importlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from solders.instruction import AccountMeta
from solders.pubkey import Pubkey

_Json = Any

_REPOSITORY = Path(__file__).parents[2]
_CODEC = Path("client/job_escrow/codec")
_IDL = Path("client/job_escrow/program/job_escrow.json")


def _generate(repository: Path, *options: str, seed: str = "0") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(_REPOSITORY / "scripts/generate-client"), "--repository", str(repository), *options],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONHASHSEED": seed},
    )


def _texts(repository: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted((repository / _CODEC).glob("*.py"))}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the generator reads and writes."""
    for each in (Path("pyproject.toml"), _IDL):
        (tmp_path / each).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_REPOSITORY / each, tmp_path / each)
    shutil.copytree(_REPOSITORY / _CODEC, tmp_path / _CODEC, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_codec_is_up_to_date() -> None:
    done = _generate(_REPOSITORY, "--check")
    assert done.returncode == 0, done.stderr


def test_check_names_every_file_that_differs_and_writing_mends_them(checkout: Path) -> None:
    original = _texts(checkout)
    folder = checkout / _CODEC
    (folder / "types.py").write_text(original["types.py"].replace("u64", "u32", 1))
    (folder / "errors.py").unlink()
    (folder / "gone.py").write_text(original["events.py"])

    check = _generate(checkout, "--check")

    assert check.returncode == 1
    for name in ("types.py", "errors.py", "gone.py"):
        assert f"{_CODEC / name} is not what the IDL gives" in check.stderr
    assert "events.py" not in check.stderr
    assert "run scripts/generate-client" in check.stderr
    assert _generate(checkout).returncode == 0
    assert _texts(checkout) == original
    assert _generate(checkout, "--check").returncode == 0


def test_a_change_of_the_idl_is_noticed(checkout: Path) -> None:
    idl = json.loads((checkout / _IDL).read_text())
    idl["errors"].append({"code": 6999, "name": "QuiteNew", "msg": "It is new"})
    (checkout / _IDL).write_text(json.dumps(idl))
    check = _generate(checkout, "--check")
    assert check.returncode == 1
    assert str(_CODEC / "errors.py") in check.stderr


def test_output_does_not_depend_on_the_hash_seed_or_on_what_is_there(checkout: Path) -> None:
    expected = _texts(checkout)
    for path in (checkout / _CODEC).glob("*.py"):
        path.unlink()
    assert _generate(checkout, seed="7").returncode == 0
    assert _texts(checkout) == {name: text for name, text in expected.items() if name != "_base.py"}


def _struct(name: str, *fields: tuple[str, _Json], **more: _Json) -> _Json:
    return {
        "name": name,
        "type": {"kind": "struct", "fields": [{"name": each, "type": kind} for each, kind in fields]},
    } | more


def _other_idl() -> _Json:
    """A program with what ours does not have, or not yet."""
    part = {"defined": {"name": "Part"}}
    return {
        "address": str(Pubkey(bytes(range(32)))),
        "metadata": {"name": "other", "version": "1.0.0", "spec": "0.1.0"},
        "accounts": [{"name": "Store", "discriminator": list(b"storestr")}],
        "events": [{"name": "Happened", "discriminator": list(b"happened")}],
        "errors": [{"code": 6000, "name": "Nothing", "msg": 'Nothing "at" all: it\'s \\ ' + "long " * 30}],
        "types": [
            {"name": "PodU64", "type": {"kind": "type", "alias": "u64"}},
            _struct("Part", ("a", "u16"), ("reserved", "u16"), ("b", {"array": ["i32", 2]})),
            _struct(
                "Store",
                *(("wide", "u64"), ("keys", {"array": ["pubkey", 2]}), ("parts", {"array": [{"array": [part, 2]}, 2]})),
                *(("pod", {"defined": {"name": "PodU64"}}), ("grid", {"array": [{"array": ["u16", 2]}, 2]})),
                serialization="bytemuck",
                repr={"kind": "c"},
            ),
            _struct("Happened", ("flag", "bool"), ("signed", "i128"), ("amounts", {"array": ["u128", 2]})),
            _struct(
                "Arguments",
                *(("from", "string"), ("blob", "bytes"), ("numbers", {"vec": "u8"}), ("reserved_later", "u64")),
                *(("part", {"option": part}), ("keys", {"vec": "pubkey"}), ("pairs", {"array": [{"vec": "i128"}, 2]})),
            ),
        ],
        "instructions": [
            {
                "name": "return",
                "docs": ['Returns "something"', "over two lines", "", "- and a", "- list \\ of things."],
                "discriminator": list(range(8)),
                "accounts": [
                    {"name": "helper", "optional": True, "writable": True, "signer": True},
                    {"name": "store", "writable": True},
                    {"name": "clock", "address": "SysvarC1ock11111111111111111111111111111111"},
                ],
                "args": [
                    {"name": "store", "type": "u8"},
                    {"name": "arguments", "type": {"defined": {"name": "Arguments"}}},
                ],
            }
        ],
    }


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The codec of the other program, imported as `other_codec`."""
    root = tmp_path_factory.mktemp("other")
    (root / _IDL).parent.mkdir(parents=True)
    (root / _IDL).write_text(json.dumps(_other_idl()))
    shutil.copyfile(_REPOSITORY / "pyproject.toml", root / "pyproject.toml")
    done = _generate(root)
    assert done.returncode == 0, done.stderr
    package = root / "importable" / "other_codec"
    package.mkdir(parents=True)
    for name, text in (_texts(root) | {"_base.py": (_REPOSITORY / _CODEC / "_base.py").read_text()}).items():
        (package / name).write_text(text.replace("job_escrow.codec", "other_codec"))
    sys.path.insert(0, str(package.parent))
    try:
        return importlib.import_module("other_codec")
    finally:
        sys.path.remove(str(package.parent))


def test_optional_account_is_the_program_where_it_is_left_out(other: ModuleType) -> None:
    store, helper = Pubkey.new_unique(), Pubkey.new_unique()
    arguments = _arguments(other)
    without = other.instructions.return_(store=store, store_arg=1, arguments=arguments)
    assert without.accounts[0] == AccountMeta(other.PROGRAM_ID, is_signer=False, is_writable=False)
    given = other.instructions.return_(helper=helper, store=store, store_arg=1, arguments=arguments)
    assert given.accounts[0] == AccountMeta(helper, is_signer=True, is_writable=True)
    assert [str(each.pubkey) for each in given.accounts[1:]] == [
        str(store),
        "SysvarC1ock11111111111111111111111111111111",
    ]


def _arguments(other: ModuleType) -> _Json:
    part = other.Part(a=1, b=(-1, 2))
    return other.types.Arguments(
        from_="é", blob=b"\1\2", numbers=b"\3", part=part, keys=(Pubkey.default(),), pairs=((-1,), ())
    )


def test_arguments_of_every_kind_are_borsh(other: ModuleType) -> None:
    data = other.ReturnData(store=7, arguments=_arguments(other))
    encoded = (
        bytes(range(8))
        + b"\7"
        + b"\2\0\0\0\xc3\xa9"
        + b"\2\0\0\0\1\2"
        + b"\1\0\0\0\3"
        + bytes(8)
        + b"\1"
        + (b"\1\0" + bytes(2) + b"\xff\xff\xff\xff" + b"\2\0\0\0")
        + (b"\1\0\0\0" + bytes(32))
        + (b"\1\0\0\0" + b"\xff" * 16 + bytes(4))
    )
    assert data.to_bytes() == encoded
    assert other.decode_instruction(encoded) == data
    with pytest.raises(other.DecodeError, match="UTF-8"):
        other.decode_instruction(encoded[:13] + b"\xff\xff" + encoded[15:])


def test_records_of_every_kind_are_decoded(other: ModuleType) -> None:
    keys = (Pubkey(b"\1" * 32), Pubkey(b"\2" * 32))
    parts = tuple(tuple(other.Part(a=i + j, b=(i, -j)) for j in range(2)) for i in range(2))
    store = other.Store(wide=2**64 - 1, keys=keys, parts=parts, pod=5, grid=((1, 2), (3, 4)))
    assert other.Store.SIZE == 8 + 8 + 64 + 4 * 12 + 8 + 8 == len(store.encode())
    assert other.decode_account(store.encode()) == store
    happened = other.Happened(flag=True, signed=-(2**127), amounts=(2**128 - 1, 1))
    body = b"\1" + bytes(15) + b"\x80" + b"\xff" * 16 + b"\1" + bytes(15)
    assert happened.encode() == other.EVENT_TAG + b"happened" + body
    assert other.decode_event(happened.encode()) == happened


def test_refusals_are_found_by_their_code(other: ModuleType) -> None:
    refusal = other.REFUSALS[6000](logs=["a"])
    assert isinstance(refusal, other.ProgramRefusal)
    assert (refusal.code, refusal.name, refusal.logs, refusal.signature) == (6000, "Nothing", ("a",), None)
    assert str(refusal) == refusal.message == _other_idl()["errors"][0]["msg"]


def _type(idl: _Json, name: str) -> _Json:
    return next(each["type"] for each in idl["types"] if each["name"] == name)


def _pad_within(idl: _Json) -> None:
    _type(idl, "Store")["fields"].insert(0, {"name": "small", "type": "u8"})


def _pad_at_the_end(idl: _Json) -> None:
    _type(idl, "Store")["fields"].append({"name": "small", "type": "u8"})


def _pad_in_a_part(idl: _Json) -> None:
    _type(idl, "Part")["fields"].pop(1)


def _no_fixed_size(idl: _Json) -> None:
    _type(idl, "Store")["fields"].append({"name": "many", "type": {"vec": "u8"}})


def _enum(idl: _Json) -> None:
    idl["types"].append({"name": "Choice", "type": {"kind": "enum", "variants": [{"name": "A"}]}})


def _float(idl: _Json) -> None:
    _type(idl, "Arguments")["fields"].append({"name": "rate", "type": "f64"})


def _packed(idl: _Json) -> None:
    idl["types"][2]["repr"]["packed"] = True


def _name_in_use(idl: _Json) -> None:
    idl["errors"].append({"code": 6001, "name": "Part", "msg": "It is taken"})


def _short_discriminator(idl: _Json) -> None:
    idl["events"][0]["discriminator"].pop()


def _other_spec(idl: _Json) -> None:
    idl["metadata"]["spec"] = "0.2.0"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_pad_within, "Store.wide has padding in front"),
        (_pad_at_the_end, "Store has padding at its end"),
        (_pad_in_a_part, "Part.b has padding in front"),
        (_no_fixed_size, "have fixed sizes"),
        (_enum, "Choice is not a struct"),
        (_float, "does not support the type f64"),
        (_packed, "Store has the representation"),
        (_name_in_use, "two things in the IDL, so the codec cannot have both: Part"),
        (_short_discriminator, "the discriminator of Happened has 7 bytes"),
        (_other_spec, "spec 0.2.0"),
    ],
)
def test_what_it_cannot_do_right_is_refused_and_nothing_is_written(
    change: Callable[[_Json], None], message: str, tmp_path: Path
) -> None:
    idl = _other_idl()
    change(idl)
    (tmp_path / _IDL).parent.mkdir(parents=True)
    (tmp_path / _IDL).write_text(json.dumps(idl))
    done = _generate(tmp_path)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / _CODEC).exists()


def test_a_missing_idl_is_explained(tmp_path: Path) -> None:
    done = _generate(tmp_path, "--check")
    assert done.returncode == 1
    assert "run scripts/build-program" in done.stderr

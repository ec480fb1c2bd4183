"""Keypair files: those of other programs are read where they prove what they are, others are named, none is shown."""

import base64
import codecs
import json
import os
import threading
from pathlib import Path

import base58
import pytest
from cli_harness.command import Cli
from escrow_harness.patience import PATIENCE_SECONDS
from solders.keypair import Keypair

_KEY = Keypair.from_seed(bytes(range(32)))
_BYTES = bytes(_KEY)
_NUMBERS = json.dumps(list(_BYTES)).encode()
_BASE58 = base58.b58encode(_BYTES)
_PHRASE = " ".join(["abandon"] * 11 + ["about"])
_SECRETS = (_BASE58.decode(), _BYTES.hex(), _BYTES[:32].hex(), json.dumps(list(_BYTES[:4]))[1:-1], "abandon")


def _silent_about_the_key(text: str) -> bool:
    return not any(secret in text for secret in _SECRETS)


@pytest.mark.parametrize(
    "content",
    [
        _NUMBERS,
        b"\n " + _NUMBERS + b"\n\n",
        codecs.BOM_UTF8 + _NUMBERS,
        codecs.BOM_UTF16_LE + _NUMBERS.decode().encode("utf-16-le"),
        codecs.BOM_UTF16_BE + _NUMBERS.decode().encode("utf-16-be"),
        _NUMBERS.decode().encode("utf-16-le"),
        _BASE58,
        _BASE58 + b"\n",
        codecs.BOM_UTF8 + b'"' + _BASE58 + b'"',
        _BYTES.hex().encode(),
        b"0x" + _BYTES.hex().upper().encode(),
    ],
)
def test_a_whole_key_is_read_in_every_common_form(cli: Cli, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    done = cli("address", "--keypair", str(path))
    assert (done.code, done.out.strip(), done.err) == (0, str(_KEY.pubkey()), "")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (json.dumps(list(_BYTES[:32])).encode(), "it holds 32 bytes, half of a keypair"),
        (base58.b58encode(_BYTES[:32]), "it holds 32 bytes in base58, half of a keypair"),
        (_BYTES[:32].hex().encode(), "it holds 32 bytes in hex, half of a keypair"),
        (_BYTES, "it holds 64 bytes as they are"),
        (base64.b64encode(_BYTES), "looks like base64"),
        (_NUMBERS[1:-1], "no brackets"),
        (_NUMBERS[:-1], "it is not whole"),
        (_NUMBERS + b"x", "it is not whole"),
        (json.dumps(list(_BYTES[:63])).encode(), "it holds 63 numbers"),
        (json.dumps([*_BYTES[:63], 256]).encode(), "are no bytes"),
        (json.dumps([*_BYTES[:63], 1.5]).encode(), "not a list of whole numbers"),
        (json.dumps([*_BYTES[:32], *_BYTES[:32]]).encode(), "do not belong together"),
        (base58.b58encode(_BYTES[:32] * 2), "do not belong together"),
        (_PHRASE.encode(), "it is a seed phrase"),
        (json.dumps({"crypto": {"cipher": "aes", "ciphertext": _BYTES.hex()}}).encode(), "it is encrypted"),
        (json.dumps({"secretKey": list(_BYTES)}).encode(), "names and values"),
        (b"-----BEGIN PRIVATE KEY-----\n" + base64.b64encode(_BYTES), "it is a PEM file"),
        (b"age-encryption.org/v1\n-> X25519", "it is encrypted"),
        (b"\xff\xfe\xfd", "it is not text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "it is not text"),
        (b"[" * 60_000, "it is nested too deeply"),
        (b"1" * 70_000, "it is far too large"),
        (b"hello", "half of a keypair|no known form|bytes in base58"),
    ],
)
def test_every_other_form_is_named_and_none_is_shown(cli: Cli, tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    done = cli("address", "--keypair", str(path))
    assert done.code == 2
    assert done.error.startswith(f"{path} is not a keypair file: ")
    assert any(each in done.error for each in says.split("|")), done.error
    assert _silent_about_the_key(done.err)


@pytest.mark.parametrize(
    "given", [_BASE58.decode(), _NUMBERS.decode(), _NUMBERS.decode()[1:-1], _BYTES.hex(), _BYTES[:32].hex(), _PHRASE]
)
def test_the_key_itself_is_not_told_on(cli: Cli, given: str) -> None:
    for done in (cli("address", "--keypair", given), cli("address", ANCHOR_WALLET=given)):
        assert done.code == 2
        assert "looks like the secret key itself" in done.error
        assert _silent_about_the_key(done.err)
    shown = cli.ok("config", "get", ANCHOR_WALLET=given)
    assert _silent_about_the_key(shown.out + shown.err)
    assert cli("keygen", given).code == 2
    assert _silent_about_the_key(cli("keygen", given).err)


def test_what_is_no_file(cli: Cli, tmp_path: Path) -> None:
    for name, says in (
        (str(tmp_path), "is a folder: name the keypair file in it"),
        ("x" * 300, "File name too long"),
        ("/dev/zero", "it is far too large"),
        ("~nobody-of-this-name/key.json", "there is no user nobody-of-this-name"),
        ("/dev/null", "it is empty"),
    ):
        done = cli("address", "--keypair", name)
        assert (done.code, says in done.error) == (2, True), done


def test_a_pipe_is_read_once(cli: Cli, tmp_path: Path) -> None:
    """As a shell gives it for <(pass show key)."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(_NUMBERS), daemon=True)
    writer.start()
    assert cli.ok("address", "--keypair", str(pipe)).out.strip() == str(_KEY.pubkey())
    writer.join(timeout=PATIENCE_SECONDS)

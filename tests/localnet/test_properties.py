"""What holds for any input: encodings against other implementations, and accounts against a plain model."""

import copy
import json
from fractions import Fraction

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from job_escrow_localnet import base58, jsonrpc
from job_escrow_localnet.accounts import Accounts
from job_escrow_localnet.encoding import zstd_frame
from job_escrow_localnet.tokens import ui_amount_string
from solders.account import Account
from solders.pubkey import Pubkey
from solders.signature import Signature

unhurried = settings(deadline=None)  # how long an example takes says something of the machine only


@unhurried
@given(st.binary(max_size=200))
def test_base58_comes_back(data: bytes) -> None:
    assert base58.decode(base58.encode(data)) == data


@unhurried
@given(st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64))
def test_base58_is_that_of_solders(address: bytes, signature: bytes) -> None:
    assert base58.encode(address) == str(Pubkey.from_bytes(address))
    assert base58.encode(signature) == str(Signature.from_bytes(signature))


@pytest.mark.parametrize(("text", "index"), [("0", 0), ("11l", 2), ("2 3", 1), ("é", 0)])
def test_what_is_no_base58(text: str, index: int) -> None:
    with pytest.raises(base58.Base58Error) as refused:
        base58.decode(text)
    assert (refused.value.index, refused.value.character) == (index, text[index])


@unhurried
@given(st.binary(max_size=1000), st.sampled_from([0, 1, 128 * 1024 - 1, 128 * 1024, 128 * 1024 + 1, 300_000]))
def test_zstd_frames_are_read_by_others(start: bytes, padding: int) -> None:
    data = start + bytes(padding)
    assert zstandard.ZstdDecompressor().decompress(zstd_frame(data)) == data


@unhurried
@given(st.integers(0, 2**64 - 1), st.integers(0, 30))
def test_amounts_are_exact(amount: int, decimals: int) -> None:
    text = ui_amount_string(amount, decimals)
    assert Fraction(text) == Fraction(amount, 10**decimals)
    assert "." not in text or not text.endswith(("0", "."))


@unhurried
@given(st.binary(max_size=200))
def test_any_body_gets_an_answer(body: bytes) -> None:
    """Nothing that comes in can make the server fail: it answers, or has nothing to answer."""

    def call(name: str, params: object) -> str:
        return name

    reply = jsonrpc.answer(body, call)
    assert reply == "" or json.loads(reply) is not None


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["jsonrpc", "id", "method", "params", "x"]), inner)
    ),
    max_leaves=10,
)


@unhurried
@given(_json)
def test_any_json_gets_an_answer(value: object) -> None:
    reply = jsonrpc.answer(json.dumps(value).encode(), lambda name, params: name)
    assert reply == "" or json.loads(reply) is not None


_KEYS = [Pubkey.from_bytes(bytes([number]) * 32) for number in range(4)]
_OWNERS = [Pubkey.from_bytes(bytes([100 + number]) * 32) for number in range(2)]
_account = st.none() | st.builds(
    lambda lamports, owner: Account(lamports, b"", owner), st.integers(1, 9), st.sampled_from(_OWNERS)
)
_step = (
    st.tuples(st.just("write"), st.sampled_from(_KEYS), _account)
    | st.tuples(st.just("next slot"))
    | st.tuples(st.just("root"), st.integers(0, 20))
    | st.tuples(st.just("roll back"), st.integers(0, 5))
)


@unhurried
@given(st.lists(_step, max_size=40))
def test_accounts_at_every_slot(steps: list[tuple[object, ...]]) -> None:
    """Against a model that keeps a whole copy of everything for each slot."""
    accounts = Accounts(lambda key: None)
    slot, root = 1, 0
    model: dict[int, dict[Pubkey, Account | None]] = {0: {}, 1: {}}
    for step in steps:
        match step:
            case ("write", Pubkey() as key, (Account() | None) as account):
                accounts.hold([key])
                accounts.write(slot, key, account)
                model[slot][key] = account
            case ("next slot",):
                slot += 1
                model[slot] = copy.copy(model[slot - 1])
            case ("root", int(number)):
                root = max(root, min(number, slot - 1))
                accounts.forget(root)
            case ("roll back", int(count)):
                kept = max(root, slot - 1 - count)
                accounts.rollback(kept)
                for gone in range(kept + 1, slot + 1):
                    del model[gone]
                slot = kept + 1
                model[slot] = copy.copy(model[kept])
        for seen in range(root, slot + 1):
            for key in _KEYS:
                assert accounts.at(key, seen) == model[seen].get(key)
            for owner in _OWNERS:
                expected = [
                    (key, account)
                    for key, account in sorted(model[seen].items(), key=lambda item: bytes(item[0]))
                    if account is not None and account.owner == owner
                ]
                assert list(accounts.owned_by(owner, seen)) == expected

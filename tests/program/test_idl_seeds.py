"""What the IDL says of addresses: every client that knows Anchor's form derives them, or reads where they stand.

`tests/interop/test_clients_of_the_idl.py` lets such a client do it.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from job_escrow.codec import decode_account
from job_escrow.program_files import idl_path
from program_harness.calls import Call
from program_harness.stage import stage
from program_harness.valid_calls import VALID
from solders.pubkey import Pubkey
from solders.token.state import TokenAccount

_Json = Any

IDL: dict[str, _Json] = json.loads(idl_path().read_text())
INSTRUCTIONS: dict[str, _Json] = {each["name"]: each for each in IDL["instructions"]}

CALLERS_CHOICE = {
    *("source", "destination", "mint", "treasury", "promotion", "token_account"),
    *(("settle", "payee"), ("settle_session", "payee")),  # token accounts, which the job or session names
    *("vault_mint", "nested_mint"),
    "program",  # the program itself
}
"""Accounts that no seeds, signature or relation determine, in any instruction or in one."""


def accounts_with_seeds() -> Iterator[tuple[str, str]]:
    for name, build in VALID.items():
        call = build(stage())
        for account in INSTRUCTIONS[call.name]["accounts"]:
            if "pda" in account and account["name"] in call.accounts:
                yield name, account["name"]


@pytest.mark.parametrize(("name", "account"), list(accounts_with_seeds()))
def test_an_address_is_the_one_that_follows_from_the_seeds(name: str, account: str) -> None:
    call = VALID[name](stage())
    (described,) = (each for each in INSTRUCTIONS[call.name]["accounts"] if each["name"] == account)
    assert derived(call, described["pda"]) == call.accounts[account]


def test_every_account_is_described_or_the_callers_choice() -> None:
    for name, instruction in INSTRUCTIONS.items():
        for account in instruction["accounts"]:
            described = any(account.get(each) for each in ("signer", "address", "pda", "relations"))
            chosen = account["name"] in CALLERS_CHOICE or (name, account["name"]) in CALLERS_CHOICE
            assert described or chosen, f"{account['name']} of {name}"


@pytest.mark.parametrize(
    ("name", "account"),
    [
        ("create_platform", "platform"), ("open", "credit_account"), ("open", "vault"), ("lock", "job"),
        ("open_session", "session"), ("register_payee", "payee"),
    ],
)  # fmt: skip
def test_an_account_that_is_made_is_not_read_for_its_own_address(name: str, account: str) -> None:
    (described,) = (each for each in INSTRUCTIONS[name]["accounts"] if each["name"] == account)
    paths = [seed["path"] for seed in described["pda"]["seeds"] if seed["kind"] != "const"]
    assert paths
    assert not [path for path in paths if path.split(".")[0] == account]


def test_seeds_do_not_stand_in_the_way_of_a_relation() -> None:
    """Anchor's client follows a relation only where there are no seeds."""
    for instruction in INSTRUCTIONS.values():
        for account in instruction["accounts"]:
            assert not ("pda" in account and account.get("relations")), (instruction["name"], account["name"])


def derived(call: Call, pda: _Json) -> Pubkey:
    """The address, by nothing but what the IDL says, the call's other accounts, its arguments and the chain."""
    program = Pubkey(seed_of(call, pda["program"])) if "program" in pda else Pubkey.from_string(IDL["address"])
    return Pubkey.find_program_address([seed_of(call, each) for each in pda["seeds"]], program)[0]


def seed_of(call: Call, seed: _Json) -> bytes:
    match seed:
        case {"kind": "const", "value": value}:
            return bytes(value)
        case {"kind": "arg", "path": path}:
            name, *fields = path.split(".")
            return _bytes(_field(call.args[name], fields))
        case {"kind": "account", "path": path}:
            name, *fields = path.split(".")
            address = call.accounts[name]
            return _bytes(_field(_read(address, seed["account"]), fields)) if fields else bytes(address)
    raise AssertionError(f"no seed: {seed}")


def _read(address: Pubkey, kind: str) -> object:
    data = stage().world.machine.data(address)
    if kind == "TokenAccount":
        return TokenAccount.from_bytes(data)
    record = decode_account(data)
    assert type(record).__name__ == kind
    return record


def _field(value: object, fields: list[str]) -> object:
    for field in fields:
        value = getattr(value, field)
    return value


def _bytes(value: object) -> bytes:
    if isinstance(value, int):
        return value.to_bytes(8, "little")
    assert isinstance(value, bytes | Pubkey)
    return bytes(value)

"""Seeds of the program's addresses in its description, so that clients of the IDL derive them.

The program's Anchor accounts have no `seeds`: it checks an address where the account is made and reads it from another
account from then on, which costs less. So Anchor describes none, and what follows describes them, in Anchor's form.

Where an account is made, its seeds are other accounts and arguments. Elsewhere they are its own fields, by which
whoever has the account checks its address; not where a relation already leads to it, since clients follow one only
without seeds.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from support.steps import StepFailed

_Json = Any

_TOKEN_PROGRAM = bytes.fromhex("06ddf6e1d765a193d9cbe146ceeb79ac1cb485ed5f5b37913a8cf5857eff00a9")
_ASSOCIATED_TOKEN_PROGRAM = bytes.fromhex("8c97258f4e2489f1bb3d1029148e0d830b5a1399daff1084048e7bd8dbe9f859")

_CONSTANT = re.compile(r'^pub const (\w+_SEED): &\[u8\] = b"([^"]+)";$', re.MULTILINE)
_RECORDS = {
    "platform": "Platform",
    "credit_account": "CreditAccount",
    "job": "Job",
    "session": "Session",
    "payee": "Payee",
    "rule": "TopUpRule",
    "token_account": "TokenAccount",
}
"""What a field is read from, by the account's name."""

# A seed is one of the program's constants, `arg:` and an argument, or an account, with a field where there is one.
_MADE = {
    ("create_platform", "platform"): ("PLATFORM_SEED", "creator", "arg:args.name"),
    ("open", "credit_account"): ("CREDIT_SEED", "platform", "wallet", "arg:namespace"),
    ("lock", "job"): ("JOB_SEED", "credit_account", "arg:args.id"),
    ("open_session", "session"): ("SESSION_SEED", "credit_account", "arg:args.id"),
    ("register_payee", "payee"): ("PAYEE_SEED", "platform", "token_account.owner"),
    ("set_top_up", "rule"): ("TOP_UP_SEED", "credit_account"),
}
_FOUND = {
    "platform": ("PLATFORM_SEED", "platform.creator", "platform.name"),
    "credit_account": (
        *("CREDIT_SEED", "credit_account.platform", "credit_account.wallet", "credit_account.namespace"),
    ),
    "job": ("JOB_SEED", "job.credit_account", "job.id"),
    "session": ("SESSION_SEED", "session.credit_account", "session.id"),
    "payee": ("PAYEE_SEED", "payee.platform", "payee.owner"),
    "rule": ("TOP_UP_SEED", "rule.credit_account"),
}
_TOKENS_OF_PAYEE = {("settle", "payee"), ("settle_session", "payee")}
"""Token accounts that are called as a record is."""
_ASSOCIATED = {
    ("open", "vault"): ("credit_account", "platform.mint"),
    ("recover_nested", "nested"): ("vault", "nested_mint"),
    ("recover_nested", "destination"): ("credit_account", "nested_mint"),
}
"""Owner and mint of associated token accounts that no relation leads to."""


def seed_constants(source: str) -> dict[str, bytes]:
    """The seeds among the program's constants, by name."""
    return {name: text.encode() for name, text in _CONSTANT.findall(source)}


def with_seeds(instructions: Iterable[dict[str, _Json]], constants: Mapping[str, bytes]) -> list[dict[str, _Json]]:
    """Return the same instructions, their addresses described.

    Raises StepFailed where an account or a constant that has to be described is not there.
    """
    described = [_described(each, constants) for each in instructions]
    there = {(each["name"], account["name"]) for each in described for account in each["accounts"]}
    if missing := sorted({*_MADE, *_ASSOCIATED, *_TOKENS_OF_PAYEE} - there):
        raise StepFailed(f"scripts/support/idl_seeds.py describes accounts that there are not: {missing}")
    return described


def _described(instruction: dict[str, _Json], constants: Mapping[str, bytes]) -> dict[str, _Json]:
    accounts = []
    for account in instruction["accounts"]:
        place = (instruction["name"], account["name"])
        pda: dict[str, _Json] = {}
        if place in _ASSOCIATED:
            owner, mint = (_seed(each, constants) for each in _ASSOCIATED[place])
            program = _constant(_ASSOCIATED_TOKEN_PROGRAM)
            pda = {"pda": {"seeds": [owner, _constant(_TOKEN_PROGRAM), mint], "program": program}}
        elif seeds := _seeds(place, account):
            pda = {"pda": {"seeds": [_seed(each, constants) for each in seeds]}}
        accounts.append(account | pda)
    return instruction | {"accounts": accounts}


def _seeds(place: tuple[str, str], account: dict[str, _Json]) -> tuple[str, ...] | None:
    if place in _MADE:
        return _MADE[place]
    is_found = place not in _TOKENS_OF_PAYEE and not account.get("relations")
    return _FOUND.get(account["name"]) if is_found else None


def _seed(text: str, constants: Mapping[str, bytes]) -> dict[str, _Json]:
    if text.endswith("_SEED"):
        if text not in constants:
            raise StepFailed(f"the program has no constant {text} of bytes in constants.rs")
        return _constant(constants[text])
    if text.startswith("arg:"):
        return {"kind": "arg", "path": text.removeprefix("arg:")}
    name, _, field = text.partition(".")
    return {"kind": "account", "path": text} | ({"account": _RECORDS[name]} if field else {})


def _constant(value: bytes) -> dict[str, _Json]:
    return {"kind": "const", "value": list(value)}

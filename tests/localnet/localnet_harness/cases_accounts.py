"""Requests for the story's accounts and tokens."""

import base64
from collections.abc import Callable

from solders.pubkey import Pubkey

from localnet_harness import builders as b
from localnet_harness import token_2022
from localnet_harness.registry import CONFIRMED, NOBODY, Params, ask_of
from localnet_harness.story import Story

_ENCODINGS = ("base58", "base64", "jsonParsed", "binary")
_ACCOUNTS: dict[str, Callable[[Story], Pubkey]] = {
    "wallet": lambda story: story.payer.pubkey(),
    "mint": lambda story: story.mint.pubkey(),
    "token account": lambda story: story.ata,
    "nonce": lambda story: b.key("nonce").pubkey(),
    "lookup table": lambda story: story.table_address,
    "nobody": lambda story: Pubkey.from_string(NOBODY),
}

_OWN_VALUES = {"nonce": ((0, 40), (72, 8)), "lookup table": ((0, 12), (20, 300))}
"""Accounts with a value of the node's own (a nonce, the slot of a change), and the slices around it."""


def _of(find: Callable[[Story], Pubkey], *more: object) -> Params:
    """The address that is found, and the same for every node after it."""
    return lambda story: [str(find(story)), *more]


for _name, _find in _ACCOUNTS.items():
    ask_of(f"balance: {_name}", "getBalance", _of(_find))
    # The raw data of these holds a value of the node's own: their other bytes are compared in slices.
    for _encoding in ("jsonParsed",) if _name in _OWN_VALUES else _ENCODINGS:
        ask_of(f"account: {_name} as {_encoding}", "getAccountInfo", _of(_find, {"encoding": _encoding}))
    if _name not in _OWN_VALUES:
        ask_of(f"account: {_name} by default", "getAccountInfo", _of(_find))

for _name, _slices in _OWN_VALUES.items():
    for _offset, _length in _slices:
        _config: dict[str, object] = {"encoding": "base64", "dataSlice": {"offset": _offset, "length": _length}}
        ask_of(f"account: {_name} from {_offset}", "getAccountInfo", _of(_ACCOUNTS[_name], _config))

for _offset, _length in ((0, 32), (60, 20), (160, 50), (500, 4), (0, 0)):
    for _encoding in ("base58", "base64", "jsonParsed"):
        _config = {"encoding": _encoding, "dataSlice": {"offset": _offset, "length": _length}}
        _name = f"account: slice {_offset}+{_length} as {_encoding}"
        ask_of(_name, "getAccountInfo", _of(_ACCOUNTS["token account"], _config))

ask_of(
    "accounts: several",
    "getMultipleAccounts",
    lambda story: [[str(story.ata), NOBODY, str(story.mint.pubkey())], {"encoding": "jsonParsed", **CONFIRMED}],
)
ask_of("accounts: several by default", "getMultipleAccounts", lambda story: [[str(story.ata), NOBODY]])

# The accounts of a program

_TOKEN_SIZE = {"dataSize": b.TOKEN_ACCOUNT_BYTES}


def _memcmp(offset: int, content: object, **more: str) -> object:
    return {"memcmp": {"offset": offset, "bytes": content, **more}}


_FILTERS: dict[str, Params] = {
    "by mint": lambda story: [_TOKEN_SIZE, _memcmp(0, str(story.mint.pubkey()))],
    "by owner": lambda story: [_TOKEN_SIZE, _memcmp(32, str(story.owner.pubkey()))],
    "by base64": lambda story: [_memcmp(32, base64.b64encode(bytes(story.owner.pubkey())).decode(), encoding="base64")],
    "by bytes": lambda story: [_memcmp(0, list(bytes(story.mint.pubkey())))],
    "token state": lambda story: ["tokenAccountState", _memcmp(0, str(story.mint.pubkey()))],
    "mints": lambda story: [{"dataSize": 82}, _memcmp(4, str(story.owner.pubkey()))],
    "beyond the end": lambda story: [_memcmp(1000, "2")],
}


def _filtered(filters: Params, **config: object) -> Params:
    return lambda story: [str(b.TOKEN), config | {"filters": filters(story)}]


for _name, _filters in _FILTERS.items():
    for _encoding in ("base64", "jsonParsed"):
        _params = _filtered(_filters, encoding=_encoding)
        ask_of(f"program accounts: {_name} as {_encoding}", "getProgramAccounts", _params)
ask_of(
    "program accounts: with context, sliced",
    "getProgramAccounts",
    _filtered(_FILTERS["by mint"], encoding="base64", withContext=True, dataSlice={"offset": 64, "length": 8}),
)

# Tokens

_OF_TOKEN_2022: dict[str, Callable[[Story], Pubkey]] = {
    "mint with extensions": lambda story: story.extended.pubkey(),
    "account with extensions": lambda story: token_2022.associated(story.owner.pubkey(), story.extended.pubkey()),
    "mint of scaled amounts": lambda story: story.scaled.pubkey(),
    "account of scaled amounts": lambda story: token_2022.associated(story.owner.pubkey(), story.scaled.pubkey()),
}
for _name, _find in _OF_TOKEN_2022.items():
    for _encoding in ("base64", "jsonParsed"):
        ask_of(f"token-2022: {_name} as {_encoding}", "getAccountInfo", _of(_find, {"encoding": _encoding}))
    _method = "getTokenSupply" if _name.startswith("mint") else "getTokenAccountBalance"
    ask_of(f"token-2022: amount of {_name}", _method, _of(_find))
ask_of(
    "token-2022: largest of scaled amounts", "getTokenLargestAccounts", _of(_OF_TOKEN_2022["mint of scaled amounts"])
)
ask_of(
    "token-2022: of owner",
    "getTokenAccountsByOwner",
    lambda story: [str(story.owner.pubkey()), {"programId": str(token_2022.TOKEN_2022)}, {"encoding": "jsonParsed"}],
)

ask_of("tokens: balance", "getTokenAccountBalance", _of(_ACCOUNTS["token account"]))
ask_of("tokens: balance of a mint", "getTokenAccountBalance", _of(_ACCOUNTS["mint"]))
ask_of("tokens: supply", "getTokenSupply", _of(_ACCOUNTS["mint"]))
ask_of("tokens: supply of a token account", "getTokenSupply", _of(_ACCOUNTS["token account"]))
ask_of("tokens: supply of a wallet", "getTokenSupply", _of(_ACCOUNTS["wallet"]))
ask_of("tokens: largest", "getTokenLargestAccounts", _of(_ACCOUNTS["mint"]))

_WHICH: dict[str, Callable[[Story], object]] = {
    "program": lambda story: {"programId": str(b.TOKEN)},
    "mint": lambda story: {"mint": str(story.mint.pubkey())},
}


def _held(holder: Callable[[Story], Pubkey], which: Callable[[Story], object], encoding: str) -> Params:
    return lambda story: [str(holder(story)), which(story), {"encoding": encoding}]


for _name, _which in _WHICH.items():
    for _encoding in ("base64", "jsonParsed"):
        _owned = _held(lambda story: story.owner.pubkey(), _which, _encoding)
        ask_of(f"tokens: of owner by {_name} as {_encoding}", "getTokenAccountsByOwner", _owned)
        _delegated = _held(lambda story: story.other.pubkey(), _which, _encoding)
        ask_of(f"tokens: of delegate by {_name} as {_encoding}", "getTokenAccountsByDelegate", _delegated)
    ask_of(f"tokens: of nobody by {_name}", "getTokenAccountsByOwner", _held(_ACCOUNTS["nobody"], _which, "base64"))

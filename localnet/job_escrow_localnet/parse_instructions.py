"""The encoding `jsonParsed` of instructions: the system program, SPL Token, associated accounts and memos."""

from collections.abc import Sequence

from solders.pubkey import Pubkey

from job_escrow_localnet import base58
from job_escrow_localnet.json_types import Json
from job_escrow_localnet.programs import ASSOCIATED_TOKEN, LOOKUP_TABLE, MEMO, MEMO_V1, SYSTEM, TOKEN, TOKEN_2022
from job_escrow_localnet.tokens import ui_amount

Keys = Sequence[str]


class _UnparsableError(Exception):
    """No parser knows this instruction: it is shown with its accounts and data."""


def parse_instruction(
    keys: Sequence[Pubkey], program: int, accounts: bytes, data: bytes, stack_height: int | None
) -> dict[str, Json]:
    """An instruction's JSON, parsed where its program is known."""
    program_id = keys[program]
    named = [str(keys[place]) for place in accounts]
    try:
        name, parsed = _parse(program_id, named, data)
    except (_UnparsableError, IndexError, UnicodeDecodeError):
        return {
            "programId": str(program_id),
            "accounts": named,
            "data": base58.encode(data),
            "stackHeight": stack_height,
        }
    return {"program": name, "programId": str(program_id), "parsed": parsed, "stackHeight": stack_height}


def _parse(program: Pubkey, accounts: Keys, data: bytes) -> tuple[str, Json]:
    if program == SYSTEM:
        return "system", _system(accounts, data)
    if program == LOOKUP_TABLE:
        return "address-lookup-table", _lookup_table(accounts, data)
    if program in (TOKEN, TOKEN_2022):
        return "spl-token", _token(accounts, data)
    if program == ASSOCIATED_TOKEN:
        return "spl-associated-token-account", _associated(accounts, data)
    if program in (MEMO, MEMO_V1):
        return "spl-memo", data.decode()
    raise _UnparsableError


def _system(a: Keys, data: bytes) -> dict[str, Json]:
    kind = int.from_bytes(data[:4], "little")
    match kind:
        case 0 if len(data) >= 52:
            info: dict[str, Json] = {
                "source": a[0], "newAccount": a[1], "lamports": _u64(data, 4), "space": _u64(data, 12),
                "owner": _key(data, 20),
            }  # fmt: skip
            return {"type": "createAccount", "info": info}
        case 1 if len(data) >= 36:
            return {"type": "assign", "info": {"account": a[0], "owner": _key(data, 4)}}
        case 2 if len(data) >= 12:
            return {"type": "transfer", "info": {"source": a[0], "destination": a[1], "lamports": _u64(data, 4)}}
        case 4:
            info = {"nonceAccount": a[0], "recentBlockhashesSysvar": a[1], "nonceAuthority": a[2]}
            return {"type": "advanceNonce", "info": info}
        case 6 if len(data) >= 36:
            info = {
                "nonceAccount": a[0], "recentBlockhashesSysvar": a[1], "rentSysvar": a[2],
                "nonceAuthority": _key(data, 4),
            }  # fmt: skip
            return {"type": "initializeNonce", "info": info}
        case 5 if len(data) >= 12:
            info = {
                "nonceAccount": a[0], "destination": a[1], "recentBlockhashesSysvar": a[2], "rentSysvar": a[3],
                "nonceAuthority": a[4], "lamports": _u64(data, 4),
            }  # fmt: skip
            return {"type": "withdrawFromNonce", "info": info}
        case 7 if len(data) >= 36:
            info = {"nonceAccount": a[0], "nonceAuthority": a[1], "newAuthorized": _key(data, 4)}
            return {"type": "authorizeNonce", "info": info}
        case 8 if len(data) >= 12:
            return {"type": "allocate", "info": {"account": a[0], "space": _u64(data, 4)}}
        case 3 if len(data) >= 44:
            seed, rest = _seed(data, 36)
            info = {
                "source": a[0], "newAccount": a[1], "base": _key(data, 4), "seed": seed, "lamports": _u64(rest, 0),
                "space": _u64(rest, 8), "owner": _key(rest, 16),
            }  # fmt: skip
            return {"type": "createAccountWithSeed", "info": info}
    raise _UnparsableError


def _seed(data: bytes, offset: int) -> tuple[str, bytes]:
    """A string behind its length, and what comes after it."""
    start = offset + 8
    end = start + _u64(data, offset)
    return data[start:end].decode(), data[end:]


def _lookup_table(a: Keys, data: bytes) -> dict[str, Json]:
    info: dict[str, Json] = {"lookupTableAccount": a[0], "lookupTableAuthority": a[1]}
    match int.from_bytes(data[:4], "little"):
        case 0 if len(data) >= 13:
            info |= {"payerAccount": a[2], "systemProgram": a[3], "recentSlot": _u64(data, 4), "bumpSeed": data[12]}
            return {"type": "createLookupTable", "info": info}
        case 1:
            return {"type": "freezeLookupTable", "info": info}
        case 2:
            info["newAddresses"] = [_key(data, start) for start in range(12, 12 + 32 * _u64(data, 4), 32)]
            if len(a) >= 4:
                info |= {"payerAccount": a[2], "systemProgram": a[3]}
            return {"type": "extendLookupTable", "info": info}
        case 3:
            return {"type": "deactivateLookupTable", "info": info}
        case 4:
            return {"type": "closeLookupTable", "info": info | {"recipient": a[2]}}
    raise _UnparsableError


def _token(a: Keys, data: bytes) -> dict[str, Json]:
    match data[0]:
        case 0 | 20 as kind if len(data) >= 35:
            info: dict[str, Json] = {"mint": a[0], "decimals": data[1], "mintAuthority": _key(data, 2)}
            if kind == 0:
                info["rentSysvar"] = a[1]
            if data[34] == 1:
                info["freezeAuthority"] = _key(data, 35)
            return {"type": "initializeMint" if kind == 0 else "initializeMint2", "info": info}
        case 1:
            info = {"account": a[0], "mint": a[1], "owner": a[2], "rentSysvar": a[3]}
            return {"type": "initializeAccount", "info": info}
        case 16 if len(data) >= 33:
            info = {"account": a[0], "mint": a[1], "owner": _key(data, 1), "rentSysvar": a[2]}
            return {"type": "initializeAccount2", "info": info}
        case 18 if len(data) >= 33:
            return {"type": "initializeAccount3", "info": {"account": a[0], "mint": a[1], "owner": _key(data, 1)}}
        case 3:
            info = {"source": a[0], "destination": a[1], "amount": str(_u64(data, 1))}
            return {"type": "transfer", "info": info | _authority(a, 2, "authority", "multisigAuthority")}
        case 4:
            info = {"source": a[0], "delegate": a[1], "amount": str(_u64(data, 1))}
            return {"type": "approve", "info": info | _authority(a, 2, "owner", "multisigOwner")}
        case 5:
            return {"type": "revoke", "info": {"source": a[0]} | _authority(a, 1, "owner", "multisigOwner")}
        case 7:
            info = {"mint": a[0], "account": a[1], "amount": str(_u64(data, 1))}
            return {"type": "mintTo", "info": info | _authority(a, 2, "mintAuthority", "multisigMintAuthority")}
        case 8:
            info = {"account": a[0], "mint": a[1], "amount": str(_u64(data, 1))}
            return {"type": "burn", "info": info | _authority(a, 2, "authority", "multisigAuthority")}
        case 9:
            info = {"account": a[0], "destination": a[1]}
            return {"type": "closeAccount", "info": info | _authority(a, 2, "owner", "multisigOwner")}
        case 12:
            info = {"source": a[0], "mint": a[1], "destination": a[2], "tokenAmount": _checked(data)}
            return {"type": "transferChecked", "info": info | _authority(a, 3, "authority", "multisigAuthority")}
        case 13:
            info = {"source": a[0], "mint": a[1], "delegate": a[2], "tokenAmount": _checked(data)}
            return {"type": "approveChecked", "info": info | _authority(a, 3, "owner", "multisigOwner")}
        case 14:
            info = {"mint": a[0], "account": a[1], "tokenAmount": _checked(data)}
            return {"type": "mintToChecked", "info": info | _authority(a, 2, "mintAuthority", "multisigMintAuthority")}
        case 15:
            info = {"account": a[0], "mint": a[1], "tokenAmount": _checked(data)}
            return {"type": "burnChecked", "info": info | _authority(a, 2, "authority", "multisigAuthority")}
        case 17:
            return {"type": "syncNative", "info": {"account": a[0]}}
        case 21:
            info = {"mint": a[0]}
            types = [_EXTENSIONS[int.from_bytes(data[at : at + 2], "little")] for at in range(1, len(data) - 1, 2)]
            return {"type": "getAccountDataSize", "info": info | ({"extensionTypes": types} if types else {})}
        case 22:
            return {"type": "initializeImmutableOwner", "info": {"account": a[0]}}
    raise _UnparsableError


# By their numbers; what the associated token program asks for is number 7.
_EXTENSIONS = (
    "uninitialized", "transferFeeConfig", "transferFeeAmount", "mintCloseAuthority", "confidentialTransferMint",
    "confidentialTransferAccount", "defaultAccountState", "immutableOwner", "memoTransfer", "nonTransferable",
)  # fmt: skip


def _authority(accounts: Keys, place: int, single: str, several: str) -> dict[str, Json]:
    """Who signs: one owner, or a multisig account and its signers after it."""
    if len(accounts) > place + 1:
        return {several: accounts[place], "signers": list(accounts[place + 1 :])}
    return {single: accounts[place]}


def _associated(a: Keys, data: bytes) -> dict[str, Json]:
    kind = data[0] if data else 0
    if kind in (0, 1):
        info = {
            "source": a[0], "account": a[1], "wallet": a[2], "mint": a[3], "systemProgram": a[4], "tokenProgram": a[5],
        }  # fmt: skip
        return {"type": "create" if kind == 0 else "createIdempotent", "info": info}
    if kind == 2:
        info = {
            "nestedSource": a[0], "nestedMint": a[1], "destination": a[2], "nestedOwner": a[3], "ownerMint": a[4],
            "wallet": a[5], "tokenProgram": a[6],
        }  # fmt: skip
        return {"type": "recoverNested", "info": info}
    raise _UnparsableError


def _checked(data: bytes) -> dict[str, Json]:
    return ui_amount(_u64(data, 1), data[9])


def _key(data: bytes, offset: int) -> str:
    if len(data) < offset + 32:
        raise _UnparsableError
    return str(Pubkey.from_bytes(data[offset : offset + 32]))


def _u64(data: bytes, offset: int) -> int:
    if len(data) < offset + 8:
        raise _UnparsableError
    return int.from_bytes(data[offset : offset + 8], "little")

"""The encoding `jsonParsed` of accounts: SPL Token, nonces, lookup tables, sysvars and upgradeable programs."""

import base64

from solders.account import Account
from solders.pubkey import Pubkey

from job_escrow_localnet.budget import LAMPORTS_PER_SIGNATURE
from job_escrow_localnet.engine import nonce_of
from job_escrow_localnet.json_types import Json
from job_escrow_localnet.programs import (
    LOADER_V3,
    LOOKUP_TABLE,
    SYSTEM,
    SYSVAR,
    TOKEN,
    TOKEN_2022,
    TOKEN_PROGRAMS,
)
from job_escrow_localnet.sysvars import parse_sysvar, unix_time
from job_escrow_localnet.token_extensions import parse_extensions
from job_escrow_localnet.tokens import (
    MULTISIG_BYTES,
    MintAmounts,
    mint_amounts,
    mint_decimals,
    mint_supply,
    token_account,
)
from job_escrow_localnet.transactions import AccountReader

_STATES = ("uninitialized", "initialized", "frozen")


def parse_account(key: Pubkey, account: Account, read: AccountReader) -> dict[str, Json] | None:
    """What an account's data says; None where this node has no parser for it."""
    owner = account.owner
    if owner in TOKEN_PROGRAMS:
        parsed, name = _token(account, read), "spl-token" if owner == TOKEN else "spl-token-2022"
    elif owner == SYSTEM:
        parsed, name = _nonce(account), "nonce"
    elif owner == LOOKUP_TABLE:
        parsed, name = _lookup_table(account.data), "address-lookup-table"
    elif owner == SYSVAR:
        parsed, name = parse_sysvar(key, account.data), "sysvar"
    elif owner == LOADER_V3:
        parsed, name = _upgradeable(account.data), "bpf-upgradeable-loader"
    else:
        return None
    return None if parsed is None else {"program": name, "parsed": parsed, "space": len(account.data)}


def _token(account: Account, read: AccountReader) -> dict[str, Json] | None:
    data = account.data
    extensions = parse_extensions(data) if account.owner == TOKEN_2022 else {}
    if (token := token_account(account)) is not None:
        mint = read(token.mint)
        amounts = None if mint is None else mint_amounts(mint, unix_time(read))
        return None if amounts is None else _token_account(data, amounts, extensions)
    if mint_decimals(account) is not None:
        return {
            "type": "mint",
            "info": {
                "mintAuthority": _option_key(data, 0),
                "supply": str(mint_supply(account)),
                "decimals": data[44],
                "isInitialized": True,
                "freezeAuthority": _option_key(data, 46),
                **extensions,
            },
        }
    return _multisig(data) if len(data) == MULTISIG_BYTES else None


def _token_account(data: bytes, amounts: MintAmounts, extensions: dict[str, Json]) -> dict[str, Json]:
    delegate, close_authority = _option_key(data, 72), _option_key(data, 129)
    info: dict[str, Json] = {
        "mint": _key(data, 0),
        "owner": _key(data, 32),
        "tokenAmount": amounts.show(_u64(data, 64)),
        "state": _STATES[data[108]],
        "isNative": data[109] == 1,
    }
    if delegate is not None:
        info["delegate"] = delegate
        info["delegatedAmount"] = amounts.show(_u64(data, 121))
    if data[109] == 1:
        info["rentExemptReserve"] = amounts.show(_u64(data, 113))
    if close_authority is not None:
        info["closeAuthority"] = close_authority
    return {"type": "account", "info": info | extensions}


def _multisig(data: bytes) -> dict[str, Json]:
    signers = [data[3 + 32 * place :][:32] for place in range(11)]
    return {
        "type": "multisig",
        "info": {
            "numRequiredSigners": data[0],
            "numValidSigners": data[1],
            "isInitialized": data[2] == 1,
            "signers": [str(Pubkey.from_bytes(one)) for one in signers if any(one)],
        },
    }


def _nonce(account: Account) -> dict[str, Json] | None:
    nonce = nonce_of(account)
    if nonce is None:
        return None
    return {
        "type": "initialized",
        "info": {
            "authority": _key(account.data, 8),
            "blockhash": str(nonce),
            "feeCalculator": {"lamportsPerSignature": str(LAMPORTS_PER_SIGNATURE)},
        },
    }


def _lookup_table(data: bytes) -> dict[str, Json] | None:
    if len(data) < 56 or data[0] != 1:
        return None
    info: dict[str, Json] = {
        "deactivationSlot": str(_u64(data, 4)),
        "lastExtendedSlot": str(_u64(data, 12)),
        "lastExtendedSlotStartIndex": data[20],
        "addresses": [_key(data, start) for start in range(56, len(data), 32)],
    }
    if data[21] == 1:
        info["authority"] = _key(data, 22)
    return {"type": "lookupTable", "info": info}


def _upgradeable(data: bytes) -> dict[str, Json] | None:
    match data[:4]:
        case b"\x02\0\0\0" if len(data) >= 36:
            return {"type": "program", "info": {"programData": _key(data, 4)}}
        case b"\x01\0\0\0" if len(data) >= 37:
            authority = _key(data, 5) if data[4] == 1 else None
            return {"type": "buffer", "info": {"authority": authority, "data": _base64(data[37:])}}
        case b"\x03\0\0\0" if len(data) >= 45:
            authority = _key(data, 13) if data[12] == 1 else None
            info = {"slot": _u64(data, 4), "authority": authority, "data": _base64(data[45:])}
            return {"type": "programData", "info": info}
    return None


def _base64(data: bytes) -> list[str]:
    return [base64.b64encode(data).decode(), "base64"]


def _key(data: bytes, offset: int) -> str:
    return str(Pubkey.from_bytes(data[offset : offset + 32]))


def _option_key(data: bytes, offset: int) -> str | None:
    return _key(data, offset + 4) if data[offset : offset + 4] == b"\x01\0\0\0" else None


def _u64(data: bytes, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 8], "little")

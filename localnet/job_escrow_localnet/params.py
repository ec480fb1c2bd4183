"""The parameters that Solana's methods share: addresses, signatures, commitments, encodings."""

from solders.hash import Hash
from solders.pubkey import Pubkey
from solders.signature import Signature

from job_escrow_localnet import base58
from job_escrow_localnet.errors import InvalidParamsError
from job_escrow_localnet.json_types import Json
from job_escrow_localnet.serde import (
    Parser,
    SerdeError,
    boolean,
    lenient,
    list_of,
    one_of,
    optional,
    struct,
    text,
    u8,
    u64,
    usize,
)

PROCESSED = "processed"
CONFIRMED = "confirmed"
FINALIZED = "finalized"

commitment_level = one_of(PROCESSED, CONFIRMED, FINALIZED)
commitment_config = struct("CommitmentConfig", ("commitment",), commitment=commitment_level)

# A commitment inside another object is flattened there: one that is no commitment counts as not given.
FLAT_COMMITMENT = lenient(commitment_level)

account_encoding = one_of("binary", "base58", "base64", "jsonParsed", "base64+zstd")
transaction_encoding = one_of("binary", "base64", "base58", "json", "jsonParsed")
data_slice = struct("UiDataSliceConfig", ("offset", "length"), offset=usize, length=usize)

context_config = struct("RpcContextConfig", commitment=FLAT_COMMITMENT, minContextSlot=optional(u64))

_ACCOUNT_FIELDS: dict[str, Parser] = {
    "encoding": optional(account_encoding),
    "dataSlice": optional(data_slice),
    "commitment": FLAT_COMMITMENT,
    "minContextSlot": optional(u64),
}
account_config = struct("RpcAccountInfoConfig", **_ACCOUNT_FIELDS)


def _memcmp_bytes(value: Json) -> Json:
    """Text, still encoded, or a list of bytes."""
    if isinstance(value, str):
        return value
    try:
        return list_of(u8)(value)
    except SerdeError:
        raise SerdeError("data did not match any variant of untagged enum DataType") from None


def _filter(value: Json) -> Json:
    """One filter of getProgramAccounts, still with its bytes encoded."""
    if value == "tokenAccountState":
        return {"tokenAccountState": None}
    inner = struct(
        "RpcFilterType",
        dataSize=u64,
        memcmp=struct("Memcmp", ("offset", "bytes"), offset=usize, bytes=_memcmp_bytes, encoding=optional(text)),
    )(value)
    return {name: content for name, content in inner.items() if content is not None}


program_accounts_config = struct(
    "RpcProgramAccountsConfig",
    filters=optional(list_of(_filter)),
    withContext=optional(boolean),
    sortResults=optional(boolean),
    **_ACCOUNT_FIELDS,
)


def pubkey(value: str) -> Pubkey:
    """An address; refused in a validator's words."""
    return Pubkey.from_bytes(_decoded(value, 32, longest=44))


def signature(value: str) -> Signature:
    """A signature; refused in a validator's words."""
    return Signature.from_bytes(_decoded(value, 64, longest=88))


def blockhash(value: str) -> Hash:
    """A blockhash; refused in a validator's words."""
    return Hash.from_bytes(_decoded(value, 32, longest=44))


def _decoded(value: str, size: int, *, longest: int) -> bytes:
    if len(value) > longest:
        raise InvalidParamsError("Invalid param: WrongSize")
    try:
        data = base58.decode(value)
    except base58.Base58Error:
        raise InvalidParamsError("Invalid param: Invalid") from None
    if len(data) != size:
        raise InvalidParamsError("Invalid param: WrongSize")
    return data


def at_least_confirmed(commitment: str | None) -> str:
    """The commitment of a method that knows nothing of processed slots."""
    if commitment == PROCESSED:
        raise InvalidParamsError("Method does not support commitment below `confirmed`")
    return commitment or FINALIZED

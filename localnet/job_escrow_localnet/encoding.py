"""Accounts as the methods answer them: the five encodings, slices, and what the filters let through."""

import base64

from solders.account import Account
from solders.pubkey import Pubkey

from job_escrow_localnet import base58
from job_escrow_localnet.errors import InvalidParamsError, invalid_request
from job_escrow_localnet.json_types import Json
from job_escrow_localnet.parse_accounts import parse_account
from job_escrow_localnet.serde import Config
from job_escrow_localnet.tokens import token_account
from job_escrow_localnet.transactions import AccountReader

MAX_BASE58_BYTES = 128
MAX_FILTERS = 4
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_ZSTD_BLOCK = 128 * 1024


def encode_account(
    key: Pubkey, account: Account, encoding: str, data_slice: Config | None, read: AccountReader
) -> dict[str, Json]:
    """An account's JSON."""
    data = account.data
    return {
        "data": _encode_data(key, account, data, encoding, data_slice, read),
        "executable": account.executable,
        "lamports": account.lamports,
        "owner": str(account.owner),
        "rentEpoch": account.rent_epoch,
        "space": len(data),
    }


def _encode_data(
    key: Pubkey, account: Account, data: bytes, encoding: str, data_slice: Config | None, read: AccountReader
) -> Json:
    part = data if data_slice is None else data[data_slice["offset"] :][: data_slice["length"]]
    match encoding:
        case "binary" | "base58":
            if len(part) > MAX_BASE58_BYTES:
                raise invalid_request(
                    f"Encoded binary (base 58) data should be less than {MAX_BASE58_BYTES} bytes, "
                    "please use Base64 encoding."
                )
            text = base58.encode(part)
            return text if encoding == "binary" else [text, encoding]
        case "base64+zstd":
            return [base64.b64encode(zstd_frame(part)).decode(), encoding]
        case "jsonParsed":
            parsed = parse_account(key, account, read)
            if parsed is not None:
                return parsed
    return [base64.b64encode(part).decode(), "base64"]


def zstd_frame(data: bytes) -> bytes:
    """A valid Zstandard frame (RFC 8878) of raw blocks: every decoder reads it, nothing is compressed."""
    frame = bytearray(_ZSTD_MAGIC + b"\xe0" + len(data).to_bytes(8, "little"))
    starts = range(0, len(data), _ZSTD_BLOCK) if data else range(1)
    for start in starts:
        block = data[start : start + _ZSTD_BLOCK]
        is_last = start + _ZSTD_BLOCK >= len(data)
        frame += (len(block) << 3 | is_last).to_bytes(3, "little") + block
    return bytes(frame)


class Filters:
    """What getProgramAccounts and programSubscribe ask of an account."""

    def __init__(self, filters: list[Config] | None) -> None:
        """Check the filters; InvalidParamsError where one is none."""
        self._sizes: list[int] = []
        self._contents: list[tuple[int, bytes]] = []
        self._token_state = False
        if len(filters or ()) > MAX_FILTERS:
            raise InvalidParamsError(f"Too many filters provided; max {MAX_FILTERS}")
        for one in filters or ():
            if "dataSize" in one:
                self._sizes.append(one["dataSize"])
            elif "memcmp" in one:
                self._contents.append((one["memcmp"]["offset"], _memcmp_bytes(one["memcmp"])))
            else:
                self._token_state = True

    def allow(self, account: Account) -> bool:
        """Whether an account passes all of them."""
        data = account.data
        return (
            all(len(data) == size for size in self._sizes)
            and all(data[offset : offset + len(part)] == part for offset, part in self._contents)
            and (not self._token_state or token_account(account) is not None)
        )


def _memcmp_bytes(memcmp: Config) -> bytes:
    content = memcmp["bytes"]
    if isinstance(content, list):
        data = bytes(content)
    elif memcmp["encoding"] == "base64":
        if len(content) > 172:
            raise InvalidParamsError("Invalid param: DataTooLarge")
        try:
            data = base64.b64decode(content, validate=True)
        except ValueError:
            raise InvalidParamsError("Invalid param: Base64DecodeError(InvalidPadding)") from None
    else:
        if len(content) > 175:
            raise InvalidParamsError("Invalid param: DataTooLarge")
        try:
            data = base58.decode(content)
        except base58.Base58Error as problem:
            raise InvalidParamsError(
                "Invalid param: Base58DecodeError(InvalidCharacter { character: "
                f"{problem.character!r}, index: {problem.index} }})"
            ) from None
    if len(data) > MAX_BASE58_BYTES:
        raise InvalidParamsError("Invalid param: DataTooLarge")
    return data

"""Where the accounts of the program are: addresses that follow from what they belong to."""

from hashlib import sha256
from typing import NamedTuple

from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM_ID
from solders.token.associated import get_associated_token_address

from job_escrow.amounts import whole_number
from job_escrow.bounds import JOB_BUMP, MAX_ID
from job_escrow.codec import PROGRAM_ID

ASSOCIATED_TOKEN_PROGRAM_ID = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")

DEFAULT_NAMESPACE = bytes(16)
"""The namespace of a wallet that needs only one."""

NAME_LENGTH = 32
NAMESPACE_LENGTH = 16


class DerivedAddress(NamedTuple):
    """An address and the bump that it was found with."""

    address: Pubkey
    bump: int


def platform_address(creator: Pubkey, name: str, program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """Address of the platform that `creator` made under `name`."""
    return Pubkey.find_program_address([b"platform", bytes(creator), padded_name(name)], program_id)[0]


def credit_address(
    platform: Pubkey, wallet: Pubkey, namespace: bytes = DEFAULT_NAMESPACE, program_id: Pubkey = PROGRAM_ID
) -> Pubkey:
    """Address of a wallet's credit account; also where plain USDC transfers to it are sent.

    Raises ValueError for a namespace that is not 16 bytes; `namespace_bytes` makes them of a text.
    """
    if len(namespace) != NAMESPACE_LENGTH:
        raise ValueError(f"{namespace!r} is not a namespace: it has 16 bytes, namespace_bytes makes them of a text")
    seeds = [b"credit", bytes(platform), bytes(wallet), namespace]
    return Pubkey.find_program_address(seeds, program_id)[0]


def job_address(credit_account: Pubkey, job_id: int, program_id: Pubkey = PROGRAM_ID) -> DerivedAddress:
    """Address of a job, and its bump: 255, or no job ever has this id. Raises InvalidAmount for over 64 bits."""
    return DerivedAddress(*Pubkey.find_program_address(_seeds(b"job", credit_account, job_id), program_id))


def session_address(credit_account: Pubkey, session_id: int, program_id: Pubkey = PROGRAM_ID) -> DerivedAddress:
    """Address of a session, and its bump: 255, or no session ever has this id. Raises as `job_address` does."""
    return DerivedAddress(*Pubkey.find_program_address(_seeds(b"session", credit_account, session_id), program_id))


def is_usable_id(credit_account: Pubkey, job_id: int, program_id: Pubkey = PROGRAM_ID) -> bool:
    """Whether a job can have this id: about half of them have an address at bump 255, and no other is taken."""
    return _has_address(_seeds(b"job", credit_account, job_id), program_id)


def is_usable_session_id(credit_account: Pubkey, session_id: int, program_id: Pubkey = PROGRAM_ID) -> bool:
    """Whether a session can have this id; these are other ids than those of jobs."""
    return _has_address(_seeds(b"session", credit_account, session_id), program_id)


def payee_address(platform: Pubkey, owner: Pubkey, program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """Address of the record that lets `owner` earn on a platform."""
    return Pubkey.find_program_address([b"payee", bytes(platform), bytes(owner)], program_id)[0]


def top_up_address(credit_account: Pubkey, program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """Address of a credit account's top-up rule, whether there is one or not."""
    return Pubkey.find_program_address([b"top-up", bytes(credit_account)], program_id)[0]


def delegate_address(platform: Pubkey, wallet: Pubkey, program_id: Pubkey = PROGRAM_ID) -> Pubkey:
    """Whom a wallet lets spend from its tokens so that its rules on a platform can buy; of no other platform's use."""
    return Pubkey.find_program_address([b"delegate", bytes(platform), bytes(wallet)], program_id)[0]


def vault_address(credit_account: Pubkey, mint: Pubkey) -> DerivedAddress:
    """The associated token account that holds the mint's tokens behind a credit account, and its bump."""
    seeds = [bytes(credit_account), bytes(TOKEN_PROGRAM_ID), bytes(mint)]
    return DerivedAddress(*Pubkey.find_program_address(seeds, ASSOCIATED_TOKEN_PROGRAM_ID))


def token_address(owner: Pubkey, mint: Pubkey) -> Pubkey:
    """The associated token account of an owner."""
    return get_associated_token_address(owner, mint)


def padded_name(name: str) -> bytes:
    """A platform's name as the 32 bytes that it is stored and derived from.

    Raises ValueError where it is not 1 to 32 characters of a-z, 0-9 and '-'.
    """
    allowed = "abcdefghijklmnopqrstuvwxyz0123456789-"
    if not 1 <= len(name) <= NAME_LENGTH or any(character not in allowed for character in name):
        raise ValueError(f"{name!r} is not a platform name: use 1 to 32 characters of a-z, 0-9 and '-'")
    return name.encode().ljust(NAME_LENGTH, b"\0")


def namespace_bytes(name: str) -> bytes:
    """A namespace given as text as the 16 bytes that it is derived from; the empty text is the default namespace.

    Raises ValueError where it is longer than 16 bytes of UTF-8 or holds a zero character.
    """
    encoded = name.encode()
    if len(encoded) > NAMESPACE_LENGTH or b"\0" in encoded:
        raise ValueError(f"{name!r} is not a namespace: use at most 16 bytes of text")
    return encoded.ljust(NAMESPACE_LENGTH, b"\0")


def text_of(padded: bytes) -> str:
    """The text of a zero-padded name; bytes that are not UTF-8 are shown as hexadecimal digits."""
    stripped = padded.rstrip(b"\0")
    try:
        return stripped.decode()
    except UnicodeDecodeError:
        return stripped.hex()


def _seeds(kind: bytes, credit_account: Pubkey, number: int) -> list[bytes]:
    whole_number(number, f"{kind.decode()} id", MAX_ID)
    return [kind, bytes(credit_account), number.to_bytes(8, "little")]


def _has_address(seeds: list[bytes], program_id: Pubkey) -> bool:
    """Whether seeds have an address at the one bump that jobs and sessions take."""
    hashed = sha256(b"".join((*seeds, bytes([JOB_BUMP]), bytes(program_id), b"ProgramDerivedAddress"))).digest()
    return not Pubkey(hashed).is_on_curve()

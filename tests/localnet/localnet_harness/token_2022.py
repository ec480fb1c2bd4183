"""Token-2022's instructions by hand: mints with extensions, so that no client stands between test and node."""

import struct

from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, create_account

from localnet_harness import builders as b

TOKEN_2022 = Pubkey.from_string("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
MINT_BYTES = 166 + (4 + 108) + (4 + 32) + (4 + 32) + (4 + 64)
"""A mint with a transfer fee, a close authority, a permanent delegate and a metadata pointer."""
METADATA_BYTES = 300
"""More than its metadata takes, which the program makes room for itself, and which has to be paid for before."""
SCALED_MINT_BYTES = 166 + (4 + 56)
DECIMALS = 6
_INITIALIZE_METADATA = bytes([210, 225, 30, 162, 88, 184, 77, 141])
_UPDATE_FIELD = bytes([221, 233, 49, 45, 181, 202, 220, 200])


def associated(wallet: Pubkey, mint: Pubkey) -> Pubkey:
    return Pubkey.find_program_address([bytes(wallet), bytes(TOKEN_2022), bytes(mint)], b.ASSOCIATED_TOKEN)[0]


def create_associated(payer: Pubkey, wallet: Pubkey, mint: Pubkey) -> Instruction:
    accounts = [
        b.writable(payer, signer=True),
        b.writable(associated(wallet, mint)),
        b.readonly(wallet),
        b.readonly(mint),
        b.readonly(b.SYSTEM),
        b.readonly(TOKEN_2022),
    ]
    return Instruction(b.ASSOCIATED_TOKEN, b"", accounts)


def create_mint(payer: Pubkey, mint: Pubkey, authority: Pubkey, lamports: int) -> list[Instruction]:
    """A mint with four extensions and metadata, of which each field is one of `authority` or of `mint`."""
    some = b"\x01" + bytes(authority)
    fee = b"\x1a\0" + some + some + struct.pack("<HQ", 125, 5_000)
    pointer = b"\x27\0" + bytes(authority) + bytes(mint)
    return [
        _created(payer, mint, lamports, MINT_BYTES),
        _on_mint(mint, fee),
        _on_mint(mint, b"\x19" + some),
        _on_mint(mint, b"\x23" + bytes(authority)),
        _on_mint(mint, pointer),
        _on_mint(mint, _initialize(authority)),
        Instruction(
            TOKEN_2022,
            _INITIALIZE_METADATA
            + b"".join(_text(one) for one in ("Gold of fools", "FOOL", "https://example.com/gold")),
            [b.writable(mint), b.readonly(authority), b.readonly(mint), b.readonly(authority, signer=True)],
        ),
        Instruction(
            TOKEN_2022,
            _UPDATE_FIELD + b"\x03" + _text("colour") + _text("grün"),
            [b.writable(mint), b.readonly(authority, signer=True)],
        ),
    ]


def create_scaled_mint(payer: Pubkey, mint: Pubkey, authority: Pubkey, lamports: int) -> list[Instruction]:
    """A mint whose amounts are shown two and a half times as large."""
    return [
        _created(payer, mint, lamports, SCALED_MINT_BYTES),
        _on_mint(mint, b"\x2b\0" + bytes(authority) + struct.pack("<d", 2.5)),
        _on_mint(mint, _initialize(authority)),
    ]


def mint_to(mint: Pubkey, to: Pubkey, authority: Pubkey, amount: int) -> Instruction:
    accounts = [b.writable(mint), b.writable(to), b.readonly(authority, signer=True)]
    return Instruction(TOKEN_2022, b"\x07" + amount.to_bytes(8, "little"), accounts)


def _created(payer: Pubkey, mint: Pubkey, lamports: int, space: int) -> Instruction:
    return create_account(
        CreateAccountParams(from_pubkey=payer, to_pubkey=mint, lamports=lamports, space=space, owner=TOKEN_2022)
    )


def _initialize(authority: Pubkey) -> bytes:
    return b"\x14" + bytes([DECIMALS]) + bytes(authority) + b"\0"


def _on_mint(mint: Pubkey, data: bytes) -> Instruction:
    return Instruction(TOKEN_2022, data, [b.writable(mint)])


def _text(text: str) -> bytes:
    raw = text.encode()
    return len(raw).to_bytes(4, "little") + raw

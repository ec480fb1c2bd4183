"""Mints for local chains: those of the presets, at the addresses that these have, whose authority everybody knows.

The authority's key follows from a public sentence, so that tests and demos can mint anywhere; it is worth nothing on
a real cluster, where USDC's authority is Circle's.
"""

from hashlib import sha256

from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM_ID
from solders.token.state import Mint

from job_escrow.amounts import USDC_DECIMALS
from job_escrow.chain.requests import AccountInfo
from job_escrow.presets.local_mints import local_mints

_RENT_LAMPORTS = 1_461_600
_SENTENCE = b"job_escrow: authority of the USDC mint on local chains"


def local_usdc_authority() -> Keypair:
    """The key that may mint USDC, and every other preset's mint, on a local chain."""
    return Keypair.from_seed(sha256(_SENTENCE).digest())


def local_usdc_mint() -> AccountInfo:
    """The account of USDC's mint, as a local chain starts with it."""
    return _mint(USDC_DECIMALS)


def local_mint_accounts() -> dict[Pubkey, AccountInfo]:
    """The accounts of all presets' mints, USDC's among them, as a local chain starts with them."""
    return {each.address: _mint(each.currency.decimals) for each in local_mints()}


def _mint(decimals: int) -> AccountInfo:
    authority = local_usdc_authority().pubkey()
    mint = Mint(authority, 0, decimals=decimals, is_initialized=True, freeze_authority=authority)
    return AccountInfo(lamports=_RENT_LAMPORTS, owner=TOKEN_PROGRAM_ID, data=bytes(mint))

"""USDC for local chains: a mint at USDC's real address whose authority everybody knows.

The authority's key follows from a public sentence, so that tests and demos can mint anywhere; it is worth nothing on
a real cluster, where the mint's authority is Circle's.
"""

from hashlib import sha256

from solders.keypair import Keypair
from solders.token import ID as TOKEN_PROGRAM_ID
from solders.token.state import Mint

from job_escrow.amounts import USDC_DECIMALS
from job_escrow.chain.requests import AccountInfo

_RENT_LAMPORTS = 1_461_600
_SENTENCE = b"job_escrow: authority of the USDC mint on local chains"


def local_usdc_authority() -> Keypair:
    """The key that may mint USDC on a local chain."""
    return Keypair.from_seed(sha256(_SENTENCE).digest())


def local_usdc_mint() -> AccountInfo:
    """The mint's account, as a local chain starts with it."""
    authority = local_usdc_authority().pubkey()
    mint = Mint(authority, 0, decimals=USDC_DECIMALS, is_initialized=True, freeze_authority=authority)
    return AccountInfo(lamports=_RENT_LAMPORTS, owner=TOKEN_PROGRAM_ID, data=bytes(mint))

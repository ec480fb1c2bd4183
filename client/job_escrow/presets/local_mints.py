"""Where a chain of one's own has the mints that presets name, so that each preset can be tried there as it is.

A mint with an address has it there too. One that whoever creates the platform brings, such as the test mint that stands
for a currency without a token, has an address that follows from its symbol. Both are worth nothing.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from job_escrow.currency import Currency
from job_escrow.presets.loading import load_preset, preset_names
from job_escrow.presets.preset import MintChoice


@dataclass(frozen=True, kw_only=True)
class LocalMint:
    """A mint of a preset on a local chain."""

    address: Pubkey
    currency: Currency

    @property
    def symbol(self) -> str:
        """What the preset calls it."""
        return self.currency.name


def local_address(mint: MintChoice) -> Pubkey:
    """Where a local chain has a mint."""
    if mint.address is not None:
        return mint.address
    sentence = f"job_escrow: the mint of {mint.symbol} with {mint.decimals} decimals on local chains"
    return Keypair.from_seed(sha256(sentence.encode()).digest()).pubkey()


@lru_cache(maxsize=1)
def local_mints() -> tuple[LocalMint, ...]:
    """The mints of all presets, each once."""
    choices = [mint for name in preset_names() for mint in load_preset(name).mints]
    found = {local_address(each): Currency(each.symbol, each.decimals, each.display_decimals) for each in choices}
    return tuple(LocalMint(address=address, currency=currency) for address, currency in found.items())

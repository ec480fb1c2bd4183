"""Keys that follow from a name, so that a run with the same seed has the same addresses."""

from functools import cache
from hashlib import sha256

from solders.keypair import Keypair
from solders.pubkey import Pubkey


class Key:
    """A keypair that remembers its address, which solders derives anew each time."""

    def __init__(self, keypair: Keypair) -> None:
        self.keypair = keypair
        self._address = keypair.pubkey()

    def pubkey(self) -> Pubkey:
        """The address."""
        return self._address

    def __repr__(self) -> str:
        return f"Key({self._address})"


@cache
def key(name: str) -> Key:
    """The key of that name."""
    return Key(Keypair.from_seed(sha256(f"program tests: {name}".encode()).digest()))

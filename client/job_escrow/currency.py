"""What credits are bought with: the name that people have for a mint, and amounts of it, exactly.

Anybody can make a mint of any name, so a name comes from the mint's address where everybody knows that, else from the
preset of whoever runs the platform.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple, Protocol

from solders.pubkey import Pubkey

from job_escrow.tokens import USDC_MINT

USDC_DEVNET_MINT = Pubkey.from_string("4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU")
USDT_MINT = Pubkey.from_string("Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB")
KNOWN_MINTS = {USDC_MINT: "USDC", USDC_DEVNET_MINT: "USDC", USDT_MINT: "USDT"}
"""Mints whose names everybody knows; all of them have 6 decimals."""

USUAL_DISPLAY_DECIMALS = 2


class NamedMint(Protocol):
    """A mint as a preset names it; without an address it is whichever the platform was created with."""

    @property
    def symbol(self) -> str:
        """What people call it."""

    @property
    def decimals(self) -> int:
        """Decimals of its base units."""

    @property
    def display_decimals(self) -> int:
        """Decimals that are shown at least."""

    @property
    def address(self) -> Pubkey | None:
        """Where it is; None: the platform has it."""


class Currency(NamedTuple):
    """A mint's name, None where nobody has named it, and its decimals: all of them, and how many are shown at least."""

    symbol: str | None
    decimals: int
    display_decimals: int = USUAL_DISPLAY_DECIMALS

    @property
    def name(self) -> str:
        """What to call it in a sentence."""
        return self.symbol or "tokens"

    def amount(self, base_units: int) -> Decimal:
        """Base units in the currency's own unit, exactly: 14.20, and 0.012345 where that takes more digits."""
        digits = self.decimals
        while digits > self.display_decimals and base_units % 10 == 0:
            base_units //= 10
            digits -= 1
        return Decimal(base_units).scaleb(-digits)

    def number(self, base_units: int) -> str:
        """The same as text, with thousands separated."""
        return f"{self.amount(base_units):,f}"

    def text(self, base_units: int) -> str:
        """The same with the currency's name, such as 2.000 KWD."""
        return f"{self.number(base_units)} {self.name}"


def currency_of(mint: Pubkey, decimals: int, named: Sequence[NamedMint] = ()) -> Currency:
    """The currency of a platform's mint; `named` are the mints of its preset.

    A preset that leaves the mint to whoever creates the platform names the one that has its decimals.
    """
    known = KNOWN_MINTS.get(mint)
    its_own = [each for each in named if each.address == mint]
    free = [each for each in named if each.address is None and each.decimals == decimals and known is None]
    choice = next(iter([*its_own, *free]), None)
    return Currency(
        symbol=known or (None if choice is None else choice.symbol),
        decimals=decimals,
        display_decimals=USUAL_DISPLAY_DECIMALS if choice is None else choice.display_decimals,
    )


def is_usdc(mint: Pubkey) -> bool:
    """Whether the mint is USDC, so that an amount of it is one of dollars."""
    return KNOWN_MINTS.get(mint) == "USDC"

"""Amounts as people read them, exactly."""

from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from job_escrow.amounts import USDC_DECIMALS
from job_escrow.tokens import USDC_MINT
from solders.pubkey import Pubkey

if TYPE_CHECKING:
    from job_escrow.codec import Balances

LAMPORTS_DECIMALS = 9
_SYMBOLS = {
    USDC_MINT: "USDC",
    Pubkey.from_string("4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU"): "devnet USDC",
    Pubkey.from_string("Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB"): "USDT",
}


class Money(NamedTuple):
    """The token that credits are bought with, and what one credit costs in its base units."""

    mint: Pubkey
    decimals: int
    base_units_per_credit: int

    @property
    def symbol(self) -> str:
        """What people call the token."""
        return _SYMBOLS.get(self.mint, "tokens")

    def number(self, base_units: int) -> str:
        """An amount of the token in its own unit, such as 14.20."""
        return decimal_text(base_units, self.decimals, places=2)

    def text(self, base_units: int) -> str:
        """An amount with the token's name."""
        return f"{self.number(base_units)} {self.symbol}"

    def worth(self, credits: int) -> str:
        return self.text(credits * self.base_units_per_credit)


def is_known_mint(mint: Pubkey) -> bool:
    """Whether the mint is one of those with `USDC_DECIMALS` decimals, so that it need not be read."""
    return mint in _SYMBOLS


def known_money(mint: Pubkey, base_units_per_credit: int) -> Money:
    return Money(mint=mint, decimals=USDC_DECIMALS, base_units_per_credit=base_units_per_credit)


def decimal_text(base_units: int, decimals: int, *, places: int = 0) -> str:
    """An exact decimal number with thousands separated, and at least so many places."""
    number = Decimal(base_units).scaleb(-decimals)
    whole, _, fraction = f"{number:,f}".partition(".")
    fraction = fraction.rstrip("0").ljust(places, "0")
    return f"{whole}.{fraction}" if fraction else whole


def sol(lamports: int) -> str:
    """An amount of SOL."""
    return f"{decimal_text(lamports, LAMPORTS_DECIMALS)} SOL"


def signed(credits: int) -> str:
    """A change of a number of credits; nothing where there is none."""
    return f"{credits:+,}" if credits else ""


def count(number: int, what: str) -> str:
    """A number of things, in the singular or the plural."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def available(balances: "Balances") -> int:
    """Credits that may be locked."""
    return balances.paid_available + balances.granted_available


def plain_dict(record: object) -> dict[str, Any]:
    """A decoded record as JSON has it: numbers as they are, addresses as text, bytes as their text or digits."""
    from job_escrow.addresses import text_of

    def plain(value: object) -> Any:  # noqa: ANN401  (JSON)
        if isinstance(value, bytes):
            return text_of(value)
        if isinstance(value, (list, tuple)):
            return [plain(each) for each in value]
        if is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        return value if isinstance(value, (int, str, bool, type(None))) else str(value)

    found: dict[str, Any] = plain(record)
    return found

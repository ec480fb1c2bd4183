"""Amounts as people read them, exactly."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from job_escrow.currency import USDC_DEVNET_MINT, Currency, currency_of
from solders.pubkey import Pubkey

if TYPE_CHECKING:
    from job_escrow.codec import Balances

LAMPORTS_DECIMALS = 9


class Money(NamedTuple):
    """The token that credits are bought with, and what one credit costs in its base units."""

    mint: Pubkey
    currency: Currency
    base_units_per_credit: int

    @property
    def symbol(self) -> str:
        """What people call the token."""
        return "devnet USDC" if self.mint == USDC_DEVNET_MINT else self.currency.name

    @property
    def decimals(self) -> int:
        """Decimals of its base units."""
        return self.currency.decimals

    def number(self, base_units: int) -> str:
        """An amount of the token in its own unit, such as 14.20."""
        return self.currency.number(base_units)

    def text(self, base_units: int) -> str:
        """An amount with the token's name."""
        return f"{self.number(base_units)} {self.symbol}"

    def worth(self, credits: int) -> str:
        return self.text(credits * self.base_units_per_credit)


def money_of(mint: Pubkey, decimals: int, base_units_per_credit: int, is_local: Callable[[], bool]) -> Money:
    """The money of a platform's mint.

    On a chain of one's own the presets' mints have their names; elsewhere anybody could make one at such an address.
    """
    currency = currency_of(mint, decimals)
    if currency.symbol is None and is_local():
        # Imported late: hardly any platform needs it.
        from job_escrow.presets.local_mints import local_mints

        currency = next((each.currency for each in local_mints() if each.address == mint), currency)
    return Money(mint=mint, currency=currency, base_units_per_credit=base_units_per_credit)


def decimal_text(base_units: int, decimals: int) -> str:
    """An exact decimal number with thousands separated, of as many places as it needs."""
    number = Decimal(base_units).scaleb(-decimals)
    whole, _, fraction = f"{number:,f}".partition(".")
    fraction = fraction.rstrip("0")
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

"""How fast credits are used, and how long they last."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from job_escrow_indexer.queries.balances import Balance, balance
from job_escrow_indexer.queries.usage import charged
from job_escrow_indexer.queries.usage_facts import DAY
from job_escrow_indexer.queries.view import Answer, View

WINDOW_DAYS = 7
_MOST_DAYS = 366
_CENT = Decimal("0.01")
_TENTH = Decimal("0.1")


@dataclass(frozen=True, kw_only=True)
class BurnRate(Answer):
    """Credits used per day, and days until none are left.

    `charged_credits` is what settlements charged in the `window_seconds` that end now: paid and granted credits alike,
    by when they were charged; what is locked does not count, nor withdrawals and expiries. The window is
    `WINDOW_DAYS` unless another is asked for, shortened to the age of the account, but never below a day, so that a
    first busy hour is not taken for a habit. `credits_per_day` is rounded to a hundredth. `days_left` is what is
    available divided by the exact rate, rounded down to a tenth; None where nothing was charged.
    """

    credit_account: str
    window_seconds: int
    charged_credits: int
    credits_per_day: Decimal
    available: int
    days_left: Decimal | None
    empty_at: int | None
    """Unix seconds at which nothing is left at this rate."""


def burn_rate(view: View, credit_account: str, *, days: int = WINDOW_DAYS) -> BurnRate:
    """The burn rate of an account. Raises NotIndexed, and ValueError for a window that is not 1 to 366 days."""
    if not 1 <= days <= _MOST_DAYS:
        raise ValueError(f"{days} is not a number of days to look at: give 1 to {_MOST_DAYS}")
    window = window_of(view, credit_account, days)
    used = charged(view, "credit_account", credit_account, view.start_of(view.now - window), view.end)
    return burn_rate_of(view, balance(view, credit_account), used, window)


def window_of(view: View, credit_account: str, days: int = WINDOW_DAYS) -> int:
    """Return the seconds before now that an account's rate is measured over: those of `days`, or since its opening."""
    opened_at: int = view.row("SELECT opened_at FROM credit_accounts WHERE address = ?", credit_account)[0]
    return min(days * DAY, max(DAY, view.now - opened_at))


def burn_rate_of(view: View, now: Balance, used: int, window: int) -> BurnRate:
    """Return the rate of an account whose balance is known, of which `used` credits were charged in the window."""
    left = Decimal(now.available * window) / (used * DAY) if used else None
    return BurnRate(
        as_of_slot=view.as_of_slot,
        commitment=view.commitment,
        credit_account=now.credit_account,
        window_seconds=window,
        charged_credits=used,
        credits_per_day=(Decimal(used * DAY) / window).quantize(_CENT),
        available=now.available,
        days_left=None if left is None else left.quantize(_TENTH, ROUND_DOWN),
        empty_at=None if not used else view.now + now.available * window // used,
    )

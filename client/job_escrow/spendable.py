"""What of a credit account can be spent now, and what of it by the operator, by the chain's clock."""

from job_escrow.codec import CreditAccount


def granted_at(account: CreditAccount, now: int) -> int:
    """Return the granted credits that can be spent at a time of the chain's: those of lots that have not expired."""
    return sum(lot.credits_free for lot in account.lots if lot.expires_at > now)


def spendable(account: CreditAccount, now: int) -> int:
    """Return the credits that can be locked at a time of the chain's: paid ones, and granted ones not expired."""
    return account.paid_available + granted_at(account, now)


def left_of_period(account: CreditAccount, now: int) -> int:
    """Return the credits that the operator may still lock in the wallet's period, as the program counts them."""
    limits = account.limits
    is_over = now - limits.period_started_at >= limits.period_seconds
    return max(0, limits.credits_per_period - (limits.operator_locked if is_over else limits.used))

"""Bytes of events that never happened."""

from dataclasses import replace

from job_escrow.codec import EVENT_TAG, CreditsPurchased
from solders.pubkey import Pubkey


def forged_event(credit_account: Pubkey, credits: int = 1_000_000) -> bytes:
    """An event by which an account would have bought credits, to the byte as the program writes it."""
    empty = CreditsPurchased.decode((EVENT_TAG + CreditsPurchased.DISCRIMINATOR).ljust(CreditsPurchased.SIZE, b"\0"))
    after = replace(empty.after, paid_available=credits)
    return replace(empty, credit_account=credit_account, credits=credits, after=after).encode()

"""What every event starts with, and what many have in common."""

from collections.abc import Sequence

from construct import Const, Struct

from job_escrow.layouts.fields import Address, Declaration, discriminator
from job_escrow.layouts.parts import BALANCES

EVENT_TAG = bytes.fromhex("e445a52e51cb9a1d")
"""What every event starts with, before its own discriminator: the first 8 bytes of
sha256 of `anchor:event`, last byte first."""


def event(name: str, *fields: Declaration) -> Declaration:
    """Declare an event of these fields."""
    return Struct("tag" / Const(EVENT_TAG), "discriminator" / discriminator(f"event:{name}"), *fields)


def of_an_account() -> Sequence[Declaration]:
    """Return the fields that say whose credits an event is about."""
    return (
        "platform" / Address * "of the credits",
        "wallet" / Address * "whose credits they are",
        "credit_account" / Address * "that holds them",
    )


def before_and_after() -> Sequence[Declaration]:
    """Return the fields that say what the account held and holds."""
    return (
        "before" / BALANCES * "what the account held",
        "after" / BALANCES * "what it holds now",
    )

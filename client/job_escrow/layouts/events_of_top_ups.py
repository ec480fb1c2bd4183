"""The events of automatic top-up."""

from job_escrow.layouts.event_forms import before_and_after, event, of_an_account
from job_escrow.layouts.fields import Address, BaseUnits, Count, Credits, Id, Index, Seconds, UnixSeconds, reserved

TOP_UP_SET = event(
    "TopUpSet",
    *of_an_account(),
    "rule" / Address * "its account",
    "source" / Address * "the wallet's token account that pays",
    "rent_payer" / Address * "who paid, and gets it back",
    "threshold" / Credits * "buy while fewer are left; 2^64 - 1: however many are",
    "credits" / Credits * "that one top-up pays for",
    "base_units" / BaseUnits * "that these cost",
    "bonus_credits" / Credits * "fewest of the pack on top",
    "base_units_per_period" / BaseUnits * "most within one period",
    "period_seconds" / Seconds * "length of the period",
    "expires_at" / UnixSeconds * "from then on nothing is bought; 2^63 - 1: never",
    "sequence" / Id * "number of the wallet that it used up",
    "at" / UnixSeconds * "when",
    "pack" / Index * "slot of the pack; 255: none",
    "reserved" / reserved(7),
)
"""The wallet set a rule."""

TOP_UP_REMOVED = event(
    "TopUpRemoved",
    *of_an_account(),
    "rule" / Address * "its account, which is gone",
    "sequence" / Id * "number of the wallet that it used up",
    "at" / UnixSeconds * "when",
)
"""The wallet removed its rule."""

CREDITS_TOPPED_UP = event(
    "CreditsToppedUp",
    *of_an_account(),
    "source" / Address * "the wallet's token account that paid",
    "credits" / Credits * "bought",
    "base_units" / BaseUnits * "paid for them, into the vault",
    "bonus_credits" / Credits * "of a pack, on top",
    "promotion_base_units" / BaseUnits * "that the promotion account paid for these",
    "synced" / Credits * "made of plain transfers before",
    "period_started_at" / UnixSeconds * "the rule's period that it counts in",
    "used_base_units" / BaseUnits * "of the period, with it",
    "slot" / Count * "of the chain: at most one top-up in each",
    "at" / UnixSeconds * "when",
    *before_and_after(),
    "pack" / Index * "slot of the pack; 255: none",
    "reserved" / reserved(7),
)
"""Credits were bought by the wallet's rule."""

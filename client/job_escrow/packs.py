"""Packs: what a platform offers, and whose money stands behind credits that were bought with a bonus.

A pack of 12,500 credits and 2,500 on top costs 12,500 credits and counts as 15,000. What the platform's promotion
account has paid is shared by all paid credits of the account, those bought without a pack too: whoever spends takes its
share of it along, and whoever withdraws leaves its share behind. So an unspent pack pays out what it cost.
"""

from job_escrow.codec import CreditAccount, Pack, PackExpected, Platform


def offered(platform: Platform) -> dict[int, Pack]:
    """Return the packs that a platform offers, by slot."""
    return {index: pack for index, pack in enumerate(platform.packs) if pack.credits}


def expected(platform: Platform, index: int) -> PackExpected:
    """Return what a purchase of the pack in a slot expects, as the platform offers it now. Raises NotFound."""
    packs = offered(platform)
    if index not in packs:
        # Imported late: a command that only reads a balance does without the client's errors.
        from job_escrow.errors import NotFound

        there = ", ".join(str(slot) for slot in packs) or "none"
        raise NotFound(f"the platform offers no pack {index}: choose one of those that it offers ({there})")
    return PackExpected(index=index, credits=packs[index].credits, bonus_credits=packs[index].bonus_credits)


def pack_text(credits: int, bonus: int) -> str:
    """Return credits in words, with the bonus where there is one: `12,500 + 2,500 bonus credits`."""
    return f"{credits:,} + {bonus:,} bonus credits" if bonus else f"{credits:,} credits"


def promotion_behind(backing: int, credits: int, paid: int) -> int:
    """Return the base units that withdrawing `credits` of `paid` leaves for the promotion account, as the program does.

    `backing` is what promotion has paid of all of `paid`; the share is rounded up.
    """
    return -(-backing * credits // paid) if paid else 0


def payable(account: CreditAccount, credits: int | None = None) -> int:
    """Return the base units that withdrawing so many paid credits would pay, by default all that are available."""
    credits = account.paid_available if credits is None else credits
    paid = account.paid_available + account.paid_locked
    return credits * account.base_units_per_credit - promotion_behind(account.promotion_backing, credits, paid)

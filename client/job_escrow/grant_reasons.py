"""What a grant is for: the one list of reasons, which grants, presets, statements, API and command line share.

The program carries the number into the grant's event and reads none of it, so that the list may grow at its end.
"""

REASONS = (
    "unspecified",
    "test",
    "trial",
    "node",
    "test-job",
    "feedback",
    "referral",
    "promotion",
    "plan",
    "payment",
    "goodwill",
)
"""The names of reasons; a grant on chain has the index. `plan` is an allocation of a subscription, `payment` stands for
money that came another way, `goodwill` makes up for something."""

UNSPECIFIED = 0
"""The reason of a grant that states none."""


def reason_name(number: int) -> str:
    """Return the name of a reason; of one that is newer than this release, its number as in `reason-12`."""
    return REASONS[number] if number < len(REASONS) else f"reason-{number}"


def reason_number(name: str) -> int:
    """Return what a grant has for a reason. Raises ValueError, which lists the names that there are."""
    if name not in REASONS:
        raise ValueError(f"{name!r} is not a reason for a grant: use {', '.join(REASONS)}")
    return REASONS.index(name)

"""Numbers as a tester picks them: mostly sensible, often at an edge, sometimes absurd."""

from random import Random

MAX = 2**32 - 1
ABSURD = (0, 2**32 - 1, 2**32, 2**32 + 1, 2**63 - 1, 2**63, 2**64 - 1)


def near(rng: Random, edge: int) -> int:
    """The edge, one beside it, or absurd; never negative."""
    if rng.random() < 0.04:
        return rng.choice(ABSURD)
    return min(max(0, edge + rng.choice((-1, 0, 0, 0, 1))), 2**64 - 1)


def amount(rng: Random, most: int) -> int:
    """Up to `most` and a little more."""
    kind = rng.random()
    if kind < 0.04:
        return rng.choice(ABSURD)
    if kind < 0.30:
        return near(rng, most)
    if kind < 0.40:
        return rng.randint(0, 3)
    return rng.randint(0, max(1, min(most, rng.choice((10, 1_000, 100_000, MAX)))))

"""The program's bounds, by the names that they have there (programs/job_escrow/src/constants.rs).

The IDL carries no constants; a test holds these to the program's sources.
"""

from typing import Final

MAX_CREDITS = 2**32 - 1
"""Most credits that one account holds, and most credits in any single amount."""

MAX_UNITS = 2**32 - 1
"""Most units that one job is locked for."""

MAX_BASE_UNITS_PER_CREDIT = 2**32 - 1
"""Most base units of the mint that one credit is worth."""

TIERS = 8
"""Price tiers of a platform."""

PACKS = 4
"""Packs that a platform offers."""

PLANS = 4
"""Plans whose cycles an account remembers, each by a slot."""

PLAN_WINDOW = 64
"""How many cycles of a plan an account tells apart, from the highest down."""

MAX_JOB_SECONDS = 7 * 24 * 60 * 60
"""Longest time that a job may hold credits locked."""

MAX_PERIOD_SECONDS = 366 * 24 * 60 * 60
"""Longest period that a wallet's limit may cover."""

GRACE_SECONDS = 30 * 24 * 60 * 60
"""How long an announced change can be applied once its notice is over; then it lapses."""

ALWAYS = 2**64 - 1
"""The threshold of a top-up rule that buys however many credits are left."""

MAX_NOTICE_SECONDS = 90 * 24 * 60 * 60
"""Longest notice that a platform gives."""

MAX_FEE_BPS = 3_000
"""Highest fee of a platform, in basis points."""

MIN_SHARE_BPS = 7_000
"""Least share of what it earns that a payee may have of its own, in basis points."""

WHOLE_BPS = 10_000
"""All of an amount, in basis points."""

EPOCH_SHIFT = 20
"""Job ids and sequence numbers start at the clock of the opening, in seconds, shifted left by this many bits."""

JOB_ID_WINDOW = 256
"""How many ids of the operator's jobs an account tells apart, from the highest down; also how far ahead one may be."""

ID_WINDOW = 128
"""The same for the wallet's own jobs, and for grants."""

WALLET_ID_BIT = 52
"""This bit of a job's id is set where the wallet locked it."""

JOB_BUMP = 255
"""The only bump of a job's address."""

MAX_ID = 2**64 - 1
"""Highest job id that fits its field."""

TIER_NAME_BYTES = 16
"""Bytes of a tier's name."""

PROOF_BYTES = 32
"""Bytes of a settlement's proof."""

NEVER: Final = 2**63 - 1
"""The expiry of a lot that does not expire, in unix seconds."""

"""How long a slot of a cluster lasts."""

SLOT_SECONDS = 0.4
"""By design: mainnet's are a little longer."""

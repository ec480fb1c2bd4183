"""How long a test waits for what has to come: one figure, so generous that no machine in use is too slow for it."""

PATIENCE_SECONDS = 300
"""What does not come is a failure after this long; what comes is taken as soon as it is there."""

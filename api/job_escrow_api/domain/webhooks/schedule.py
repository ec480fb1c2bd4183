"""When a message is sent again."""

RETRY_SECONDS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds from one attempt to the next, as Standard Webhooks has them; after the last one a message is dead."""

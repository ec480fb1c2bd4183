"""Webhooks: told at least once, under an id that stays the same, whatever crashes in between."""

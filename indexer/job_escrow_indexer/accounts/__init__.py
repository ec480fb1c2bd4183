"""Accounts as rows: what the chain's accounts look like in the tables, and how events add up to them."""

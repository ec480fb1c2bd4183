"""API keys: made by proving a wallet, shown once, stored as a hash."""

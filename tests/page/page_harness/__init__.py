"""The page in a real Chromium, with wallets that sign with real keys."""

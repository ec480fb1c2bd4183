"""Usage, ledgers and statements of a key's account, in JSON, on paper and as files."""

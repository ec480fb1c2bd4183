"""The indexer: the chain's state and events of job_escrow in SQLite, and what is asked of them."""

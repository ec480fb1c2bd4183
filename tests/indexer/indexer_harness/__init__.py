"""What the indexer's tests stand on: recorded histories, canonical dumps, a chain with random operations."""

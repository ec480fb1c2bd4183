"""Running the indexer for others: metrics, health, logs, progress, backups."""

"""The database: its schema, and the one writer."""

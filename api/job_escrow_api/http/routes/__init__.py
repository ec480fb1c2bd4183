"""What is asked under /v1, by its subject."""

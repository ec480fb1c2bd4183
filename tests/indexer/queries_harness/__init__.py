"""Random histories of the program, ingested as the indexer does, beside the model that says what should come out."""

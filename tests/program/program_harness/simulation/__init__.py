"""Random instructions on a chain and on the model at once, from a seed; after each, both hold exactly the same."""

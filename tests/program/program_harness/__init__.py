"""What the tests of the program share: a chain, its parties, instructions as values, and a plain model."""

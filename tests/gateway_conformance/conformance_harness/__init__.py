"""What the conformance suite needs of a gateway, and what its clients do."""

"""What the tests of the local chain share."""

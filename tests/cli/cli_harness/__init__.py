"""What the tests of the command line share: the command as a process, and a chain with people on it."""

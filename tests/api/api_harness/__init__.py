"""A running API server over a real local chain."""

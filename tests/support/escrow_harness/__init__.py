"""What the end-to-end tests share: nodes to run on, a scenario, and recordings of what it did."""

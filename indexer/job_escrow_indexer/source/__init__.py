"""Where transactions come from: one ordered stream without gaps, out of a node that may be slow, wrong or gone."""

"""What each party does, as flows: without input and output, so that the facades drive them over any chain."""

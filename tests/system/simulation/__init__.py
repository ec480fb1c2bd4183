"""The whole system under faults, from a seed: true processes, a true chain, and a world that goes wrong.

`run.py` plays one seed. What is simulated is the world: time, the network, the node's mood, the disk and death.
"""

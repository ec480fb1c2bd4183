"""Faults between a client and a node: a proxy that any suite can put before the local chain or the validator."""

from faults.forks import take_back
from faults.plan import Fault, Faults
from faults.proxy import FaultProxy, fault_proxy

__all__ = ["Fault", "FaultProxy", "Faults", "fault_proxy", "take_back"]

"""The requests that the conformance suite makes of both nodes, by name: each module registers its own."""

import localnet_harness.cases_accounts
import localnet_harness.cases_chain
import localnet_harness.cases_history
import localnet_harness.cases_sending  # noqa: F401
from localnet_harness.registry import CASES

__all__ = ["CASES"]

"""For tests against the library: a chain in this process, its faucet, and USDC for local chains.

    >>> from job_escrow import Escrow, Usdc
    >>> from job_escrow.testing import embedded_chain, fund
    >>> escrow = Escrow(embedded_chain())
    >>> fund(escrow.chain, keypair.pubkey(), usdc=Usdc.parse("25.00"))

On that chain time stands still between transactions. A local chain with a clock and a port is `job_escrow_localnet`.
"""

from job_escrow.testing.embedded import embedded_chain
from job_escrow.testing.faucet import fund
from job_escrow.testing.litesvm import LiteSvmChain
from job_escrow.testing.usdc import local_usdc_authority, local_usdc_mint

__all__ = ["LiteSvmChain", "embedded_chain", "fund", "local_usdc_authority", "local_usdc_mint"]

"""The chain that comes with this package: LiteSVM with the program and a USDC mint at its real address."""

from job_escrow.codec import PROGRAM_ID
from job_escrow.program_files import program_path
from job_escrow.testing.litesvm import LiteSvmChain
from job_escrow.testing.usdc import local_usdc_mint
from job_escrow.tokens import USDC_MINT


def embedded_chain(*, unix_time: int | None = None) -> LiteSvmChain:
    """A fresh chain in this process; its clock starts at the present time unless another is given."""
    chain = LiteSvmChain(unix_time=unix_time)
    chain.add_program(PROGRAM_ID, program_path())
    chain.set_account(USDC_MINT, local_usdc_mint())
    return chain

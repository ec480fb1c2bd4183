"""The chain that comes with this package: LiteSVM with the program and the presets' mints, USDC at its real address."""

from job_escrow.codec import PROGRAM_ID
from job_escrow.program_files import program_path
from job_escrow.testing.litesvm import LiteSvmChain
from job_escrow.testing.usdc import local_mint_accounts


def embedded_chain(*, unix_time: int | None = None) -> LiteSvmChain:
    """A fresh chain in this process; its clock starts at the present time unless another is given."""
    chain = LiteSvmChain(unix_time=unix_time)
    chain.add_program(PROGRAM_ID, program_path())
    for address, mint in local_mint_accounts().items():
        chain.set_account(address, mint)
    return chain

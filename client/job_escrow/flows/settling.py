"""The instruction that settles a job: the same for one job and for many."""

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from job_escrow.addresses import job_address
from job_escrow.codec import Job, instructions
from job_escrow.flows.sides import PlatformSide


def settle_instruction(
    side: PlatformSide, job: Job, vault: Pubkey, treasury: Pubkey, amount: int, *, is_final: bool
) -> Instruction:
    """The settlement of a job as it was read; a payee that it was locked for earns."""
    has_payee = job.payee_token_account != Pubkey.default()
    return instructions.settle(
        operator=side.key,
        platform=side.platform,
        credit_account=job.credit_account,
        job=job_address(job.credit_account, job.id, side.program_id).address,
        vault=vault,
        treasury=treasury,
        payee=job.payee_token_account if has_payee else None,
        rent_payer=job.rent_payer,
        amount=amount,
        is_final=is_final,
        program_id=side.program_id,
    )

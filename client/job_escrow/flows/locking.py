"""The terms of a lock, and its instruction: the same for a wallet and for an operator."""

from dataclasses import dataclass

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from job_escrow.addresses import job_address
from job_escrow.amounts import MAX_CREDITS
from job_escrow.codec import LockArgs, instructions


@dataclass(frozen=True, kw_only=True)
class LockTerms:
    """What a job is locked for.

    `tier` is the index of a tier and `amount` the most units that the job may use; with no tier, `amount` is the
    quoted price in credits. The lock is refused above `max_credits`, and lasts `seconds`.
    """

    job_id: int
    tier: int | None
    amount: int
    seconds: int
    max_credits: int = MAX_CREDITS


def lock_instruction(
    authority: Pubkey, platform: Pubkey, credit_account: Pubkey, terms: LockTerms, program_id: Pubkey
) -> Instruction:
    """The lock of one job; `authority` also pays the job's rent, and gets it back when the job ends."""
    job = job_address(credit_account, terms.job_id, program_id)
    return instructions.lock(
        authority=authority,
        payer=authority,
        platform=platform,
        credit_account=credit_account,
        job=job.address,
        args=LockArgs(
            id=terms.job_id,
            job_bump=job.bump,
            tier=terms.tier,
            amount=terms.amount,
            max_credits=terms.max_credits,
            seconds=terms.seconds,
        ),
        program_id=program_id,
    )

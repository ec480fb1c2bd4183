"""Locking: the same for a wallet and for an operator."""

from dataclasses import dataclass

from solders.pubkey import Pubkey

from job_escrow.addresses import job_address, payee_address
from job_escrow.bounds import MAX_CREDITS
from job_escrow.chain.requests import Flow
from job_escrow.codec import LockArgs, instructions
from job_escrow.errors import ProgramFailed
from job_escrow.flows import read
from job_escrow.flows.sides import PlatformSide
from job_escrow.transactions import Receipt, execute


@dataclass(frozen=True, kw_only=True)
class LockTerms:
    """What a job is locked for.

    `tier` is the index of a tier and `amount` the most units that the job may use; with no tier, `amount` is the
    quoted price in credits. The lock is refused above `max_credits`, and lasts `seconds`. `payee` is the owner of a
    registered payee, who earns what paid credits bring; without one it is the treasury.
    """

    job_id: int
    tier: int | None
    amount: int
    seconds: int
    max_credits: int = MAX_CREDITS
    payee: Pubkey | None = None


def lock(side: PlatformSide, credit_account: Pubkey, terms: LockTerms) -> Flow[Receipt]:
    """Lock a job's price. Raises Refused, NotFound for a payee that is not registered, and what `execute` raises."""
    job = job_address(credit_account, terms.job_id, side.program_id)
    payee = None if terms.payee is None else payee_address(side.platform, terms.payee, side.program_id)
    step = instructions.lock(
        authority=side.key,
        payer=side.payer.pubkey(),
        platform=side.platform,
        credit_account=credit_account,
        payee=payee,
        job=job.address,
        args=LockArgs(
            id=terms.job_id,
            job_bump=job.bump,
            tier=terms.tier,
            amount=terms.amount,
            max_credits=terms.max_credits,
            seconds=terms.seconds,
        ),
        program_id=side.program_id,
    )
    try:
        return (yield from execute([step], [side.signer, side.payer], side.options))
    except ProgramFailed:
        if terms.payee is not None:
            # The runtime says no more than that an account is missing.
            yield from read.existing_payee(side.platform, terms.payee, side.program_id)
        raise

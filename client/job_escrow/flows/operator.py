"""What an operator does: lock within the wallet's limits, settle, refund."""

from dataclasses import dataclass

from solders.pubkey import Pubkey

from job_escrow.addresses import job_address
from job_escrow.amounts import whole_number
from job_escrow.chain.requests import Flow
from job_escrow.codec import instructions
from job_escrow.flows import read
from job_escrow.flows.locking import LockTerms, lock_instruction
from job_escrow.transactions import Options, Receipt, Signer, execute


@dataclass(frozen=True, kw_only=True)
class OperatorSide:
    """An operator of one platform."""

    signer: Signer
    platform: Pubkey
    options: Options


def next_job_id(side: OperatorSide, credit_account: Pubkey) -> Flow[int]:
    """The lowest job id above all that were used; whoever locks several at a time counts on from it."""
    account = yield from read.existing_credit_account(credit_account, side.options.program_id)
    return account.job_ids.highest + 1


def lock(side: OperatorSide, credit_account: Pubkey, terms: LockTerms) -> Flow[Receipt]:
    """Lock a job's price."""
    step = lock_instruction(side.signer.pubkey(), side.platform, credit_account, terms, side.options.program_id)
    return (yield from execute([step], [side.signer], side.options))


def settle(
    side: OperatorSide, credit_account: Pubkey, job_id: int, amount: int, *, is_final: bool = True
) -> Flow[Receipt]:
    """Charge what the job has used so far, in units of its tier or quoted credits; final also ends it."""
    whole_number(amount, "units", 2**32 - 1)
    program_id = side.options.program_id
    address = job_address(credit_account, job_id, program_id).address
    job = yield from read.existing_job(address, program_id)
    account = yield from read.existing_credit_account(credit_account, program_id)
    platform = yield from read.platform(side.platform, program_id)
    step = instructions.settle(
        operator=side.signer.pubkey(),
        platform=side.platform,
        credit_account=credit_account,
        job=address,
        vault=account.vault,
        treasury=platform.treasury,
        rent_payer=job.rent_payer,
        amount=amount,
        is_final=is_final,
        program_id=program_id,
    )
    return (yield from execute([step], [side.signer], side.options))


def refund(side: OperatorSide, credit_account: Pubkey, job_id: int) -> Flow[Receipt]:
    """Give back all that a job holds: the operator at any time, anybody once the deadline has passed."""
    program_id = side.options.program_id
    address = job_address(credit_account, job_id, program_id).address
    job = yield from read.existing_job(address, program_id)
    step = instructions.refund(
        authority=side.signer.pubkey(),
        platform=side.platform,
        credit_account=credit_account,
        job=address,
        rent_payer=job.rent_payer,
        program_id=program_id,
    )
    return (yield from execute([step], [side.signer], side.options))

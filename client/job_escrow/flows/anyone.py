"""What anybody may do: pay for somebody's credits, refund what timed out, and put in order what is due."""

from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from job_escrow.addresses import job_address
from job_escrow.amounts import whole_number
from job_escrow.bounds import MAX_CREDITS
from job_escrow.chain.requests import Flow
from job_escrow.codec import PackExpected, instructions
from job_escrow.errors import OutcomeUnknown
from job_escrow.flows import buying, read
from job_escrow.flows.sides import Side
from job_escrow.signing import AnySigner
from job_escrow.transactions import Receipt, execute


def purchase_for(side: Side, credit_account: Pubkey, credits: int | PackExpected) -> Flow[Receipt]:
    """Buy credits, or a pack, for an account: the signer pays, the credits are the wallet's.

    The signer pays from its associated token account. It has no number: what ended as OutcomeUnknown is looked up by
    its signature before it is repeated. Raises NotFound where the account was not opened.
    """
    if not isinstance(credits, PackExpected):
        whole_number(credits, "credits", MAX_CREDITS)
    account = yield from read.existing_credit_account(credit_account, side.program_id)
    platform = yield from read.platform(account.platform, side.program_id)
    step = yield from buying.purchase(side, account.platform, platform.mint, credit_account, credits, sequence=0)
    return (yield from unnumbered(step, side))


def unnumbered(step: Instruction, side: Side) -> Flow[Receipt]:
    """Run what a repeat would do again. Raises OutcomeUnknown that says so, and what `execute` raises."""
    try:
        return (yield from execute([step], [side.signer], side.options))
    except OutcomeUnknown as unknown:
        raise OutcomeUnknown(unknown.signature, repeatable=False) from unknown


def refund(side: Side, credit_account: Pubkey, job_id: int) -> Flow[Receipt]:
    """Give back all that a job holds: anybody once its deadline has passed, the operator at any time.

    Raises NotFound where the job is not open (any more).
    """
    return (yield from _refund(side, credit_account, job_id, side.signer))


def refund_timed_out(side: Side, credit_account: Pubkey, job_id: int) -> Flow[Receipt]:
    """Give back all that a job holds, and only once its deadline has passed by the chain's own clock.

    For whoever may be the operator, whose refunds are never too early for the program: it is signed by a key that is
    nobody's and made for this one refund, so that it cannot land before the deadline, whatever a clock or a node said.
    Raises Refused (DeadlineNotPassed) before it, and NotFound where the job is not open (any more).
    """
    return (yield from _refund(side, credit_account, job_id, Keypair()))


def _refund(side: Side, credit_account: Pubkey, job_id: int, authority: AnySigner) -> Flow[Receipt]:
    address = job_address(credit_account, job_id, side.program_id).address
    job = yield from read.existing_job(address, side.program_id)
    account = yield from read.existing_credit_account(credit_account, side.program_id)
    step = instructions.refund(
        authority=authority.pubkey(),
        platform=account.platform,
        credit_account=credit_account,
        job=address,
        rent_payer=job.rent_payer,
        program_id=side.program_id,
    )
    return (yield from execute([step], [authority], side.options, payer=side.payer))


def sync_deposits(side: Side, credit_account: Pubkey) -> Flow[Receipt]:
    """Turn plain transfers into the vault into credits; less than the minimum purchase only the wallet itself."""
    account = yield from read.existing_credit_account(credit_account, side.program_id)
    step = instructions.sync_deposits(
        authority=side.key,
        platform=account.platform,
        credit_account=credit_account,
        vault=account.vault,
        program_id=side.program_id,
    )
    return (yield from execute([step], [side.signer], side.options))


def expire_lots(side: Side, credit_account: Pubkey) -> Flow[Receipt]:
    """Take expired lots away; what stood behind them goes to the treasury."""
    account = yield from read.existing_credit_account(credit_account, side.program_id)
    platform = yield from read.platform(account.platform, side.program_id)
    step = instructions.expire_lots(
        platform=account.platform,
        credit_account=credit_account,
        vault=account.vault,
        treasury=platform.treasury,
        program_id=side.program_id,
    )
    return (yield from execute([step], [side.signer], side.options))


def sweep_promotion(side: Side, credit_account: Pubkey) -> Flow[Receipt]:
    """Bring what withdrawals have left of packs' bonus back to the platform's promotion account, else to its treasury.

    Raises Refused (NothingToSweep) where nothing is owed.
    """
    account = yield from read.existing_credit_account(credit_account, side.program_id)
    platform = yield from read.platform(account.platform, side.program_id)
    step = instructions.sweep_promotion(
        platform=account.platform,
        credit_account=credit_account,
        vault=account.vault,
        promotion=read.promotion_of(platform),
        treasury=platform.treasury,
        program_id=side.program_id,
    )
    return (yield from execute([step], [side.signer], side.options))


def apply_changes(side: Side, platform: Pubkey) -> Flow[Receipt]:
    """Put a platform's announced changes into effect once their notice period is over."""
    step = instructions.apply_changes(platform=platform, program_id=side.program_id)
    return (yield from execute([step], [side.signer], side.options))

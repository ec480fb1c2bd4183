"""Locking: the same for a wallet and for an operator."""

from dataclasses import dataclass
from datetime import UTC, datetime

from solders.instruction import AccountMeta
from solders.pubkey import Pubkey

from job_escrow.addresses import job_address, payee_address
from job_escrow.bounds import MAX_CREDITS
from job_escrow.chain.requests import ConfirmedTransaction, Flow
from job_escrow.codec import LockArgs, PayeeNotUsableYet, instructions
from job_escrow.codec.instructions import LockData, OpenSessionData
from job_escrow.errors import ProgramFailed, Refused
from job_escrow.flows import read
from job_escrow.flows.sides import PlatformSide
from job_escrow.transactions import Receipt, Sending, execute


@dataclass(frozen=True, kw_only=True)
class LockTerms:
    """What a job is locked for.

    `tier` is the index of a tier and `amount` the most units that the job may use; with no tier, `amount` is the
    quoted price in credits. The lock is refused above `max_credits`, and lasts `seconds`. `payee` is the owner of a
    registered payee, who earns what paid credits bring; without one it is the treasury. `reference` is 32 bytes of the
    caller's own that are kept with the lock on chain, as an account that it only names.
    """

    job_id: int
    tier: int | None
    amount: int
    seconds: int
    max_credits: int = MAX_CREDITS
    payee: Pubkey | None = None
    reference: Pubkey | None = None


def lock(
    side: PlatformSide, credit_account: Pubkey, terms: LockTerms, *, sending: Sending | None = None
) -> Flow[Receipt]:
    """Lock a job's price. Raises Refused, NotFound for a payee that is not registered, and what `execute` raises.

    Where a payee is not usable yet, the refusal says from when.
    """
    job = job_address(credit_account, terms.job_id, side.program_id).address
    payee = None if terms.payee is None else payee_address(side.platform, terms.payee, side.program_id)
    step = instructions.lock(
        authority=side.key,
        payer=side.payer.pubkey(),
        platform=side.platform,
        credit_account=credit_account,
        payee=payee,
        job=job,
        args=LockArgs(
            id=terms.job_id,
            tier=terms.tier,
            amount=terms.amount,
            max_credits=terms.max_credits,
            seconds=terms.seconds,
        ),
        remaining_accounts=[] if terms.reference is None else [AccountMeta(terms.reference, False, False)],
        program_id=side.program_id,
    )
    try:
        return (yield from execute([step], [side.signer, side.payer], side.options, sending=sending))
    except Refused as refused:
        if terms.payee is not None and refused.refusal is PayeeNotUsableYet:
            payee_now = yield from read.existing_payee(side.platform, terms.payee, side.program_id)
            from_when = datetime.fromtimestamp(payee_now.usable_from, UTC)
            raise refused.saying(f"{terms.payee} is usable from {from_when:%Y-%m-%dT%H:%M:%SZ} on") from None
        raise
    except ProgramFailed:
        if terms.payee is not None:
            # The runtime says no more than that an account is missing.
            yield from read.existing_payee(side.platform, terms.payee, side.program_id)
        raise


# The same in both instructions.
_ACCOUNTS = 9
_MADE = 5
_DISCRIMINATORS = (LockData.DISCRIMINATOR, OpenSessionData.DISCRIMINATOR)


def reference_of(landed: ConfirmedTransaction, made: Pubkey, program_id: Pubkey) -> Pubkey | None:
    """The reference that a job was locked or a session opened with, by its address.

    None where it has none, or where this transaction did not make it.
    """
    keys = landed.account_keys
    for step in landed.transaction.message.instructions:
        makes = keys[step.program_id_index] == program_id and bytes(step.data).startswith(_DISCRIMINATORS)
        places = bytes(step.accounts)
        if makes and len(places) > _ACCOUNTS and max(places) < len(keys) and keys[places[_MADE]] == made:
            return keys[places[_ACCOUNTS]]
    return None

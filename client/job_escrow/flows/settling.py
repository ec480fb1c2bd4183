"""Settling: one job, or as many as fit into each transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from job_escrow.addresses import job_address, vault_address
from job_escrow.amounts import whole_number
from job_escrow.batches import AT_ONCE, Done, Step, execute_each
from job_escrow.bounds import MAX_UNITS, PROOF_BYTES
from job_escrow.chain.requests import ChainError, Flow, GetAccounts, ask
from job_escrow.codec import Job, JobSettled, Platform, instructions
from job_escrow.errors import EscrowError, JobEnded, ProgramFailed
from job_escrow.flows import outcomes, read, tables
from job_escrow.flows.sides import PlatformSide
from job_escrow.outcomes import JobOutcome
from job_escrow.transactions import Receipt, execute, unexplained


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """What a job has used so far, in units of its tier or quoted credits; final also ends it.

    `proof` is 32 bytes of the operator's own, such as a hash, that the event keeps; all zeros count as none.
    """

    credit_account: Pubkey
    job_id: int
    amount: int
    is_final: bool = True
    proof: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class SettlementResult:
    """What became of one settlement of many.

    `charged` is in credits, None where it was not settled: then `error` says why. `outcome` is how the job ended,
    also where it had ended before (`error` is a JobEnded then); None where it is open.
    """

    settlement: Settlement
    charged: int | None = None
    outcome: JobOutcome | None = None
    receipt: Receipt | None = None
    error: EscrowError | ChainError | None = None


def checked_proof(proof: bytes | None) -> bytes | None:
    """A proof that a settlement can carry. Raises ValueError for one that is not 32 bytes."""
    if proof is not None and len(proof) != PROOF_BYTES:
        raise ValueError(f"a proof of {len(proof)} bytes: give {PROOF_BYTES}, such as a sha256 of what proves the job")
    return proof


def settle(
    side: PlatformSide,
    credit_account: Pubkey,
    job_id: int,
    amount: int,
    *,
    is_final: bool = True,
    proof: bytes | None = None,
) -> Flow[Receipt]:
    """Charge what the job has used so far, in units of its tier or quoted credits; final also ends it.

    `proof` is 32 bytes of the operator's own, such as a hash, that the event keeps. Figures are cumulative, so that a
    repeat charges nothing. Raises JobEnded, with what was charged, where the job has ended already, and NotFound where
    the chain remembers no such job.
    """
    whole_number(amount, "units", MAX_UNITS)
    settlement = Settlement(
        credit_account=credit_account, job_id=job_id, amount=amount, is_final=is_final, proof=checked_proof(proof)
    )
    address = job_address(credit_account, job_id, side.program_id).address
    platform_info, job_info = yield from ask(GetAccounts([side.platform, address]))
    platform = read.decoded_platform(side.platform, platform_info, side.program_id)
    if job_info is None:
        raise JobEnded((yield from outcomes.existing_outcome(credit_account, job_id, side.program_id)))
    step = _instruction(side, platform, read.decoded_job(address, job_info, side.program_id), settlement)
    try:
        return (yield from execute([step], [side.signer], side.options))
    except ProgramFailed:
        # Somebody may have ended it since it was read: then the runtime says no more than that an account is missing.
        ended = yield from outcomes.outcome(credit_account, job_id, side.program_id)
        if ended is None:
            raise
        raise JobEnded(ended) from None


def settle_many(
    side: PlatformSide,
    settlements: Sequence[Settlement],
    *,
    lookup_table: Pubkey | None = None,
    at_once: int = AT_ONCE,
) -> Flow[list[SettlementResult]]:
    """Settle many jobs, as many in each transaction as fit; one that cannot settle does not stop the others.

    The results are in the order of the settlements. At most `at_once` transactions are under way at a time, and those
    of the same job one after the other. With a lookup table of what the transactions name, more fit into one. A repeat
    charges nothing twice. Raises InvalidAmount, ValueError for an `at_once` below 1, and NotFound or ChainError where
    the platform or the table cannot be read; every other error is that of a result.
    """
    for each in settlements:
        whole_number(each.amount, "units", MAX_UNITS)
        checked_proof(each.proof)
    platform = yield from read.platform(side.platform, side.program_id)
    loaded = () if lookup_table is None else ((yield from tables.read_table(lookup_table)),)
    jobs = yield from _jobs(side, settlements)
    steps = {
        index: Step((job.credit_account, job.id), [_instruction(side, platform, job, settlements[index])])
        for index, job in enumerate(jobs)
        if job is not None
    }
    done = yield from execute_each(list(steps.values()), [side.signer], side.options, tables=loaded, at_once=at_once)
    by_index = dict(zip(steps, done, strict=True))
    results = []
    # The events of a job that one transaction settles several times are in the order of its settlements.
    events: dict[tuple[object, ...], Iterator[JobSettled]] = {}
    for index, settlement in enumerate(settlements):
        one = by_index.get(index)
        event = None
        if isinstance(one, Receipt):
            key = (one.signature, settlement.credit_account, settlement.job_id)
            event = next(events.setdefault(key, _events(one, settlement)), None)
        result = yield from _result(side, settlement, one, event)
        results.append(result)
    return results


def _events(receipt: Receipt, settlement: Settlement) -> Iterator[JobSettled]:
    job = (settlement.credit_account, settlement.job_id)
    return (each for each in receipt.events if isinstance(each, JobSettled) and (each.credit_account, each.id) == job)


def _jobs(side: PlatformSide, settlements: Sequence[Settlement]) -> Flow[list[Job | None]]:
    addresses = [job_address(each.credit_account, each.job_id, side.program_id).address for each in settlements]
    found = yield from read.accounts(addresses)
    return [
        None if info is None else read.decoded_job(address, info, side.program_id)
        for address, info in zip(addresses, found, strict=True)
    ]


def _result(
    side: PlatformSide, settlement: Settlement, done: Done | None, event: JobSettled | None
) -> Flow[SettlementResult]:
    if isinstance(done, Receipt):
        if event is None:
            return SettlementResult(settlement=settlement, receipt=done, error=unexplained(done))
        ended = outcomes.ended_by(done, settlement.credit_account, settlement.job_id) if event.is_final else None
        return SettlementResult(settlement=settlement, charged=event.charged, outcome=ended, receipt=done)
    if done is not None and not isinstance(done, ProgramFailed):
        return SettlementResult(settlement=settlement, error=done)
    # It was not there, or went away in between.
    try:
        ended = yield from outcomes.existing_outcome(settlement.credit_account, settlement.job_id, side.program_id)
    except (EscrowError, ChainError) as error:
        return SettlementResult(settlement=settlement, error=done or error)
    return SettlementResult(settlement=settlement, outcome=ended, error=JobEnded(ended))


def _instruction(side: PlatformSide, platform: Platform, job: Job, settlement: Settlement) -> Instruction:
    """The settlement of a job as it was read; a payee that it was locked for earns."""
    has_payee = job.payee_token_account != Pubkey.default()
    return instructions.settle(
        operator=side.key,
        platform=side.platform,
        credit_account=job.credit_account,
        job=job_address(job.credit_account, job.id, side.program_id).address,
        vault=vault_address(job.credit_account, platform.mint).address,
        treasury=platform.treasury,
        payee=job.payee_token_account if has_payee else None,
        rent_payer=job.rent_payer,
        amount=settlement.amount,
        is_final=settlement.is_final,
        proof=settlement.proof,
        program_id=side.program_id,
    )

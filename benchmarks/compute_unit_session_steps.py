"""A session of requests on two tiers with a flat price, and one that is refunded."""

from collections.abc import Iterator

from compute_unit_stage import START, Stage, Step
from job_escrow.addresses import session_address
from job_escrow.codec import OpenSessionArgs, SettleSessionArgs, TierTotals, instructions
from job_escrow.ids import next_usable_session_id
from solders.instruction import Instruction

_TIERS = 8
_ROOT = bytes(range(32))
_NOTHING = TierTotals(flat_requests=0, metered_requests=0, metered_units=0, metered_credits=0)


def session_steps(stage: Stage) -> Iterator[Step]:
    """Ids follow those of the jobs before."""
    first = next_usable_session_id(stage.account, START + 5)
    second = next_usable_session_id(stage.account, first)
    yield stage.by_operator("open_session", _open(stage, first))
    yield stage.by_operator("settle_session", _settle(stage, first, 1))
    yield stage.by_operator("settle_session (final)", _settle(stage, first, 2, is_final=True))
    yield stage.by_operator(None, _open(stage, second))
    yield stage.by_operator("refund_session", _refund(stage, second))


def _open(stage: Stage, number: int) -> Instruction:
    return instructions.open_session(
        operator=stage.operator.pubkey(),
        payer=stage.operator.pubkey(),
        platform=stage.platform,
        credit_account=stage.account,
        session=session_address(stage.account, number).address,
        args=OpenSessionArgs(id=number, credits=300, seconds=600),
    )


def _settle(stage: Stage, number: int, times: int, *, is_final: bool = False) -> Instruction:
    totals = [_NOTHING] * _TIERS
    totals[0] = TierTotals(flat_requests=3 * times, metered_requests=0, metered_units=0, metered_credits=0)
    totals[3] = TierTotals(
        flat_requests=0, metered_requests=times, metered_units=2_001 * times, metered_credits=41 * times
    )
    args = SettleSessionArgs(
        from_count=4 * (times - 1), count=4 * times, root=_ROOT, totals=tuple(totals), is_final=is_final
    )
    return instructions.settle_session(
        operator=stage.operator.pubkey(),
        platform=stage.platform,
        credit_account=stage.account,
        session=session_address(stage.account, number).address,
        vault=stage.vault.address,
        treasury=stage.treasury,
        rent_payer=stage.operator.pubkey(),
        args=args,
    )


def _refund(stage: Stage, number: int) -> Instruction:
    return instructions.refund_session(
        authority=stage.operator.pubkey(),
        platform=stage.platform,
        credit_account=stage.account,
        session=session_address(stage.account, number).address,
        rent_payer=stage.operator.pubkey(),
    )

"""Instructions about sessions, as values."""

from collections.abc import Mapping

from job_escrow.codec import OpenSessionArgs, SettleSessionArgs, TierTotals
from solders.pubkey import Pubkey

from program_harness.calls import Call
from program_harness.keys import Key
from program_harness.parties import SessionRef

TIERS = 8
NO_TOTALS = TierTotals(flat_requests=0, metered_requests=0, metered_units=0, metered_credits=0)
ROOT = bytes(range(32))
"""A root of receipts; the program reads none of it."""


def units(number: int) -> TierTotals:
    """What a tier without a flat price counts."""
    return TierTotals(flat_requests=0, metered_requests=0, metered_units=number, metered_credits=0)


def requests(flat: int = 0, metered: int = 0, units: int = 0, credits: int = 0) -> TierTotals:
    """What a tier with a flat price counts."""
    return TierTotals(flat_requests=flat, metered_requests=metered, metered_units=units, metered_credits=credits)


def all_totals(totals: Mapping[int, TierTotals]) -> tuple[TierTotals, ...]:
    """Totals of every slot, from those that are not 0."""
    return tuple(totals.get(slot, NO_TOTALS) for slot in range(TIERS))


def open_session(
    session: SessionRef, *, credits: int, seconds: int, operator: Key, payer: Key, payee: Pubkey | None = None
) -> Call:
    """Lock credits for a session; `payee` is the registration of who earns, if not the treasury."""
    return Call(
        name="open_session",
        accounts={
            "operator": operator.pubkey(),
            "payer": payer.pubkey(),
            "platform": session.credit.platform.address,
            "credit_account": session.credit.address,
            **({} if payee is None else {"payee": payee}),
            "session": session.address,
        },
        args={"args": OpenSessionArgs(id=session.id, credits=credits, seconds=seconds)},
        signers=(operator, payer),
    )


def settle_session(
    session: SessionRef,
    totals: Mapping[int, TierTotals],
    *,
    from_count: int,
    count: int,
    is_final: bool,
    operator: Key,
    payee: Pubkey | None = None,
    root: bytes = ROOT,
) -> Call:
    """Charge what a session has used so far; `payee` is the token account of who earns, if not the treasury."""
    return Call(
        name="settle_session",
        accounts={
            "operator": operator.pubkey(),
            "platform": session.credit.platform.address,
            "credit_account": session.credit.address,
            "session": session.address,
            "vault": session.credit.vault,
            "treasury": session.credit.platform.treasury,
            **({} if payee is None else {"payee": payee}),
            "rent_payer": session.rent_payer,
        },
        args={
            "args": SettleSessionArgs(
                from_count=from_count, count=count, root=root, totals=all_totals(totals), is_final=is_final
            )
        },
        signers=(operator,),
    )


def refund_session(session: SessionRef, *, authority: Key) -> Call:
    """Give back what a session holds."""
    return Call(
        name="refund_session",
        accounts={
            "authority": authority.pubkey(),
            "platform": session.credit.platform.address,
            "credit_account": session.credit.address,
            "session": session.address,
            "rent_payer": session.rent_payer,
        },
        signers=(authority,),
    )

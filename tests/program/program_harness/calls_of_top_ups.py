"""Instructions about automatic top-up, as values."""

from dataclasses import replace

from job_escrow.addresses import delegate_address, top_up_address
from job_escrow.codec import TopUpArgs
from solders.pubkey import Pubkey

from program_harness.calls import Call
from program_harness.calls_of_credits import NEVER
from program_harness.keys import Key
from program_harness.parties import Credit
from program_harness.tokens import approve

NO_PACK = 255


def rule_of(credit: Credit, credits: int = 200, threshold: int = 100, times: int = 3) -> TopUpArgs:
    """Buy so many credits below a threshold, so many times a day at most, for ever."""
    base_units = credits * credit.platform.base_units_per_credit
    return TopUpArgs(
        threshold=threshold,
        credits=credits,
        base_units=base_units,
        bonus_credits=0,
        base_units_per_period=times * base_units,
        period_seconds=86_400,
        expires_at=NEVER,
        pack=NO_PACK,
    )


def delegate_of(credit: Credit) -> Pubkey:
    """Whom the wallet lets spend for this platform."""
    return delegate_address(credit.platform.address, credit.wallet.pubkey())


def set_top_up(
    credit: Credit,
    args: TopUpArgs,
    sequence: int,
    *,
    source: Pubkey | None = None,
    payer: Key | None = None,
    approved: int | None = 2**63,
) -> Call:
    """Set a rule, on the wallet's own token account unless another is given, and approve the delegate before it."""
    paying = payer or credit.wallet
    pays = source or credit.tokens
    call = Call(
        name="set_top_up",
        accounts={
            "wallet": credit.wallet.pubkey(),
            "payer": paying.pubkey(),
            "platform": credit.platform.address,
            "credit_account": credit.address,
            "source": pays,
            "rule": top_up_address(credit.address),
        },
        args={"args": args, "sequence": sequence},
        signers=(credit.wallet, paying),
    )
    if approved is None:
        return call
    step = approve(source=pays, delegate=delegate_of(credit), owner=credit.wallet.pubkey(), base_units=approved)
    return replace(call, before=(step,))


def remove_top_up(credit: Credit, *, rent_payer: Pubkey | None = None) -> Call:
    """Remove the rule."""
    return Call(
        name="remove_top_up",
        accounts={
            "wallet": credit.wallet.pubkey(),
            "credit_account": credit.address,
            "rule": top_up_address(credit.address),
            "rent_payer": rent_payer or credit.wallet.pubkey(),
        },
        signers=(credit.wallet,),
    )


def top_up(credit: Credit, *, source: Pubkey | None = None, promotion: Pubkey | None = None) -> Call:
    """Buy what the rule says; anybody may."""
    return Call(
        name="top_up",
        accounts={
            "platform": credit.platform.address,
            "credit_account": credit.address,
            "vault": credit.vault,
            "rule": top_up_address(credit.address),
            "source": source or credit.tokens,
            "delegate": delegate_of(credit),
            **({} if promotion is None else {"promotion": promotion}),
        },
    )

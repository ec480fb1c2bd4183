"""What a refusal means for whoever sees it: with the amounts that the chain has, and the command to go on with."""

from typing import TYPE_CHECKING

from job_escrow.addresses import text_of, token_address
from job_escrow.chain.requests import ChainError
from job_escrow.codec import PROGRAM_ID
from job_escrow.codec.errors import (
    BelowMinimumPurchase,
    InsufficientCredits,
    InsufficientFunds,
    JobIdUsed,
    NothingToSync,
    Paused,
)
from job_escrow.errors import ProgramFailed, Refused, TransactionFailed
from job_escrow.tokens import USDC_MINT, token_amount

from job_escrow_cli.money import sol

if TYPE_CHECKING:
    from job_escrow_cli.session import Session

# What one signature costs, at least: whoever has less cannot send anything.
_LEAST_FEE = 5_000
_SIGNATURES = 2


def explained(error: Exception, session: "Session") -> Exception:
    """A better exception for the same failure, or the same one where nothing is to be added."""
    if not isinstance(error, TransactionFailed):
        return error
    try:
        text = _refused(error, session) if isinstance(error, Refused) else _failed(error, session)
    except ChainError:
        # The chain cannot be asked for more; what it said first still holds.
        return error
    if text is None:
        return error
    return ProgramFailed(text, logs=error.logs, signature=error.signature)


def _failed(error: TransactionFailed, session: "Session") -> str | None:
    """A failure that is not the program's: mostly SOL that is missing, or the program itself."""
    payer = session.fee_payer.pubkey()
    program, found = session.chain.accounts([PROGRAM_ID, payer])
    if program is None:
        session.no_program()
    lamports = 0 if found is None else found.lamports
    needed = session.rent + _LEAST_FEE * _SIGNATURES
    if lamports < needed:
        how = "send SOL to it" if session.cluster.is_mainnet else f"send SOL to it, or: job-escrow airdrop 1 {payer}"
        what = f"rent of {sol(session.rent)} and fees" if session.rent else "fees"
        return f"too little SOL: {payer} has {sol(lamports)}, and {what} take {sol(needed)}; {how}"
    return _too_few_tokens(session)


def _refused(error: Refused, session: "Session") -> str | None:
    """A refusal of the program, with the amounts that it is about."""
    if error.refusal is InsufficientFunds:
        return _too_few_tokens(session)
    if error.refusal is BelowMinimumPurchase:
        least = session.platform.min_purchase
        worth = session.money.worth(least)
        return f"the purchase is below the platform's minimum: buy at least {least:,} credits ({worth})"
    if error.refusal is InsufficientCredits and session.withdraws:
        return _too_few_to_withdraw(session)
    if error.refusal is InsufficientCredits:
        return f"{error}. What there is: job-escrow balance"
    if error.refusal is JobIdUsed:
        return "this id was used before, so nothing was done again; what was done with it: job-escrow history"
    if error.refusal is NothingToSync:
        return f"{error}: send at least one credit's worth to the address that job-escrow deposit-address prints"
    if error.refusal is Paused:
        return f"the platform {text_of(session.platform.name)} is paused: {error}"
    return None


def _too_few_to_withdraw(session: "Session") -> str | None:
    account = session.wallet.account()
    if account is None:
        return None
    text = f"{account.paid_available:,} credits can be withdrawn"
    if account.paid_locked:
        text += f", {account.paid_locked:,} are locked until open jobs and sessions end (job-escrow jobs)"
    if account.granted_available + account.granted_locked:
        text += f", and {account.granted_available + account.granted_locked:,} were granted, which can only be spent"
    return f"{text}: job-escrow withdraw all"


def _too_few_tokens(session: "Session") -> str | None:
    if not session.needed:
        return None
    owner = session.signer.pubkey()
    (info,) = session.chain.accounts([token_address(owner, session.platform.mint)])
    held = token_amount(info)
    if held >= session.needed:
        return None
    money = session.money
    lacking = money.number(session.needed - held).replace(",", "")
    given = f"--usdc {lacking}" if money.mint == USDC_MINT else f"--tokens {lacking} --mint {money.symbol}"
    local = session.cluster.name is None and money.currency.symbol is not None
    more = f", or on a local chain: job-escrow airdrop {given}" if local else ""
    return (
        f"too little {money.symbol}: the wallet {owner} has {money.text(held)}, and this takes "
        f"{money.text(session.needed)}; send {money.symbol} to it (mint {money.mint}){more}"
    )

"""`job-escrow airdrop`: SOL from a faucet, and USDC where everybody may mint it."""

from typing import Annotated

import typer
from job_escrow.addresses import token_address
from job_escrow.amounts import USDC_DECIMALS, InvalidAmount, Usdc, base_units_of
from job_escrow.chain.requests import ChainError
from job_escrow.tokens import USDC_MINT, token_amount
from solders.pubkey import Pubkey

from job_escrow_cli.failures import Failed, UsageError
from job_escrow_cli.money import LAMPORTS_DECIMALS, decimal_text, sol
from job_escrow_cli.output import facts, show, tell
from job_escrow_cli.session import Session, opened

_MOST_SOL = 1_000_000
_SOL_FAUCET = "https://faucet.solana.com"
_USDC_FAUCET = "https://faucet.circle.com"


def airdrop(
    context: typer.Context,
    amount: Annotated[str | None, typer.Argument(metavar="SOL", help="How much SOL, such as 2 or 0.5.")] = None,
    to: Annotated[str | None, typer.Argument(metavar="ADDRESS", help="Who gets it; the key's own.")] = None,
    usdc: Annotated[
        str | None, typer.Option("--usdc", metavar="AMOUNT", help="USDC too, such as 25.00; on a chain of one's own.")
    ] = None,
) -> None:
    """Ask the chain's faucet for SOL, and on a local chain for USDC. Neither is worth anything.

    Clusters limit how much and how often. USDC of devnet is Circle's, whose faucet is a web page.
    """
    lamports = 0 if amount is None else _lamports(amount)
    base_units = 0 if usdc is None else int(Usdc.parse(usdc))
    if not lamports and not base_units:
        raise UsageError("say how much: job-escrow airdrop 2, or --usdc 25.00 on a local chain")
    with opened(context) as session:
        owner = session.owner(to)
        cluster = session.cluster
        if cluster.is_mainnet:
            raise UsageError("nobody gives SOL or USDC away on mainnet: use devnet or localhost with --url")
        if base_units and cluster.name is not None:
            raise UsageError(f"USDC of {cluster} is Circle's: ask {_USDC_FAUCET} for some to {owner}")
        from job_escrow.testing.faucet import fund

        if base_units:
            fund(session.chain, owner, lamports=0, usdc=base_units)
        if lamports:
            try:
                fund(session.chain, owner, lamports=lamports)
            except ChainError as error:
                if cluster.name is None:
                    raise
                raise Failed(
                    f"the faucet of {cluster} gave nothing ({error}): try less, try later, or ask {_SOL_FAUCET} "
                    f"for some to {owner}"
                ) from error
        _show(session, owner, lamports, base_units)


def _show(session: Session, owner: Pubkey, lamports: int, base_units: int) -> None:
    wallet, tokens = session.chain.accounts([owner, token_address(owner, USDC_MINT)])
    now, usdc_now = 0 if wallet is None else wallet.lamports, token_amount(tokens)
    given = [sol(lamports)] if lamports else []
    if base_units:
        given.append(f"{decimal_text(base_units, USDC_DECIMALS, places=2)} USDC")
    tell(f"given: {' and '.join(given)}")
    show(
        session.settings,
        {"address": str(owner), "lamports": now, "usdc_base_units": usdc_now},
        facts(
            {
                "address": owner,
                "SOL": decimal_text(now, LAMPORTS_DECIMALS),
                "USDC": decimal_text(usdc_now, USDC_DECIMALS, places=2) if usdc_now else None,
            }
        ),
    )


def _lamports(text: str) -> int:
    """Lamports of an amount of SOL. Raises UsageError."""
    try:
        found = base_units_of(text, LAMPORTS_DECIMALS, "SOL")
    except InvalidAmount:
        found = -1
    if not 0 <= found <= _MOST_SOL * 10**LAMPORTS_DECIMALS:
        raise UsageError(f"{text!r} is not an amount of SOL: give digits, 0 to {_MOST_SOL:,}, with at most 9 decimals")
    return found

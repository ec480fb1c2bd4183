"""`job-escrow airdrop`: SOL from a faucet, and the presets' tokens where everybody may mint them."""

from typing import Annotated

import typer
from job_escrow.addresses import token_address
from job_escrow.amounts import MAX_BASE_UNITS, InvalidAmount, base_units_of, whole_number
from job_escrow.chain.requests import ChainError
from job_escrow.presets.local_mints import LocalMint, local_mints
from job_escrow.tokens import USDC_MINT, token_amount
from solders.pubkey import Pubkey

from job_escrow_cli.failures import Failed, UsageError
from job_escrow_cli.money import LAMPORTS_DECIMALS, decimal_text, sol
from job_escrow_cli.output import facts, show, tell
from job_escrow_cli.session import Session, opened

_MOST_SOL = 1_000_000
_SOL_FAUCET = "https://faucet.solana.com"
_USDC_FAUCET = "https://faucet.circle.com"
_USDC = next(each for each in local_mints() if each.address == USDC_MINT)
_HOW_MUCH = "say how much: job-escrow airdrop 2, or --usdc 25.00 on a local chain"


def airdrop(
    context: typer.Context,
    amount: Annotated[str | None, typer.Argument(metavar="SOL", help="How much SOL, such as 2 or 0.5.")] = None,
    to: Annotated[str | None, typer.Argument(metavar="ADDRESS", help="Who gets it; the key's own.")] = None,
    usdc: Annotated[
        str | None, typer.Option("--usdc", metavar="AMOUNT", help="USDC too, such as 25.00; on a chain of one's own.")
    ] = None,
    tokens: Annotated[
        str | None,
        typer.Option("--tokens", metavar="AMOUNT", help="Tokens of a --mint, such as 25.00; on a chain of one's own."),
    ] = None,
    mint: Annotated[
        str | None,
        typer.Option("--mint", metavar="SYMBOL", help="Which, by a preset's symbol or its address; the platform's."),
    ] = None,
) -> None:
    """Ask the chain's faucet for SOL, and on a local chain for tokens. Neither is worth anything.

    Clusters limit how much and how often. USDC of devnet is Circle's, whose faucet is a web page.
    """
    lamports = 0 if amount is None else _lamports(amount)
    if usdc is not None and tokens is not None:
        raise UsageError("say how much USDC, or how many --tokens of a --mint, and not both")
    if mint is not None and tokens is None:
        raise UsageError("say how many --tokens of the --mint")
    if amount is None and usdc is None and tokens is None:
        raise UsageError(_HOW_MUCH)
    with opened(context) as session:
        token = _USDC if tokens is None else _token(session, mint)
        text = usdc if tokens is None else tokens
        base_units = 0 if text is None else _base_units(text, token)
        if not lamports and not base_units:
            raise UsageError(_HOW_MUCH)
        owner = session.owner(to)
        cluster = session.cluster
        if cluster.is_mainnet:
            raise UsageError("nobody gives SOL or USDC away on mainnet: use devnet or localhost with --url")
        if base_units and cluster.name is not None and token is _USDC:
            raise UsageError(f"USDC of {cluster} is Circle's: ask {_USDC_FAUCET} for some to {owner}")
        if base_units and cluster.name is not None:
            raise UsageError(f"nobody but its issuer mints {token.symbol} on {cluster}: use localhost with --url")
        from job_escrow.testing.faucet import fund

        if base_units:
            fund(session.chain, owner, lamports=0, mint=token.address, base_units=base_units)
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
        _show(session, owner, lamports, token, base_units)


def _base_units(text: str, token: LocalMint) -> int:
    """Base units of an amount of a token. Raises InvalidAmount."""
    amount = base_units_of(text, token.currency.decimals, token.symbol)
    return whole_number(amount, f"base units of {token.symbol}", MAX_BASE_UNITS)


def _token(session: Session, mint: str | None) -> LocalMint:
    """The mint of a symbol or an address; without either that of the platform. Raises UsageError."""
    address = str(session.platform.mint) if mint is None else mint
    known = {each.symbol.lower(): each for each in local_mints()} | {str(each.address): each for each in local_mints()}
    found = known.get(address) or known.get(address.lower())
    if found is None:
        there = ", ".join(each.symbol for each in local_mints())
        raise UsageError(f"{address!r} is not a mint that everybody may mint: choose one of {there}")
    return found


def _show(session: Session, owner: Pubkey, lamports: int, token: LocalMint, base_units: int) -> None:
    wallet, tokens = session.chain.accounts([owner, token_address(owner, token.address)])
    now, held = 0 if wallet is None else wallet.lamports, token_amount(tokens)
    given = [sol(lamports)] if lamports else []
    if base_units:
        given.append(token.currency.text(base_units))
    tell(f"given: {' and '.join(given)}")
    in_usdc = {"usdc_base_units": held} if token is _USDC else {"mint": str(token.address), "base_units": held}
    show(
        session.settings,
        {"address": str(owner), "lamports": now, **in_usdc},
        facts(
            {
                "address": owner,
                "SOL": decimal_text(now, LAMPORTS_DECIMALS),
                token.symbol: token.currency.number(held) if held else None,
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

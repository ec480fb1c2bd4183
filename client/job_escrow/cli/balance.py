"""`job-escrow balance`."""

from pathlib import Path
from typing import Annotated

import typer
from solders.clock import Clock
from solders.sysvar import CLOCK

from job_escrow.addresses import text_of, vault_address
from job_escrow.cli.moments import moment
from job_escrow.cli.money import count
from job_escrow.cli.options import DATABASE
from job_escrow.cli.output import facts, show
from job_escrow.cli.session import Session, opened
from job_escrow.codec import PROGRAM_ID, CreditAccount
from job_escrow.tokens import USDC_MINT, token_amount


def balance(
    context: typer.Context,
    wallet: Annotated[str | None, typer.Argument(metavar="WALLET", help="Another wallet than the key's own.")] = None,
    indexed: Annotated[
        bool, typer.Option("--indexed", help="From the indexer's database instead of the chain.")
    ] = False,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="With --indexed: as it was then, or so long ago.")
    ] = None,
    database: Annotated[
        Path, typer.Option("--database", metavar="FILE", help="With --indexed: the indexer's SQLite file.")
    ] = DATABASE,
) -> None:
    """Show the credits of a wallet, and what stands behind them."""
    if indexed or at is not None:
        from job_escrow.cli.indexed import show_balance

        show_balance(context, wallet, database, at)
        return
    with opened(context) as session:
        _show(session, wallet)


def _show(session: Session, wallet: str | None) -> None:
    owner = session.owner(wallet)
    address = session.credit_account_key(owner)
    # All in one question, so that every figure is of the same slot; most platforms have the mint that is guessed here.
    guess = vault_address(address, USDC_MINT).address
    asked = [session.platform_key, PROGRAM_ID, address, CLOCK, guess]
    platform_info, program, info, clock, vault_info = session.chain.accounts(asked)
    platform = session.platform_of(platform_info, program)
    session.platform = platform
    if info is None:
        session.no_account(owner, address)
    account = CreditAccount.decode(info.data)
    if account.vault != guess:
        info, clock, vault_info = session.chain.accounts([address, CLOCK, account.vault])
        account = account if info is None else CreditAccount.decode(info.data)
    now = 0 if clock is None else Clock.from_bytes(clock.data).unix_timestamp
    money = session.money
    granted = sum(lot.credits_free for lot in account.lots if lot.expires_at > now)
    locked = account.paid_locked + account.granted_locked
    available = account.paid_available + granted
    owed = account.paid_available + account.granted_available + locked + account.pending_bonus
    deposits = max(0, token_amount(vault_info) - owed * account.base_units_per_credit)
    name = text_of(platform.name)
    topup = moment(account.last_topup_at)
    show(
        session.settings,
        {
            "platform": str(session.platform_key),
            "platform_name": name,
            "wallet": str(owner),
            "namespace": session.settings.namespace.value,
            "credit_account": str(address),
            "available": available,
            "withdrawable": account.paid_available,
            "granted": granted,
            "locked": locked,
            "open_jobs": account.open_jobs,
            "value": money.number(available * account.base_units_per_credit).replace(",", ""),
            "mint": str(platform.mint),
            "base_units_per_credit": account.base_units_per_credit,
            "deposits_base_units": deposits,
            "last_topup_at": topup,
        },
        facts(
            {
                "available": f"{available:,} credits ({money.worth(available)})",
                "withdrawable": f"{account.paid_available:,} ({money.worth(account.paid_available)})",
                "granted": f"{granted:,}" if granted else None,
                "locked": f"{locked:,} in {count(account.open_jobs, 'open job')}" if account.open_jobs else "0",
                "deposits": f"{money.text(deposits)}, not credits yet" if deposits else None,
                "last top-up": topup or "none yet",
                "platform": f"{name} ({session.platform_key})",
                "wallet": owner,
                "namespace": session.settings.namespace.value or None,
            }
        ),
    )

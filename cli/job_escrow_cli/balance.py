"""`job-escrow balance`."""

from pathlib import Path
from typing import Annotated

import typer
from job_escrow.addresses import text_of, vault_address
from job_escrow.clock import CLOCK_ADDRESS, unix_time_of
from job_escrow.codec import PROGRAM_ID, CreditAccount
from job_escrow.packs import payable
from job_escrow.spendable import granted_at
from job_escrow.tokens import USDC_MINT, token_amount

from job_escrow_cli.options import DATABASE
from job_escrow_cli.output import facts, show
from job_escrow_cli.session import Session, opened
from job_escrow_cli.times import moment


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
        from job_escrow_cli.indexed import show_balance

        show_balance(context, wallet, database, at)
        return
    with opened(context) as session:
        _show(session, wallet)


def _show(session: Session, wallet: str | None) -> None:
    owner = session.owner(wallet)
    address = session.credit_account_key(owner)
    # All in one question, so that every figure is of the same slot; most platforms have the mint that is guessed here.
    guess = vault_address(address, USDC_MINT).address
    asked = [session.platform_key, PROGRAM_ID, address, CLOCK_ADDRESS, guess]
    platform_info, program, info, clock, vault_info = session.chain.accounts(asked)
    platform = session.platform_of(platform_info, program)
    session.platform = platform
    if info is None:
        session.no_account(owner, address)
    account = CreditAccount.decode(info.data)
    if account.vault != guess:
        info, clock, vault_info = session.chain.accounts([address, CLOCK_ADDRESS, account.vault])
        account = account if info is None else CreditAccount.decode(info.data)
    money = session.money
    granted = granted_at(account, unix_time_of(clock))
    locked = account.paid_locked + account.granted_locked
    available = account.paid_available + granted
    credits = account.paid_available + account.granted_available + locked
    owed = credits * account.base_units_per_credit + account.promotion_owed
    deposits = max(0, token_amount(vault_info) - owed)
    withdrawable = payable(account)
    value = withdrawable + granted * account.base_units_per_credit
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
            "value": money.number(value).replace(",", ""),
            "mint": str(platform.mint),
            "base_units_per_credit": account.base_units_per_credit,
            "withdrawable_base_units": withdrawable,
            "promotion_base_units": account.promotion_backing,
            "deposits_base_units": deposits,
            "last_topup_at": topup,
        },
        facts(
            {
                "available": f"{available:,} credits ({money.text(value)})",
                "withdrawable": f"{account.paid_available:,} ({money.text(withdrawable)})",
                "granted": f"{granted:,}" if granted else None,
                "locked": f"{locked:,} in {account.open_jobs:,} open {_held_by(account.open_jobs)}" if locked else "0",
                "deposits": f"{money.text(deposits)}, not credits yet" if deposits else None,
                "last top-up": topup or "none yet",
                "platform": f"{name} ({session.platform_key})",
                "wallet": owner,
                "namespace": session.settings.namespace.value or None,
            }
        ),
    )


def _held_by(number: int) -> str:
    return "job or session" if number == 1 else "jobs and sessions"

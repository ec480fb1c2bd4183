"""What a wallet needs before its commands work, checked one after the other: what there is, and what to do."""

import platform as machine
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from job_escrow._version import __version__
from job_escrow.addresses import text_of, token_address
from job_escrow.chain.requests import ChainError
from job_escrow.clock import CLOCK_ADDRESS, unix_time_of
from job_escrow.codec import PROGRAM_ID, CreditAccount
from job_escrow.errors import NotFound
from job_escrow.spendable import left_of_period, spendable
from job_escrow.tokens import TOKEN_ACCOUNT_SIZE, USDC_MINT, token_amount
from job_escrow.urls import shown_url

from job_escrow_cli.buying import suggested_limits
from job_escrow_cli.clusters import is_local
from job_escrow_cli.keypairs import KeypairError
from job_escrow_cli.money import sol
from job_escrow_cli.sending import rents
from job_escrow_cli.times import duration

if TYPE_CHECKING:
    from solders.pubkey import Pubkey

    from job_escrow_cli.session import Session

_FEES_LAMPORTS = 100_000
"""Ten signatures with room: less is as good as nothing."""


class State(StrEnum):
    """What a check came to."""

    OK = "ok"
    NOTE = "note"
    """Nothing is wrong, and something cannot be done yet."""
    MISSING = "missing"


class Finding(NamedTuple):
    """One thing that was looked at; `remedy` is what to do, where there is something."""

    name: str
    state: State
    found: str
    remedy: str | None = None


def findings(session: "Session") -> Iterator[Finding]:
    """Check everything that can be checked: what needs a node, a key or a platform ends where there is none."""
    yield Finding("version", State.OK, f"job-escrow {__version__} on Python {machine.python_version()}")
    key = _key(session)
    yield key
    node = list(_node(session))
    yield from node
    if any(each.state is State.MISSING for each in node):
        return
    owner = None if key.state is State.MISSING else session.signer.pubkey()
    if owner is not None:
        yield _sol(session, owner)
    platform = _platform(session)
    yield platform
    if owner is not None and platform.state is not State.MISSING:
        yield from _account(session, owner)


def _key(session: "Session") -> Finding:
    setting = session.settings.keypair
    try:
        return Finding("key", State.OK, f"{session.signer.pubkey()}  ({setting.value}, from {setting.source})")
    except KeypairError as error:
        return Finding("key", State.MISSING, str(error))


def _node(session: "Session") -> Iterator[Finding]:
    setting = session.settings.url
    where = f"{shown_url(setting.value)}  (from {setting.source})"
    try:
        version, genesis = session.chain.version(), session.chain.genesis_hash()
        (program,) = session.chain.accounts([PROGRAM_ID])
    except ChainError as error:
        start = "start a chain here with: job-escrow localnet" if is_local(setting.value) else None
        yield Finding("node", State.MISSING, str(error), start)
        return
    yield Finding("node", State.OK, f"{where}, version {version}")
    yield Finding("chain", State.OK, f"{session.cluster.name or 'a chain of its own'}, genesis {genesis}")
    if program is not None and program.executable:
        yield Finding("program", State.OK, str(PROGRAM_ID))
        return
    yield Finding(
        "program",
        State.MISSING,
        f"{PROGRAM_ID} is not deployed on {session.cluster}",
        "name another node; a chain that has the program: job-escrow localnet, then --url localhost",
    )


def _sol(session: "Session", owner: "Pubkey") -> Finding:
    (info,) = session.chain.accounts([owner])
    lamports = 0 if info is None else info.lamports
    opening = rents(session, CreditAccount.SIZE, TOKEN_ACCOUNT_SIZE) + _FEES_LAMPORTS
    if lamports >= opening:
        return Finding("SOL", State.OK, sol(lamports))
    how = f"send SOL to {owner}" + ("" if session.cluster.is_mainnet else ", or: job-escrow airdrop 1")
    if lamports >= _FEES_LAMPORTS:
        return Finding(
            "SOL", State.NOTE, f"{sol(lamports)}: enough for fees; opening an account takes {sol(opening)}", how
        )
    return Finding("SOL", State.MISSING, f"{sol(lamports)}: a fee cannot be paid", how)


def _platform(session: "Session") -> Finding:
    setting = session.settings.platform
    if not setting.value:
        return Finding(
            "platform",
            State.MISSING,
            "none is set",
            "job-escrow config set platform ADDRESS; those of this chain: job-escrow platform list; "
            "one of your own: job-escrow platform create --preset decentral",
        )
    try:
        platform = session.platform
    except (NotFound, ValueError) as error:
        return Finding("platform", State.MISSING, str(error))
    found = f"{text_of(platform.name)}, {session.platform_key}  (from {setting.source})"
    if platform.paused:
        return Finding(
            "platform", State.NOTE, found, "it is paused: nothing can be bought or locked; withdrawing works"
        )
    return Finding("platform", State.OK, found)


def _account(session: "Session", owner: "Pubkey") -> Iterator[Finding]:
    address = session.credit_account_key(owner)
    mint = session.platform.mint
    # What has expired, and which period of the limits it is, the chain's clock says.
    tokens, info, clock = session.chain.accounts([token_address(owner, mint), address, CLOCK_ADDRESS])
    money, held = session.money, token_amount(tokens)
    least = session.platform.min_purchase
    if held >= least * money.base_units_per_credit:
        yield Finding("tokens", State.OK, money.text(held))
    else:
        local = session.cluster.name is None and mint == USDC_MINT
        how = f"send {money.symbol} to {owner} (mint {mint})" + (
            ", or: job-escrow airdrop --usdc 25.00" if local else ""
        )
        yield Finding("tokens", State.NOTE, f"{money.text(held)}; the smallest purchase is {money.worth(least)}", how)
    if info is None:
        yield Finding("account", State.NOTE, "none yet", f"job-escrow open --buy {least} {suggested_limits(session)}")
        return
    account = CreditAccount.decode(info.data)
    now = unix_time_of(clock)
    yield Finding("account", State.OK, f"{address}, {spendable(account, now):,} credits available")
    limits = account.limits
    if limits.credits_per_period:
        counted = limits.credits_per_period - left_of_period(account, now)
        used = f"{counted:,} of {limits.credits_per_period:,} credits in {duration(limits.period_seconds)} used"
        yield Finding("limits", State.OK, f"{limits.credits_per_job:,} credits for a job; {used}")
    else:
        yield Finding(
            "limits",
            State.NOTE,
            "zero: the operator may lock nothing, and no job runs unless the wallet locks it",
            f"job-escrow limits set {suggested_limits(session)}",
        )

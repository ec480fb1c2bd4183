"""What happens in the demo, over any local chain."""

from collections.abc import Callable
from dataclasses import dataclass, field

from job_escrow.addresses import platform_address, token_address
from job_escrow.chain.driving import run
from job_escrow.chain.requests import (
    ChainError,
    GetAccounts,
    GetProgramAccounts,
    GetSignatureStatus,
    GetUnixTime,
    Pause,
    RequestAirdrop,
)
from job_escrow.codec import JobLocked, JobRefunded, JobSettled, LimitsArgs
from job_escrow.escrow import Escrow
from job_escrow.flows.locking import LockTerms
from job_escrow.parties import Operator, Wallet
from job_escrow.presets import load_preset
from job_escrow.testing.usdc import local_usdc_authority
from job_escrow.tokens import TOKEN_ACCOUNT_SIZE, USDC_MINT, create_token_account, mint_supply, mint_to, token_amount
from job_escrow.transactions import Receipt, execute
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM_ID

from job_escrow_cli.demo.ledger import DemoReport, FinalCount, JobReport, LedgerRow

BOUGHT_CREDITS = 1_000
FUNDED_BASE_UNITS = 25_000_000
_LAMPORTS = 2_000_000_000
_LIMITS = LimitsArgs(
    credits_per_job=100, credits_per_session=0, credits_per_period=1_000, period_seconds=86_400, quoted_allowed=True
)
_JOB_SECONDS = 600
_SHORT_JOB_SECONDS = 2


@dataclass(frozen=True)
class _PlannedJob:
    tier: int
    max_units: int
    units: int | None
    label: str
    outcome: str = "settled"


# One on each tier, one long completion, one that fails and one that nobody finishes.
_JOBS = (
    _PlannedJob(0, 500, 320, "Lite, 320 tokens"),
    _PlannedJob(1, 500, 500, "Standard, 500 tokens"),
    _PlannedJob(2, 1_000, 480, "Pro, 480 tokens"),
    _PlannedJob(3, 500, 500, "Max, 500 tokens"),
    _PlannedJob(3, 4_000, 2_400, "Max, 2,400 tokens"),
    _PlannedJob(2, 500, None, "Pro, model fails", "failed"),
    _PlannedJob(1, 500, None, "Standard, times out", "timed out"),
)


@dataclass
class _Cast:
    admin: Keypair = field(default_factory=Keypair)
    operator: Keypair = field(default_factory=Keypair)
    wallet: Keypair = field(default_factory=Keypair)
    keeper: Keypair = field(default_factory=Keypair)


@dataclass
class _Stage:
    escrow: Escrow
    cast: _Cast
    platform: Pubkey
    wallet: Wallet
    operator: Operator
    tell: Callable[[str], None]
    rows: list[LedgerRow] = field(default_factory=list)
    jobs: list[JobReport] = field(default_factory=list)

    def amounts(self) -> tuple[int, int, int]:
        """Base units of the wallet's own token account, the vault and the treasury."""
        own = token_address(self.cast.wallet.pubkey(), USDC_MINT)
        treasury = token_address(self.cast.admin.pubkey(), USDC_MINT)
        found = self.escrow.chain.answer(GetAccounts([own, self.wallet.side.vault, treasury]))
        return token_amount(found[0]), token_amount(found[1]), token_amount(found[2])

    def record(self, step: str, signed_by: str, credits: int, receipt: Receipt) -> None:
        account = self.wallet.account()
        own, vault, treasury = self.amounts()
        self.rows.append(
            LedgerRow(
                step=step,
                signed_by=signed_by,
                credits=credits,
                available=0 if account is None else account.paid_available,
                locked=0 if account is None else account.paid_locked,
                wallet_usdc=own,
                vault_usdc=vault,
                treasury_usdc=treasury,
                compute_units=receipt.compute_units,
                signature=str(receipt.signature),
            )
        )
        self.tell(f"{step} ({signed_by})")


def run_demo(escrow: Escrow, chain_name: str, tell: Callable[[str], None]) -> DemoReport:
    """Play the scenario on a local chain that has the program, the local USDC mint and a faucet.

    `tell` hears about each step. Raises EscrowError or ChainError where the chain is not such a one.
    """
    cast = _Cast()
    _fund(escrow, cast)
    stage = _set_up(escrow, cast, tell)
    opened = stage.wallet.open(_LIMITS, buy=BOUGHT_CREDITS)
    stage.record(f"open, set limits, buy {BOUGHT_CREDITS:,}", "wallet", BOUGHT_CREDITS, opened)
    for planned in _JOBS:
        _play_job(stage, planned)
    withdrawn = stage.wallet.withdraw()
    stage.record("withdraw all", "wallet", -stage.rows[-1].available, withdrawn)
    return _report(stage, chain_name)


def _fund(escrow: Escrow, cast: _Cast) -> None:
    (mint,) = escrow.chain.answer(GetAccounts([USDC_MINT]))
    if mint is None:
        raise ChainError(
            "this chain has no USDC mint: start one with scripts/validator, or leave --url away to use the chain inside"
        )
    for key in (cast.admin, cast.operator, cast.wallet, cast.keeper, local_usdc_authority()):
        signature = escrow.chain.answer(RequestAirdrop(key.pubkey(), _LAMPORTS))
        while escrow.chain.answer(GetAccounts([key.pubkey()]))[0] is None:
            status = escrow.chain.answer(GetSignatureStatus(signature))
            if status is not None and status.error is not None:
                raise ChainError(f"the faucet failed: {status.error}")
            escrow.chain.answer(Pause(0.2))
    own = token_address(cast.wallet.pubkey(), USDC_MINT)
    authority = local_usdc_authority()
    steps = [
        create_token_account(payer=authority.pubkey(), owner=cast.wallet.pubkey(), mint=USDC_MINT),
        mint_to(mint=USDC_MINT, destination=own, authority=authority.pubkey(), base_units=FUNDED_BASE_UNITS),
    ]
    run(execute(steps, [authority], escrow.options), escrow.chain)


def _set_up(escrow: Escrow, cast: _Cast, tell: Callable[[str], None]) -> _Stage:
    preset = load_preset("decentral")
    platform = platform_address(cast.admin.pubkey(), preset.name, escrow.options.program_id)
    stage = _Stage(
        escrow=escrow,
        cast=cast,
        platform=platform,
        wallet=escrow.wallet(cast.wallet, platform),
        operator=escrow.operator(cast.operator, platform),
        tell=tell,
    )
    created = escrow.create_platform(
        cast.admin,
        preset.platform_terms(operator=cast.operator.pubkey(), treasury_owner=cast.admin.pubkey()),
    )
    stage.record("create platform decentral", "admin", 0, created)
    return stage


def _play_job(stage: _Stage, planned: _PlannedJob) -> None:
    account = stage.wallet.address
    number = len(stage.jobs) + 1
    job_id = stage.operator.next_job_id(account)
    seconds = _SHORT_JOB_SECONDS if planned.outcome == "timed out" else _JOB_SECONDS
    terms = LockTerms(job_id=job_id, tier=planned.tier, amount=planned.max_units, seconds=seconds)
    locked = stage.operator.lock(account, terms)
    lock_event = next(event for event in locked.events if isinstance(event, JobLocked))
    stage.record(f"job {number}: lock ({planned.label})", "operator", -lock_event.credits, locked)

    if planned.units is not None:
        ended = stage.operator.settle(account, job_id, planned.units)
        settle_event = next(event for event in ended.events if isinstance(event, JobSettled))
        charged, returned = settle_event.charged, settle_event.returned.paid
        stage.record(f"job {number}: settle", "operator", returned, ended)
    else:
        if planned.outcome == "timed out":
            _wait_until(stage.escrow, lock_event.deadline)
            # Anybody may do this now; here somebody who is neither the wallet nor the operator does.
            ended = stage.escrow.operator(stage.cast.keeper, stage.platform).refund(account, job_id)
        else:
            ended = stage.operator.refund(account, job_id)
        refund_event = next(event for event in ended.events if isinstance(event, JobRefunded))
        charged, returned = refund_event.settled, refund_event.returned.paid
        signed_by = "anybody" if planned.outcome == "timed out" else "operator"
        stage.record(f"job {number}: refund", signed_by, returned, ended)
    stage.jobs.append(
        JobReport(
            id=job_id,
            tier=planned.label.split(",")[0].lower(),
            units=planned.units,
            outcome=planned.outcome,
            locked=lock_event.credits,
            charged=charged,
            returned=returned,
            lock_signature=str(locked.signature),
            end_signature=str(ended.signature),
        )
    )


def _wait_until(escrow: Escrow, unix_time: int) -> None:
    while (now := escrow.chain.answer(GetUnixTime())) < unix_time:
        escrow.chain.answer(Pause(min(1.0, unix_time - now)))


def _report(stage: _Stage, chain_name: str) -> DemoReport:
    own, vault, treasury = stage.amounts()
    (mint,) = stage.escrow.chain.answer(GetAccounts([USDC_MINT]))
    holders = stage.escrow.chain.answer(
        GetProgramAccounts(TOKEN_PROGRAM_ID, TOKEN_ACCOUNT_SIZE, ((0, bytes(USDC_MINT)),))
    )
    charged = sum(job.charged for job in stage.jobs)
    final = FinalCount(
        funded=FUNDED_BASE_UNITS,
        wallet=own,
        vault=vault,
        treasury=treasury,
        charged_credits=charged,
        all_token_accounts=sum(token_amount(info) for _, info in holders),
        mint_supply=0 if mint is None else mint_supply(mint),
    )
    price = stage.escrow.platform(stage.platform).base_units_per_credit
    conserved = (
        final.wallet + final.vault + final.treasury == final.funded
        and final.treasury == charged * price
        and final.vault == 0
        and final.all_token_accounts == final.mint_supply
    )
    return DemoReport(
        chain=chain_name,
        program=str(stage.escrow.options.program_id),
        platform=str(stage.platform),
        wallet=str(stage.cast.wallet.pubkey()),
        credit_account=str(stage.wallet.address),
        ledger=tuple(stage.rows),
        jobs=tuple(stage.jobs),
        final=final,
        conserved=conserved,
    )

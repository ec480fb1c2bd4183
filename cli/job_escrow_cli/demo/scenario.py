"""What happens in the demo, over any local chain."""

from collections.abc import Callable
from dataclasses import dataclass, field

from job_escrow.addresses import platform_address, token_address
from job_escrow.chain.requests import (
    ChainError,
    GetAccounts,
    GetProgramAccounts,
    GetUnixTime,
    Pause,
)
from job_escrow.codec import JobLocked, JobRefunded, JobSettled
from job_escrow.escrow import Escrow
from job_escrow.flows.locking import LockTerms
from job_escrow.packs import pack_text
from job_escrow.parties import Operator, Wallet
from job_escrow.presets import load_preset
from job_escrow.testing.faucet import fund
from job_escrow.tokens import TOKEN_ACCOUNT_SIZE, mint_supply, token_amount
from job_escrow.transactions import Receipt
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM_ID

from job_escrow_cli.demo.ledger import DemoReport, FinalCount, JobReport, LedgerRow
from job_escrow_cli.demo.plan import Plan, PlannedJob, plan_of

_LAMPORTS = 2_000_000_000
_JOB_SECONDS = 600
_SHORT_JOB_SECONDS = 2


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
    plan: Plan
    platform: Pubkey
    wallet: Wallet
    operator: Operator
    tell: Callable[[str], None]
    rows: list[LedgerRow] = field(default_factory=list)
    jobs: list[JobReport] = field(default_factory=list)

    def amounts(self) -> tuple[int, int, int]:
        """Base units of the wallet's own token account, the vault and the treasury."""
        own = token_address(self.cast.wallet.pubkey(), self.plan.mint)
        treasury = token_address(self.cast.admin.pubkey(), self.plan.mint)
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
                wallet_base_units=own,
                vault_base_units=vault,
                treasury_base_units=treasury,
                compute_units=receipt.compute_units,
                signature=str(receipt.signature),
            )
        )
        self.tell(f"{step} ({signed_by})")


def run_demo(escrow: Escrow, chain_name: str, tell: Callable[[str], None], preset: str = "decentral") -> DemoReport:
    """Play the scenario of a preset on a local chain that has the program, the presets' mints and a faucet.

    `tell` hears about each step. Raises EscrowError or ChainError where the chain is not such a one.
    """
    cast, plan = _Cast(), plan_of(load_preset(preset))
    _fund(escrow, cast, plan)
    stage = _set_up(escrow, cast, plan, tell)
    bought = pack_text(plan.credits, plan.bonus_credits)
    opened = stage.wallet.open(plan.limits, buy=plan.buys)
    stage.record(f"open, set limits, buy {bought}", "wallet", plan.credits + plan.bonus_credits, opened)
    for planned in plan.jobs:
        _play_job(stage, planned)
    withdrawn = stage.wallet.withdraw()
    stage.record("withdraw all", "wallet", -stage.rows[-1].available, withdrawn)
    account = stage.wallet.account()
    if account is not None and account.promotion_owed:
        # What the unspent bonus was paid with goes back to whom it belongs; anybody may see to that.
        swept = escrow.anyone(cast.keeper).sweep_promotion(stage.wallet.address)
        stage.record("promotion gets its own back", "anybody", 0, swept)
    return _report(stage, chain_name)


def _fund(escrow: Escrow, cast: _Cast, plan: Plan) -> None:
    (mint,) = escrow.chain.answer(GetAccounts([plan.mint]))
    if mint is None:
        raise ChainError(
            f"this chain has no mint {plan.mint} ({plan.currency.name}): start one with job-escrow localnet or "
            "scripts/validator, or leave --url away to use the chain inside"
        )
    for key in (cast.admin, cast.operator, cast.wallet, cast.keeper):
        fund(escrow.chain, key.pubkey(), lamports=_LAMPORTS)
    for key, base_units in ((cast.wallet, plan.funded), (cast.admin, plan.promotion)):
        fund(escrow.chain, key.pubkey(), lamports=0, mint=plan.mint, base_units=base_units)


def _set_up(escrow: Escrow, cast: _Cast, plan: Plan, tell: Callable[[str], None]) -> _Stage:
    preset = plan.preset
    platform = platform_address(cast.admin.pubkey(), preset.name, escrow.options.program_id)
    stage = _Stage(
        escrow=escrow,
        cast=cast,
        plan=plan,
        platform=platform,
        wallet=escrow.wallet(cast.wallet, platform, mint=plan.mint),
        operator=escrow.operator(cast.operator, platform),
        tell=tell,
    )
    operator, admin = cast.operator.pubkey(), cast.admin.pubkey()
    terms = preset.platform_terms(operator=operator, treasury_owner=admin, mint=plan.mint)
    stage.record(f"create platform {preset.name}", "admin", 0, escrow.create_platform(cast.admin, terms))
    if plan.promotion:
        funded = escrow.admin(cast.admin, platform).fund_promotion(plan.promotion)
        stage.record("fund the promotion", "admin", 0, funded)
    return stage


def _play_job(stage: _Stage, planned: PlannedJob) -> None:
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
    platform = stage.escrow.platform(stage.platform)
    mint, promotion = stage.escrow.chain.answer(GetAccounts([stage.plan.mint, platform.promotion]))
    holders = stage.escrow.chain.answer(
        GetProgramAccounts(TOKEN_PROGRAM_ID, TOKEN_ACCOUNT_SIZE, ((0, bytes(stage.plan.mint)),))
    )
    charged = sum(job.charged for job in stage.jobs)
    final = FinalCount(
        funded=stage.plan.funded + stage.plan.promotion,
        wallet=own,
        vault=vault,
        treasury=treasury,
        promotion=token_amount(promotion) if stage.plan.promotion else 0,
        charged_credits=charged,
        all_token_accounts=sum(token_amount(info) for _, info in holders),
        mint_supply=0 if mint is None else mint_supply(mint),
    )
    price = platform.base_units_per_credit
    conserved = (
        final.wallet + final.vault + final.treasury + final.promotion == final.funded
        and final.treasury == charged * price
        and final.vault == 0
        and final.all_token_accounts == final.mint_supply
    )
    return DemoReport(
        chain=chain_name,
        preset=stage.plan.preset.name,
        mint=str(stage.plan.mint),
        currency=stage.plan.currency.symbol,
        decimals=stage.plan.currency.decimals,
        display_decimals=stage.plan.currency.display_decimals,
        program=str(stage.escrow.options.program_id),
        platform=str(stage.platform),
        wallet=str(stage.cast.wallet.pubkey()),
        credit_account=str(stage.wallet.address),
        ledger=tuple(stage.rows),
        jobs=tuple(stage.jobs),
        final=final,
        conserved=conserved,
    )

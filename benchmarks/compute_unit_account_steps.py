"""One use of each instruction about a wallet's account, in an order that works."""

from collections.abc import Iterator

from compute_unit_pack_steps import pack_steps
from compute_unit_session_steps import session_steps
from compute_unit_stage import START, UNIX_TIME, Stage, Step, keypair
from compute_unit_top_up_steps import top_up_steps
from job_escrow import NO_LIMITS, LimitsArgs, job_address, token_address
from job_escrow.addresses import DEFAULT_NAMESPACE
from job_escrow.codec import PROGRAM_ID, CreatePlatformArgs, LockArgs, PlanCycle, instructions
from job_escrow.tokens import TOKEN_ACCOUNT_SIZE, USDC_MINT
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, create_account
from solders.token import ID as TOKEN_PROGRAM_ID

_LIMITS = LimitsArgs(
    credits_per_job=1_000,
    credits_per_session=500,
    credits_per_period=10_000,
    period_seconds=86_400,
    quoted_allowed=True,
)
_DEPOSIT = 1_000_000
_PAYEE_NOTICE_SECONDS = 1
_LOT_SECONDS = 3_600
_FEE_BPS = 500
_RENT_LAMPORTS = 2_039_280
_INITIALIZE_ACCOUNT_3 = b"\x12"


def account_steps(stage: Stage) -> Iterator[Step]:
    """From a new platform to a closed account."""
    yield stage.token_account_of(stage.wallet.pubkey())
    yield stage.token_account_of(stage.admin.pubkey())
    yield stage.fund(stage.tokens, 100_000_000)
    yield stage.by_admin("create_platform", _create_platform(stage))
    yield stage.token_account_of(stage.account)
    yield stage.by_wallet("open", _open(stage))
    yield stage.by_wallet("purchase", _purchase(stage))
    yield stage.by_wallet("set_limits", _set_limits(stage))
    yield stage.by_operator("lock", _lock(stage, 1))
    yield stage.by_operator("settle", _settle(stage, 1))
    yield stage.by_operator(None, _lock(stage, 2))
    yield stage.by_operator("refund", _refund(stage, 2))
    yield from session_steps(stage)
    yield from _payee(stage)
    yield stage.by_wallet("withdraw", _withdraw(stage))
    yield from _grants(stage)
    yield from _deposits(stage)
    yield from pack_steps(stage, sequence=START + 4)
    yield from top_up_steps(stage, sequence=START + 6)
    yield stage.fund(stage.vault.address, _DEPOSIT)
    yield stage.by_wallet("close", _close(stage), later=2)


def _payee(stage: Stage) -> Iterator[Step]:
    owner = stage.operator.pubkey()
    tokens = token_address(owner, USDC_MINT)
    payee, _ = Pubkey.find_program_address([b"payee", bytes(stage.platform), bytes(owner)], PROGRAM_ID)
    yield stage.token_account_of(owner)
    register = instructions.register_payee(
        admin=stage.admin.pubkey(), platform=stage.platform, payee=payee, token_account=tokens
    )
    yield stage.by_admin(None, register)
    yield stage.by_operator("lock (payee)", _lock(stage, 3, payee=payee), later=_PAYEE_NOTICE_SECONDS)
    yield stage.by_operator("settle (payee, fee)", _settle(stage, 3, payee=tokens))


def _grants(stage: Stage) -> Iterator[Step]:
    tokens = token_address(stage.operator.pubkey(), USDC_MINT)
    yield stage.fund(tokens, 10_000_000)
    grant = instructions.grant(
        operator=stage.operator.pubkey(),
        source=tokens,
        platform=stage.platform,
        credit_account=stage.account,
        vault=stage.vault.address,
        grant_id=START + 4,
        credits=100,
        expires_at=UNIX_TIME + _LOT_SECONDS,
        reason=0,
        plan=None,
    )
    yield stage.by_operator("grant", grant)
    of_plan = instructions.grant(
        operator=stage.operator.pubkey(),
        source=tokens,
        platform=stage.platform,
        credit_account=stage.account,
        vault=stage.vault.address,
        grant_id=START,
        credits=100,
        expires_at=UNIX_TIME + _LOT_SECONDS,
        reason=0,
        plan=PlanCycle(slot=0, cycle=1),
    )
    yield stage.by_operator("grant (plan)", of_plan)
    expire = instructions.expire_lots(
        platform=stage.platform, credit_account=stage.account, vault=stage.vault.address, treasury=stage.treasury
    )
    yield stage.by_operator("expire_lots", expire, later=_LOT_SECONDS)


def _deposits(stage: Stage) -> Iterator[Step]:
    """Tokens that were sent to the vault, to its own token account and to a token account beside it."""
    wallet, vault = stage.wallet.pubkey(), stage.vault.address
    yield stage.fund(vault, _DEPOSIT)
    sync = instructions.sync_deposits(
        authority=wallet, platform=stage.platform, credit_account=stage.account, vault=vault
    )
    yield stage.by_wallet("sync_deposits", sync)

    yield stage.token_account_of(vault)
    nested = token_address(vault, USDC_MINT)
    yield stage.fund(nested, _DEPOSIT)
    recover_nested = instructions.recover_nested(
        wallet=wallet,
        credit_account=stage.account,
        vault=vault,
        vault_mint=USDC_MINT,
        nested=nested,
        nested_mint=USDC_MINT,
        destination=vault,
    )
    yield stage.by_wallet("recover_nested", recover_nested)

    stray = keypair("stray")
    made = CreateAccountParams(
        from_pubkey=wallet,
        to_pubkey=stray.pubkey(),
        lamports=_RENT_LAMPORTS,
        space=TOKEN_ACCOUNT_SIZE,
        owner=TOKEN_PROGRAM_ID,
    )
    yield Step(None, create_account(made), (stage.wallet, stray))
    yield stage.by_wallet(None, _initialize(stray.pubkey(), owner=stage.account))
    yield stage.fund(stray.pubkey(), _DEPOSIT)
    recover = instructions.recover(
        wallet=wallet, credit_account=stage.account, source=stray.pubkey(), destination=stage.tokens
    )
    yield stage.by_wallet("recover", recover)


def _initialize(token_account: Pubkey, *, owner: Pubkey) -> Instruction:
    accounts = [
        AccountMeta(token_account, is_signer=False, is_writable=True),
        AccountMeta(USDC_MINT, is_signer=False, is_writable=False),
    ]
    return Instruction(TOKEN_PROGRAM_ID, _INITIALIZE_ACCOUNT_3 + bytes(owner), accounts)


def _set_limits(stage: Stage) -> Instruction:
    return instructions.set_limits(
        wallet=stage.wallet.pubkey(), credit_account=stage.account, limits=_LIMITS, sequence=START + 2
    )


def _create_platform(stage: Stage) -> Instruction:
    args = CreatePlatformArgs(
        name=stage.name,
        admin=stage.admin.pubkey(),
        operator=stage.operator.pubkey(),
        base_units_per_credit=stage.preset.base_units_per_credit,
        notice_seconds=stage.preset.notice_seconds,
        payee_notice_seconds=_PAYEE_NOTICE_SECONDS,
        min_purchase=stage.preset.min_purchase,
        max_job_seconds=stage.preset.max_job_seconds,
        fee_bps=_FEE_BPS,
        tiers=stage.preset.tiers,
    )
    return instructions.create_platform(
        creator=stage.admin.pubkey(), platform=stage.platform, mint=USDC_MINT, treasury=stage.treasury, args=args
    )


def _open(stage: Stage) -> Instruction:
    return instructions.open(
        wallet=stage.wallet.pubkey(),
        payer=stage.wallet.pubkey(),
        platform=stage.platform,
        credit_account=stage.account,
        vault=stage.vault.address,
        namespace=DEFAULT_NAMESPACE,
        limits=NO_LIMITS,
        vault_bump=stage.vault.bump,
    )


def _purchase(stage: Stage) -> Instruction:
    return instructions.purchase(
        payer=stage.wallet.pubkey(),
        source=stage.tokens,
        platform=stage.platform,
        credit_account=stage.account,
        vault=stage.vault.address,
        credits=1_000,
        sequence=START + 1,
    )


def _lock(stage: Stage, number: int, *, payee: Pubkey | None = None) -> Instruction:
    job = job_address(stage.account, START + number)
    args = LockArgs(id=START + number, tier=3, amount=2_400, max_credits=100, seconds=600)
    return instructions.lock(
        authority=stage.operator.pubkey(),
        payer=stage.operator.pubkey(),
        platform=stage.platform,
        credit_account=stage.account,
        payee=payee,
        job=job.address,
        args=args,
    )


def _settle(stage: Stage, number: int, *, payee: Pubkey | None = None) -> Instruction:
    return instructions.settle(
        operator=stage.operator.pubkey(),
        platform=stage.platform,
        credit_account=stage.account,
        job=job_address(stage.account, START + number).address,
        vault=stage.vault.address,
        treasury=stage.treasury,
        payee=payee,
        rent_payer=stage.operator.pubkey(),
        amount=2_001,
        is_final=True,
        proof=None,
    )


def _refund(stage: Stage, number: int) -> Instruction:
    return instructions.refund(
        authority=stage.operator.pubkey(),
        platform=stage.platform,
        credit_account=stage.account,
        job=job_address(stage.account, START + number).address,
        rent_payer=stage.operator.pubkey(),
    )


def _withdraw(stage: Stage) -> Instruction:
    return instructions.withdraw(
        wallet=stage.wallet.pubkey(),
        credit_account=stage.account,
        vault=stage.vault.address,
        destination=stage.tokens,
        credits=100,
        sequence=START + 3,
    )


def _close(stage: Stage) -> Instruction:
    return instructions.close(
        wallet=stage.wallet.pubkey(),
        platform=stage.platform,
        credit_account=stage.account,
        vault=stage.vault.address,
        destination=stage.tokens,
        treasury=stage.treasury,
        rent_payer=stage.wallet.pubkey(),
        vault_rent_payer=stage.wallet.pubkey(),
    )

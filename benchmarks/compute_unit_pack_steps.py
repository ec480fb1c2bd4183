"""One use of each instruction about packs: all of it is gone from the account in the end."""

from collections.abc import Iterator

from compute_unit_stage import START, Stage, Step
from job_escrow import job_address, token_address
from job_escrow.codec import LockArgs, Pack, PackExpected, instructions
from job_escrow.flows.admin import NO_CHANGE
from job_escrow.tokens import USDC_MINT

PACK = Pack(credits=1_250, bonus_credits=250)
_EXPECTED = PackExpected(index=0, credits=1_250, bonus_credits=250)
BONUS = 2_500_000
_JOB_ID = START + 5
_QUOTED = 40


def pack_steps(stage: Stage, *, sequence: int) -> Iterator[Step]:
    """Offer a pack, buy it, spend some, withdraw the rest; `sequence` is the wallet's next number."""
    admin, wallet, platform = stage.admin.pubkey(), stage.wallet.pubkey(), stage.platform
    promotion = token_address(platform, USDC_MINT)
    yield stage.token_account_of(platform)
    yield stage.fund(promotion, 2 * BONUS)
    update = instructions.update_platform(admin=admin, platform=platform, promotion=promotion, args=NO_CHANGE)
    yield stage.by_admin("update_platform (promotion)", update)
    yield stage.by_admin("set_pack", instructions.set_pack(admin=admin, platform=platform, index=0, pack=PACK))
    purchase = instructions.purchase_pack(
        payer=wallet,
        source=stage.tokens,
        platform=platform,
        promotion=promotion,
        credit_account=stage.account,
        vault=stage.vault.address,
        expected=_EXPECTED,
        sequence=sequence,
    )
    yield stage.by_wallet("purchase_pack", purchase)
    yield from _job(stage)
    withdraw = instructions.withdraw(
        wallet=wallet,
        credit_account=stage.account,
        vault=stage.vault.address,
        destination=stage.tokens,
        credits=None,
        sequence=sequence + 1,
    )
    yield stage.by_wallet("withdraw (pack)", withdraw)
    sweep = instructions.sweep_promotion(
        platform=platform,
        credit_account=stage.account,
        vault=stage.vault.address,
        promotion=promotion,
        treasury=stage.treasury,
    )
    yield stage.by_wallet("sweep_promotion", sweep)
    back = instructions.withdraw_promotion(
        admin=admin, platform=platform, promotion=promotion, treasury=stage.treasury, base_units=BONUS
    )
    yield stage.by_admin("withdraw_promotion", back)


def _job(stage: Stage) -> Iterator[Step]:
    operator, job = stage.operator.pubkey(), job_address(stage.account, _JOB_ID)
    args = LockArgs(id=_JOB_ID, tier=None, amount=_QUOTED, max_credits=_QUOTED, seconds=600)
    lock = instructions.lock(
        authority=operator,
        payer=operator,
        platform=stage.platform,
        credit_account=stage.account,
        job=job.address,
        args=args,
    )
    yield stage.by_operator(None, lock)
    settle = instructions.settle(
        operator=operator,
        platform=stage.platform,
        credit_account=stage.account,
        job=job.address,
        vault=stage.vault.address,
        treasury=stage.treasury,
        rent_payer=operator,
        amount=_QUOTED,
        is_final=True,
        proof=None,
    )
    yield stage.by_operator("settle (pack)", settle)

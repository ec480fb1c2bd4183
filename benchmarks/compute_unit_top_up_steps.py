"""One use of each instruction about automatic top-up, with and without a pack."""

from collections.abc import Iterator

from compute_unit_pack_steps import BONUS, PACK
from compute_unit_stage import Stage, Step
from job_escrow import token_address
from job_escrow.addresses import delegate_address, top_up_address
from job_escrow.bounds import ALWAYS, NEVER
from job_escrow.codec import TopUpArgs, instructions
from job_escrow.tokens import USDC_MINT, approve
from job_escrow.top_ups import NO_PACK
from solders.instruction import Instruction
from solders.pubkey import Pubkey

_PLAIN = 1_000


def top_up_steps(stage: Stage, *, sequence: int) -> Iterator[Step]:
    """Set a rule, buy by it and remove it, twice; `sequence` is the wallet's next number, and four are used."""
    delegate = delegate_address(stage.platform, stage.wallet.pubkey())
    allow = approve(source=stage.tokens, delegate=delegate, owner=stage.wallet.pubkey(), base_units=2**63)
    yield stage.by_wallet(None, allow)
    yield _set(stage, "set_top_up", sequence, credits=_PLAIN)
    yield stage.by_operator("top_up", _run(stage))
    yield _remove(stage, "remove_top_up")
    promotion = token_address(stage.platform, USDC_MINT)
    yield stage.fund(promotion, BONUS)
    yield _set(stage, None, sequence + 2, credits=PACK.credits, bonus_credits=PACK.bonus_credits, pack=0)
    yield stage.by_operator("top_up (pack)", _run(stage, promotion))
    yield _remove(stage, None)
    yield from _spent(stage, promotion, sequence + 4)


def _spent(stage: Stage, promotion: Pubkey, sequence: int) -> Iterator[Step]:
    """Leave neither credits nor promotion behind."""
    withdraw = instructions.withdraw(
        wallet=stage.wallet.pubkey(),
        credit_account=stage.account,
        vault=stage.vault.address,
        destination=stage.tokens,
        credits=None,
        sequence=sequence,
    )
    yield stage.by_wallet(None, withdraw)
    sweep = instructions.sweep_promotion(
        platform=stage.platform,
        credit_account=stage.account,
        vault=stage.vault.address,
        promotion=promotion,
        treasury=stage.treasury,
    )
    yield stage.by_wallet(None, sweep)


def _set(
    stage: Stage, name: str | None, sequence: int, *, credits: int, bonus_credits: int = 0, pack: int = NO_PACK
) -> Step:
    base_units = credits * stage.preset.base_units_per_credit
    args = TopUpArgs(
        threshold=ALWAYS,
        credits=credits,
        base_units=base_units,
        bonus_credits=bonus_credits,
        base_units_per_period=base_units,
        period_seconds=86_400,
        expires_at=NEVER,
        pack=pack,
    )
    step = instructions.set_top_up(
        wallet=stage.wallet.pubkey(),
        payer=stage.wallet.pubkey(),
        platform=stage.platform,
        credit_account=stage.account,
        source=stage.tokens,
        rule=top_up_address(stage.account),
        args=args,
        sequence=sequence,
    )
    return stage.by_wallet(name, step)


def _run(stage: Stage, promotion: Pubkey | None = None) -> Instruction:
    return instructions.top_up(
        platform=stage.platform,
        credit_account=stage.account,
        vault=stage.vault.address,
        rule=top_up_address(stage.account),
        source=stage.tokens,
        delegate=delegate_address(stage.platform, stage.wallet.pubkey()),
        promotion=promotion,
    )


def _remove(stage: Stage, name: str | None) -> Step:
    step = instructions.remove_top_up(
        wallet=stage.wallet.pubkey(),
        credit_account=stage.account,
        rule=top_up_address(stage.account),
        rent_payer=stage.wallet.pubkey(),
    )
    return stage.by_wallet(name, step)

"""What a purchase is on chain: credits alone, or a pack, whose bonus the platform's promotion account pays."""

from collections.abc import Sequence

from job_escrow.codec import PackExpected, Platform
from job_escrow.flows import buying
from job_escrow.flows.read import promotion_of
from job_escrow.packs import offered, pack_text
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from job_escrow_api.domain.pay.promotion import Promotion
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.settings import ApiSettings


async def pack_for_sale(promotion: Promotion, platform: Platform, slot: int) -> PackExpected:
    """The pack of a slot, as the platform offers and can pay for it now. Raises Refusal and ChainError."""
    pack = expected_pack(platform, slot)
    await promotion.require(platform, pack)
    return pack


def expected_pack(platform: Platform, slot: int, *, credits: int | None = None, bonus: int = 0) -> PackExpected:
    """The pack of a slot as the platform offers it; it must cost `credits`, and give `bonus` or more. Raises Refusal.

    The program refuses it too where it is another one when the purchase lands.
    """
    found = offered(platform).get(slot)
    if found is None:
        there = ", ".join(str(each) for each in offered(platform)) or "none"
        raise Refusal(Kinds.PACK_NOT_OFFERED, f"The platform offers no pack {slot}; it offers: {there}.")
    if credits not in (None, found.credits) or found.bonus_credits < bonus:
        detail = f"Pack {slot} is {pack_text(found.credits, found.bonus_credits)} now."
        raise Refusal(Kinds.PACK_NOT_OFFERED, detail)
    return PackExpected(index=slot, credits=found.credits, bonus_credits=found.bonus_credits)


def purchase_step(
    settings: ApiSettings,
    platform: Platform,
    *,
    payer: Pubkey,
    credit_account: Pubkey,
    what: int | PackExpected,
    sequence: int,
    remaining_accounts: Sequence[AccountMeta] = (),
) -> Instruction:
    """The instruction that buys so many credits, or a pack. Raises Refusal where nothing pays the pack's bonus."""
    promotion = promotion_of(platform)
    if promotion is None and buying.has_bonus(what):
        raise Refusal(Kinds.PROMOTION_EMPTY, "The platform has no promotion account that pays the bonus.")
    return buying.purchase_step(
        payer,
        settings.platform,
        platform.mint,
        credit_account,
        what,
        promotion=promotion,
        sequence=sequence,
        program_id=settings.program_id,
        remaining_accounts=remaining_accounts,
    )

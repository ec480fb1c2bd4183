"""The instruction of a purchase: of so many credits, or of a pack."""

from collections.abc import Sequence

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from job_escrow.addresses import token_address, vault_address
from job_escrow.chain.requests import Flow
from job_escrow.codec import PackExpected, instructions
from job_escrow.errors import NotFound
from job_escrow.flows import read
from job_escrow.flows.sides import Side


def purchase(
    side: Side, platform: Pubkey, mint: Pubkey, account: Pubkey, what: int | PackExpected, *, sequence: int
) -> Flow[Instruction]:
    """Pay from the signer's associated token account. Raises NotFound where a bonus is expected that nothing pays."""
    promotion = None
    if has_bonus(what):
        promotion = read.promotion_of((yield from read.platform(platform, side.program_id)))
        if promotion is None:
            raise NotFound(f"the platform {platform} has no promotion account: buy without a pack, or ask the platform")
    return purchase_step(
        side.key, platform, mint, account, what, promotion=promotion, sequence=sequence, program_id=side.program_id
    )


def has_bonus(what: int | PackExpected) -> bool:
    """Whether a promotion account pays for something; a pack without a bonus is a purchase like any other."""
    return isinstance(what, PackExpected) and what.bonus_credits > 0


def purchase_step(
    payer: Pubkey,
    platform: Pubkey,
    mint: Pubkey,
    account: Pubkey,
    what: int | PackExpected,
    *,
    promotion: Pubkey | None,
    sequence: int,
    program_id: Pubkey,
    remaining_accounts: Sequence[AccountMeta] = (),
) -> Instruction:
    """Pay from the payer's associated token account, and a bonus from `promotion`. Raises ValueError without it."""
    source, vault = token_address(payer, mint), vault_address(account, mint).address
    if isinstance(what, int) or not has_bonus(what):
        return instructions.purchase(
            payer=payer,
            source=source,
            platform=platform,
            credit_account=account,
            vault=vault,
            credits=what if isinstance(what, int) else what.credits,
            sequence=sequence,
            remaining_accounts=remaining_accounts,
            program_id=program_id,
        )
    if promotion is None:
        raise ValueError("a bonus is paid from the platform's promotion account: name it")
    return instructions.purchase_pack(
        payer=payer,
        source=source,
        platform=platform,
        promotion=promotion,
        credit_account=account,
        vault=vault,
        expected=what,
        sequence=sequence,
        remaining_accounts=remaining_accounts,
        program_id=program_id,
    )

"""The instruction of a purchase: of so many credits, or of a pack."""

from solders.instruction import Instruction
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
    source, vault = token_address(side.key, mint), vault_address(account, mint).address
    # A pack without a bonus is a purchase like any other.
    if not isinstance(what, PackExpected) or not what.bonus_credits:
        return instructions.purchase(
            payer=side.key,
            source=source,
            platform=platform,
            credit_account=account,
            vault=vault,
            credits=what.credits if isinstance(what, PackExpected) else what,
            sequence=sequence,
            program_id=side.program_id,
        )
    promotion = read.promotion_of((yield from read.platform(platform, side.program_id)))
    if promotion is None:
        raise NotFound(f"the platform {platform} has no promotion account: buy without a pack, or ask the platform")
    return instructions.purchase_pack(
        payer=side.key,
        source=source,
        platform=platform,
        promotion=promotion,
        credit_account=account,
        vault=vault,
        expected=what,
        sequence=sequence,
        program_id=side.program_id,
    )

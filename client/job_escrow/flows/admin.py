"""What an admin does: create a platform."""

from dataclasses import dataclass

from solders.pubkey import Pubkey

from job_escrow.addresses import padded_name, platform_address, token_address
from job_escrow.chain.requests import Flow
from job_escrow.codec import CreatePlatformArgs, TierArgs, instructions
from job_escrow.tokens import create_token_account
from job_escrow.transactions import Options, Receipt, Signer, execute


@dataclass(frozen=True, kw_only=True)
class PlatformTerms:
    """How a platform is created. Amounts are credits, times seconds, `fee_bps` basis points.

    `treasury_owner` owns the token account that earnings go to: its associated one, made where missing.
    """

    name: str
    mint: Pubkey
    operator: Pubkey
    treasury_owner: Pubkey
    base_units_per_credit: int
    tiers: tuple[TierArgs, ...]
    notice_seconds: int = 7 * 24 * 60 * 60
    min_purchase: int = 100
    max_job_seconds: int = 24 * 60 * 60
    fee_bps: int = 0


def create_platform(creator: Signer, terms: PlatformTerms, options: Options) -> Flow[Receipt]:
    """Create a platform whose admin is its creator."""
    steps = [
        create_token_account(payer=creator.pubkey(), owner=terms.treasury_owner, mint=terms.mint),
        instructions.create_platform(
            creator=creator.pubkey(),
            platform=platform_address(creator.pubkey(), terms.name, options.program_id),
            mint=terms.mint,
            treasury=token_address(terms.treasury_owner, terms.mint),
            args=CreatePlatformArgs(
                name=padded_name(terms.name),
                admin=creator.pubkey(),
                operator=terms.operator,
                base_units_per_credit=terms.base_units_per_credit,
                notice_seconds=terms.notice_seconds,
                min_purchase=terms.min_purchase,
                max_job_seconds=terms.max_job_seconds,
                fee_bps=terms.fee_bps,
                tiers=terms.tiers,
            ),
            program_id=options.program_id,
        ),
    ]
    return (yield from execute(steps, [creator], options))

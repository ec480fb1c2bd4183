"""What an admin does: create a platform, change its settings, prices and payees, hand it over."""

from dataclasses import dataclass

from solders.pubkey import Pubkey

from job_escrow.addresses import padded_name, payee_address, platform_address, token_address
from job_escrow.chain.requests import Flow
from job_escrow.codec import CreatePlatformArgs, TierArgs, UpdatePlatformArgs, instructions
from job_escrow.flows import anyone, read
from job_escrow.flows.sides import PlatformSide
from job_escrow.signing import AnySigner
from job_escrow.tokens import create_token_account
from job_escrow.transactions import Options, Receipt, execute


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


def create_platform(creator: AnySigner, terms: PlatformTerms, options: Options) -> Flow[Receipt]:
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


def update_platform(
    side: PlatformSide,
    *,
    operator: Pubkey | None = None,
    treasury: Pubkey | None = None,
    fee_bps: int | None = None,
    min_purchase: int | None = None,
    max_job_seconds: int | None = None,
    paused: bool | None = None,
) -> Flow[Receipt]:
    """Change the settings that are given: what could hurt a wallet waits for the notice period, the rest is at once.

    `treasury` is a token account of the platform's mint; an `operator` of all zeros revokes the present one at once.
    `min_purchase` is in credits, `fee_bps` in basis points. The receipt's event has all settings, and what waits.
    """
    step = instructions.update_platform(
        admin=side.key,
        platform=side.platform,
        treasury=treasury,
        args=UpdatePlatformArgs(
            operator=operator,
            fee_bps=fee_bps,
            min_purchase=min_purchase,
            max_job_seconds=max_job_seconds,
            paused=paused,
        ),
        program_id=side.program_id,
    )
    return (yield from execute([step], [side.signer], side.options))


def pause(side: PlatformSide) -> Flow[Receipt]:
    """Stop purchases and locks, at once; settling, refunding and withdrawing go on."""
    return (yield from update_platform(side, paused=True))


def unpause(side: PlatformSide) -> Flow[Receipt]:
    """Let purchases and locks go on, at once."""
    return (yield from update_platform(side, paused=False))


def revoke_operator(side: PlatformSide) -> Flow[Receipt]:
    """Take the operator's rights away, at once: nobody locks within limits, settles or grants until one is set."""
    return (yield from update_platform(side, operator=Pubkey.default()))


def set_tier(side: PlatformSide, index: int, tier: TierArgs | None) -> Flow[Receipt]:
    """Set a tier, or with None remove it: cheaper is at once, anything else waits for the notice period."""
    step = instructions.set_tier(
        admin=side.key, platform=side.platform, index=index, tier=tier, program_id=side.program_id
    )
    return (yield from execute([step], [side.signer], side.options))


def apply_changes(side: PlatformSide) -> Flow[Receipt]:
    """Put announced changes into effect once their notice period is over; anybody may."""
    return (yield from anyone.apply_changes(side, side.platform))


def propose_admin(side: PlatformSide, new_admin: Pubkey) -> Flow[Receipt]:
    """Name the key that may become admin by accepting; all zeros take the proposal back."""
    step = instructions.propose_admin(
        admin=side.key, platform=side.platform, new_admin=new_admin, program_id=side.program_id
    )
    return (yield from execute([step], [side.signer], side.options))


def accept_admin(side: PlatformSide) -> Flow[Receipt]:
    """Become admin, as proposed: signed by the new one."""
    step = instructions.accept_admin(new_admin=side.key, platform=side.platform, program_id=side.program_id)
    return (yield from execute([step], [side.signer], side.options))


def register_payee(side: PlatformSide, owner: Pubkey, *, token_account: Pubkey | None = None) -> Flow[Receipt]:
    """Let `owner` earn from jobs that are locked for it.

    Earnings go to a token account of the platform's mint, by default the owner's associated one, made where missing.
    """
    platform = yield from read.platform(side.platform, side.program_id)
    steps = []
    if token_account is None:
        steps.append(create_token_account(payer=side.payer.pubkey(), owner=owner, mint=platform.mint))
    steps.append(
        instructions.register_payee(
            admin=side.key,
            platform=side.platform,
            payee=payee_address(side.platform, owner, side.program_id),
            token_account=token_account or token_address(owner, platform.mint),
            program_id=side.program_id,
        )
    )
    return (yield from execute(steps, [side.signer, side.payer], side.options))


def unregister_payee(side: PlatformSide, owner: Pubkey) -> Flow[Receipt]:
    """Let a payee earn from no further jobs; those that are locked for it still pay it."""
    payee = yield from read.existing_payee(side.platform, owner, side.program_id)
    step = instructions.unregister_payee(
        admin=side.key,
        platform=side.platform,
        payee=payee_address(side.platform, owner, side.program_id),
        rent_payer=payee.rent_payer,
        program_id=side.program_id,
    )
    return (yield from execute([step], [side.signer], side.options))

"""What an admin does: create a platform, change its settings, prices and payees, hand it over."""

from dataclasses import dataclass

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from job_escrow.addresses import padded_name, payee_address, platform_address, token_address
from job_escrow.amounts import MAX_BASE_UNITS, whole_number
from job_escrow.bounds import WHOLE_BPS
from job_escrow.chain.requests import Flow
from job_escrow.codec import (
    CreatePlatformArgs,
    Pack,
    Platform,
    TierArgs,
    UpdatePayeeArgs,
    UpdatePlatformArgs,
    instructions,
)
from job_escrow.errors import NotFound
from job_escrow.flows import anyone, read
from job_escrow.flows.sides import PlatformSide
from job_escrow.signing import AnySigner
from job_escrow.tokens import create_token_account, transfer
from job_escrow.transactions import Options, Receipt, execute

NO_CHANGE = UpdatePlatformArgs(
    operator=None,
    standby_operator=None,
    granter=None,
    fee_bps=None,
    min_purchase=None,
    max_job_seconds=None,
    paused=None,
)
"""For an update of accounts alone."""


@dataclass(frozen=True, kw_only=True)
class PlatformTerms:
    """How a platform is created. Amounts are credits, times seconds, `fee_bps` basis points.

    `treasury_owner` owns the token account that earnings go to: its associated one, made where missing. Where a pack of
    `packs` has a bonus, the platform gets a promotion account, which is to be funded before the pack can be sold.
    """

    name: str
    mint: Pubkey
    operator: Pubkey
    treasury_owner: Pubkey
    base_units_per_credit: int
    tiers: tuple[TierArgs, ...]
    notice_seconds: int = 7 * 24 * 60 * 60
    payee_notice_seconds: int = 24 * 60 * 60
    min_purchase: int = 100
    max_job_seconds: int = 24 * 60 * 60
    fee_bps: int = 0
    packs: tuple[Pack, ...] = ()


def create_platform(creator: AnySigner, terms: PlatformTerms, options: Options) -> Flow[Receipt]:
    """Create a platform whose admin is its creator."""
    address = platform_address(creator.pubkey(), terms.name, options.program_id)
    steps = [
        create_token_account(payer=creator.pubkey(), owner=terms.treasury_owner, mint=terms.mint),
        instructions.create_platform(
            creator=creator.pubkey(),
            platform=address,
            mint=terms.mint,
            treasury=token_address(terms.treasury_owner, terms.mint),
            args=CreatePlatformArgs(
                name=padded_name(terms.name),
                admin=creator.pubkey(),
                operator=terms.operator,
                base_units_per_credit=terms.base_units_per_credit,
                notice_seconds=terms.notice_seconds,
                payee_notice_seconds=terms.payee_notice_seconds,
                min_purchase=terms.min_purchase,
                max_job_seconds=terms.max_job_seconds,
                fee_bps=terms.fee_bps,
                tiers=terms.tiers,
            ),
            program_id=options.program_id,
        ),
    ]
    if any(pack.bonus_credits for pack in terms.packs):
        steps += _open_promotion(creator.pubkey(), creator.pubkey(), address, terms.mint, options.program_id)
    for index, pack in enumerate(terms.packs):
        steps.append(
            instructions.set_pack(
                admin=creator.pubkey(), platform=address, index=index, pack=pack, program_id=options.program_id
            )
        )
    return (yield from execute(steps, [creator], options))


def update_platform(
    side: PlatformSide,
    *,
    operator: Pubkey | None = None,
    standby_operator: Pubkey | None = None,
    granter: Pubkey | None = None,
    treasury: Pubkey | None = None,
    promotion: Pubkey | None = None,
    fee_bps: int | None = None,
    min_purchase: int | None = None,
    max_job_seconds: int | None = None,
    paused: bool | None = None,
) -> Flow[Receipt]:
    """Change the settings that are given: what could hurt a wallet waits for the notice period, the rest is at once.

    `treasury` is a token account of the platform's mint. An `operator` of all zeros revokes the present one at once; so
    it is with `standby_operator`, whom `switch_operator` makes operator at once, and `granter`, who may grant too.
    `promotion` is a token account that the platform's address owns and nobody else has a right over: packs' bonus is
    paid from it, at once. `min_purchase` is in credits, `fee_bps` in basis points. The receipt's event has all
    settings, and what waits.
    """
    step = instructions.update_platform(
        admin=side.key,
        platform=side.platform,
        treasury=treasury,
        promotion=promotion,
        args=UpdatePlatformArgs(
            operator=operator,
            standby_operator=standby_operator,
            granter=granter,
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


def switch_operator(side: PlatformSide) -> Flow[Receipt]:
    """Make the standby operator the operator, at once; the old one is dropped, and an announced one taken back."""
    step = instructions.switch_operator(admin=side.key, platform=side.platform, program_id=side.program_id)
    return (yield from execute([step], [side.signer], side.options))


def set_tier(side: PlatformSide, index: int, tier: TierArgs | None) -> Flow[Receipt]:
    """Set a tier, or with None remove it: cheaper is at once, anything else waits for the notice period."""
    step = instructions.set_tier(
        admin=side.key, platform=side.platform, index=index, tier=tier, program_id=side.program_id
    )
    return (yield from execute([step], [side.signer], side.options))


def set_pack(side: PlatformSide, index: int, pack: Pack | None) -> Flow[Receipt]:
    """Offer a pack in a slot, or with None nothing there; at once, since a purchase names what it expects."""
    step = instructions.set_pack(
        admin=side.key, platform=side.platform, index=index, pack=pack, program_id=side.program_id
    )
    return (yield from execute([step], [side.signer], side.options))


def open_promotion(side: PlatformSide) -> Flow[Receipt]:
    """Make the platform's associated token account its promotion account, which pays the bonus of packs.

    It is funded by plain transfers to that address, such as `fund_promotion` makes.
    """
    platform = yield from read.platform(side.platform, side.program_id)
    steps = _open_promotion(side.payer.pubkey(), side.key, side.platform, platform.mint, side.program_id)
    return (yield from execute(steps, [side.signer, side.payer], side.options))


def fund_promotion(side: PlatformSide, base_units: int) -> Flow[Receipt]:
    """Send tokens of the signer's associated token account to the promotion account, by a plain transfer.

    What ended as OutcomeUnknown is looked up by its signature before it is repeated. Raises NotFound where the platform
    has no promotion account.
    """
    whole_number(base_units, "base units", MAX_BASE_UNITS)
    platform, promotion = yield from _promotion(side)
    source = token_address(side.key, platform.mint)
    step = transfer(source=source, destination=promotion, owner=side.key, base_units=base_units)
    return (yield from anyone.unnumbered(step, side))


def withdraw_promotion(side: PlatformSide, base_units: int | None = None) -> Flow[Receipt]:
    """Take tokens out of the promotion account, by default all; they go to the treasury and nowhere else.

    What ended as OutcomeUnknown is looked up by its signature before it is repeated. Raises NotFound where the platform
    has no promotion account.
    """
    platform, promotion = yield from _promotion(side)
    if base_units is None:
        base_units = (yield from read.token_account(promotion)).amount
    whole_number(base_units, "base units", MAX_BASE_UNITS)
    step = instructions.withdraw_promotion(
        admin=side.key,
        platform=side.platform,
        promotion=promotion,
        treasury=platform.treasury,
        base_units=base_units,
        program_id=side.program_id,
    )
    return (yield from anyone.unnumbered(step, side))


def _promotion(side: PlatformSide) -> Flow[tuple[Platform, Pubkey]]:
    platform = yield from read.platform(side.platform, side.program_id)
    promotion = read.promotion_of(platform)
    if promotion is None:
        raise NotFound(f"the platform {side.platform} has no promotion account: open it first")
    return platform, promotion


def _open_promotion(
    payer: Pubkey, admin: Pubkey, platform: Pubkey, mint: Pubkey, program_id: Pubkey
) -> list[Instruction]:
    return [
        create_token_account(payer=payer, owner=platform, mint=mint),
        instructions.update_platform(
            admin=admin,
            platform=platform,
            promotion=token_address(platform, mint),
            args=NO_CHANGE,
            program_id=program_id,
        ),
    ]


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
    """Let `owner` earn from jobs that are locked for it, from the event's `usable_from` on.

    That is the platform's `payee_notice_seconds` later, also where it had been registered before. Earnings go to a
    token account of the platform's mint, by default the owner's associated one, made where missing.
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


def suspend_payee(side: PlatformSide, owner: Pubkey) -> Flow[Receipt]:
    """Let a payee earn from no further jobs, at once; those that are locked for it still pay it."""
    return (yield from _update_payee(side, owner, suspended=True))


def resume_payee(side: PlatformSide, owner: Pubkey) -> Flow[Receipt]:
    """Let a suspended payee earn again, at once."""
    return (yield from _update_payee(side, owner, suspended=False))


def set_payee_share(side: PlatformSide, owner: Pubkey, share_bps: int) -> Flow[Receipt]:
    """Announce a payee's own share of what it earns, 7,000 to 10,000 basis points, or 0: what the fee leaves.

    Locks use it from the event's `pending_share_at` on, the notice period later, without anybody applying it.
    """
    whole_number(share_bps, "basis points", WHOLE_BPS)
    return (yield from _update_payee(side, owner, share_bps=share_bps))


def _update_payee(
    side: PlatformSide, owner: Pubkey, *, suspended: bool | None = None, share_bps: int | None = None
) -> Flow[Receipt]:
    yield from read.existing_payee(side.platform, owner, side.program_id)
    step = instructions.update_payee(
        admin=side.key,
        platform=side.platform,
        payee=payee_address(side.platform, owner, side.program_id),
        args=UpdatePayeeArgs(suspended=suspended, share_bps=share_bps),
        program_id=side.program_id,
    )
    return (yield from execute([step], [side.signer], side.options))


def unregister_payee(side: PlatformSide, owner: Pubkey) -> Flow[Receipt]:
    """Remove a suspended payee; jobs that are locked for it still pay it. Registered again, it waits anew."""
    payee = yield from read.existing_payee(side.platform, owner, side.program_id)
    step = instructions.unregister_payee(
        admin=side.key,
        platform=side.platform,
        payee=payee_address(side.platform, owner, side.program_id),
        rent_payer=payee.rent_payer,
        program_id=side.program_id,
    )
    return (yield from execute([step], [side.signer], side.options))

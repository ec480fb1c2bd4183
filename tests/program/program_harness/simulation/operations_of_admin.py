"""What an admin does to a platform while its jobs run."""

from collections.abc import Callable
from dataclasses import replace

from job_escrow.codec import AmountIsZero, InsufficientFunds, Pack, TierArgs, UpdatePlatformArgs

from program_harness import calls_of_admin, tokens
from program_harness.calls_of_admin import NO_CHANGE
from program_harness.model.platform import NOBODY, PlatformModel
from program_harness.model.refusing import require
from program_harness.simulation import dice
from program_harness.simulation.operations import Planned, Player


def update_platform(player: Player) -> Planned:
    platform, rng = player.platform(), player.rng
    kind = 4 if platform.paused else 3 if platform.operator == NOBODY else rng.randrange(7)
    fee = rng.choice((0, 1, 333, 3_000))
    minimum = rng.choice((1, 50, 100, 150))
    seconds = rng.choice((300, 1_000, 1_000, 86_400))
    operator = NOBODY if player.chance(0.15) and platform.operator != NOBODY else platform.party.operator.pubkey()
    usual = [platform.party.operator.pubkey(), player.scene.granter.pubkey(), player.scene.granter.pubkey()]
    # A pause is soon over, or little else would happen.
    paused = not platform.paused and player.chance(0.2)
    args: UpdatePlatformArgs = (
        replace(NO_CHANGE, fee_bps=fee),
        replace(NO_CHANGE, min_purchase=minimum),
        replace(NO_CHANGE, max_job_seconds=seconds),
        replace(NO_CHANGE, operator=operator),
        replace(NO_CHANGE, paused=paused),
        replace(NO_CHANGE, standby_operator=rng.choice([NOBODY, *usual])),
        replace(NO_CHANGE, granter=rng.choice([NOBODY, *usual])),
    )[kind]

    by = player.as_admin(platform)

    def apply() -> None:
        platform.require_admin(by.admin.pubkey())
        now = player.model.now
        for key in ("operator", "standby_operator", "granter"):
            if getattr(args, key) is not None:
                platform.set_key(key, getattr(args, key), now)
        if args.paused is not None:
            platform.paused = args.paused
        if args.fee_bps is not None:
            platform.set_fee(args.fee_bps, now)
        for name in ("min_purchase", "max_job_seconds"):
            wanted = getattr(args, name)
            if wanted is not None:
                platform.set_number(name, wanted, now)

    return Planned.of(calls_of_admin.update_platform(by, args), apply)


def switch_operator(player: Player) -> Planned:
    platform = player.platform()
    by = player.as_admin(platform)
    return Planned.of(calls_of_admin.switch_operator(by), lambda: platform.switch_operator(by.admin.pubkey()))


def set_tier(player: Player) -> Planned:
    platform, rng = player.platform(), player.rng
    index = rng.randrange(5)
    present = platform.tiers[index]
    tier: TierArgs | None = None
    if not player.chance(0.1):
        tier = TierArgs(
            name=present.name if present.name[0] and player.chance(0.8) else f"new {index}".encode().ljust(16, b"\0"),
            flat_credits=max(0, present.flat_credits + rng.choice((-1, 0, 0, 1))),
            included_units=max(0, present.included_units + rng.choice((-1, 0, 0, 100))),
            rate_credits=max(1, present.rate_credits + rng.choice((-1, 0, 0, 1))),
            rate_units=max(1, present.rate_units + rng.choice((-1, 0, 0, 0, 1, 5))),
            unit_kind=present.unit_kind if player.chance(0.9) else 7,
        )
    by = player.as_admin(platform)

    def apply() -> None:
        platform.require_admin(by.admin.pubkey())
        platform.set_tier(index, tier, player.model.now)

    return Planned.of(calls_of_admin.set_tier(by, index, tier), apply)


def set_pack(player: Player) -> Planned:
    platform, rng = player.platform(), player.rng
    index = rng.randrange(3) if player.chance(0.95) else rng.choice((4, 255))
    pack: Pack | None = None
    if not player.chance(0.1):
        pack = Pack(credits=dice.amount(rng, 300), bonus_credits=dice.amount(rng, 100))
    by = player.as_admin(platform)

    def apply() -> None:
        platform.require_admin(by.admin.pubkey())
        platform.set_pack(index, pack)

    return Planned.of(calls_of_admin.set_pack(by, index, pack), apply)


def withdraw_promotion(player: Player) -> Planned:
    platform = player.platform()
    by, model = player.as_admin(platform), player.model
    promotion, treasury = platform.party.promotion, platform.party.treasury
    base_units = dice.amount(player.rng, max(1, model.tokens[promotion] // 20))

    def apply() -> None:
        platform.require_admin(by.admin.pubkey())
        require(base_units != 0, AmountIsZero)
        require(model.tokens[promotion] >= base_units, InsufficientFunds)
        model.transfer(promotion, treasury, base_units)

    return Planned.of(calls_of_admin.withdraw_promotion(by, base_units), apply)


def fund_promotion(player: Player) -> Planned | None:
    """A plain transfer, which anybody can make."""
    platform, stranger = player.platform(), player.scene.stranger
    source, promotion = player.scene.tokens_of(stranger), platform.party.promotion
    base_units = min(player.model.tokens[source], player.rng.choice((1, 10_000, 1_000_000)))
    if base_units == 0:
        return None
    step = tokens.transfer(source=source, destination=promotion, owner=stranger.pubkey(), base_units=base_units)
    what = f"transfer {base_units} into {promotion}"
    return Planned(
        "fund promotion", what, [step], (stranger,), lambda: player.model.transfer(source, promotion, base_units)
    )


def apply_changes(player: Player) -> Planned:
    platform: PlatformModel = player.platform()
    return Planned.of(calls_of_admin.apply_changes(platform.party), lambda: platform.apply(player.model.now))


def propose_admin(player: Player) -> Planned:
    platform = player.platform()
    by = player.as_admin(platform)
    new = player.rng.choice([NOBODY, *(key.pubkey() for key in player.scene.admins)])
    return Planned.of(calls_of_admin.propose_admin(by, new), lambda: platform.propose_admin(new, by.admin.pubkey()))


def accept_admin(player: Player) -> Planned:
    platform, admins = player.platform(), player.scene.admins
    proposed = [key for key in admins if key.pubkey() == platform.pending_admin]
    new = player.rng.choice(proposed if proposed and player.chance(0.9) else admins)
    return Planned.of(calls_of_admin.accept_admin(platform.party, new), lambda: platform.accept_admin(new.pubkey()))


def register_payee(player: Player) -> Planned:
    platform, scene = player.platform(), player.scene
    by, owner = player.as_admin(platform), scene.payee.pubkey()
    call = calls_of_admin.register_payee(by, owner, scene.payees_tokens)
    return Planned.of(call, lambda: platform.register_payee(owner, by.admin.pubkey(), player.model.now))


def update_payee(player: Player) -> Planned:
    platform, rng = player.platform(), player.rng
    by, owner = player.as_admin(platform), player.scene.payee.pubkey()
    suspended = rng.choice((None, True, False))
    share = rng.choice((None, None, 0, 6_999, 7_500, 8_500, 10_000, 10_001))

    def apply() -> None:
        now = player.model.now
        platform.update_payee(owner, by.admin.pubkey(), now, suspended=suspended, share_bps=share)

    return Planned.of(calls_of_admin.update_payee(by, owner, suspended=suspended, share_bps=share), apply)


def unregister_payee(player: Player) -> Planned:
    platform, owner = player.platform(), player.scene.payee.pubkey()
    by = player.as_admin(platform)
    registered = platform.payees.get(owner)
    rent_payer = by.admin.pubkey() if registered is None else registered.rent_payer
    call = calls_of_admin.unregister_payee(by, owner, rent_payer=rent_payer)
    return Planned.of(call, lambda: platform.unregister_payee(owner, by.admin.pubkey()))


OPERATIONS_OF_ADMIN: dict[Callable[[Player], Planned | None], int] = {
    update_platform: 5,
    switch_operator: 3,
    set_tier: 2,
    set_pack: 1,
    withdraw_promotion: 1,
    fund_promotion: 1,
    apply_changes: 4,
    propose_admin: 2,
    accept_admin: 2,
    register_payee: 3,
    update_payee: 3,
    unregister_payee: 2,
}

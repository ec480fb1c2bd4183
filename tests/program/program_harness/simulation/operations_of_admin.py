"""What an admin does to a platform while its jobs run."""

from collections.abc import Callable
from dataclasses import replace

from job_escrow.codec import TierArgs, UpdatePlatformArgs

from program_harness import calls_of_admin
from program_harness.calls_of_admin import NO_CHANGE
from program_harness.model.platform import NOBODY, PlatformModel
from program_harness.simulation.operations import Planned, Player


def update_platform(player: Player) -> Planned:
    platform, rng = player.platform(), player.rng
    kind = 4 if platform.paused else 3 if platform.operator == NOBODY else rng.randrange(5)
    fee = rng.choice((0, 1, 333, 3_000))
    minimum = rng.choice((1, 50, 100, 150))
    seconds = rng.choice((300, 1_000, 1_000, 86_400))
    operator = NOBODY if player.chance(0.15) and platform.operator != NOBODY else platform.party.operator.pubkey()
    # A pause is soon over, or little else would happen.
    paused = not platform.paused and player.chance(0.2)
    args: UpdatePlatformArgs = (
        replace(NO_CHANGE, fee_bps=fee),
        replace(NO_CHANGE, min_purchase=minimum),
        replace(NO_CHANGE, max_job_seconds=seconds),
        replace(NO_CHANGE, operator=operator),
        replace(NO_CHANGE, paused=paused),
    )[kind]

    by = player.as_admin(platform)

    def apply() -> None:
        platform.require_admin(by.admin.pubkey())
        now = player.model.now
        if args.operator is not None:
            platform.set_operator(args.operator, now)
        if args.paused is not None:
            platform.paused = args.paused
        for name in ("fee_bps", "min_purchase", "max_job_seconds"):
            wanted = getattr(args, name)
            if wanted is not None:
                platform.set_number(name, wanted, now)

    return Planned.of(calls_of_admin.update_platform(by, args), apply)


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
            credits_per_1000_units=max(1, present.credits_per_1000_units + rng.choice((-1, 0, 0, 1))),
            unit_kind=present.unit_kind if player.chance(0.9) else 7,
        )
    by = player.as_admin(platform)

    def apply() -> None:
        platform.require_admin(by.admin.pubkey())
        platform.set_tier(index, tier, player.model.now)

    return Planned.of(calls_of_admin.set_tier(by, index, tier), apply)


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
    return Planned.of(call, lambda: platform.register_payee(owner, by.admin.pubkey()))


def unregister_payee(player: Player) -> Planned:
    platform, owner = player.platform(), player.scene.payee.pubkey()
    by = player.as_admin(platform)
    rent_payer = platform.payees.get(owner, by.admin.pubkey())
    call = calls_of_admin.unregister_payee(by, owner, rent_payer=rent_payer)
    return Planned.of(call, lambda: platform.unregister_payee(owner, by.admin.pubkey()))


OPERATIONS_OF_ADMIN: dict[Callable[[Player], Planned | None], int] = {
    update_platform: 3,
    set_tier: 2,
    apply_changes: 4,
    propose_admin: 2,
    accept_admin: 2,
    register_payee: 2,
    unregister_payee: 1,
}

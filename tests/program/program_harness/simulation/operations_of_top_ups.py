"""What is done about automatic top-up in a run; `operations` explains how."""

from collections.abc import Callable
from dataclasses import replace

from job_escrow.bounds import ALWAYS

from program_harness import calls_of_top_ups
from program_harness.calls_of_credits import NEVER
from program_harness.calls_of_top_ups import NO_PACK, rule_of
from program_harness.model import top_ups
from program_harness.model.account import ENDED, IN_FORCE, AccountModel
from program_harness.parties import Credit
from program_harness.simulation import dice
from program_harness.simulation.operations import Planned, Player


def set_top_up(player: Player) -> Planned:
    rng, now = player.rng, player.model.now
    credit = _one_of(player, _some(player, lambda account: account.rule is None))
    credits, pack, bonus = dice.amount(rng, 1_000), NO_PACK, 0
    if player.chance(0.4):
        pack = rng.randrange(3) if player.chance(0.95) else rng.choice((3, 4, 254))
        offered = player.model.platform(credit).packs[min(pack, 3)]
        credits, bonus = offered.credits or 1, offered.bonus_credits
    if player.chance(0.05):
        bonus = dice.near(rng, bonus)
    credits = min(credits, 2**33)
    args = rule_of(credit, credits, threshold=dice.amount(rng, 2_000), times=rng.choice((1, 1, 2, 50)))
    cap = min(args.base_units_per_period, 2**64 - 1)
    args = replace(
        args,
        threshold=ALWAYS if player.chance(0.5) else args.threshold,
        base_units=args.base_units if player.chance(0.97) else dice.near(rng, args.base_units),
        base_units_per_period=cap if player.chance(0.8) else dice.near(rng, cap),
        bonus_credits=bonus,
        period_seconds=rng.choice((1, 30, 600, 366 * 86_400, 366 * 86_400 + 1)),
        expires_at=rng.choice((NEVER, NEVER, now + 500, now + 1, now, 0)),
        pack=pack,
    )
    args = replace(args, base_units=min(args.base_units, 2**64 - 1))
    number = player.sequence(credit)
    approved = rng.choice((2**63, 2**63, args.base_units * 2, args.base_units, 1))
    approved = min(max(1, approved), 2**64 - 1)
    call = calls_of_top_ups.set_top_up(credit, args, number, approved=approved)
    return Planned.of(call, lambda: top_ups.set_top_up(player.model, credit, args, number, approved=approved))


def remove_top_up(player: Player) -> Planned:
    credit = _one_of(player, _some(player, lambda account: account.top_up == ENDED))
    wallet = player.somebody(credit.wallet)
    call = calls_of_top_ups.remove_top_up(credit).signed_by(wallet=wallet)
    return Planned.of(call, lambda: top_ups.remove_top_up(player.model, credit, wallet.pubkey()))


def top_up(player: Player) -> Planned:
    slot = player.scene.world.machine.slot
    just_now = _some(player, lambda account: account.rule is not None and account.rule.last_slot == slot)
    in_force = _some(player, lambda account: account.top_up == IN_FORCE)
    credit = _one_of(player, just_now if just_now and player.chance(0.6) else in_force)
    call = calls_of_top_ups.top_up(credit, promotion=credit.platform.promotion)
    # In the slot that the chain is in as it is sent.
    return Planned.of(call, lambda: top_ups.top_up(player.model, credit, player.scene.world.machine.slot))


def _some(player: Player, wanted: Callable[[AccountModel], bool]) -> list[Credit]:
    return [account.credit for account in player.model.accounts.values() if wanted(account)]


def _one_of(player: Player, credits: list[Credit]) -> Credit:
    """Mostly one of these, so that not nearly all is refused."""
    return player.rng.choice(credits) if credits and player.chance(0.9) else player.credit()


OPERATIONS_OF_TOP_UPS: dict[Callable[[Player], Planned | None], int] = {
    set_top_up: 4,
    remove_top_up: 2,
    top_up: 12,
}
"""How often each is played."""

"""What is done with sessions in a run; `operations` explains how."""

from collections.abc import Callable
from dataclasses import replace
from math import ceil
from random import Random

from job_escrow.codec import Tier, TierTotals

from program_harness import calls_of_admin, calls_of_sessions
from program_harness.calls_of_sessions import NO_TOTALS, requests, units
from program_harness.model import sessions
from program_harness.model.session import SessionModel
from program_harness.parties import SessionRef
from program_harness.pricing import rate, reference_cost
from program_harness.simulation import dice
from program_harness.simulation.operations import Planned, Player, next_id

_MOST_SESSIONS = 12
_NAMES = ("flat_requests", "metered_requests", "metered_units", "metered_credits")


def open_session(player: Player) -> Planned | None:
    if sum(len(account.sessions) for account in player.model.accounts.values()) >= _MOST_SESSIONS:
        return refund_session(player)
    credit, rng = player.credit(), player.rng
    account, platform = player.opened(credit), player.model.platform(credit)
    operator = player.somebody(credit.platform.operator)
    available = account.paid_available + account.lots.free if account else 100
    credits = dice.amount(rng, available)
    if account and player.chance(0.2):
        credits = dice.near(rng, min(account.limits.credits_per_session, 2**32))
    longest = platform.max_job_seconds
    seconds = dice.near(rng, longest) if player.chance(0.1) else rng.randint(1, min(longest, player.longest_job))
    owner = player.scene.payee.pubkey()
    earns = player.chance(0.4 if owner in platform.payees else 0.05)
    payee = (owner, player.scene.payees_tokens) if earns else None
    number = 1 if account is None else next_id(player, account.job_ids)
    if account and player.chance(0.02):
        number = next_id(player, account.wallet_job_ids)
    if number and player.chance(0.97):
        number = credit.next_session_id(number - 1)
    ref = credit.session(number, operator.pubkey())
    call = calls_of_sessions.open_session(
        ref,
        credits=credits,
        seconds=seconds,
        operator=operator,
        payer=operator,
        payee=calls_of_admin.payee_address(credit.platform.address, owner) if payee else None,
    )
    return Planned.of(
        call,
        lambda: sessions.open_session(
            player.model, ref, operator=operator.pubkey(), credits=credits, seconds=seconds, payee=payee
        ),
    )


def settle_session(player: Player) -> Planned | None:
    ref = _session(player, timed_out=False)
    if ref is None:
        return None
    session, rng = _open(player, ref), player.rng
    totals = list(session.totals if session else calls_of_sessions.all_totals({}))
    slots = rng.sample(range(5), rng.choice((0, 1, 1, 1, 2, 3)))
    if session:
        for slot in slots:
            totals[slot] = _more(rng, session.tiers[slot], totals[slot], session.credits - session.settled)
    counted = [slot for slot in range(8) if session and session.totals[slot] != NO_TOTALS]
    if session and counted and player.chance(0.1):
        slot = rng.choice(counted)
        name = rng.choice([name for name in _NAMES if getattr(session.totals[slot], name)])
        totals[slot] = replace(totals[slot], **{name: getattr(session.totals[slot], name) - 1})
    elif player.chance(0.1):
        slot, name = rng.choice(slots or range(8)), rng.choice(_NAMES)
        more = min(2**32 - 1, getattr(totals[slot], name) + 1)
        totals[slot] = replace(totals[slot], **{name: more if player.chance(0.9) else 2**32 - 1})
    start = session.count if session else 0
    from_count = start if player.chance(0.95) else max(0, start + rng.choice((-1, 1)))
    count = from_count + (rng.choice((1, 2, 50)) if player.chance(0.9) else 0)
    if from_count and player.chance(0.02):
        count = from_count - 1
    root, is_final = rng.randbytes(32), player.chance(0.25)
    operator = player.somebody(ref.credit.platform.operator)
    call = calls_of_sessions.settle_session(
        ref,
        dict(enumerate(totals)),
        from_count=from_count,
        count=count,
        is_final=is_final,
        operator=operator,
        payee=session.payee_tokens if session else None,
        root=root,
    )
    planned = Planned.of(
        call,
        lambda: sessions.settle_session(
            player.model,
            ref,
            totals,
            from_count=from_count,
            count=count,
            root=root,
            is_final=is_final,
            operator=operator.pubkey(),
        ),
    )
    return replace(planned, session=ref if is_final else None)


def refund_session(player: Player) -> Planned | None:
    ref = _session(player, timed_out=player.chance(0.7))
    if ref is None:
        return None
    usual = ref.credit.platform.operator if player.chance(0.3) else player.scene.stranger
    authority = player.somebody(usual)
    call = calls_of_sessions.refund_session(ref, authority=authority)
    planned = Planned.of(call, lambda: sessions.refund_session(player.model, ref, authority.pubkey()))
    return replace(planned, session=ref)


def _session(player: Player, *, timed_out: bool) -> SessionRef | None:
    """An open session, mostly before or after its deadline as told, or sometimes one that has ended."""
    found = [session for account in player.model.accounts.values() for session in account.sessions.values()]
    if player.ended_sessions and player.chance(0.05):
        return player.rng.choice(player.ended_sessions)
    wanted = [session for session in found if (player.model.now >= session.deadline) == timed_out]
    some = wanted if wanted and player.chance(0.95) else found
    return player.rng.choice(some).ref if some else None


def _open(player: Player, ref: SessionRef) -> SessionModel | None:
    account = player.opened(ref.credit)
    return account.sessions.get(ref.id) if account else None


def _more(rng: Random, tier: Tier, before: TierTotals, left: int) -> TierTotals:
    """Totals with some requests more, as an honest operator counts them, of mostly no more than `left` credits."""
    if not tier.name[0]:
        return before if rng.random() < 0.9 else units(before.metered_units + 1)
    most = max(1, min(2**31, int(left / rate(tier)) if tier.rate_credits else 1))
    if tier.flat_credits == 0:
        used = [rng.randint(0, most // 2) for _ in range(rng.randint(1, 3))]
        return units(min(2**32 - 1, before.metered_units + sum(each for each in used if each > tier.included_units)))
    more = NO_TOTALS
    for _ in range(rng.randint(1, 3)):
        used_units = rng.randint(0, min(most, 5_000))
        cost = reference_cost(tier, used_units)
        if cost == tier.flat_credits:
            more = requests(more.flat_requests + 1, more.metered_requests, more.metered_units, more.metered_credits)
        else:
            assert cost == ceil(used_units * rate(tier))
            more = replace(
                more,
                metered_requests=more.metered_requests + 1,
                metered_units=more.metered_units + used_units,
                metered_credits=more.metered_credits + cost,
            )
    return TierTotals(**{name: min(2**32 - 1, getattr(before, name) + getattr(more, name)) for name in _NAMES})


OPERATIONS_OF_SESSIONS: dict[Callable[[Player], Planned | None], int] = {
    open_session: 14,
    settle_session: 24,
    refund_session: 4,
}
"""How often each is played."""

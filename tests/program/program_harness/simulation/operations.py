"""Every kind of operation: what is sent to the chain, and the same to the model.

An operation is a function of a `Player` in OPERATIONS, with how often it is played. A new instruction needs one here.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from job_escrow.codec import LimitsArgs, PackExpected, PlanCycle
from solders.instruction import Instruction

from program_harness import calls, calls_of_admin, calls_of_credits, tokens
from program_harness.calls import Call
from program_harness.keys import Key
from program_harness.model.account import AccountModel, JobModel
from program_harness.model.ids import Ids
from program_harness.model.ledger import Model
from program_harness.model.platform import PlatformModel
from program_harness.parties import Credit, JobRef, Platform, SessionRef
from program_harness.sessions import SESSION_LIMITS
from program_harness.simulation import dice
from program_harness.simulation.scene import Scene

_MOST_JOBS = 30


@dataclass(frozen=True)
class Planned:
    """One operation: `apply` does it to the model, or raises Refused."""

    name: str
    what: str
    """The same with its arguments, for a report."""
    instructions: list[Instruction]
    signers: tuple[Key, ...]
    apply: Callable[[], None]
    job: JobRef | None = None
    """A job that it may end."""
    session: SessionRef | None = None
    """A session that it may end."""

    @classmethod
    def of(cls, call: Call, apply: Callable[[], None], job: JobRef | None = None) -> "Planned":
        """One instruction."""
        accounts = {name: str(address)[:6] for name, address in call.accounts.items()}
        return cls(call.name, f"{call.name} {call.args} {accounts}", call.all(), call.signers, apply, job)


class Player:
    """Picks operations. `ended` and `ended_sessions` are not open any more."""

    longest_job = 2_000
    """Seconds that a job is usually locked for at most."""

    def __init__(self, scene: Scene, rng: Random) -> None:
        self.scene = scene
        self.rng = rng
        self.of_plans = Random(rng.getstate()[1][0])
        """Dice of their own, so that a run with plans goes as it would without."""
        self.ended: list[JobRef] = []
        self.ended_sessions: list[SessionRef] = []

    @property
    def model(self) -> Model:
        return self.scene.model

    def chance(self, probability: float) -> bool:
        """Whether this happens."""
        return self.rng.random() < probability

    def credit(self) -> Credit:
        """An open account, or sometimes any."""
        if self.model.accounts and self.chance(0.97):
            return self.rng.choice(list(self.model.accounts.values())).credit
        return self.rng.choice(self.scene.credits)

    def opened(self, credit: Credit) -> AccountModel | None:
        """What the model knows of an account."""
        return self.model.accounts.get(credit.address)

    def platform(self) -> PlatformModel:
        """Any platform."""
        return self.model.platforms[self.rng.choice(self.scene.platforms).address]

    def somebody(self, usual: Key) -> Key:
        """Mostly the one who may."""
        others = [*self.scene.wallets, self.scene.stranger, *(each.operator for each in self.scene.platforms)]
        return usual if self.chance(0.93) else self.rng.choice(others)

    def as_admin(self, platform: PlatformModel) -> Platform:
        """The platform with mostly its admin's key, or sometimes with that of another admin."""
        admins = self.scene.admins
        if self.chance(0.97):
            admins = [key for key in admins if key.pubkey() == platform.admin]
        return replace(platform.party, admin=self.rng.choice(admins))

    def sequence(self, credit: Credit) -> int:
        """Mostly the next number."""
        account = self.opened(credit)
        if account is None:
            return 1
        return (
            self.rng.choice((0, account.sequence, account.sequence + 2)) if self.chance(0.07) else account.sequence + 1
        )

    def job(self, *, timed_out: bool) -> JobRef | None:
        """An open job, mostly before or after its deadline as told, or sometimes one that has ended."""
        jobs = [job for account in self.model.accounts.values() for job in account.jobs.values()]
        if self.ended and self.chance(0.05):
            return self.rng.choice(self.ended)
        wanted = [job for job in jobs if (self.model.now >= job.deadline) == timed_out]
        some = wanted if wanted and self.chance(0.9) else jobs
        return self.rng.choice(some).ref if some else None

    def limits(self) -> LimitsArgs:
        """Usually valid."""
        if self.chance(0.7):
            return SESSION_LIMITS
        if self.chance(0.1):
            return calls.NO_LIMITS
        per_job = dice.amount(self.rng, 10_000)
        per_period = per_job * self.rng.choice((1, 2, 5)) if self.chance(0.95) else dice.amount(self.rng, per_job)
        return LimitsArgs(
            credits_per_job=per_job,
            credits_per_session=self.rng.choice(
                (0, per_job, min(per_period, 2**64 - 1), dice.amount(self.rng, per_job))
            ),
            credits_per_period=min(per_period, 2**64 - 1),
            period_seconds=self.rng.choice((1, 30, 600, 3_600, 366 * 86_400, 366 * 86_400 + 1)),
            quoted_allowed=self.chance(0.8),
        )


def open_account(player: Player) -> Planned:
    credit, limits = player.rng.choice(player.scene.credits), player.limits()
    return Planned.of(calls.open_account(credit, limits), lambda: player.model.open(credit, limits))


def set_limits(player: Player) -> Planned:
    credit, limits = player.credit(), player.limits()
    number = 0 if player.chance(0.4) else player.sequence(credit)
    call = calls.set_limits(credit, limits, number)
    return Planned.of(call, lambda: player.model.set_limits(credit, limits, number))


def purchase(player: Player) -> Planned:
    credit, rng = player.credit(), player.rng
    account = player.opened(credit)
    room = dice.MAX - (account.liabilities if account else 0)
    amount = dice.amount(rng, room if player.chance(0.1) else 1_000)
    if player.chance(0.1):
        amount = dice.near(rng, player.model.platform(credit).min_purchase)
    payer = credit.wallet if player.chance(0.7) else rng.choice([player.scene.stranger, *player.scene.wallets])
    by_wallet = payer.pubkey() == credit.wallet.pubkey()
    number = player.sequence(credit) if by_wallet else 0
    source = player.scene.tokens_of(payer)
    call = calls.purchase(credit, amount, number, payer=payer, source=source)
    return Planned.of(call, lambda: player.model.purchase(credit, amount, number, payer=payer.pubkey(), source=source))


def purchase_pack(player: Player) -> Planned:
    credit, rng = player.credit(), player.rng
    index = rng.randrange(3) if player.chance(0.95) else rng.choice((3, 4, 255))
    packs = player.model.platform(credit).packs
    pack = packs[index] if index < len(packs) else packs[0]
    expected = PackExpected(index=index, credits=pack.credits, bonus_credits=pack.bonus_credits)
    if player.chance(0.05):
        expected = replace(expected, credits=dice.near(rng, pack.credits))
    if player.chance(0.1):
        expected = replace(expected, bonus_credits=dice.near(rng, pack.bonus_credits))
    payer = credit.wallet if player.chance(0.8) else player.scene.stranger
    by_wallet = payer.pubkey() == credit.wallet.pubkey()
    number = player.sequence(credit) if by_wallet else 0
    source = player.scene.tokens_of(payer)
    call = calls.purchase_pack(credit, expected, number, payer=payer, source=source)
    return Planned.of(
        call, lambda: player.model.purchase_pack(credit, expected, number, payer=payer.pubkey(), source=source)
    )


def sweep_promotion(player: Player) -> Planned:
    credit = player.credit()
    call = calls_of_credits.sweep_promotion(credit, credit.platform.promotion)
    return Planned.of(call, lambda: player.model.sweep_promotion(credit))


def deposit(player: Player) -> Planned | None:
    credit = player.credit()
    if player.opened(credit) is None:
        return None
    base = credit.platform.base_units_per_credit
    base_units = dice.near(player.rng, player.rng.choice((1, base, 5 * base, 300 * base)))
    source = player.scene.tokens_of(player.scene.stranger)
    if base_units > player.model.tokens[source]:
        return None
    stranger = player.scene.stranger
    step = tokens.transfer(source=source, destination=credit.vault, owner=stranger.pubkey(), base_units=base_units)
    what = f"deposit {base_units} into {credit.vault}"
    return Planned(
        "deposit", what, [step], (stranger,), lambda: player.model.transfer(source, credit.vault, base_units)
    )


def sync_deposits(player: Player) -> Planned:
    credit = player.credit()
    authority = credit.wallet if player.chance(0.5) else player.scene.stranger
    call = calls_of_credits.sync_deposits(credit, authority=authority)
    return Planned.of(call, lambda: player.model.sync_deposits(credit, authority.pubkey()))


def withdraw(player: Player) -> Planned:
    credit = player.credit()
    account = player.opened(credit)
    amount = None if player.chance(0.3) else dice.amount(player.rng, account.paid_available if account else 10)
    number = player.sequence(credit)
    call = calls.withdraw(credit, amount, number, destination=credit.tokens)
    return Planned.of(call, lambda: player.model.withdraw(credit, amount, number))


def close(player: Player) -> Planned:
    credit = player.credit()
    wallet = credit.wallet.pubkey()
    call = calls.close(
        credit,
        destination=credit.tokens,
        rent_payer=wallet,
        vault_rent_payer=wallet,
        promotion=credit.platform.promotion,
    )
    return Planned.of(call, lambda: player.model.close(credit))


def lock(player: Player) -> Planned | None:
    if sum(len(account.jobs) for account in player.model.accounts.values()) >= _MOST_JOBS:
        return refund(player)
    credit, rng = player.credit(), player.rng
    account, platform = player.opened(credit), player.model.platform(credit)
    usual = credit.wallet if player.chance(0.4) else credit.platform.operator
    authority = player.somebody(usual)
    tier = rng.randrange(4) if player.chance(0.6) else None
    tier = rng.choice((4, 7, 8, 255)) if player.chance(0.02) else tier
    available = account.paid_available + account.lots.free if account else 100
    amount = dice.amount(rng, available if tier is None else 5_000)
    if account and tier is None and player.chance(0.2):
        amount = dice.near(rng, min(account.limits.credits_per_job, 2**32))
    longest = platform.max_job_seconds
    seconds = dice.near(rng, longest) if player.chance(0.1) else rng.randint(1, min(longest, player.longest_job))
    max_credits = dice.MAX if player.chance(0.9) else dice.amount(rng, 100)
    owner = player.scene.payee.pubkey()
    earns = player.chance(0.4 if owner in platform.payees else 0.05)
    payee = (owner, player.scene.payees_tokens) if earns else None
    as_wallet = (authority == credit.wallet) if player.chance(0.97) else player.chance(0.5)
    ref = credit.job(_next_job_id(player, credit, account, as_wallet=as_wallet), authority.pubkey())
    call = calls.lock(
        ref,
        authority=authority,
        payer=authority,
        tier=tier,
        amount=amount,
        seconds=seconds,
        max_credits=max_credits,
        payee=calls_of_admin.payee_address(credit.platform.address, payee[0]) if payee else None,
    )
    return Planned.of(
        call,
        lambda: player.model.lock(
            ref,
            authority=authority.pubkey(),
            tier=tier,
            amount=amount,
            seconds=seconds,
            max_credits=max_credits,
            payee=payee,
        ),
    )


def settle(player: Player) -> Planned | None:
    ref = player.job(timed_out=False)
    if ref is None:
        return None
    job = _open_job(player, ref)
    most = 10 if job is None else job.credits if job.tier_index is None else job.max_units
    amount = dice.amount(player.rng, most)
    if job and player.chance(0.7):
        amount = player.rng.randint(0, most)
    is_final = player.chance(0.4)
    operator = player.somebody(ref.credit.platform.operator)
    payee = job.payee_tokens if job else None
    call = calls.settle(ref, amount, is_final=is_final, operator=operator, payee=payee)
    return Planned.of(
        call, lambda: player.model.settle(ref, amount, is_final=is_final, operator=operator.pubkey()), ref
    )


def refund(player: Player) -> Planned | None:
    ref = player.job(timed_out=player.chance(0.7))
    if ref is None:
        return None
    usual = ref.credit.platform.operator if player.chance(0.3) else player.scene.stranger
    authority = player.somebody(usual)
    return Planned.of(calls.refund(ref, authority=authority), lambda: player.model.refund(ref, authority.pubkey()), ref)


def grant(player: Player) -> Planned:
    credit, now = player.credit(), player.model.now
    account = player.opened(credit)
    operator = player.scene.granter if player.chance(0.3) else player.somebody(credit.platform.operator)
    room = dice.MAX - (account.liabilities if account else 0)
    amount = dice.amount(player.rng, room if player.chance(0.05) else 500)
    expiries = [now + 50 * step for step in range(1, 6)] + [now, now + 1, calls_of_credits.NEVER, 0, -(2**63)]
    if account and player.chance(0.3):
        expiries = [lot.expires_at for lot in account.lots.slots]
    expires_at = player.rng.choice(expiries)
    source = player.scene.tokens_of(operator)
    grant_id = 1 if account is None else next_id(player, account.grant_ids)
    plan = _cycle(player.of_plans, account)
    if plan is not None and account is not None:
        grant_id = account.start + (0 if player.of_plans.random() < 0.95 else player.of_plans.choice([-(2**20), -1, 1]))
    call = calls_of_credits.grant(
        credit, amount, expires_at, grant_id=grant_id, source=source, operator=operator, plan=plan
    )
    return Planned.of(
        call,
        lambda: player.model.grant(
            credit, amount, expires_at, grant_id=grant_id, operator=operator.pubkey(), source=source, plan=plan
        ),
    )


def _cycle(rng: Random, account: AccountModel | None) -> PlanCycle | None:
    """Of some grants: mostly one near the highest of its plan, below and above."""
    if rng.random() < 0.6:
        return None
    slot = rng.choice([0, 0, 1, 2, 3, 4, 255] if rng.random() < 0.3 else [0, 0, 0, 1, 2, 3])
    highest = account.cycles.highest(slot) if account and slot < 4 else 0
    steps = [-65, -64, -64, -64, -63, 64, 65, 65] if rng.random() < 0.5 else range(-4, 4)
    return PlanCycle(slot=slot, cycle=max(0, highest + rng.choice(steps)))


def expire_lots(player: Player) -> Planned:
    credit = player.credit()
    return Planned.of(calls_of_credits.expire_lots(credit), lambda: player.model.expire_lots(credit))


def _open_job(player: Player, ref: JobRef) -> JobModel | None:
    account = player.opened(ref.credit)
    return account.jobs.get(ref.id) if account else None


def _next_job_id(player: Player, credit: Credit, account: AccountModel | None, *, as_wallet: bool) -> int:
    """Mostly one that a job can have."""
    if account is None:
        return 1
    number = next_id(player, account.ids_of_jobs(by_wallet=as_wallet))
    return credit.next_id(number - 1) if number and player.chance(0.97) else number


def next_id(player: Player, ids: Ids) -> int:
    """Mostly the one above the highest."""
    width = ids.width
    steps = (-2 * width, -width, -width + 1, -64, -1, 0, 2, 64, 65, 128, width - 1, width, width + 1)
    return max(0, ids.highest + (1 if player.chance(0.85) else player.rng.choice(steps)))


OPERATIONS: dict[Callable[[Player], Planned | None], int] = {
    open_account: 2,
    set_limits: 3,
    purchase: 10,
    purchase_pack: 6,
    sweep_promotion: 2,
    deposit: 5,
    sync_deposits: 4,
    withdraw: 6,
    close: 4,
    lock: 30,
    settle: 20,
    refund: 6,
    grant: 7,
    expire_lots: 3,
}
"""How often each is played."""

"""Putting in order what is due: refunds of what timed out, expired lots, owed promotion, top-ups. Anybody may.

A round looks at the chain, does what is due in few transactions, and remembers nothing: a keeper can be killed at any
point, and several can run beside each other. Whoever comes second finds the work done.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature

from job_escrow.batches import Done, Step, execute_each
from job_escrow.chain.requests import ChainError, Flow, GetAccounts, GetUnixTime, Pause, ask
from job_escrow.codec import (
    CreditAccount,
    CreditsToppedUp,
    Job,
    JobRefunded,
    LotsExpired,
    Platform,
    PromotionSwept,
    Session,
    SessionRefunded,
    instructions,
)
from job_escrow.codec.errors import NothingToExpire, NothingToSweep
from job_escrow.errors import (
    TRANSIENT,
    EscrowError,
    Refused,
    SpendCapReached,
    TransactionFailed,
)
from job_escrow.flows import outcomes, read, sessions, top_ups
from job_escrow.flows.one_chain import only_on, require_chain
from job_escrow.flows.sides import Side
from job_escrow.flows.stopping import Stopping, until_stopped
from job_escrow.flows.top_up_states import RULES_AT_ONCE, states_of
from job_escrow.top_ups import IN_FORCE, NOT_DUE, TopUpState
from job_escrow.transactions import Receipt

Kind: TypeAlias = Literal["refund", "refund session", "expire lots", "sweep promotion", "top up"]

_LONGEST_PAUSE_SECONDS = 1.0
_SHARE_OF_JITTER = 0.1
_DOUBLINGS = 30
_NOT_DUE = {NothingToExpire, NothingToSweep, *NOT_DUE}
"""What is refused where somebody else was there first, or the wallet has changed its mind."""


@dataclass(frozen=True, kw_only=True)
class KeeperAction:
    """One thing that was due, and what became of it.

    `credits` came back to the account, expired, were bought, or are what the swept promotion is worth, rounded down;
    None where it was not done: then `error` says why, or is None where somebody else had done it meanwhile. `job_id` is
    that of a refunded job, `session_id` that of a refunded session.
    """

    kind: Kind
    credit_account: Pubkey
    job_id: int | None
    credits: int | None = None
    signature: Signature | None = None
    error: EscrowError | ChainError | None = None
    session_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class KeeperSkipped:
    """An account whose top-up rule was passed over: it, or what it depends on, cannot be read."""

    credit_account: Pubkey
    error: EscrowError | ChainError


@dataclass(frozen=True, kw_only=True)
class KeeperRound:
    """One look at the chain: how much was due, and the actions taken, at most as many as were allowed.

    Top-ups come last, and are looked for only while more actions are allowed. `skipped` are rules that cannot be read;
    `trouble` is why top-ups were not looked for to the end, where everything else was.
    """

    due: int
    actions: tuple[KeeperAction, ...]
    skipped: tuple[KeeperSkipped, ...] = ()
    trouble: EscrowError | ChainError | None = None

    @property
    def news(self) -> "tuple[KeeperNews, ...]":
        """All that it has to tell, itself last."""
        return (*self.actions, *self.skipped, self)

    @property
    def done(self) -> int:
        """How many actions this keeper did."""
        return sum(action.signature is not None for action in self.actions)

    @property
    def failed(self) -> int:
        """How many could not be done."""
        return sum(action.error is not None for action in self.actions)


@dataclass(frozen=True, kw_only=True)
class KeeperTrouble:
    """The chain could not be asked: the keeper looks again after `seconds`. `failures` counts them in a row."""

    error: EscrowError | ChainError
    seconds: float
    failures: int


KeeperNews: TypeAlias = KeeperAction | KeeperSkipped | KeeperRound | KeeperTrouble


@dataclass(frozen=True, kw_only=True)
class KeeperPlan:
    """How a keeper works: times in seconds, with a little chance in each so that several do not keep step.

    It looks every `interval`, takes at most `most` actions in a round, and after a failure waits `first_wait`, twice
    as long after each further one, at most `longest_wait`.
    """

    platform: Pubkey | None = None
    interval: float = 30.0
    most: int = 200
    first_wait: float = 1.0
    longest_wait: float = 120.0


@dataclass(frozen=True)
class _Task:
    kind: Kind
    credit_account: Pubkey
    held: tuple[Pubkey, Job | Session] | None
    """What is refunded."""
    step: Instruction
    price: int
    """Base units of a credit."""


def keep_once(side: Side, plan: KeeperPlan | None = None) -> Flow[KeeperRound]:
    """Do what is due now. Raises ChainError where the chain cannot be asked, SpendCapReached where the cap is.

    A chain that stops answering once only top-ups are left is the round's `trouble`.
    """
    genesis = yield from require_chain(None)
    done = yield from only_on(genesis, _round(side, plan or KeeperPlan()))
    return done


def _round(side: Side, plan: KeeperPlan) -> Flow[KeeperRound]:
    # An operator's refund is never too early for the program: those of its own platforms are signed by a key that is
    # nobody's, so that whatever a node says of the time, the chain's own clock decides.
    nobody = Keypair()
    tasks, accounts = yield from _due(side, plan.platform, nobody.pubkey())
    # Two keepers that began together take different ends; a task that always fails does not stand before the others.
    random.SystemRandom().shuffle(tasks)
    chosen = tasks[: plan.most]
    actions = yield from _carried_out(side, chosen, nobody)
    # What wallets have in their rules and token accounts must not hold up what everybody waits for.
    bought: list[KeeperAction] = []
    skipped: list[KeeperSkipped] = []
    trouble: EscrowError | ChainError | None = None
    try:
        top_ups_due = yield from _top_ups(side, accounts, plan.most - len(chosen), skipped)
        bought = yield from _carried_out(side, top_ups_due, nobody)
    except SpendCapReached:
        raise
    except (EscrowError, ChainError) as error:
        trouble = error
    return KeeperRound(
        due=len(tasks) + len(bought), actions=(*actions, *bought), skipped=tuple(skipped), trouble=trouble
    )


def _carried_out(side: Side, tasks: Sequence[_Task], nobody: Keypair) -> Flow[list[KeeperAction]]:
    steps = [Step((task.kind, task.credit_account, task.held and task.held[0]), [task.step]) for task in tasks]
    needed = any(meta.pubkey == nobody.pubkey() for task in tasks for meta in task.step.accounts)
    done = yield from execute_each(steps, [side.signer, *([nobody] if needed else [])], side.options)
    actions = []
    for task, result in zip(tasks, done, strict=True):
        action = yield from _action(side, task, result)
        actions.append(action)
    return actions


def keep(
    side: Side,
    plan: KeeperPlan | None = None,
    *,
    tell: Callable[[KeeperNews], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Flow[None]:
    """Do what is due, round after round, until `stop` says so; it is asked before each round and at every wait.

    A round that is under way then has a few seconds to its end. `tell` hears of every action, rule that was skipped,
    round and trouble, in this order. It stays on the chain that the node is of at first: another one is a trouble.
    Raises SpendCapReached; everything else is told, and tried again later.
    """
    plan = plan or KeeperPlan()
    chance = random.SystemRandom()
    failures = 0
    stopping = Stopping(stop)
    genesis: str | None = None
    while not stop():
        try:
            genesis = yield from require_chain(genesis)
            done = yield from until_stopped(only_on(genesis, _round(side, plan)), stopping)
            if done is None:
                return
            for news in done.news:
                tell(news)
            trouble = _trouble(done)
        except SpendCapReached:
            raise
        except (EscrowError, ChainError) as error:
            done, trouble = None, error
        if trouble is not None:
            longest = min(plan.longest_wait, plan.first_wait * 2 ** min(failures, _DOUBLINGS))
            failures += 1
            wait = chance.uniform(longest / 2, longest)
            tell(KeeperTrouble(error=trouble, seconds=wait, failures=failures))
        else:
            failures = 0
            wait = plan.interval * chance.uniform(1 - _SHARE_OF_JITTER, 1 + _SHARE_OF_JITTER)
            # Never for top-ups: those are looked for only where nothing else is left.
            if done is not None and done.done and done.due > len(done.actions):
                wait = 0
        yield from _wait(wait, stop)


def _trouble(done: KeeperRound) -> EscrowError | ChainError | None:
    """What kept a round from its work that has nothing to do with an action of its own."""
    errors = (done.trouble, *(action.error for action in done.actions))
    return next((error for error in errors if isinstance(error, TRANSIENT)), None)


def _wait(seconds: float, stop: Callable[[], bool]) -> Flow[None]:
    while seconds > 0 and not stop():
        yield from ask(Pause(min(seconds, _LONGEST_PAUSE_SECONDS)))
        seconds -= _LONGEST_PAUSE_SECONDS


def _due(side: Side, platform: Pubkey | None, nobody: Pubkey) -> Flow[tuple[list[_Task], dict[Pubkey, CreditAccount]]]:
    """What is due but for top-ups, and all accounts that anything can be due of."""
    now = yield from ask(GetUnixTime())
    jobs = yield from read.jobs(side.program_id)
    opened = yield from read.sessions(side.program_id)
    held: dict[Pubkey, Job | Session] = {**jobs, **opened}
    timed_out = {address: each for address, each in held.items() if each.deadline <= now}
    accounts = yield from read.credit_accounts(side.program_id, platform=platform)
    timed_out = {address: each for address, each in timed_out.items() if each.credit_account in accounts}
    expired = {address: account for address, account in accounts.items() if _has_expired(account, now)}
    owing = {address: account for address, account in accounts.items() if _owes_a_credit(account)}
    refunded = (accounts[each.credit_account] for each in timed_out.values())
    needed = {account.platform for account in (*refunded, *expired.values(), *owing.values())}
    platforms = yield from _platforms(side, needed)
    tasks = []
    for address, each in timed_out.items():
        account = accounts[each.credit_account]
        is_operator = platforms[account.platform].operator == side.key
        tasks.append(_refund(side, account, address, each, authority=nobody if is_operator else side.key))
    for address, account in expired.items():
        tasks.append(_expiry(side, address, account, platforms[account.platform].treasury))
    for address, account in owing.items():
        tasks.append(_sweep(side, address, account, platforms[account.platform]))
    return tasks, accounts


def _top_ups(
    side: Side, accounts: Mapping[Pubkey, CreditAccount], most: int, skipped: list[KeeperSkipped]
) -> Flow[list[_Task]]:
    """What rules buy now, at most so much: what the program would take, since a refusal would cost a fee at each look.

    What cannot be read is appended to `skipped`.
    """
    ruled = [address for address, account in accounts.items() if account.top_up == IN_FORCE]
    random.SystemRandom().shuffle(ruled)
    tasks: list[_Task] = []
    for start in range(0, len(ruled), RULES_AT_ONCE):
        if len(tasks) >= most:
            break
        part = {address: accounts[address] for address in ruled[start : start + RULES_AT_ONCE]}
        states = yield from states_of(side.program_id, part)
        for address, state in states.items():
            if not isinstance(state, TopUpState):
                skipped.append(KeeperSkipped(credit_account=address, error=state))
            elif state.is_due:
                step = top_ups.running(side, state.rule, state.account, state.platform)
                tasks.append(_Task("top up", address, None, step, state.account.base_units_per_credit))
    return tasks[:most]


def _has_expired(account: CreditAccount, now: int) -> bool:
    return any(lot.credits_free > 0 and lot.expires_at <= now for lot in account.lots)


def _owes_a_credit(account: CreditAccount) -> bool:
    """Whether promotion is owed what is worth a credit: dust is not worth a transaction."""
    return account.promotion_owed >= account.base_units_per_credit


def _platforms(side: Side, wanted: set[Pubkey]) -> Flow[dict[Pubkey, Platform]]:
    addresses = sorted(wanted, key=bytes)
    infos = yield from read.accounts(addresses)
    return {
        address: read.decoded_platform(address, info, side.program_id)
        for address, info in zip(addresses, infos, strict=True)
    }


def _refund(side: Side, account: CreditAccount, address: Pubkey, held: Job | Session, *, authority: Pubkey) -> _Task:
    if isinstance(held, Session):
        step = instructions.refund_session(
            authority=authority,
            platform=account.platform,
            credit_account=held.credit_account,
            session=address,
            rent_payer=held.rent_payer,
            program_id=side.program_id,
        )
    else:
        step = instructions.refund(
            authority=authority,
            platform=account.platform,
            credit_account=held.credit_account,
            job=address,
            rent_payer=held.rent_payer,
            program_id=side.program_id,
        )
    kind: Kind = "refund session" if isinstance(held, Session) else "refund"
    return _Task(kind, held.credit_account, (address, held), step, account.base_units_per_credit)


def _expiry(side: Side, address: Pubkey, account: CreditAccount, treasury: Pubkey) -> _Task:
    step = instructions.expire_lots(
        platform=account.platform,
        credit_account=address,
        vault=account.vault,
        treasury=treasury,
        program_id=side.program_id,
    )
    return _Task("expire lots", address, None, step, account.base_units_per_credit)


def _sweep(side: Side, address: Pubkey, account: CreditAccount, platform: Platform) -> _Task:
    step = instructions.sweep_promotion(
        platform=account.platform,
        credit_account=address,
        vault=account.vault,
        promotion=read.promotion_of(platform),
        treasury=platform.treasury,
        program_id=side.program_id,
    )
    return _Task("sweep promotion", address, None, step, account.base_units_per_credit)


def _action(side: Side, task: _Task, result: Done) -> Flow[KeeperAction]:
    held = None if task.held is None else task.held[1]
    done = KeeperAction(
        kind=task.kind,
        credit_account=task.credit_account,
        job_id=held.id if isinstance(held, Job) else None,
        session_id=held.id if isinstance(held, Session) else None,
    )
    if isinstance(result, SpendCapReached):
        raise result
    if isinstance(result, Receipt):
        return replace(done, credits=_credits(task, result), signature=result.signature)
    somebody_else = isinstance(result, TransactionFailed) and (yield from _is_done(side, task, result))
    return replace(done, error=None if somebody_else else result)


def _is_done(side: Side, task: _Task, failed: TransactionFailed) -> Flow[bool]:
    """Whether what was refused is not due any more."""
    if task.held is not None:
        (info,) = yield from ask(GetAccounts([task.held[0]]))
        return info is None
    if isinstance(failed, Refused) and failed.refusal in _NOT_DUE:
        return True
    if task.kind != "top up":
        return False
    account = yield from read.credit_account(task.credit_account, side.program_id)
    states = {} if account is None else (yield from states_of(side.program_id, {task.credit_account: account}))
    state = states.get(task.credit_account)
    return not isinstance(state, TopUpState) or not state.is_due


def _credits(task: _Task, receipt: Receipt) -> int:
    for event in receipt.events:
        match event:
            case JobRefunded() if task.held is not None and event.job == task.held[0]:
                return outcomes.returned(event)
            case SessionRefunded() if task.held is not None and event.session == task.held[0]:
                return sessions.returned(event)
            case PromotionSwept() if task.kind == "sweep promotion" and event.credit_account == task.credit_account:
                return event.base_units // task.price
            case CreditsToppedUp() if task.kind == "top up" and event.credit_account == task.credit_account:
                return event.credits + event.bonus_credits
            case LotsExpired() if task.kind == "expire lots" and event.credit_account == task.credit_account:
                return event.credits
    return 0

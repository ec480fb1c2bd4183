"""Sessions of the library over the machine, and processes of it that end before a chosen step."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from job_escrow import AsyncOperator, CreditSession, Escrow, LimitsArgs, Operator, SessionPolicy, SessionStore
from job_escrow.chain.requests import Answer, Chain, GetElapsed, Pause, Request
from job_escrow.codec import TierArgs
from job_escrow.flows.sides import PlatformSide
from job_escrow.receipts import Finding, SessionRecord, record_of_events, verify, verify_ended
from job_escrow.testing.embedded import embedded_chain
from job_escrow.units import UNIT_KINDS
from solders.pubkey import Pubkey

from escrow_harness.stage import Stage, set_stage

Given = ParamSpec("Given")
Found = TypeVar("Found")

LIMITS = LimitsArgs(
    credits_per_job=200, credits_per_session=400, credits_per_period=5_000, period_seconds=86_400, quoted_allowed=True
)
PRO, METERED = 2, 4
"""18 credits up to 500 tokens, and a tier without a flat price: 1 credit for 60 units, of which 10 are free."""


class Killed(BaseException):
    """The process has ended here: nothing catches it."""


@dataclass
class Life:
    """Counts the steps of a process, and ends it before one of them; whoever is dead takes no step any more."""

    at: int = 0
    steps: int = 0

    @property
    def is_over(self) -> bool:
        return 0 < self.at <= self.steps

    def step(self) -> None:
        if self.is_over:
            raise Killed
        self.steps += 1
        if self.is_over:
            raise Killed


@dataclass
class MortalChain:
    """A blocking chain, as a process asks it that may end."""

    chain: Chain
    life: Life
    before: Callable[[Request[Any]], None] = lambda _: None
    """What happens before it answers."""

    def answer(self, request: Request[Answer]) -> Answer:
        if not isinstance(request, GetElapsed):
            self.life.step()
        self.before(request)
        return self.chain.answer(request)


class AwaitedChain:
    """The same, awaited: others have their turn after every request. Pauses are of the machine's time."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.before: Callable[[Request[Any]], None] | None = None
        """What happens before it answers."""

    async def answer(self, request: Request[Answer]) -> Answer:
        await asyncio.sleep(0)
        if self.before is not None:
            self.before(request)
        return self.chain.answer(request)


class MortalStore(SessionStore):
    """A store, as a process writes it that may end."""

    life = Life()

    def transact(
        self,
        work: Callable[Concatenate[Any, Given], Found],
        /,
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Found:
        self.life.step()
        return super().transact(work, *given, **named)


@dataclass
class CreditWorld:
    """A platform, alice's credits, and a store that one process after the other opens."""

    stage: Stage
    path: Path
    policy: SessionPolicy

    @property
    def account(self) -> Pubkey:
        return self.stage.alice.address

    @property
    def side(self) -> PlatformSide:
        return self.stage.operator.side

    def mortal(self, life: Life, before: Callable[[Request[Any]], None] = lambda _: None) -> MortalChain:
        return MortalChain(self.stage.escrow.chain, life, before)

    def awaited(self) -> tuple[AsyncOperator, AwaitedChain]:
        chain = AwaitedChain(self.stage.escrow.chain)
        return AsyncOperator(chain, self.side), chain

    def session(
        self,
        store: SessionStore,
        life: Life | None = None,
        *,
        chain: Chain | None = None,
        patience: float = 0,
    ) -> CreditSession:
        operator = Operator(chain or self.mortal(life or Life()), self.side)
        return operator.session(self.account, store, self.policy, patience=patience)

    def store(self, life: Life | None = None) -> SessionStore:
        if life is None:
            return SessionStore(self.path)
        store = MortalStore(self.path)
        store.life = life
        return store

    def pass_time(self, seconds: int) -> None:
        self.stage.escrow.chain.answer(Pause(seconds))

    def balance(self) -> tuple[int, int]:
        """Alice's credits that are free, and those that are locked."""
        balance = self.stage.alice.balance()
        return balance.available, balance.locked

    def record(self, session: Pubkey) -> SessionRecord:
        entries = self.stage.escrow.history(session, limit=1_000).entries
        return record_of_events(each.event for each in reversed(entries))

    def findings(self, store: SessionStore) -> list[Finding]:
        """What is wrong with the receipts of all sessions that have ended, and with what the account commits to."""
        ended = [each for each in store.sessions(self.account) if each.status == "ended"]
        found = [
            finding for each in ended for finding in verify(store.receipts(each.address), self.record(each.address))
        ]
        account = self.stage.alice.account()
        assert account is not None
        places = {each.address: self._place_of_end(each.address) for each in ended}
        ended.sort(key=lambda each: places[each.address])
        return [*found, *verify_ended(account.session_heads, [self.record(each.address) for each in ended])]

    def _place_of_end(self, session: Pubkey) -> int:
        newest = self.stage.escrow.history(session, limit=1).entries[0]
        page = self.stage.escrow.history(self.account, limit=1_000)
        return next(-at for at, each in enumerate(page.entries) if each.signature == newest.signature)


def credit_world(folder: Path, *, buy: int = 1_000, limits: LimitsArgs = LIMITS, **policy: Any) -> CreditWorld:
    stage = set_stage(Escrow(embedded_chain()))
    metered = TierArgs(
        name=b"metered".ljust(16, b"\0"), flat_credits=0, included_units=10, rate_credits=1, rate_units=60,
        unit_kind=UNIT_KINDS.index("token"),
    )  # fmt: skip
    stage = replace(stage, terms=replace(stage.terms, tiers=(*stage.terms.tiers, metered)))
    stage.escrow.create_platform(stage.cast.admin, stage.terms)
    stage.alice.open(limits, buy=buy)
    return CreditWorld(stage=stage, path=folder / "sessions.db", policy=SessionPolicy(**policy))

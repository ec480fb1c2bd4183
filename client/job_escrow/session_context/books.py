"""What the parts of a session share: who they act for, the store as flows ask it, and the chain's clock."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from sqlite3 import Connection
from typing import Any, Concatenate, ParamSpec, TypeVar

from solders.pubkey import Pubkey

from job_escrow.chain.requests import Call, ChainError, Flow, GetAccounts, GetElapsed, GetUnixTime, ask
from job_escrow.clock import CLOCK_ADDRESS, unix_time_of
from job_escrow.codec import CreditAccount, Platform
from job_escrow.flows import read
from job_escrow.flows.one_chain import require_chain
from job_escrow.flows.sides import PlatformSide
from job_escrow.receipts.receipt import tiers_bytes
from job_escrow.session_context.policy import SessionPolicy
from job_escrow.session_context.rows import SessionRow, live_rows, session_row
from job_escrow.session_context.store import SessionStore
from job_escrow.spendable import left_of_period, spendable

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

Writing = Callable[[Callable[[], Any]], Any | Awaitable[Any]]
"""Runs what waits for the disk, where the program can wait for it."""

_FRESH_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Look:
    """Platform and credit account at one slot, and the chain's unix time there."""

    platform: Platform
    account: CreditAccount
    now: int

    @property
    def lockable(self) -> int:
        """Credits that the operator can lock now."""
        return min(spendable(self.account, self.now), left_of_period(self.account, self.now))

    @property
    def tiers(self) -> bytes:
        """The platform's prices, as a session that is opened now copies them."""
        return tiers_bytes(self.platform.tiers)

    def seconds(self, policy: SessionPolicy) -> int:
        """How long a session lasts that is opened now."""
        return min(policy.seconds, self.platform.max_job_seconds)


class Books:
    """One account's sessions in a store, and what of the chain was looked at last."""

    def __init__(
        self, side: PlatformSide, account: Pubkey, store: SessionStore, policy: SessionPolicy, writing: Writing
    ) -> None:
        self.side = side
        self.account = account
        self.store = store
        self.policy = policy
        self.genesis: str | None = None
        self.writing = writing
        self._last: Look | None = None
        self._clock = (0, 0.0)

    @property
    def last(self) -> Look:
        """What was looked at last."""
        if self._last is None:
            raise RuntimeError("the sessions are not entered yet: enter them with `with`")
        return self._last

    def begin(self) -> Flow[None]:
        """Make sure that the store is of this chain, program and platform. Raises OtherStore and ChainError."""
        self.genesis = yield from require_chain(self.genesis)
        yield from self.do(self.store.bind, self.genesis, self.side.program_id, self.side.platform)

    def same_chain(self) -> Flow[None]:
        """Before what a node says is missing counts as missing. Raises WrongChain."""
        yield from require_chain(self.genesis)

    def write(
        self,
        work: Callable[Concatenate[Connection, Given], Answer],
        /,
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Flow[Answer]:
        """One transaction of the store."""
        return (yield from self.do(partial(self.store.transact, work, *given, **named)))

    def do(self, function: Callable[Given, Answer], /, *given: Given.args, **named: Given.kwargs) -> Flow[Answer]:
        """Something that waits for the disk."""
        answer: Answer = yield from ask(Call(partial(self.writing, partial(function, *given, **named))))
        return answer

    def row(self, number: int) -> Flow[SessionRow]:
        """One session."""
        return (yield from self.write(session_row, number))

    def live(self) -> Flow[list[SessionRow]]:
        """The account's sessions that may hold credits, the oldest first."""
        return (yield from self.write(live_rows, str(self.account)))

    def look(self) -> Flow[Look]:
        """Read platform, account and clock. Raises NotFound and ChainError."""
        side = self.side
        platform, account, clock = yield from ask(GetAccounts([side.platform, self.account, CLOCK_ADDRESS]))
        look = Look(
            platform=read.decoded_platform(side.platform, platform, side.program_id),
            account=read.decoded_credit_account(self.account, account, side.program_id),
            now=unix_time_of(clock),
        )
        self._last, self._clock = look, (look.now, (yield from ask(GetElapsed())))
        return look

    def now(self) -> Flow[int]:
        """Unix seconds by the chain's clock, as it was last read, or anew where that is a minute ago.

        A node that is away keeps nobody from it.
        """
        elapsed = yield from ask(GetElapsed())
        if elapsed - self._clock[1] > _FRESH_SECONDS:
            with suppress(ChainError):
                self._clock = (yield from ask(GetUnixTime())), elapsed
        then, since = self._clock
        return then + int(elapsed - since)

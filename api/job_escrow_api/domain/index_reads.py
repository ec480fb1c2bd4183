"""What the API reads of the index, and how long it waits for it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass

from job_escrow.chain import ChainError
from job_escrow.currency import Currency, NamedMint, currency_of, is_usdc
from job_escrow.errors import EscrowError
from job_escrow_indexer.position import first_of, last_of, transaction_of_sql
from job_escrow_indexer.queries import Balance, NotIndexed, View, balance, snapshot
from solders.pubkey import Pubkey

from job_escrow_api.domain.chain_clock import ChainClock
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.places import Places
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.sessions.remaining import free_in_sessions

_POLL_SECONDS = 0.02
_MOST_OF_A_KEY = 16
_MOST_WAITING = 512
# What a client has seen, from a node that is ahead of ours.
_NODES_DIFFER = 150


def not_indexed(error: NotIndexed) -> Refusal:
    """The answer where the index knows nothing of what is asked: why, and what to do, as the query says it."""
    what = str(error)
    return Refusal(Kinds.NOT_FOUND, f"{what[:1].upper()}{what[1:]}.")


@dataclass(frozen=True, kw_only=True)
class Money:
    """A platform's currency, and whether an amount of it is one of dollars."""

    currency: Currency
    is_usdc: bool


@dataclass(frozen=True, kw_only=True)
class PurchaseWanted:
    """What a purchase has to be: for an account, of so many credits, None: of any; with so many on top or more."""

    credit_account: str | None
    credits: int | None
    bonus_credits: int


class Index:
    """The indexer's tables, at the newest confirmed slot."""

    def __init__(
        self,
        database: ApiDatabase,
        clock: ChainClock,
        max_wait: float,
        chain_slot: Callable[[], Awaitable[int]],
        slots_per_second: int,
        mints: Sequence[NamedMint] = (),
    ) -> None:
        self._database = database
        self._clock = clock
        self._max_wait = max_wait
        self._chain_slot = chain_slot
        self._furthest = _NODES_DIFFER + int(slots_per_second * max_wait)
        self._start: tuple[int, int, int] = (0, 0, 0)
        self._waiting = Places(of_a_name=_MOST_OF_A_KEY, in_all=_MOST_WAITING)
        self._newest = (0.0, -1)
        self._mints = mints
        self._money: dict[str, Money] = {}

    @contextmanager
    def view(self) -> Iterator[View]:
        """One moment of it; every answer from it agrees. Raises Refusal where it knows nothing of what is asked."""
        try:
            with snapshot(self._database.reader, now=self._clock.last_known()) as view:
                yield view
        except NotIndexed as error:
            raise not_indexed(error) from error

    def credits_of(self, credit_account: str) -> int | None:
        """Credits that an account can spend, its sessions counted; None where it is not indexed."""
        try:
            with snapshot(self._database.reader, now=self._clock.last_known()) as view:
                return self.remaining(view, balance(view, credit_account))
        except NotIndexed:
            return None

    def has_purchase(self, slot: int, signature: str, wanted: PurchaseWanted) -> bool:
        """Whether a transaction of a slot has bought what is wanted, as far as is indexed."""
        sql = f"""SELECT 1 FROM events e JOIN transactions t ON t.position = {transaction_of_sql("e.position")}
                  WHERE e.position BETWEEN ? AND ? AND e.name = 'CreditsPurchased' AND t.signature = ?
                  AND e.credit_account = coalesce(?, e.credit_account) AND e.credits = coalesce(?, e.credits)
                  AND coalesce(e.bonus_credits, 0) >= ?"""
        asked = (first_of(slot), last_of(slot), signature, *astuple(wanted))
        return self._database.one(sql, asked) is not None

    def remaining(self, view: View, has: Balance) -> int:
        """What an account can spend through the API: what is free on chain, and what its sessions have not reserved."""
        return max(0, has.available + free_in_sessions(view.connection, has.credit_account))

    def money(self, view: View, platform: str) -> Money:
        """What a platform's credits are bought with, which never changes. Raises NotIndexed."""
        if platform not in self._money:
            row = view.row("SELECT mint, decimals FROM platforms WHERE address = ?", platform)
            if row is None:
                raise NotIndexed(f"the database knows no platform {platform} as of slot {view.as_of_slot}")
            mint, decimals = row
            key = Pubkey.from_string(mint)
            self._money[platform] = Money(currency=currency_of(key, decimals, self._mints), is_usdc=is_usdc(key))
        return self._money[platform]

    async def reach(self, slot: int | None, key_id: str) -> None:
        """Wait until everything up to a slot is indexed.

        Raises Refusal: it cannot come in time, which is said at once, it takes too long, or too many wait.
        """
        if slot is None or self._tip() >= slot:
            return
        end = time.monotonic() + self._max_wait
        with self._waiting.of(key_id):
            await self._require_near(slot)
            while (tip := self._tip()) < slot:
                if time.monotonic() >= end:
                    detail = f"Slot {slot} is not indexed yet: the newest is {tip}."
                    raise Refusal(Kinds.UNAVAILABLE, detail, headers={"Retry-After": "1"})
                await asyncio.sleep(_POLL_SECONDS)

    async def _require_near(self, slot: int) -> None:
        """Refuse what the chain itself will not have reached by then. Raises Refusal."""
        if slot <= self._tip() + self._furthest:
            return
        try:
            # An index that has much to catch up with takes many slots at once: the chain does not.
            async with asyncio.timeout(self._max_wait):
                newest = await self._chain_slot()
        except (ChainError, EscrowError, TimeoutError):
            return
        if slot > newest + self._furthest:
            detail = f"Slot {slot} is far ahead: the chain's newest is {newest}."
            raise Refusal(Kinds.UNAVAILABLE, detail, headers={"Retry-After": "60"})

    def start_of(self, view: View, days: int) -> int:
        """The position at which the last days begin, found once a minute: a search over all events."""
        minute = view.now // 60
        if self._start[:2] != (minute, days):
            self._start = (minute, days, view.start_of(view.now - days * 86_400))
        return self._start[2]

    def _tip(self) -> int:
        # One look serves all who wait.
        if time.monotonic() >= self._newest[0]:
            row = self._database.one("SELECT tip_slot FROM progress")
            self._newest = (time.monotonic() + _POLL_SECONDS / 2, -1 if row is None else int(row["tip_slot"]))
        return self._newest[1]

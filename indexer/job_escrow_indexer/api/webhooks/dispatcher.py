"""From the outbox to the receivers: messages are made once, and sent until somebody took them.

A crash between two steps repeats one of them: making a message again gives the same id, which is there already; sending
it again is a duplicate that the receiver knows by its id.
"""

import asyncio
import contextlib
import random
import sqlite3
import time
from collections import Counter

import structlog
from job_escrow.codec import decode_event
from solders.pubkey import Pubkey

from job_escrow_indexer.api.database import ApiDatabase
from job_escrow_indexer.api.duties import Duty
from job_escrow_indexer.api.webhooks.messages import Place, messages_of
from job_escrow_indexer.api.webhooks.sender import Sender
from job_escrow_indexer.api.webhooks.store import (
    Delivery,
    Hook,
    HookStore,
    Outcome,
    Status,
    hooks_of,
    insert_deliveries,
)

_POLL_SECONDS = 0.2
_RELEASE_SECONDS = 1
_MOST_AT_ONCE = 128
# So that a receiver that is slow holds up nobody but itself, and an account none but its own.
_MOST_OF_A_WEBHOOK = 2
_MOST_OF_AN_ACCOUNT = 8
_MOST_EVENTS = 200
_PRUNE_SECONDS = 60

_log = structlog.get_logger(__name__)


class Dispatcher:
    """Makes and sends messages, for ever."""

    def __init__(
        self,
        database: ApiDatabase,
        hooks: HookStore,
        sender: Sender,
        program_id: Pubkey,
        retry_seconds: tuple[int, ...],
        *,
        keep_seconds: int,
    ) -> None:
        self._database = database
        self._hooks = hooks
        self._sender = sender
        self._program_id = program_id
        self._retry_seconds = retry_seconds
        self._keep_seconds = keep_seconds
        self.duty = Duty("The webhooks")
        self._prune_at = 0.0
        self._under_way: dict[asyncio.Task[None], tuple[Delivery, Hook]] = {}
        self._ended = asyncio.Event()

    async def run(self) -> None:
        """Until it is cancelled."""
        try:
            while True:
                self._ended.clear()
                if not await self._step():
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._ended.wait(), _POLL_SECONDS)
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _step(self) -> int:
        """Make and send what there is; gives how much. What fails is logged and tried again."""
        done = 0
        trouble: Exception | None = None
        try:
            done += await self.make_messages()
        except Exception as error:
            _log.exception("webhook messages not made")
            trouble = error
        try:
            done += self.send_due()
        except Exception as error:
            _log.exception("webhooks not sent")
            trouble = error
        try:
            done += await self._prune()
        except Exception as error:
            _log.exception("deliveries not pruned")
            trouble = error
        self.duty.tell(trouble)
        return done

    async def _prune(self) -> int:
        """Forget what ended long ago, some at a time; gives how many."""
        if time.monotonic() < self._prune_at:
            return 0
        pruned = await self._hooks.prune(int(time.time()) - self._keep_seconds)
        if not pruned:
            self._prune_at = time.monotonic() + _PRUNE_SECONDS
        return pruned

    async def make_messages(self) -> int:
        """Turn events of the outbox into messages; gives how many events."""
        if self._database.one("SELECT 1 FROM api_outbox") is None:
            return 0
        return await self._database.write(self._make_messages)

    def _make_messages(self, connection: sqlite3.Connection) -> int:
        rows = connection.execute(
            """SELECT o.position, e.credit_account, e.data, e.at, t.signature
               FROM api_outbox o LEFT JOIN events e ON e.position = o.position
               LEFT JOIN transactions t ON t.position = (o.position >> 14) << 14
               ORDER BY o.position LIMIT ?""",
            (_MOST_EVENTS,),
        ).fetchall()
        for row in rows:
            if row["data"] is not None:
                self._insert(connection, row, Place.of(row["signature"], row["position"]))
        connection.executemany("DELETE FROM api_outbox WHERE position = ?", [(row["position"],) for row in rows])
        return len(rows)

    def _insert(self, connection: sqlite3.Connection, row: sqlite3.Row, place: Place) -> None:
        event = decode_event(row["data"])
        for hook in hooks_of(connection, row["credit_account"]):
            # Older events are history that is being indexed, and no news.
            if hook.disabled_at is None and row["at"] >= hook.news_from:
                messages = messages_of(event, place, list(hook.thresholds), self._program_id)
                wanted = [(hook, each) for each in messages if each.type in hook.types]
                insert_deliveries(connection, wanted, position=row["position"])

    def send_due(self) -> int:
        """Begin to send what is due; gives how many messages."""
        room = _MOST_AT_ONCE - len(self._under_way)
        if room <= 0:
            return 0
        webhooks = Counter(hook.id for _, hook in self._under_way.values())
        accounts = Counter(hook.credit_account for _, hook in self._under_way.values())
        begun = 0
        for delivery, hook in self._hooks.due(
            int(time.time()),
            room,
            under_way=[delivery.number for delivery, _ in self._under_way.values()],
            full=[
                *(name for name, count in webhooks.items() if count >= _MOST_OF_A_WEBHOOK),
                *(name for name, count in accounts.items() if count >= _MOST_OF_AN_ACCOUNT),
            ],
        ):
            if webhooks[hook.id] < _MOST_OF_A_WEBHOOK and accounts[hook.credit_account] < _MOST_OF_AN_ACCOUNT:
                webhooks[hook.id] += 1
                accounts[hook.credit_account] += 1
                begun += 1
                task = asyncio.create_task(self._send_logged(delivery, hook))
                self._under_way[task] = (delivery, hook)
                task.add_done_callback(self._release)
        return begun

    def _release(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task]
        self._ended.set()

    async def _send_logged(self, delivery: Delivery, hook: Hook) -> None:
        try:
            await self._send(delivery, hook)
        except Exception:
            _log.exception("webhook's attempt not stored", delivery=delivery.id)
            # It is still due: not in a busy loop.
            await asyncio.sleep(_RELEASE_SECONDS)

    async def _send(self, delivery: Delivery, hook: Hook) -> None:
        attempt = await self._sender.send(hook.url, hook.secret, delivery.id, delivery.body, owner=hook.credit_account)
        status: Status = "delivered" if attempt.delivered else "pending"
        next_at = delivery.next_at
        if not attempt.delivered:
            if attempt.gone or delivery.attempts >= len(self._retry_seconds):
                status = "dead"
            else:
                # Up to a tenth later, so that what failed together is not repeated together.
                seconds = self._retry_seconds[delivery.attempts]
                next_at = int(time.time()) + seconds + random.randint(0, seconds // 10)  # noqa: S311
        _log.info(
            "webhook", delivery=delivery.id, type=delivery.type, status=status, error=attempt.cause or attempt.error
        )
        outcome = Outcome(
            status=status, next_at=next_at, http_status=attempt.status, error=attempt.error, gone=attempt.gone
        )
        await self._hooks.attempted(delivery, outcome)

"""From the outbox to the receivers: messages are made once, and sent until somebody took them.

A crash between two steps repeats one of them: making a message again gives the same id, which is there already; sending
it again is a duplicate that the receiver knows by its id.
"""

import asyncio
import random
import sqlite3
import time

import structlog
from job_escrow.codec import decode_event
from solders.pubkey import Pubkey

from job_escrow_indexer.api.database import ApiDatabase
from job_escrow_indexer.api.webhooks.messages import messages_of
from job_escrow_indexer.api.webhooks.sender import Sender
from job_escrow_indexer.api.webhooks.store import Delivery, Hook, HookStore, Status, hooks_of, insert_deliveries

_POLL_SECONDS = 0.2
_MOST_AT_ONCE = 32
_MOST_EVENTS = 200
_CLOCKS_DIFFER_SECONDS = 60

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
    ) -> None:
        self._database = database
        self._hooks = hooks
        self._sender = sender
        self._program_id = program_id
        self._retry_seconds = retry_seconds

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            try:
                made = await self.make_messages()
                sent = await self.send_due()
            except sqlite3.Error as error:
                _log.error("webhooks wait for the database", error=str(error))
                made = sent = 0
            if not made and not sent:
                await asyncio.sleep(_POLL_SECONDS)

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
                # The signature and the place within its transaction: the same on every fork.
                place = f"{row['signature']} {row['position'] & 0x3FFF}"
                self._insert(connection, row, place)
        connection.executemany("DELETE FROM api_outbox WHERE position = ?", [(row["position"],) for row in rows])
        return len(rows)

    def _insert(self, connection: sqlite3.Connection, row: sqlite3.Row, place: str) -> None:
        event = decode_event(row["data"])
        for hook in hooks_of(connection, row["credit_account"]):
            # Older events are history that is being indexed, and no news.
            if hook.disabled_at is None and row["at"] >= hook.created_at - _CLOCKS_DIFFER_SECONDS:
                messages = messages_of(event, place, list(hook.thresholds), self._program_id)
                insert_deliveries(connection, [(hook, each) for each in messages if each.type in hook.types])

    async def send_due(self) -> int:
        """Send what is due; gives how many messages."""
        due = self._hooks.due(int(time.time()), _MOST_AT_ONCE)
        await asyncio.gather(*(self._send(delivery, hook) for delivery, hook in due))
        return len(due)

    async def _send(self, delivery: Delivery, hook: Hook) -> None:
        attempt = await self._sender.send(hook.url, hook.secret, delivery.id, delivery.body)
        status: Status = "delivered" if attempt.delivered else "pending"
        next_at = delivery.next_at
        if not attempt.delivered:
            if attempt.gone or delivery.attempts >= len(self._retry_seconds):
                status = "dead"
            else:
                # Up to a tenth later, so that what failed together is not repeated together.
                seconds = self._retry_seconds[delivery.attempts]
                next_at = int(time.time()) + seconds + random.randint(0, seconds // 10)  # noqa: S311
        _log.info("webhook", delivery=delivery.id, type=delivery.type, status=status, error=attempt.error)
        await self._hooks.attempted(
            delivery, status=status, next_at=next_at, http_status=attempt.status, error=attempt.error, gone=attempt.gone
        )

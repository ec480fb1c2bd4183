"""From the outbox to the receivers: messages are made once, and sent until somebody took them.

A crash between two steps repeats one of them: making a message again gives the same id, which is there already; sending
it again is a duplicate that the receiver knows by its id.
"""

import asyncio
import contextlib
import random
import time
from collections import Counter

import structlog
from solders.pubkey import Pubkey

from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.duties import Duty
from job_escrow_api.domain.webhooks import outbox
from job_escrow_api.domain.webhooks.sealing import Unreadable
from job_escrow_api.domain.webhooks.sender import Attempt, Sender
from job_escrow_api.domain.webhooks.store import (
    Delivery,
    Hook,
    HookStore,
    Outcome,
    Status,
)

_POLL_SECONDS = 0.2
_RELEASE_SECONDS = 1
_MOST_AT_ONCE = 128
# So that a receiver that is slow holds up nobody but itself, and an account none but its own.
_MOST_OF_A_WEBHOOK = 2
_MOST_OF_AN_ACCOUNT = 8
_PRUNE_SECONDS = 60
_CHANCE = random.SystemRandom()

_log = structlog.get_logger(__name__)


class WebhooksDuty(Duty):
    """The webhooks' duty: its trouble says what to do about the key, and passes when that is right."""

    def __init__(self, database: ApiDatabase, hooks: HookStore) -> None:
        super().__init__("The webhooks")
        self._database = database
        self._hooks = hooks

    @property
    def trouble(self) -> str | None:
        """Why nothing is sent."""
        trouble = self._hooks.trouble()
        return super().trouble if trouble is None else f"Nothing is sent: {trouble}."

    @property
    def values(self) -> dict[str, int]:
        """How many events no message could be made of."""
        return {"unread": outbox.unread(self._database.reader)}

    @property
    def remark(self) -> str:
        """What is said, with the unread events if there are any."""
        unread = self.values["unread"]
        said = f" Events that could not be read: {unread:,}; a newer release may." if unread else ""
        return super().remark + said


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
        self.duty: Duty = WebhooksDuty(database, hooks)
        self._prune_at = 0.0
        self._looked_again = False
        self._under_way: dict[asyncio.Task[None], tuple[Delivery, Hook]] = {}
        self._ended = asyncio.Event()

    async def run(self) -> None:
        """Until it is cancelled."""
        try:
            while True:
                self._ended.clear()
                if not await self._step():
                    # Not `wait_for`: before Python 3.12 it loses a cancellation that comes together with the event.
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(_POLL_SECONDS):
                            await self._ended.wait()
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
            if self._hooks.trouble() is None:
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
        if not self._looked_again:
            await self._database.write(outbox.try_again)
            self._looked_again = True
        if self._database.one("SELECT 1 FROM api_outbox") is None:
            return 0
        return await self._database.write(outbox.make_messages, self._program_id)

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
            longest=_latest(max(self._retry_seconds, default=0)),
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
        try:
            secret = self._hooks.secret_of(hook)
        except Unreadable as error:
            attempt = Attempt(delivered=False, status=None, error=str(error))
        else:
            attempt = await self._sender.send(hook.url, secret, delivery.id, delivery.body, owner=hook.credit_account)
        status: Status = "delivered" if attempt.delivered else "pending"
        next_at = delivery.next_at
        if not attempt.delivered:
            if attempt.gone or delivery.attempts >= len(self._retry_seconds):
                status = "dead"
            else:
                # Some a little later, so that what failed together is not repeated together.
                seconds = self._retry_seconds[delivery.attempts]
                next_at = int(time.time()) + _CHANCE.randint(seconds, _latest(seconds))
        _log.info(
            "webhook", delivery=delivery.id, type=delivery.type, status=status, error=attempt.cause or attempt.error
        )
        outcome = Outcome(
            status=status, next_at=next_at, http_status=attempt.status, error=attempt.error, gone=attempt.gone
        )
        await self._hooks.attempted(delivery, outcome)


def _latest(seconds: int) -> int:
    """How long a pause of so many seconds may be: up to a tenth longer."""
    return seconds + seconds // 10

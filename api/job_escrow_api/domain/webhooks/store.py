"""The rows of webhooks and their deliveries."""

import json
import secrets
import sqlite3
import time
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import structlog
from job_escrow_indexer.position import PositionOutOfRange, last_of, position

from job_escrow_api.domain.database import ApiDatabase, insert_row
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.webhooks.messages import Message, Type
from job_escrow_api.domain.webhooks.sealing import KeyUnusable, Sealer

Status = Literal["pending", "delivered", "dead"]
_MOST_WEBHOOKS = 20
_MOST_KEPT = 10_000
_PRUNED_AT_ONCE = 500

# Two ranges of an index: with an OR, SQLite reads all that is pending.
DUE = """
    SELECT d.* FROM (
        SELECT * FROM api_deliveries WHERE status = 'pending' AND next_at <= ?
        UNION ALL SELECT * FROM api_deliveries WHERE status = 'pending' AND next_at > ?
    ) d JOIN api_webhooks w ON w.id = d.webhook_id
    WHERE w.deleted_at IS NULL
    AND d.number NOT IN (SELECT value FROM json_each(?))
    AND d.webhook_id NOT IN (SELECT value FROM json_each(?))
    AND w.credit_account NOT IN (SELECT value FROM json_each(?))
    ORDER BY d.next_at LIMIT ?
"""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Hook:
    """A webhook of a credit account, its secret sealed, empty where it has none any more.

    Thresholds are credits, times unix seconds; events up to the position `news_after` of the chain are no news to it.
    """

    id: str
    platform: str
    credit_account: str
    url: str
    sealed: str
    types: tuple[Type, ...]
    thresholds: tuple[int, ...]
    news_after: int
    created_at: int
    disabled_at: int | None


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A message on its way to a webhook."""

    number: int
    id: str
    webhook_id: str
    type: str
    body: str
    status: Status
    attempts: int
    next_at: int
    last_status: int | None
    last_error: str | None
    created_at: int
    ended_at: int | None
    position: int | None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of an attempt: it is sent again at `next_at` while `status` is pending; `gone`: it wants no more."""

    status: Status
    next_at: int
    http_status: int | None
    error: str | None
    gone: bool


class HookStore:
    """Finds, makes and ends webhooks, and keeps their deliveries."""

    def __init__(self, database: ApiDatabase) -> None:
        self._database = database
        self._sealer = Sealer(database.path)

    async def begin(self, *, new_key: bool = False) -> None:
        """Before messages are sent: seal what an older release stored in plain; with `new_key` in place of a lost one.

        Where the key cannot be used, `trouble` says so.
        """
        if new_key:
            ended = await self._database.write(self._sealer.renew)
            _log.warning("webhooks end whose secrets were sealed with a lost key", webhooks=ended)
        if self._database.one("SELECT 1 FROM api_webhooks_plain") is None:
            return
        try:
            await self._database.write(self._sealer.seal_plain)
        except KeyUnusable as error:
            _log.error("webhooks are not sent", error=str(error))
            return
        if await self._database.rewrite():
            await self._database.write(_forget_plain)
        else:
            _log.warning("unused pages of the database may hold secrets of webhooks: the next start tries again")

    def trouble(self) -> str | None:
        """Why no message can be signed; None where one can be."""
        return self._sealer.trouble(self._database.reader)

    def secret_of(self, hook: Hook) -> str:
        """What a webhook's messages are signed with. Raises KeyUnusable and Unreadable."""
        return self._sealer.open(self._database.reader, hook.id, hook.sealed)

    def of_account(self, credit_account: str) -> list[Hook]:
        """The webhooks of an account, oldest first."""
        return hooks_of(self._database.reader, credit_account)

    def existing(self, credit_account: str, hook_id: str) -> Hook:
        """A webhook of this account. Raises Refusal."""
        found = next((each for each in self.of_account(credit_account) if each.id == hook_id), None)
        if found is None:
            raise Refusal(Kinds.NOT_FOUND, "This account has no such webhook.")
        return found

    async def create(
        self,
        platform: str,
        credit_account: str,
        url: str,
        types: Sequence[Type],
        thresholds: Sequence[int],
        *,
        slot: int,
    ) -> Hook:
        """Make a webhook with a secret of its own, for what happens after a confirmed slot. Raises Refusal."""
        try:
            position(slot, 0)
        except PositionOutOfRange as error:
            detail = "The node names a slot that no chain has."
            raise Refusal(Kinds.UNAVAILABLE, detail, headers={"Retry-After": "60"}) from error
        hook_id = f"whk_{secrets.token_hex(12)}"
        now = int(time.time())
        row = {
            "id": hook_id,
            "platform": platform,
            "credit_account": credit_account,
            "url": url,
            "types": " ".join(types),
            "thresholds": json.dumps(sorted(set(thresholds), reverse=True)),
            # By the chain and not by a clock, so that an index that is behind makes no news of history.
            "news_after": last_of(slot),
            "created_at": now,
        }
        try:
            await self._database.write(_insert_hook, row, self._sealer)
        except KeyUnusable as error:
            _log.error("no webhook can be made", error=str(error))
            detail = "Webhooks cannot be made until the server's operator has put their key in order."
            raise Refusal(Kinds.UNAVAILABLE, detail, headers={"Retry-After": "60"}) from error
        return self.existing(credit_account, hook_id)

    async def delete(self, hook: Hook) -> None:
        """End it; what was not delivered yet never is."""
        await self._database.write(_delete_hook, hook.id)

    async def enqueue(self, hook: Hook, message: Message) -> str:
        """Deliver one message as soon as possible; gives its id."""
        await self._database.write(insert_deliveries, [(hook, message)])
        return message.id(hook.id)

    def deliveries(self, hook: Hook, before: int, limit: int) -> list[Delivery]:
        """Deliveries, newest first."""
        sql = "SELECT * FROM api_deliveries WHERE webhook_id = ? AND number < ? ORDER BY number DESC LIMIT ?"
        return [Delivery(**dict(row)) for row in self._database.all(sql, (hook.id, before, limit))]

    async def replay(self, hook: Hook, message_id: str) -> Delivery:
        """Deliver a message again, under its id. Raises Refusal."""
        await self._database.write(_replay, hook.id, message_id)
        row = self._database.one("SELECT * FROM api_deliveries WHERE id = ? AND webhook_id = ?", (message_id, hook.id))
        if row is None:
            raise Refusal(Kinds.NOT_FOUND, "This webhook has no such delivery.")
        return Delivery(**dict(row))

    def due(
        self, now: int, limit: int, *, longest: int, under_way: Sequence[int] = (), full: Sequence[str] = ()
    ) -> list[tuple[Delivery, Hook]]:
        """What is to be delivered now, but neither the numbers `under_way` nor the webhooks and accounts in `full`.

        What would wait for more than the `longest` pause (seconds) was put off by a clock that has jumped: it is due.
        """
        names = json.dumps(list(full))
        parameters = (now, now + longest, json.dumps(list(under_way)), names, names, limit)
        found = [Delivery(**dict(row)) for row in self._database.all(DUE, parameters)]
        hooks = {each.webhook_id: self._hook(each.webhook_id) for each in found}
        # A webhook that was deleted between the two look-ups has no secret left to sign with.
        return [(each, hook) for each in found if (hook := hooks[each.webhook_id]).sealed]

    def _hook(self, hook_id: str) -> Hook:
        row = self._database.one("SELECT * FROM api_webhooks WHERE id = ?", (hook_id,))
        assert row is not None  # noqa: S101  (a foreign key)
        return _hook(row)

    async def attempted(self, delivery: Delivery, outcome: Outcome) -> None:
        """Store what came of an attempt."""
        await self._database.write(_attempted, delivery, outcome)

    async def prune(self, ended_before: int, *, most: int = _MOST_KEPT) -> int:
        """Forget some deliveries that ended before a time, or beyond so many of a webhook; gives how many."""
        return await self._database.write(_prune, ended_before, most)


def hooks_of(connection: sqlite3.Connection, credit_account: str) -> list[Hook]:
    """The webhooks of an account, oldest first."""
    sql = "SELECT * FROM api_webhooks WHERE credit_account = ? AND deleted_at IS NULL ORDER BY created_at, id"
    cursor = connection.cursor()
    # Whoever has opened the file, rows are read by their names.
    cursor.row_factory = sqlite3.Row
    return [_hook(row) for row in cursor.execute(sql, (credit_account,))]


def _forget_plain(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM api_webhooks_plain")


def _insert_hook(connection: sqlite3.Connection, row: dict[str, object], sealer: Sealer) -> None:
    sql = "SELECT count(*) FROM api_webhooks WHERE credit_account = ? AND deleted_at IS NULL"
    (count,) = connection.execute(sql, (row["credit_account"],)).fetchone()
    if count >= _MOST_WEBHOOKS:
        raise Refusal(Kinds.CONFLICT, f"This account has {count} webhooks, the most that it may have: delete some.")
    secret = "whsec_" + b64encode(secrets.token_bytes(32)).decode()
    insert_row(connection, "api_webhooks", row | {"secret": sealer.seal(connection, str(row["id"]), secret)})


def _delete_hook(connection: sqlite3.Connection, hook_id: str) -> None:
    now = int(time.time())
    connection.execute("UPDATE api_webhooks SET deleted_at = ?, secret = '' WHERE id = ?", (now, hook_id))
    sql = "UPDATE api_deliveries SET status = 'dead', ended_at = ? WHERE webhook_id = ? AND status = 'pending'"
    connection.execute(sql, (now, hook_id))


def insert_deliveries(
    connection: sqlite3.Connection, messages: Sequence[tuple[Hook, Message]], *, position: int | None = None
) -> None:
    """Put messages on their way, of an event at a position; one that is there already stays as it is."""
    now = int(time.time())
    connection.executemany(
        """INSERT INTO api_deliveries (id, webhook_id, type, body, status, attempts, next_at, created_at, position)
           VALUES (?, ?, ?, ?, 'pending', 0, ?, ?, ?) ON CONFLICT (id) DO NOTHING""",
        [
            (message.id(hook.id), hook.id, message.type.value, json.dumps(message.body()), now, now, position)
            for hook, message in messages
        ],
    )


def _replay(connection: sqlite3.Connection, hook_id: str, message_id: str) -> None:
    connection.execute(
        """UPDATE api_deliveries SET status = 'pending', attempts = 0, next_at = ?, ended_at = NULL
           WHERE id = ? AND webhook_id = ?""",
        (int(time.time()), message_id, hook_id),
    )


def _attempted(connection: sqlite3.Connection, delivery: Delivery, outcome: Outcome) -> None:
    now = int(time.time())
    connection.execute(
        """UPDATE api_deliveries SET status = ?, attempts = ?, next_at = ?, last_status = ?, last_error = ?,
           ended_at = ? WHERE number = ? AND status = 'pending'""",
        (
            outcome.status,
            delivery.attempts + 1,
            outcome.next_at,
            outcome.http_status,
            outcome.error,
            None if outcome.status == "pending" else now,
            delivery.number,
        ),
    )
    if outcome.gone:
        connection.execute("UPDATE api_webhooks SET disabled_at = ? WHERE id = ?", (now, delivery.webhook_id))


def _prune(connection: sqlite3.Connection, ended_before: int, most: int) -> int:
    rows = connection.execute(
        """SELECT number, webhook_id FROM api_deliveries WHERE status <> 'pending' AND ended_at < ?
           ORDER BY ended_at LIMIT ?""",
        (ended_before, _PRUNED_AT_ONCE),
    ).fetchall()
    if not rows:
        # The index by webhook counts them.
        sql = "SELECT webhook_id, count(*) - ? AS surplus FROM api_deliveries GROUP BY webhook_id HAVING surplus > 0"
        for hook_id, surplus in connection.execute(sql, (most,)).fetchall():
            rows += connection.execute(
                """SELECT number, webhook_id FROM api_deliveries WHERE webhook_id = ? AND status <> 'pending'
                   ORDER BY number LIMIT ?""",
                (hook_id, min(surplus, _PRUNED_AT_ONCE)),
            )
    # What is forgotten must not be made again when the index is built anew.
    connection.executemany(
        """UPDATE api_webhooks SET news_after = max(news_after, coalesce((
               SELECT position FROM api_deliveries WHERE number = ?), news_after))
           WHERE id = ?""",
        rows,
    )
    connection.executemany("DELETE FROM api_deliveries WHERE number = ?", [(number,) for number, _ in rows])
    connection.execute(
        """DELETE FROM api_webhooks WHERE deleted_at < ?
           AND NOT EXISTS (SELECT 1 FROM api_deliveries d WHERE d.webhook_id = api_webhooks.id)""",
        (ended_before,),
    )
    return len(rows)


def _hook(row: sqlite3.Row) -> Hook:
    return Hook(
        id=row["id"],
        platform=row["platform"],
        credit_account=row["credit_account"],
        url=row["url"],
        sealed=row["secret"],
        types=tuple(Type(each) for each in row["types"].split()),
        thresholds=tuple(json.loads(row["thresholds"])),
        news_after=row["news_after"],
        created_at=row["created_at"],
        disabled_at=row["disabled_at"],
    )

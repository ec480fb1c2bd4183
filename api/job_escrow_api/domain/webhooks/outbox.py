"""From the outbox to messages: what each event of the chain means to the webhooks of its account, once.

A trigger puts an event into the outbox in the transaction that stores it. A crash before its messages are made repeats
that: they get the same ids, and those are there already.
"""

import sqlite3
from collections.abc import Sequence

import structlog
from job_escrow.codec import decode_event
from job_escrow_indexer.position import last_of, transaction_of_sql
from solders.pubkey import Pubkey

from job_escrow_api.domain.webhooks.messages import Message, Place, messages_of
from job_escrow_api.domain.webhooks.store import Hook, hooks_of, insert_deliveries

_AT_ONCE = 200

_log = structlog.get_logger(__name__)


def make_messages(connection: sqlite3.Connection, program_id: Pubkey) -> int:
    """Make the messages of the oldest events; gives how many events. Belongs inside of a transaction.

    An event that this release cannot read is set aside, and those after it make their messages.
    """
    rows = connection.execute(
        f"""SELECT o.position, e.credit_account, e.data, t.signature
            FROM api_outbox o LEFT JOIN events e ON e.position = o.position
            LEFT JOIN transactions t ON t.position = {transaction_of_sql("o.position")}
            ORDER BY o.position LIMIT ?""",
        (_AT_ONCE,),
    ).fetchall()
    for position, account, data, signature in rows:
        # Without data, a fork has taken it back.
        if data is not None:
            hooks = hooks_of(connection, account)
            try:
                wanted = _messages(data, Place.of(signature, position), hooks, position, program_id)
            except Exception as error:
                # Whatever it is, it is this event's, and no reason to keep others waiting.
                _set_aside(connection, position, error)
            else:
                insert_deliveries(connection, wanted, position=position)
    connection.executemany("DELETE FROM api_outbox WHERE position = ?", [(row[0],) for row in rows])
    return len(rows)


def empty(connection: sqlite3.Connection) -> int:
    """Before the mirror is begun anew: make all messages, and let what is final by now be no news when it comes again.

    Gives how many events could not be read, and make no message. What is not final yet is told by its ids, and once to
    a webhook that was made since. Belongs inside of a transaction.
    """
    for (program_id,) in connection.execute("SELECT program FROM binding").fetchall():
        while make_messages(connection, Pubkey.from_string(program_id)):
            pass
    for (finalized_slot,) in connection.execute("SELECT finalized_slot FROM progress").fetchall():
        connection.execute("UPDATE api_books SET told_to = max(told_to, ?)", (last_of(finalized_slot),))
    return connection.execute("DELETE FROM api_outbox_unread").rowcount


def unread(connection: sqlite3.Connection) -> int:
    """How many events were set aside."""
    (count,) = connection.execute("SELECT count(*) FROM api_outbox_unread").fetchone()
    return int(count)


def try_again(connection: sqlite3.Connection) -> None:
    """Put what was set aside into the outbox: another release may read it. Belongs inside of a transaction."""
    connection.execute("INSERT OR IGNORE INTO api_outbox SELECT position FROM api_outbox_unread")
    connection.execute("DELETE FROM api_outbox_unread")


def _messages(
    data: bytes, place: Place, hooks: Sequence[Hook], position: int, program_id: Pubkey
) -> list[tuple[Hook, Message]]:
    event = decode_event(data)
    return [
        (hook, message)
        for hook in hooks
        # Events of before are history that is being indexed, and no news.
        if hook.disabled_at is None and position > hook.news_after
        for message in messages_of(event, place, list(hook.thresholds), program_id)
        if message.type in hook.types
    ]


def _set_aside(connection: sqlite3.Connection, position: int, error: Exception) -> None:
    reason = f"{type(error).__name__}: {error}"
    _log.error("an event makes no webhook message", position=position, error=reason)
    connection.execute(
        "INSERT INTO api_outbox_unread VALUES (?, ?) ON CONFLICT DO UPDATE SET reason = excluded.reason",
        (position, reason),
    )

"""Sessions that these books opened and have forgotten: taken back into them to be ended, and for nothing else.

Which receipts they have is not known any more. So they admit nothing: one that the chain has no receipts of is ended,
any other is given back as it is (`ending.py`), and the customer pays what the chain has charged.
"""

import sqlite3
import time

from job_escrow.codec import SessionOpened
from job_escrow_indexer.store.copies import hold

from job_escrow_api.domain.database import insert_row


def adopt_session(connection: sqlite3.Connection, event: SessionOpened, platform: str, confirmed_at: int) -> bool:
    """Give one its row, and hold the database: belongs inside of a transaction. False where it has one."""
    account = str(event.credit_account)
    sql = "SELECT 1 FROM api_sessions WHERE credit_account = ? AND session_id = ? AND status <> 'failed'"
    if connection.execute(sql, (account, event.id)).fetchone() is not None:
        return False
    # Its id alone does not tell: after a restore another session is given the id of one that is still on its way.
    revived = connection.execute(
        """UPDATE api_sessions SET status = 'opening', closing = 1 WHERE number = (
               SELECT max(number) FROM api_sessions
               WHERE credit_account = ? AND session_id = ? AND credits = ? AND seconds = ?)""",
        (account, event.id, event.credits, event.deadline - event.at),
    )
    if revived.rowcount:
        # It was given up, and has landed after all: nothing was restored.
        return True
    insert_row(
        connection,
        "api_sessions",
        {
            "platform": platform,
            "credit_account": account,
            "session_id": event.id,
            "address": str(event.session),
            "status": "opening",
            "credits": event.credits,
            "seconds": event.deadline - event.at,
            "closing": 1,
            "created_at": int(time.time()),
        },
    )
    if event.at >= confirmed_at:
        hold(connection, f"Session {event.session} was opened by this server, and is not in its database")
    return True

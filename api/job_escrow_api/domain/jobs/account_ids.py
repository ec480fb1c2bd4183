"""Which job ids of an account the books have looked at: those that are used on chain and not here are news."""

import sqlite3

from job_escrow.bounds import JOB_ID_WINDOW
from job_escrow.codec import JobIdWindow
from job_escrow.ids import used_bits


def note_ids(connection: sqlite3.Connection, credit_account: str, ids: JobIdWindow) -> None:
    """All that an account has used is known; belongs inside of a transaction."""
    used = used_bits(ids).to_bytes(JOB_ID_WINDOW // 8)
    connection.execute(
        """INSERT INTO api_account_ids VALUES (?, ?, ?)
           ON CONFLICT (credit_account) DO UPDATE SET highest = excluded.highest, used = excluded.used""",
        (credit_account, ids.highest, used),
    )

"""Ids of an account's jobs and sessions, which are of one window on chain: no two may have the same."""

import sqlite3

from job_escrow.bounds import JOB_ID_WINDOW
from job_escrow.codec import JobIdWindow
from job_escrow.ids import used_bits


def highest_id(connection: sqlite3.Connection, credit_account: str) -> int:
    """The highest id of the books' own; belongs inside of the transaction that takes the next one."""
    sql = """SELECT max(
                 (SELECT coalesce(max(job_id), 0) FROM api_jobs WHERE credit_account = ?1 AND status <> 'failed'),
                 (SELECT coalesce(max(session_id), 0) FROM api_sessions
                  WHERE credit_account = ?1 AND status <> 'failed'))"""
    (found,) = connection.execute(sql, (credit_account,)).fetchone()
    return int(found)


def note_ids(connection: sqlite3.Connection, credit_account: str, ids: JobIdWindow) -> None:
    """All that an account has used is known; belongs inside of a transaction."""
    used = used_bits(ids).to_bytes(JOB_ID_WINDOW // 8)
    connection.execute(
        """INSERT INTO api_account_ids VALUES (?, ?, ?)
           ON CONFLICT (credit_account) DO UPDATE SET highest = excluded.highest, used = excluded.used""",
        (credit_account, ids.highest, used),
    )

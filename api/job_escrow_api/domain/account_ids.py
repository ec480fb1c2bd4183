"""Ids of an account's jobs and sessions, which are of one window on chain: no two may have the same."""

import sqlite3


def highest_id(connection: sqlite3.Connection, credit_account: str) -> int:
    """The highest id of the books' own; belongs inside of the transaction that takes the next one."""
    sql = """SELECT max(
                 (SELECT coalesce(max(job_id), 0) FROM api_jobs WHERE credit_account = ?1 AND status <> 'failed'),
                 (SELECT coalesce(max(session_id), 0) FROM api_sessions
                  WHERE credit_account = ?1 AND status <> 'failed'))"""
    (found,) = connection.execute(sql, (credit_account,)).fetchone()
    return int(found)

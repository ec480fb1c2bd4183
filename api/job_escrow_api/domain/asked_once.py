"""One Idempotency-Key, one job or one request: looked at in the transaction that stores either.

A job that a restore has forgotten gets its row back at any time, known by its mark on chain: a look before the
transaction may have been too early.
"""

import sqlite3


def has_job(connection: sqlite3.Connection, platform: str, operator_wallet: str, names: tuple[str, ...]) -> bool:
    """Whether a job was locked under one of these names, or may still be."""
    marks = ", ".join("?" for _ in names)
    sql = f"""SELECT 1 FROM api_jobs WHERE platform = ? AND operator_wallet = ? AND idempotency_key IN ({marks})
              AND status <> 'failed'"""
    return connection.execute(sql, (platform, operator_wallet, *names)).fetchone() is not None


def has_request(connection: sqlite3.Connection, platform: str, operator_wallet: str, idempotency_key: str) -> bool:
    """Whether a request was admitted under the name, whatever has become of it."""
    sql = "SELECT 1 FROM api_requests WHERE platform = ? AND operator_wallet = ? AND idempotency_key = ?"
    return connection.execute(sql, (platform, operator_wallet, idempotency_key)).fetchone() is not None

"""What an account can spend through the API beside what is free on chain: what its sessions have not reserved."""

import sqlite3

# The index may be behind the books: what it has not seen of a session yet, it counts as free or as locked otherwise.
# So each session adds what the index holds it to have locked, less what its receipts cost beyond what the index has
# seen charged, and less what its running requests reserve. One that the index has seen end adds nothing.
# The `+` and the status that is said twice let each session be found by its id, however many there have been.
_SESSIONS = """
    SELECT coalesce(sum(
        CASE WHEN x.address IS NULL THEN 0 ELSE x.credits - x.settled END
        - (s.total - coalesce(x.settled, 0)) - s.reserved), 0)
    FROM api_sessions s LEFT JOIN sessions x ON x.credit_account = s.credit_account AND x.id = +s.session_id
    WHERE s.number IN (
        SELECT number FROM api_sessions WHERE credit_account = ?1 AND status IN ('opening', 'open')
        UNION SELECT e.number FROM sessions i JOIN api_sessions e
            ON e.credit_account = i.credit_account AND e.session_id = i.id
            AND e.status <> 'failed' AND e.status = 'ended'
            WHERE i.credit_account = ?1 AND i.ended_at IS NULL
    ) AND x.ended_at IS NULL
"""


def free_in_sessions(connection: sqlite3.Connection, credit_account: str) -> int:
    """Credits to add to what the index says can be spent; negative where it is behind."""
    (found,) = connection.execute(_SESSIONS, (credit_account,)).fetchone()
    return int(found)

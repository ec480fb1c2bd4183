"""The table of the page's sessions, after those of `domain/sessions/schema.py`."""

from sqlite_utils.db import Database

from job_escrow_api.domain.sessions.schema import migrations as migrations


@migrations()
def m017_web_sessions(database: Database) -> None:
    """Browsers that a wallet has signed in with: the hash of a cookie's secret, and whose it is.

    Bound to the chain, the program and the platform that it was made for. Times are unix seconds.
    """
    for statement in (
        """
        CREATE TABLE api_web_sessions (
            id TEXT PRIMARY KEY,
            secret_sha256 BLOB NOT NULL,
            genesis_hash TEXT NOT NULL,
            program TEXT NOT NULL,
            platform TEXT NOT NULL,
            wallet TEXT NOT NULL,
            namespace BLOB NOT NULL,
            credit_account TEXT NOT NULL,
            nonce TEXT NOT NULL UNIQUE,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            ended_at INTEGER
        ) STRICT
        """,
        "CREATE INDEX api_web_sessions_of_wallet ON api_web_sessions (wallet, created_at)",
        "CREATE INDEX api_web_sessions_expiry ON api_web_sessions (expires_at)",
        "CREATE INDEX api_web_sessions_end ON api_web_sessions (ended_at) WHERE ended_at IS NOT NULL",
    ):
        database.execute(statement)

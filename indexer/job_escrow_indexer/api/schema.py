"""The API's own tables, beside the indexer's in the same file; each step is applied in one transaction."""

from sqlite_utils import Migrations
from sqlite_utils.db import Database

migrations = Migrations("job_escrow_api")


@migrations()
def m001_keys(database: Database) -> None:
    """API keys: a secret's hash, whose account it is for, and what it may do.

    Addresses are base58, times unix seconds, budgets credits.
    """
    database.execute(
        """
        CREATE TABLE api_keys (
            id TEXT PRIMARY KEY,
            secret_sha256 BLOB NOT NULL,
            platform TEXT NOT NULL,
            wallet TEXT NOT NULL,
            namespace BLOB NOT NULL,
            credit_account TEXT NOT NULL,
            name TEXT NOT NULL,
            scopes TEXT NOT NULL,
            project TEXT NOT NULL,
            member TEXT NOT NULL,
            daily_budget INTEGER,
            monthly_budget INTEGER,
            nonce TEXT NOT NULL UNIQUE,
            created_at INTEGER NOT NULL,
            expires_at INTEGER,
            revoked_at INTEGER
        ) STRICT
        """
    )
    database.execute("CREATE INDEX api_keys_of_account ON api_keys (credit_account, created_at)")

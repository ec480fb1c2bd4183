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


@migrations()
def m002_jobs(database: Database) -> None:
    """Jobs that were asked for through the API, from before they are locked; a failed lock never landed.

    Amounts are credits, `amount` units of the tier or quoted credits; times are unix seconds.
    """
    database.execute(
        """
        CREATE TABLE api_jobs (
            number INTEGER PRIMARY KEY,
            platform TEXT NOT NULL,
            credit_account TEXT NOT NULL,
            job_id INTEGER NOT NULL,
            address TEXT NOT NULL,
            key_id TEXT NOT NULL REFERENCES api_keys (id),
            project TEXT NOT NULL,
            member TEXT NOT NULL,
            operator_wallet TEXT NOT NULL,
            idempotency_key TEXT,
            request_sha256 BLOB NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('locking', 'locked', 'settled', 'refunded', 'failed')),
            model TEXT,
            tier INTEGER,
            tier_name TEXT,
            amount INTEGER NOT NULL,
            seconds INTEGER NOT NULL,
            max_credits INTEGER NOT NULL,
            job_type TEXT NOT NULL,
            credits INTEGER NOT NULL,
            charged INTEGER NOT NULL,
            settled_amount INTEGER,
            components TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            deadline INTEGER,
            ended_at INTEGER,
            lock_signature TEXT,
            end_signature TEXT
        ) STRICT
        """
    )
    for statement in (
        "CREATE UNIQUE INDEX api_jobs_asked ON api_jobs (platform, operator_wallet, idempotency_key)",
        "CREATE UNIQUE INDEX api_jobs_number ON api_jobs (credit_account, job_id) WHERE status <> 'failed'",
        "CREATE UNIQUE INDEX api_jobs_address ON api_jobs (address) WHERE status <> 'failed'",
        "CREATE INDEX api_jobs_of_account ON api_jobs (credit_account, number)",
        "CREATE INDEX api_jobs_of_key ON api_jobs (key_id, created_at)",
        "CREATE INDEX api_jobs_open ON api_jobs (platform, status, deadline) WHERE status IN ('locking', 'locked')",
    ):
        database.execute(statement)


@migrations()
def m003_webhooks(database: Database) -> None:
    """Webhooks, the events that they wait for, and what was delivered; times are unix seconds.

    The trigger puts an event into the outbox in the transaction that stores the event, whichever process writes it; an
    event that a fork takes back leaves the outbox with it. Secrets sign, so that they cannot be stored as hashes.
    """
    for statement in (
        """
        CREATE TABLE api_webhooks (
            id TEXT PRIMARY KEY,
            platform TEXT NOT NULL,
            credit_account TEXT NOT NULL,
            url TEXT NOT NULL,
            secret TEXT NOT NULL,
            types TEXT NOT NULL,
            thresholds TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            disabled_at INTEGER,
            deleted_at INTEGER
        ) STRICT
        """,
        "CREATE INDEX api_webhooks_of_account ON api_webhooks (credit_account) WHERE deleted_at IS NULL",
        "CREATE TABLE api_outbox (position INTEGER PRIMARY KEY) STRICT",
        """
        CREATE TRIGGER api_outbox_put AFTER INSERT ON events
        WHEN EXISTS (
            SELECT 1 FROM api_webhooks WHERE credit_account = NEW.credit_account AND deleted_at IS NULL
        )
        BEGIN
            INSERT INTO api_outbox (position) VALUES (NEW.position) ON CONFLICT DO NOTHING;
        END
        """,
        """
        CREATE TRIGGER api_outbox_take_back AFTER DELETE ON events
        BEGIN
            DELETE FROM api_outbox WHERE position = OLD.position;
        END
        """,
        """
        CREATE TABLE api_deliveries (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            webhook_id TEXT NOT NULL REFERENCES api_webhooks (id),
            type TEXT NOT NULL,
            body TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('pending', 'delivered', 'dead')),
            attempts INTEGER NOT NULL,
            next_at INTEGER NOT NULL,
            last_status INTEGER,
            last_error TEXT,
            created_at INTEGER NOT NULL,
            ended_at INTEGER
        ) STRICT
        """,
        "CREATE INDEX api_deliveries_due ON api_deliveries (next_at) WHERE status = 'pending'",
        "CREATE INDEX api_deliveries_of_webhook ON api_deliveries (webhook_id, number)",
    ):
        database.execute(statement)


@migrations()
def m004_jobs_sent_at(database: Database) -> None:
    """When a job's lock was last sent: from then on, not from when it was asked for, it may land (unix seconds)."""
    database.execute("ALTER TABLE api_jobs ADD COLUMN sent_at INTEGER")


@migrations()
def m005_deliveries_end(database: Database) -> None:
    """Deliveries that have ended are forgotten; an event before `news_from` (unix seconds) makes no message again."""
    for statement in (
        "ALTER TABLE api_webhooks ADD COLUMN news_from INTEGER NOT NULL DEFAULT 0",
        "UPDATE api_webhooks SET news_from = created_at - 60",
        "CREATE INDEX api_deliveries_ended ON api_deliveries (ended_at) WHERE status <> 'pending'",
    ):
        database.execute(statement)


@migrations()
def m006_deliveries_of_forks(database: Database) -> None:
    """Where a message's event is on the chain: what a fork takes back, and nobody has been told of, is not told."""
    for statement in (
        "ALTER TABLE api_deliveries ADD COLUMN position INTEGER",
        "CREATE INDEX api_deliveries_untold ON api_deliveries (position) WHERE status = 'pending' AND attempts = 0",
        """
        CREATE TRIGGER api_deliveries_take_back AFTER DELETE ON events
        BEGIN
            DELETE FROM api_deliveries WHERE position = OLD.position AND status = 'pending' AND attempts = 0;
        END
        """,
    ):
        database.execute(statement)

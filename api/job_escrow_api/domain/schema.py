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
    event that a fork takes back leaves the outbox with it. Secrets sign, so that they cannot be stored as hashes: they
    are sealed (m012).
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


# A job that is open counts in full, one that has ended with what it cost.
_COUNTS = "(CASE WHEN {row}.status IN ('locking', 'locked') THEN {row}.credits ELSE {row}.charged END)"


@migrations()
def m007_spent(database: Database) -> None:
    """What a key's jobs have locked or cost, by the UTC day that they were asked for (days since 1970).

    Kept by triggers, in the transaction of whatever changes a job: so that a budget reads a row for each day and not
    one for each job, and is exact whatever happened in between.
    """
    add = """
        INSERT INTO api_spent (key_id, day, credits) VALUES ({row}.key_id, {row}.created_at / 86400, {amount})
        ON CONFLICT (key_id, day) DO UPDATE SET credits = credits + excluded.credits;"""
    new, old = _COUNTS.format(row="NEW"), _COUNTS.format(row="OLD")
    put, take = add.format(row="NEW", amount=new), add.format(row="OLD", amount=f"-{old}")
    for statement in (
        """
        CREATE TABLE api_spent (
            key_id TEXT NOT NULL,
            day INTEGER NOT NULL,
            credits INTEGER NOT NULL,
            PRIMARY KEY (key_id, day)
        ) STRICT, WITHOUT ROWID
        """,
        f"""
        INSERT INTO api_spent
        SELECT key_id, created_at / 86400, sum{_COUNTS.format(row="j")} FROM api_jobs j GROUP BY 1, 2
        """,
        f"CREATE TRIGGER api_spent_put AFTER INSERT ON api_jobs BEGIN {put} END",
        f"CREATE TRIGGER api_spent_take AFTER DELETE ON api_jobs BEGIN {take} END",
        f"""
        CREATE TRIGGER api_spent_change AFTER UPDATE OF key_id, created_at, status, credits, charged ON api_jobs
        BEGIN {take} {put} END
        """,
    ):
        database.execute(statement)


@migrations()
def m008_books(database: Database) -> None:
    """What tells that a database is older than it was: a secret that its jobs carry on the chain, and a count.

    `changes` counts what only this file knows, and stands beside it too. `restored` says why the keys in it are off, of
    which those have a `held_at`; jobs that were locked before `confirmed_at` are no news any more (unix seconds). Locks
    up to the position `looked_to` of the index are in the books, or somebody else's.
    """
    for statement in (
        """
        CREATE TABLE api_books (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            secret BLOB NOT NULL,
            changes INTEGER NOT NULL,
            restored TEXT,
            confirmed_at INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            looked_to INTEGER NOT NULL
        ) STRICT
        """,
        """
        INSERT INTO api_books
        VALUES (1, randomblob(32), 0, NULL, 0, unixepoch(), (SELECT coalesce(max(position), 0) FROM events))
        """,
        "ALTER TABLE api_keys ADD COLUMN held_at INTEGER",
        """
        CREATE TABLE api_account_ids (
            credit_account TEXT PRIMARY KEY,
            highest INTEGER NOT NULL,
            used BLOB NOT NULL
        ) STRICT
        """,
    ):
        database.execute(statement)


@migrations()
def m009_jobs_last_valid_height(database: Database) -> None:
    """Until which block height a lock that was sent may land: its blockhash decides that, and no clock."""
    database.execute("ALTER TABLE api_jobs ADD COLUMN last_valid_height INTEGER")


@migrations()
def m010_health(database: Database) -> None:
    """One row, written where somebody asks whether the database takes writes (unix seconds)."""
    database.execute("CREATE TABLE api_health (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL) STRICT")


@migrations()
def m011_told_to(database: Database) -> None:
    """Up to which position of the chain all news was told: it is no news where the mirror is begun anew."""
    for statement in (
        "ALTER TABLE api_books ADD COLUMN told_to INTEGER NOT NULL DEFAULT -1",
        "DROP TRIGGER api_outbox_put",
        """
        CREATE TRIGGER api_outbox_put AFTER INSERT ON events
        WHEN NEW.position > (SELECT told_to FROM api_books) AND EXISTS (
            SELECT 1 FROM api_webhooks WHERE credit_account = NEW.credit_account AND deleted_at IS NULL
        )
        BEGIN
            INSERT INTO api_outbox (position) VALUES (NEW.position) ON CONFLICT DO NOTHING;
        END
        """,
    ):
        database.execute(statement)


@migrations()
def m012_webhook_key(database: Database) -> None:
    """Which key secrets of webhooks are sealed with; plain ones are sealed by the first start that finds them.

    `api_webhooks_plain` has a row until then, and until the file, whose unused pages may have copies, was written anew.
    """
    for statement in (
        """
        CREATE TABLE api_webhook_key (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            fingerprint BLOB NOT NULL
        ) STRICT
        """,
        "CREATE TABLE api_webhooks_plain (id INTEGER PRIMARY KEY CHECK (id = 1)) STRICT",
        "INSERT INTO api_webhooks_plain SELECT 1 FROM api_webhooks LIMIT 1",
    ):
        database.execute(statement)


@migrations()
def m013_news_after(database: Database) -> None:
    """What is news to a webhook is what comes after a position of the chain: its order decides, and no clock.

    Where the index is behind, a webhook that was made before this may be told once of events from before it.
    """
    for statement in (
        "ALTER TABLE api_webhooks ADD COLUMN news_after INTEGER NOT NULL DEFAULT -1",
        """
        UPDATE api_webhooks SET news_after = coalesce((
            SELECT position FROM events e
            WHERE e.credit_account = api_webhooks.credit_account AND e.at < news_from ORDER BY position DESC LIMIT 1
        ), -1)
        """,
        "ALTER TABLE api_webhooks DROP COLUMN news_from",
    ):
        database.execute(statement)


@migrations()
def m014_outbox_unread(database: Database) -> None:
    """Events of the outbox that make no message, and why: set aside, so that those after them do."""
    for statement in (
        "CREATE TABLE api_outbox_unread (position INTEGER PRIMARY KEY, reason TEXT NOT NULL) STRICT",
        """
        CREATE TRIGGER api_outbox_unread_take_back AFTER DELETE ON events
        BEGIN
            DELETE FROM api_outbox_unread WHERE position = OLD.position;
        END
        """,
    ):
        database.execute(statement)


@migrations()
def m016_landing(database: Database) -> None:
    """What was sent before a restore may still land: up to the block height `lands_until`.

    NULL where there was no restore, -1 where it was noticed and the height is not known yet: `domain/landing.py`.
    """
    for statement in (
        "ALTER TABLE api_books ADD COLUMN lands_until INTEGER",
        "UPDATE api_books SET lands_until = -1 WHERE restored IS NOT NULL",
        """
        CREATE TRIGGER api_books_restored AFTER UPDATE OF restored ON api_books
        WHEN OLD.restored IS NULL AND NEW.restored IS NOT NULL
        BEGIN
            UPDATE api_books SET lands_until = -1;
        END
        """,
        "CREATE INDEX api_jobs_under_way ON api_jobs (credit_account, number) WHERE status = 'locking'",
    ):
        database.execute(statement)

"""The tables of sessions and requests, after those of `domain/schema.py`."""

from sqlite_utils.db import Database

from job_escrow_api.domain.schema import migrations as migrations


@migrations()
def m015_sessions(database: Database) -> None:
    """Sessions that the server opens, and the requests that it admits within them.

    Amounts are credits. `total` is what a session's receipts cost, of an ended one what was charged on chain;
    `reserved` is the most that running requests can add to it: together they are within the lock, whatever code
    forgets. A session admits nothing once `closing` is set. `settled_count`, `settled` and `head` are the chain's as it
    was last seen. Times are unix seconds by the chain's clock, `created_at` by the server's, as a budget's day is.

    A receipt's signature is its operator's at that time, none where the server had no key at hand.

    A settlement has a row before it is sent: what the chain has afterwards is one of these, or not of these books.
    """
    for statement in (
        """
        CREATE TABLE api_sessions (
            number INTEGER PRIMARY KEY,
            platform TEXT NOT NULL,
            credit_account TEXT NOT NULL,
            session_id INTEGER NOT NULL,
            address TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('opening', 'open', 'ended', 'failed')),
            credits INTEGER NOT NULL,
            seconds INTEGER NOT NULL,
            closing INTEGER NOT NULL DEFAULT 0,
            tiers BLOB,
            count INTEGER NOT NULL DEFAULT 0,
            total INTEGER NOT NULL DEFAULT 0,
            running INTEGER NOT NULL DEFAULT 0,
            reserved INTEGER NOT NULL DEFAULT 0,
            settled_count INTEGER NOT NULL DEFAULT 0,
            settled INTEGER NOT NULL DEFAULT 0,
            head BLOB,
            created_at INTEGER NOT NULL,
            last_valid_height INTEGER,
            opened_at INTEGER,
            used_at INTEGER,
            deadline INTEGER,
            ended_at INTEGER,
            open_signature TEXT,
            end_signature TEXT,
            CHECK (total + reserved <= credits AND total >= 0 AND reserved >= 0 AND running >= 0)
        ) STRICT
        """,
        "CREATE UNIQUE INDEX api_sessions_id ON api_sessions (credit_account, session_id) WHERE status <> 'failed'",
        "CREATE UNIQUE INDEX api_sessions_address ON api_sessions (address) WHERE status <> 'failed'",
        "CREATE INDEX api_sessions_of_account ON api_sessions (credit_account, number)",
        """
        CREATE INDEX api_sessions_live ON api_sessions (credit_account, number) WHERE status IN ('opening', 'open')
        """,
        """
        CREATE TABLE api_session_tiers (
            session INTEGER NOT NULL REFERENCES api_sessions (number),
            tier INTEGER NOT NULL,
            flat_requests INTEGER NOT NULL,
            metered_requests INTEGER NOT NULL,
            metered_units INTEGER NOT NULL,
            metered_credits INTEGER NOT NULL,
            running INTEGER NOT NULL,
            running_units INTEGER NOT NULL,
            running_credits INTEGER NOT NULL,
            PRIMARY KEY (session, tier)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE api_settlements (
            session INTEGER NOT NULL REFERENCES api_sessions (number),
            from_count INTEGER NOT NULL,
            count INTEGER NOT NULL,
            settled INTEGER NOT NULL,
            root BLOB NOT NULL,
            head BLOB NOT NULL,
            landed INTEGER NOT NULL DEFAULT 0,
            signature TEXT,
            PRIMARY KEY (session, from_count, count)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE api_requests (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            platform TEXT NOT NULL,
            credit_account TEXT NOT NULL,
            session INTEGER NOT NULL REFERENCES api_sessions (number),
            key_id TEXT NOT NULL REFERENCES api_keys (id),
            project TEXT NOT NULL,
            member TEXT NOT NULL,
            operator_wallet TEXT NOT NULL,
            idempotency_key TEXT NOT NULL,
            request_sha256 BLOB NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('running', 'settled', 'released', 'lapsed')),
            model TEXT,
            tier INTEGER NOT NULL,
            tier_name TEXT NOT NULL,
            max_units INTEGER NOT NULL,
            seconds INTEGER NOT NULL,
            job_type TEXT NOT NULL,
            credits INTEGER NOT NULL,
            charged INTEGER NOT NULL,
            units INTEGER,
            receipt_number INTEGER,
            receipt BLOB,
            receipt_signer TEXT,
            receipt_signature BLOB,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            ended_at INTEGER
        ) STRICT
        """,
        "CREATE UNIQUE INDEX api_requests_asked ON api_requests (platform, operator_wallet, idempotency_key)",
        """
        CREATE UNIQUE INDEX api_requests_receipts ON api_requests (session, receipt_number)
        WHERE receipt_number IS NOT NULL
        """,
        "CREATE INDEX api_requests_of_account ON api_requests (credit_account, number)",
        "CREATE INDEX api_requests_running ON api_requests (expires_at) WHERE status = 'running'",
        "CREATE INDEX api_requests_running_in ON api_requests (session) WHERE status = 'running'",
    ):
        database.execute(statement)
    # One that runs counts in full, one that has ended with what it cost (m007).
    counts = "(CASE WHEN {row}.status = 'running' THEN {row}.credits ELSE {row}.charged END)"
    add = """
        INSERT INTO api_spent (key_id, day, credits) VALUES ({row}.key_id, {row}.created_at / 86400, {amount})
        ON CONFLICT (key_id, day) DO UPDATE SET credits = credits + excluded.credits;"""
    new, old = counts.format(row="NEW"), counts.format(row="OLD")
    put, take = add.format(row="NEW", amount=new), add.format(row="OLD", amount=f"-{old}")
    for statement in (
        f"CREATE TRIGGER api_requests_spent_put AFTER INSERT ON api_requests BEGIN {put} END",
        f"""
        CREATE TRIGGER api_requests_spent_change AFTER UPDATE OF status, credits, charged ON api_requests
        BEGIN {take} {put} END
        """,
    ):
        database.execute(statement)

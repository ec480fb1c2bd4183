"""The tables of a session store.

Amounts are credits, times unix seconds by the chain's clock. A session's `total` is what its receipts cost, `reserved`
the most that running requests can add to it: together they are within the lock, whatever code forgets. `settled_count`,
`settled` and `head` are the chain's as it was last seen. A settlement has a row before it is sent, so that what the
chain has afterwards is one of these. A request that costs nothing has no row any more, and its id is free again; the
`number` of its row, which is that admission's alone, never is. Ids are an account's own.
"""

VERSION = 2
APPLICATION = 0x4A455353
"""What SQLite's file header names as the file's owner."""

TABLES = """
CREATE TABLE store (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    identity BLOB NOT NULL,
    genesis TEXT,
    program_id TEXT,
    platform TEXT
) STRICT;
CREATE TABLE sessions (
    number INTEGER PRIMARY KEY,
    credit_account TEXT NOT NULL,
    session_id INTEGER NOT NULL,
    address TEXT NOT NULL,
    payee TEXT,
    status TEXT NOT NULL CHECK (status IN ('opening', 'open', 'ended', 'failed')),
    credits INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    closing INTEGER NOT NULL DEFAULT 0,
    last_valid_height INTEGER,
    tiers BLOB,
    opened_at INTEGER,
    deadline INTEGER,
    used_at INTEGER,
    count INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    running INTEGER NOT NULL DEFAULT 0,
    reserved INTEGER NOT NULL DEFAULT 0,
    settled_count INTEGER NOT NULL DEFAULT 0,
    settled INTEGER NOT NULL DEFAULT 0,
    head BLOB,
    ended_at INTEGER,
    CHECK (total + reserved <= credits AND total >= 0 AND reserved >= 0 AND running >= 0)
) STRICT;
CREATE UNIQUE INDEX sessions_address ON sessions (address) WHERE status <> 'failed';
CREATE INDEX sessions_live ON sessions (credit_account, number) WHERE status IN ('opening', 'open');
CREATE INDEX sessions_ids ON sessions (credit_account, session_id);
CREATE TABLE tier_uses (
    session INTEGER NOT NULL REFERENCES sessions (number),
    tier INTEGER NOT NULL,
    flat_requests INTEGER NOT NULL,
    metered_requests INTEGER NOT NULL,
    metered_units INTEGER NOT NULL,
    metered_credits INTEGER NOT NULL,
    running INTEGER NOT NULL,
    running_units INTEGER NOT NULL,
    running_credits INTEGER NOT NULL,
    PRIMARY KEY (session, tier)
) STRICT, WITHOUT ROWID;
CREATE TABLE settlements (
    session INTEGER NOT NULL REFERENCES sessions (number),
    from_count INTEGER NOT NULL,
    count INTEGER NOT NULL,
    settled INTEGER NOT NULL,
    root BLOB NOT NULL,
    head BLOB NOT NULL,
    PRIMARY KEY (session, from_count, count)
) STRICT, WITHOUT ROWID;
CREATE TABLE requests (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    credit_account TEXT NOT NULL,
    id TEXT NOT NULL,
    session INTEGER NOT NULL REFERENCES sessions (number),
    status TEXT NOT NULL CHECK (status IN ('running', 'settled', 'lapsed')),
    tier INTEGER NOT NULL,
    model TEXT NOT NULL,
    max_units INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    receipt_number INTEGER,
    receipt BLOB,
    ended_at INTEGER,
    UNIQUE (credit_account, id)
) STRICT;
CREATE UNIQUE INDEX requests_receipts ON requests (session, receipt_number) WHERE receipt_number IS NOT NULL;
CREATE INDEX requests_running ON requests (session) WHERE status = 'running';
"""

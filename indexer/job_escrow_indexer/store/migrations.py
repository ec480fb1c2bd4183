"""The schema, as numbered migrations: each is applied in one transaction together with its record.

What was read of the chain is keyed by its position (see `position.py`). Tables are STRICT; columns that can hold more
than 2^63 - 1 have the type ANY (see `values.py`). The columns that a position is made of are computed from it.
"""

from sqlite_utils import Database, Migrations

from job_escrow_indexer.store.views import VIEWS

MIGRATIONS = Migrations("job_escrow_indexer")

_OF_TRANSACTION = """
            slot INTEGER GENERATED ALWAYS AS (position >> 30) VIRTUAL,
            transaction_index INTEGER GENERATED ALWAYS AS ((position >> 14) & 65535) VIRTUAL"""
_OF_INSTRUCTION = f"""{_OF_TRANSACTION},
            instruction INTEGER GENERATED ALWAYS AS ((position >> 8) & 63) VIRTUAL,
            inner INTEGER GENERATED ALWAYS AS (position & 255) VIRTUAL"""


@MIGRATIONS(name="0001 history")
def history(db: Database) -> None:
    """What happened: transactions, instructions, events, and what could not be read."""
    db.execute(f"""
        CREATE TABLE transactions ( -- that name the program, failed ones too
            position INTEGER PRIMARY KEY,
            signature TEXT NOT NULL,
            block_time INTEGER, -- unix seconds
            fee_payer TEXT NOT NULL,
            fee INTEGER NOT NULL, -- lamports
            compute_units INTEGER,
            error TEXT, -- JSON as the node says it; NULL: it succeeded
            {_OF_TRANSACTION}
        ) STRICT""")
    db.execute(f"""
        CREATE TABLE instructions ( -- of the program, by whomever it was called
            position INTEGER PRIMARY KEY,
            name TEXT, -- NULL: unknown
            authority TEXT NOT NULL, -- its first signer, or the fee payer where anyone may send it
            caller TEXT, -- the program that called it; NULL: the transaction itself
            failed INTEGER NOT NULL, -- 1: the transaction failed, so that nothing of this happened
            credit_account TEXT,
            data BLOB NOT NULL,
            {_OF_INSTRUCTION}
        ) STRICT""")
    db.execute(f"""
        CREATE TABLE events ( -- columns that an event does not have are NULL
            position INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            at INTEGER NOT NULL, -- unix seconds by the chain's clock
            platform TEXT,
            wallet TEXT,
            credit_account TEXT,
            job_id ANY,
            session_id ANY,
            grant_id ANY,
            authority TEXT NOT NULL, -- who signed the instruction
            counterparty TEXT, -- payer, operator or granter that granted, payee, destination
            credits INTEGER, -- bought, granted, synced, expired, withdrawn, locked, charged or given back
            base_units ANY,
            units ANY, -- covered by a lock, or reported by a settlement
            receipts ANY, -- of a session, that are settled
            returned INTEGER, -- credits that a settlement or refund gave back
            spent_paid INTEGER,
            spent_granted INTEGER,
            treasury_base_units ANY,
            payee_base_units ANY,
            bonus_credits INTEGER, -- of a pack, on top
            promotion_base_units ANY, -- that promotion paid for a bonus, or had paid of what was charged or withdrawn
            sequence ANY,
            expires_at INTEGER, -- a job's or session's deadline, or a lot's expiry
            tier_index INTEGER,
            tier TEXT,
            final INTEGER, -- of a settlement: 1: the job or session has ended; of a refund: 1: its deadline had passed
            reason INTEGER, -- what a grant is for, by its number in the library's list
            plan_slot INTEGER, -- of a grant: which plan's cycle it is for; 255: none
            plan_cycle INTEGER,
            proof TEXT, -- what a settlement carried, as hexadecimal digits
            paid_available INTEGER, -- balances after the event
            paid_locked INTEGER,
            granted_available INTEGER,
            granted_locked INTEGER,
            promotion_backing ANY,
            vault_base_units ANY, -- in the vault after the transaction
            data BLOB NOT NULL, -- the event's bytes, which hold all of it
            {_OF_INSTRUCTION}
        ) STRICT""")
    # An index entry ends with the position, so that one account's events are found in their order.
    db.execute("CREATE INDEX events_of_credit_account ON events (credit_account) WHERE credit_account IS NOT NULL")
    db.execute("CREATE INDEX events_of_platform ON events (platform) WHERE credit_account IS NULL")
    db.execute(f"""
        CREATE TABLE quarantine ( -- what could not be decoded; tried again by every start
            position INTEGER PRIMARY KEY,
            kind TEXT NOT NULL, -- event or instruction
            reason TEXT NOT NULL,
            signature TEXT NOT NULL,
            authority TEXT NOT NULL,
            caller TEXT,
            failed INTEGER NOT NULL,
            accounts TEXT NOT NULL, -- JSON
            data BLOB NOT NULL,
            {_OF_INSTRUCTION}
        ) STRICT""")


@MIGRATIONS(name="0002 accounts")
def accounts(db: Database) -> None:
    """What is: the accounts as their events add up, each with the position of the last one that changed it."""
    slot = "slot INTEGER GENERATED ALWAYS AS (position >> 30) VIRTUAL"
    db.execute(f"""
        CREATE TABLE platforms (
            address TEXT PRIMARY KEY,
            creator TEXT NOT NULL,
            name TEXT NOT NULL,
            admin TEXT NOT NULL,
            pending_admin TEXT, -- NULL: nobody
            operator TEXT, -- NULL: nobody
            standby_operator TEXT, -- NULL: nobody
            granter TEXT, -- NULL: nobody
            treasury TEXT NOT NULL,
            promotion TEXT, -- token account that packs' bonus is paid from; NULL: none
            mint TEXT NOT NULL,
            token_program TEXT NOT NULL,
            decimals INTEGER NOT NULL, -- of the mint
            base_units_per_credit INTEGER NOT NULL,
            notice_seconds ANY NOT NULL,
            payee_notice_seconds ANY NOT NULL,
            min_purchase ANY NOT NULL,
            max_job_seconds ANY NOT NULL,
            fee_bps ANY NOT NULL,
            paused INTEGER NOT NULL,
            tiers TEXT NOT NULL, -- JSON
            pending TEXT NOT NULL, -- JSON: announced changes
            packs TEXT NOT NULL, -- JSON: [credits, bonus] of each slot
            version INTEGER NOT NULL,
            bump INTEGER NOT NULL,
            position INTEGER NOT NULL,
            {slot}
        ) STRICT""")
    db.execute(f"""
        CREATE TABLE payees (
            address TEXT PRIMARY KEY,
            platform TEXT NOT NULL,
            owner TEXT NOT NULL,
            token_account TEXT NOT NULL,
            rent_payer TEXT NOT NULL,
            usable_from INTEGER NOT NULL, -- when a lock may name it
            share_bps INTEGER NOT NULL, -- of its own; 0: what the platform's fee leaves
            pending_share_bps INTEGER NOT NULL,
            pending_share_at INTEGER NOT NULL, -- from when locks use it; 0: none was announced
            suspended INTEGER NOT NULL,
            version INTEGER NOT NULL,
            bump INTEGER NOT NULL,
            ended_at INTEGER, -- when it was unregistered
            position INTEGER NOT NULL,
            {slot}
        ) STRICT""")
    db.execute("CREATE INDEX payees_of_platform ON payees (platform)")
    db.execute(f"""
        CREATE TABLE credit_accounts (
            address TEXT PRIMARY KEY,
            platform TEXT NOT NULL,
            wallet TEXT NOT NULL,
            namespace TEXT NOT NULL,
            vault TEXT NOT NULL,
            base_units_per_credit INTEGER NOT NULL,
            paid_available INTEGER NOT NULL,
            paid_locked INTEGER NOT NULL,
            granted_available INTEGER NOT NULL,
            granted_locked INTEGER NOT NULL,
            promotion_backing ANY NOT NULL, -- base units behind the paid credits that promotion has paid
            promotion_owed ANY NOT NULL, -- base units of the vault that go back to the promotion account
            purchased INTEGER NOT NULL,
            bonus INTEGER NOT NULL,
            synced INTEGER NOT NULL,
            granted INTEGER NOT NULL,
            spent_paid INTEGER NOT NULL,
            spent_granted INTEGER NOT NULL,
            withdrawn INTEGER NOT NULL,
            expired INTEGER NOT NULL,
            opened_at INTEGER NOT NULL,
            last_topup_at INTEGER NOT NULL,
            open_jobs INTEGER NOT NULL,
            sequence ANY NOT NULL,
            job_ids_highest ANY NOT NULL, -- of the operator's jobs
            job_ids_used TEXT NOT NULL, -- 256 bits as hexadecimal digits, the highest id's the last
            wallet_job_ids_highest ANY NOT NULL,
            wallet_job_ids_used TEXT NOT NULL, -- 128 bits
            grant_ids_highest ANY NOT NULL,
            grant_ids_used TEXT NOT NULL, -- 128 bits
            limit_per_job ANY NOT NULL,
            limit_per_session ANY NOT NULL,
            limit_per_period ANY NOT NULL,
            limit_period_seconds ANY NOT NULL,
            limit_period_started_at INTEGER NOT NULL,
            limit_used ANY NOT NULL,
            limit_operator_locked INTEGER NOT NULL,
            quoted_allowed INTEGER NOT NULL, -- 1: the operator may lock quoted jobs too
            lots TEXT NOT NULL, -- JSON: [free, locked, expires at] of each
            plans TEXT NOT NULL, -- JSON: [highest cycle that was granted, 64 bits as hexadecimal digits] of each slot
            top_up INTEGER NOT NULL, -- 0 no rule, 1 by its rule, 2 not any more: a withdrawal has ended it
            rent_payer TEXT NOT NULL,
            vault_rent_payer TEXT NOT NULL,
            rent_lamports INTEGER NOT NULL,
            vault_rent_lamports INTEGER NOT NULL,
            version INTEGER NOT NULL,
            bump INTEGER NOT NULL,
            compatible_from INTEGER NOT NULL, -- the oldest version whose programs may use it
            session_heads TEXT NOT NULL, -- of all ended sessions, as hexadecimal digits
            ended_at INTEGER, -- when it was closed
            position INTEGER NOT NULL,
            {slot}
        ) STRICT""")
    db.execute("CREATE INDEX credit_accounts_of_wallet ON credit_accounts (wallet)")
    db.execute("CREATE INDEX credit_accounts_of_platform ON credit_accounts (platform)")
    db.execute(f"""
        CREATE TABLE jobs (
            credit_account TEXT NOT NULL,
            id ANY NOT NULL,
            address TEXT NOT NULL,
            by_operator INTEGER NOT NULL,
            quoted INTEGER NOT NULL,
            tier_index INTEGER NOT NULL, -- 255: quoted
            tier TEXT NOT NULL,
            flat_credits ANY NOT NULL,
            included_units ANY NOT NULL,
            rate_credits INTEGER NOT NULL,
            rate_units INTEGER NOT NULL,
            unit_kind INTEGER NOT NULL,
            payee TEXT, -- NULL: the treasury
            payee_token_account TEXT,
            rent_payer TEXT NOT NULL,
            max_units ANY NOT NULL,
            credits INTEGER NOT NULL,
            settled INTEGER NOT NULL,
            held_paid INTEGER NOT NULL,
            held_lots TEXT NOT NULL, -- JSON
            payee_base_units ANY NOT NULL, -- that the payee's share was computed on
            fee_bps INTEGER NOT NULL,
            locked_at INTEGER NOT NULL,
            deadline INTEGER NOT NULL,
            version INTEGER NOT NULL,
            compatible_from INTEGER NOT NULL, -- the oldest version whose programs may use it
            status TEXT NOT NULL, -- open, settled, refunded, timed out; unknown: no event says
            ended_at INTEGER, -- 0: no event says when
            position INTEGER NOT NULL,
            {slot},
            PRIMARY KEY (credit_account, id)
        ) STRICT""")
    db.execute("CREATE INDEX open_jobs_by_deadline ON jobs (deadline) WHERE ended_at IS NULL")
    db.execute(f"""
        CREATE TABLE sessions (
            credit_account TEXT NOT NULL,
            id ANY NOT NULL,
            address TEXT NOT NULL,
            payee TEXT, -- NULL: the treasury
            payee_token_account TEXT,
            rent_payer TEXT NOT NULL,
            credits INTEGER NOT NULL,
            settled INTEGER NOT NULL,
            held_paid INTEGER NOT NULL,
            held_lots TEXT NOT NULL, -- JSON
            payee_base_units ANY NOT NULL, -- that the payee's share was computed on
            fee_bps INTEGER NOT NULL,
            opened_at INTEGER NOT NULL,
            deadline INTEGER NOT NULL,
            count ANY NOT NULL, -- receipts that are settled
            head TEXT NOT NULL, -- that commits to them, as hexadecimal digits
            totals TEXT NOT NULL, -- JSON: [flat requests, metered requests, units, credits] of each tier
            tiers TEXT NOT NULL, -- JSON
            version INTEGER NOT NULL,
            compatible_from INTEGER NOT NULL, -- the oldest version whose programs may use it
            status TEXT NOT NULL, -- open, settled, refunded, timed out; unknown: no event says
            ended_at INTEGER, -- 0: no event says when
            position INTEGER NOT NULL,
            {slot},
            PRIMARY KEY (credit_account, id)
        ) STRICT""")
    db.execute("CREATE INDEX open_sessions_by_deadline ON sessions (deadline) WHERE ended_at IS NULL")
    db.execute(f"""
        CREATE TABLE top_up_rules (
            address TEXT PRIMARY KEY,
            credit_account TEXT NOT NULL,
            source TEXT NOT NULL, -- the wallet's token account that pays
            delegate TEXT NOT NULL,
            rent_payer TEXT NOT NULL,
            threshold ANY NOT NULL, -- buys while fewer credits are left; 2^64 - 1: however many are
            credits INTEGER NOT NULL,
            base_units ANY NOT NULL, -- that one top-up costs
            bonus_credits INTEGER NOT NULL, -- fewest on top
            base_units_per_period ANY NOT NULL,
            period_seconds INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            sequence ANY NOT NULL,
            period_started_at INTEGER NOT NULL,
            used_base_units ANY NOT NULL,
            last_slot ANY NOT NULL,
            pack INTEGER NOT NULL, -- 255: none
            version INTEGER NOT NULL,
            bump INTEGER NOT NULL,
            delegate_bump INTEGER NOT NULL,
            compatible_from INTEGER NOT NULL, -- the oldest version whose programs may use it
            ended_at INTEGER, -- when it was removed; 0: no event says when
            position INTEGER NOT NULL,
            {slot}
        ) STRICT""")
    db.execute("CREATE INDEX top_up_rules_of_credit_account ON top_up_rules (credit_account)")
    db.execute(f"""
        CREATE TABLE vaults (
            address TEXT PRIMARY KEY,
            credit_account TEXT NOT NULL,
            base_units ANY, -- NULL: there is no such account any more
            position INTEGER NOT NULL, -- of the transaction, or the end of the slot, that it was seen at
            {slot}
        ) STRICT""")
    db.execute("CREATE INDEX vaults_of_credit_account ON vaults (credit_account)")


@MIGRATIONS(name="0003 progress")
def progress(db: Database) -> None:
    """How far the chain was read, and what was found when rows and chain were compared."""
    db.execute("""
        CREATE TABLE progress ( -- one row
            id INTEGER PRIMARY KEY CHECK (id = 1),
            genesis_hash TEXT NOT NULL, -- of the cluster that this is a mirror of
            program TEXT NOT NULL,
            from_slot INTEGER NOT NULL,
            tip_slot INTEGER NOT NULL, -- everything confirmed up to here is in the tables
            finalized_slot INTEGER NOT NULL, -- and nothing up to here can be undone any more
            anchor TEXT, -- signature of the newest final transaction
            updated_at INTEGER NOT NULL -- unix seconds by this machine's clock
        ) STRICT""")
    db.execute("""
        CREATE TABLE backlog ( -- final transactions that were listed and not yet read, the newest first
            place INTEGER PRIMARY KEY,
            slot INTEGER NOT NULL,
            signature TEXT NOT NULL
        ) STRICT""")
    db.execute("""
        CREATE TABLE walk ( -- one row while signatures are listed from the newest back to the anchor
            id INTEGER PRIMARY KEY CHECK (id = 1),
            before TEXT, -- where to go on
            top_slot INTEGER NOT NULL, -- what was final when it began
            done INTEGER NOT NULL -- 1: it has met the anchor, and what it listed may be read
        ) STRICT""")
    db.execute("""
        CREATE TABLE chain_reads ( -- accounts as the chain had them, where events alone do not make them
            subject TEXT NOT NULL, -- the credit account, platform or payee that it belongs to
            address TEXT NOT NULL,
            slot INTEGER NOT NULL,
            data BLOB, -- NULL: no such account
            PRIMARY KEY (subject, address)
        ) STRICT""")
    db.execute("""
        CREATE TABLE differences ( -- between rows and chain
            id INTEGER PRIMARY KEY,
            slot INTEGER NOT NULL,
            found_at INTEGER NOT NULL,
            address TEXT NOT NULL,
            kind TEXT NOT NULL, -- platform, payee, credit account, job, session, vault
            field TEXT NOT NULL,
            stored TEXT,
            on_chain TEXT,
            healed TEXT NOT NULL -- rebuilt, history, read, beginning, transfer (see reconcile.py)
        ) STRICT""")


@MIGRATIONS(name="0004 views")
def views(db: Database) -> None:
    """What people read."""
    for name, sql in VIEWS.items():
        db.create_view(name, sql)


@MIGRATIONS(name="0005 queries")
def queries(db: Database) -> None:
    """What the queries look up; small indexes, since each one costs every event that is in it."""
    # Most events are of jobs and sessions: this has the few that are not.
    db.execute("CREATE INDEX events_without_job ON events (credit_account) WHERE job_id IS NULL AND session_id IS NULL")
    # One for each name: a condition on one of two does not use an index on both.
    db.execute("CREATE INDEX settlements_of_platform ON events (platform) WHERE name = 'JobSettled'")
    db.execute("CREATE INDEX session_settlements_of_platform ON events (platform) WHERE name = 'SessionSettled'")
    # Of jobs that are settled in parts, all but the last one.
    db.execute(
        "CREATE INDEX partial_settlements ON events (credit_account, job_id) WHERE name = 'JobSettled' AND final = 0"
    )
    db.execute("CREATE INDEX open_jobs_of_credit_account ON jobs (credit_account, id) WHERE ended_at IS NULL")
    db.execute("CREATE INDEX open_sessions_of_credit_account ON sessions (credit_account, id) WHERE ended_at IS NULL")
    db.execute(
        "CREATE INDEX settlements_of_sessions ON events (credit_account, session_id) WHERE name = 'SessionSettled'"
    )


@MIGRATIONS(name="0006 binding")
def binding(db: Database) -> None:
    """Which chain every table of the file is of, the account API's too."""
    db.execute("""
        CREATE TABLE binding ( -- one row, from when a node has said which chain it is
            id INTEGER PRIMARY KEY CHECK (id = 1),
            genesis_hash TEXT NOT NULL,
            program TEXT NOT NULL
        ) STRICT""")
    db.execute("INSERT INTO binding SELECT id, genesis_hash, program FROM progress")


@MIGRATIONS(name="0007 unread")
def unread(db: Database) -> None:
    """Transactions that are passed over, and read again when a release or another node can."""
    db.execute("""
        CREATE TABLE unread ( -- what names the program and could not be read
            signature TEXT PRIMARY KEY,
            slot INTEGER NOT NULL,
            failed INTEGER NOT NULL, -- 1: the transaction failed, so that nothing of the program happened in it
            reason TEXT NOT NULL,
            found_at INTEGER NOT NULL -- unix seconds by this machine's clock
        ) STRICT""")

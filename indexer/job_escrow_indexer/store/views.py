"""What people read in any SQLite tool: names instead of positions, dollars, and times in ISO 8601, all in UTC."""

from job_escrow_indexer.position import transaction_of_sql


def _time(column: str) -> str:
    # 2^63 - 1 is the program's "never", and beyond what SQLite calls a time.
    return (
        f"CASE WHEN {column} BETWEEN -62167219200 AND 253402300799 "
        f"THEN strftime('%Y-%m-%dT%H:%M:%SZ', {column}, 'unixepoch') END"
    )


def _usdc(column: str) -> str:
    return (
        f"CASE typeof({column}) WHEN 'integer' "
        f"THEN printf('%d.%06d', {column} / 1000000, {column} % 1000000) "
        f"WHEN 'text' THEN ltrim(substr({column}, 1, 14), '0') || '.' || substr({column}, 15) END"
    )


_COMMITMENT = "CASE WHEN {}.slot <= (SELECT finalized_slot FROM progress) THEN 'finalized' ELSE 'confirmed' END"

VIEWS = {
    "balances": f"""
        SELECT a.wallet, a.namespace, p.name AS platform, a.address AS credit_account,
            a.paid_available + a.granted_available AS available, a.paid_locked + a.granted_locked AS locked,
            a.paid_available, a.paid_locked, a.granted_available, a.granted_locked,
            {_usdc("a.promotion_backing")} AS promotion_usdc, a.open_jobs,
            {_usdc("v.base_units")} AS vault_usdc, {_time("a.opened_at")} AS opened, a.slot,
            {_COMMITMENT.format("a")} AS commitment
        FROM credit_accounts a
        LEFT JOIN platforms p ON p.address = a.platform
        LEFT JOIN vaults v ON v.address = a.vault
        WHERE a.ended_at IS NULL""",
    "event_log": f"""
        SELECT {_time("e.at")} AS time, e.name, p.name AS platform, e.wallet, a.namespace, e.credit_account, e.job_id,
            e.session_id, e.authority, e.counterparty, e.credits, e.bonus_credits, {_usdc("e.base_units")} AS usdc,
            {_usdc("e.promotion_base_units")} AS promotion_usdc, e.units, e.returned, e.tier,
            {_time("e.expires_at")} AS expires, e.paid_available, e.paid_locked, e.granted_available,
            e.granted_locked, t.signature, e.slot, {_COMMITMENT.format("e")} AS commitment, e.position
        FROM events e
        JOIN transactions t ON t.position = {transaction_of_sql("e.position")}
        LEFT JOIN platforms p ON p.address = e.platform
        LEFT JOIN credit_accounts a ON a.address = e.credit_account""",
    "job_log": f"""
        SELECT a.wallet, a.namespace, p.name AS platform, j.credit_account, j.id, j.status,
            CASE j.quoted WHEN 1 THEN NULL ELSE j.tier END AS tier, j.max_units, j.credits, j.settled,
            {_time("j.locked_at")} AS locked, {_time("j.deadline")} AS deadline, {_time("j.ended_at")} AS ended,
            j.payee, j.address, j.slot, {_COMMITMENT.format("j")} AS commitment
        FROM jobs j
        LEFT JOIN credit_accounts a ON a.address = j.credit_account
        LEFT JOIN platforms p ON p.address = a.platform""",
    "session_log": f"""
        SELECT a.wallet, a.namespace, p.name AS platform, s.credit_account, s.id, s.status, s.credits, s.settled,
            s.count AS receipts, {_time("s.opened_at")} AS opened, {_time("s.deadline")} AS deadline,
            {_time("s.ended_at")} AS ended, s.payee, s.address, s.slot, {_COMMITMENT.format("s")} AS commitment
        FROM sessions s
        LEFT JOIN credit_accounts a ON a.address = s.credit_account
        LEFT JOIN platforms p ON p.address = a.platform""",
    "lots": f"""
        SELECT a.wallet, a.namespace, a.address AS credit_account, lot.key AS lot,
            json_extract(lot.value, '$[0]') AS free, json_extract(lot.value, '$[1]') AS locked,
            {_time("json_extract(lot.value, '$[2]')")} AS expires
        FROM credit_accounts a, json_each(a.lots) lot
        WHERE a.ended_at IS NULL AND (json_extract(lot.value, '$[0]') OR json_extract(lot.value, '$[1]'))""",
    "instruction_log": f"""
        SELECT {_time("t.block_time")} AS time, i.name, i.authority, i.caller, i.credit_account,
            CASE i.failed WHEN 1 THEN t.error END AS error, t.fee_payer, t.signature, i.slot,
            {_COMMITMENT.format("i")} AS commitment, i.position
        FROM instructions i
        JOIN transactions t ON t.position = {transaction_of_sql("i.position")}""",
}

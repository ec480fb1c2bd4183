"""The database against the chain: every field of every account."""

from collections.abc import Mapping

from job_escrow.codec import AnyAccount, decode_account
from job_escrow_indexer.accounts.kinds import KINDS, PLATFORMS, VAULTS, state_of
from sqlite_utils import Database

OPEN = {kind: "1" if kind is PLATFORMS else "ended_at IS NULL" for kind in KINDS if kind is not VAULTS}


def assert_mirrors(db: Database, accounts: Mapping[str, bytes], vaults: Mapping[str, int | None]) -> None:
    """Raise AssertionError where rows and the program's accounts differ, or a vault's amount does."""
    expected: dict[tuple[str, str], object] = {}
    for address, data in accounts.items():
        decoded: AnyAccount = decode_account(data)
        kind, state = state_of(address, decoded, 0)
        row = dict(zip(kind.columns, kind.row({"ended_at": None, **state}), strict=True))
        expected[kind.table, address] = {name: row[name] for name in kind.compared()}
    found: dict[tuple[str, str], object] = {}
    for kind, condition in OPEN.items():
        for row in db.query(f"SELECT * FROM {kind.table} WHERE {condition}"):
            found[kind.table, row["address"]] = {name: row[name] for name in kind.compared()}
    assert found == expected
    stored = {row["address"]: row["base_units"] for row in db.query("SELECT * FROM vaults")}
    held = {address: None if stored.get(address) is None else int(stored[address]) for address in vaults}
    assert held == dict(vaults)

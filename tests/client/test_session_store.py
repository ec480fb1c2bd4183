"""The file of a provider's sessions: one process's, one platform's, readable for nobody else, never half written."""

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from job_escrow import InvalidAmount, OtherStore, SessionPolicy, SessionStore, StoreError, StoreInUse
from job_escrow.session_context import rows, schema
from solders.pubkey import Pubkey

_ONE, _OTHER = Pubkey(bytes([1]) * 32), Pubkey(bytes([2]) * 32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sessions.db"


def test_it_is_readable_for_nobody_else(path: Path) -> None:
    path.touch(0o644)
    with SessionStore(path) as store:
        store.bind("genesis", _ONE, _ONE)
        for each in path.parent.iterdir():
            assert stat.S_IMODE(each.stat().st_mode) == 0o600, each
    path.unlink()
    before = os.umask(0)
    try:
        with SessionStore(str(path)):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_it_is_durable_with_each_transaction(path: Path) -> None:
    with SessionStore(path) as store:
        assert store.transact(lambda connection: connection.execute("PRAGMA synchronous").fetchone()) == (2,)
        assert store.transact(lambda connection: connection.execute("PRAGMA journal_mode").fetchone()) == ("wal",)


def test_one_process_has_it_at_a_time(path: Path) -> None:
    program = f"from job_escrow import SessionStore\nSessionStore({str(path)!r})"
    with SessionStore(path):
        with pytest.raises(StoreInUse, match="run one process for each file"):
            SessionStore(path)
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert f"StoreInUse: the session store {path} is open already" in done.stderr
    with SessionStore(path) as store:
        store.close()
        with pytest.raises(StoreError, match="is closed"):
            store.sessions()


def test_a_fork_does_not_share_it(path: Path) -> None:
    with SessionStore(path) as store:
        store._pid += 1
        with pytest.raises(StoreInUse, match="open it in one of them alone"):
            store.sessions()
        store._pid -= 1


def test_an_account_has_one_block_at_a_time(path: Path) -> None:
    with SessionStore(path) as store:
        store.hold(_ONE)
        store.hold(_OTHER)
        with pytest.raises(StoreInUse, match="request within that one"):
            store.hold(_ONE)
        store.let_go(_ONE)
        store.hold(_ONE)


def test_it_belongs_to_one_chain_program_and_platform(path: Path) -> None:
    with SessionStore(path) as store:
        store.bind("genesis", _ONE, _OTHER)
    with SessionStore(path) as store:
        store.bind("genesis", _ONE, _OTHER)
        for genesis, program, platform, said in (
            ("another", _ONE, _OTHER, "of chain genesis, not another"),
            ("genesis", _OTHER, _OTHER, f"of program {_ONE}, not {_OTHER}"),
            ("genesis", _ONE, _ONE, f"of platform {_OTHER}, not {_ONE}"),
        ):
            with pytest.raises(OtherStore, match=f"{said}: give each platform a file of its own"):
                store.bind(genesis, program, platform)


def test_each_file_has_references_of_its_own(path: Path) -> None:
    with SessionStore(path) as one, SessionStore(path.with_name("other.db")) as other:
        assert one.reference_of(_ONE) == one.reference_of(_ONE)
        assert len({store.reference_of(key) for store in (one, other) for key in (_ONE, _OTHER)}) == 4


def test_what_is_no_store_is_left_alone(path: Path) -> None:
    path.write_bytes(b"something else" * 1_000)
    path.chmod(0o644)
    with pytest.raises(OtherStore, match="is no session store"):
        SessionStore(path)
    assert path.read_bytes() == b"something else" * 1_000
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    with pytest.raises(OtherStore, match="is no session store"):
        SessionStore(path)
    path.unlink()
    with SessionStore(path) as store:
        store.transact(lambda connection: connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}"))
    with pytest.raises(OtherStore, match="install that one"):
        SessionStore(path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    with pytest.raises(OtherStore, match="end its sessions there"):
        SessionStore(path)
    with pytest.raises(IsADirectoryError):
        SessionStore(path.parent)


def test_what_fails_is_undone(path: Path) -> None:
    def half(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE store SET genesis = 'half'")
        raise ZeroDivisionError

    def broken(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE store SET genesis = 'half'")
        connection.execute("SELECT * FROM no_such_table")

    def genesis(connection: sqlite3.Connection) -> object:
        return connection.execute("SELECT genesis FROM store").fetchone()[0]

    with SessionStore(path) as store:
        with pytest.raises(ZeroDivisionError):
            store.transact(half)
        with pytest.raises(StoreError, match="what was asked for did not happen"):
            store.transact(broken)
        assert store.transact(genesis) is None


def test_no_code_reserves_more_than_is_locked(path: Path) -> None:
    """The table itself refuses it."""
    with SessionStore(path) as store:

        def insert(connection: sqlite3.Connection) -> int:
            connection.execute(
                """INSERT INTO sessions (credit_account, session_id, address, status, credits, seconds)
                   VALUES ('a', 1, 'b', 'open', 10, 60)"""
            )
            return 1

        number = store.transact(insert)
        store.transact(rows.update, number, total=4, reserved=6)
        for values in ({"reserved": 7}, {"total": 5}, {"running": -1}):
            with pytest.raises(sqlite3.IntegrityError):
                store.transact(rows.update, number, **values)


def test_a_full_disk_admits_nothing(path: Path) -> None:
    def fill(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE filler (data BLOB)")
        connection.execute("INSERT INTO filler VALUES (zeroblob(10000000))")

    with SessionStore(path) as store:
        pages = store.transact(lambda connection: connection.execute("PRAGMA page_count").fetchone()[0])
        store.transact(lambda connection: connection.execute(f"PRAGMA max_page_count = {pages + 1}").fetchone())
        with pytest.raises(StoreError, match=r"is full\): what was asked for did not happen"):
            store.transact(fill)
        store.bind("genesis", _ONE, _ONE)


@pytest.mark.parametrize("values", [{"credits": -1}, {"seconds": 1.5}, {"settle_credits": 2**32}, {"idle_seconds": -1}])
def test_a_policy_is_of_whole_numbers(values: dict[str, int]) -> None:
    with pytest.raises(InvalidAmount):
        SessionPolicy(**values)  # type: ignore[arg-type]


def test_a_policy_leaves_time_for_requests() -> None:
    with pytest.raises(ValueError, match="no time for requests"):
        SessionPolicy(seconds=100, end_seconds=51)
    policy = SessionPolicy(seconds=100, end_seconds=50)
    assert (policy.end_seconds_of(100), policy.longest_request(100)) == (25, 50)

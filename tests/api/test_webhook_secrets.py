"""Secrets of webhooks at rest: a database alone signs nothing, and what is wrong with their key stops nothing else."""

import asyncio
import os
import secrets
import sqlite3
import stat
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils
from api_harness.health import failing
from api_harness.mirror import Mirror
from api_harness.people import new_customer, new_key
from api_harness.receiver import Receiver, receiving
from api_harness.server import Server, problem, serving
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage
from job_escrow_api.domain.database import ApiDatabase
from job_escrow_api.domain.problems import Refusal
from job_escrow_api.domain.schema import migrations
from job_escrow_api.domain.webhooks.messages import Message, Type
from job_escrow_api.domain.webhooks.sealing import KeyUnusable, Unreadable
from job_escrow_api.domain.webhooks.store import Hook, HookStore
from job_escrow_indexer.store.copies import webhook_key_file
from job_escrow_indexer.store.migrations import MIGRATIONS
from standardwebhooks import Webhook

COMMAND = str(Path(sys.executable).with_name("job-escrow"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index.sqlite"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


def opened(path: Path, work: Any) -> Any:
    """What is done with the webhooks of a database by a process of its own."""
    database = ApiDatabase(path)
    try:
        return work(HookStore(database))
    finally:
        database.close()


def made(hooks: HookStore) -> Hook:
    return asyncio.run(hooks.create("p", "a", "https://a.example/", [Type.TOPUP], [], slot=0))


def files_with(folder: Path, secret: str) -> list[str]:
    """The files in which a secret is, as text or as the bytes behind it."""
    raw = b64decode(secret.removeprefix("whsec_"))
    needles = (secret.removeprefix("whsec_").encode(), raw, raw.hex().encode())
    return [each.name for each in folder.iterdir() if any(needle in each.read_bytes() for needle in needles)]


def test_no_file_of_a_server_holds_a_secret(
    stage: Stage, localnet_url: str, tmp_path: Path, receiver: Receiver
) -> None:
    customer = new_customer(stage, 150)
    with (
        Mirror(localnet_url, tmp_path / "index.sqlite") as mirror,
        serving(
            tmp_path,
            chain=localnet_url,
            platform=stage.platform,
            options=("--no-index", "--private-webhooks"),
        ) as server,
    ):
        mirror.catch_up()
        hook, key = subscribed(server, receiver, customer)
        with server.http(key) as http:
            assert http.post(f"/webhooks/{hook}/test").status_code == 202
        assert (receiver.next()[1]["type"], receiver.invalid) == ("webhook.test", [])
        assert files_with(tmp_path, receiver.secret) == []
        key_file = webhook_key_file(tmp_path / "index.sqlite")
        assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
        assert key_file.read_text().strip() not in server.log.read_text()
        backup = [
            COMMAND,
            "index",
            "backup",
            str(tmp_path / "copy.sqlite"),
            "--database",
            str(key_file.with_suffix("")),
        ]
        said = subprocess.run(backup, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=True).stderr
        assert f"keep {key_file} too" in said
    assert files_with(tmp_path, receiver.secret) == []


def test_secrets_of_an_older_release_are_sealed_and_leave_no_trace(path: Path) -> None:
    path.touch()
    plain = {f"whk_{number:02}": "whsec_" + b64encode(secrets.token_bytes(32)).decode() for number in range(40)}
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        # As most builds of SQLite have it: what was moved or deleted stays in the unused parts of pages.
        connection.execute("PRAGMA secure_delete = OFF")
        database = sqlite_utils.Database(connection)
        MIGRATIONS.apply(database)
        migrations.apply(database, stop_before="m012_webhook_key")
        # In an order that moves rows from page to page, and some that were deleted.
        for hook_id, secret in sorted(plain.items(), key=lambda each: each[0][::-1]):
            with connection:
                connection.execute(
                    """INSERT INTO api_webhooks
                           (id, platform, credit_account, url, secret, types, thresholds, created_at)
                       VALUES (?, 'p', 'a', 'https://a.example/', ?, 'topup.confirmed', '[]', 1)""",
                    (hook_id, secret),
                )
        for hook_id in list(plain)[:20]:
            with connection:
                connection.execute("DELETE FROM api_webhooks WHERE id = ?", (hook_id,))
        assert any(files_with(path.parent, secret) for secret in plain.values())

    def begin(hooks: HookStore) -> dict[str, str]:
        asyncio.run(hooks.begin())
        return {hook.id: hooks.secret_of(hook) for hook in hooks.of_account("a")}

    left = dict(list(plain.items())[20:])
    for _ in range(2):
        assert opened(path, begin) == left
        assert [name for secret in plain.values() for name in files_with(path.parent, secret)] == []


def test_a_file_that_somebody_reads_while_its_secrets_are_sealed_is_written_anew_by_the_next_start(path: Path) -> None:
    opened(path, made)
    with closing(sqlite3.connect(path)) as connection:
        with connection:
            connection.execute("INSERT INTO api_webhooks_plain VALUES (1)")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM api_webhooks").fetchone()

        def busy(hooks: HookStore) -> None:
            impatient = "PRAGMA busy_timeout = 1"
            asyncio.run(hooks._database.write(lambda connection: connection.execute(impatient)))
            asyncio.run(hooks.begin())

        opened(path, busy)
    assert rows(path, "SELECT count(*) FROM api_webhooks_plain") == [(1,)]
    opened(path, lambda hooks: asyncio.run(hooks.begin()))
    assert rows(path, "SELECT count(*) FROM api_webhooks_plain") == [(0,)]


def test_a_secret_is_bound_to_its_webhook(path: Path) -> None:
    def moved(hooks: HookStore) -> None:
        first, second = made(hooks), made(hooks)
        assert hooks.secret_of(first) != hooks.secret_of(second)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE api_webhooks SET secret = ? WHERE id = ?", (first.sealed, second.id))
        with pytest.raises(Unreadable, match="make a new one"):
            hooks.secret_of(hooks.existing("a", second.id))

    opened(path, moved)


def test_a_key_that_is_missing_or_wrong_is_told_and_never_replaced_by_itself(path: Path) -> None:
    hook = opened(path, made)
    key = webhook_key_file(path)
    right = key.read_text()
    for wrong, told in (
        (None, "is missing"),
        (f"{secrets.token_hex(32)}\n", "is the key of another database"),
        ("garbage", "is no key"),
        ("abcd", "is no key"),
    ):
        key.unlink(missing_ok=True)
        if wrong is not None:
            key.write_text(wrong)

        def refused(hooks: HookStore, told: str = told) -> None:
            assert told in str(hooks.trouble())
            assert "--new-webhook-key" in str(hooks.trouble())
            with pytest.raises(KeyUnusable, match=told):
                hooks.secret_of(hook)
            with pytest.raises(Refusal):
                made(hooks)
            assert [each.id for each in hooks.of_account("a")] == [hook.id]

        opened(path, refused)
        assert (key.read_text() if key.exists() else None) == wrong
    key.write_text(right)
    key.chmod(0o644)

    def goes_on(hooks: HookStore) -> None:
        assert hooks.trouble() is None
        Webhook(hooks.secret_of(hook))

    opened(path, goes_on)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_key_whose_first_use_was_undone_is_used_by_the_next(path: Path) -> None:
    def undone(hooks: HookStore) -> None:
        def insert_and_fail(connection: sqlite3.Connection) -> None:
            hooks._sealer.seal(connection, "x", "y")
            raise OSError("full")

        with pytest.raises(OSError, match="full"):
            asyncio.run(hooks._database.write(insert_and_fail))
        hook = made(hooks)
        assert hooks.secret_of(hook).startswith("whsec_")

    opened(path, undone)
    assert opened(path, lambda hooks: hooks.trouble()) is None


def test_a_lost_key_is_replaced_only_when_that_is_asked_for(path: Path) -> None:
    hook = opened(path, made)
    webhook_key_file(path).unlink()

    def anew(hooks: HookStore) -> None:
        message = Message(type=Type.TEST, at=0, key="1", data={})
        asyncio.run(hooks.enqueue(hook, message))
        asyncio.run(hooks.begin(new_key=True))
        assert hooks.trouble() is None
        (old,) = hooks.of_account("a")
        assert (old.id, old.sealed, old.disabled_at is not None) == (hook.id, "", True)
        assert [each.status for each in hooks.deliveries(old, 2**62, 10)] == ["dead"]
        assert hooks.due(2**40, 10, longest=60) == []
        new = made(hooks)
        assert hooks.secret_of(new).startswith("whsec_")
        # Asked for again, as by a unit file that was left so, it replaces nothing.
        asyncio.run(hooks.begin(new_key=True))
        assert hooks.secret_of(new).startswith("whsec_")

    opened(path, anew)


def test_without_its_key_a_server_does_all_but_webhooks_and_goes_on_when_it_is_back(
    stage: Stage, localnet_url: str, tmp_path: Path, receiver: Receiver
) -> None:
    customer = new_customer(stage, 150)
    options = ("--no-index", "--private-webhooks")

    def serve() -> Any:
        return serving(tmp_path, chain=localnet_url, platform=stage.platform, options=options)

    with Mirror(localnet_url, tmp_path / "index.sqlite") as mirror:
        mirror.catch_up()
        with serve() as server:
            hook, key = subscribed(server, receiver, customer)
        key_file = webhook_key_file(tmp_path / "index.sqlite")
        away = key_file.with_name("away")
        os.replace(key_file, away)  # noqa: PTH105
        with serve() as server:
            with server.http(key) as http:
                assert failing(http) == {"webhooks"}
                health = http.get("/health").json()
                (part,) = [each for each in health["parts"] if each["name"] == "webhooks"]
                assert "index.sqlite.webhook-key is missing" in part["detail"]
                assert http.get("/account").status_code == 200
                assert http.post(f"/webhooks/{hook}/test").status_code == 202
                refused = problem(http.post("/webhooks", json={"url": receiver.url}))
                assert (refused["status"], str(tmp_path) in str(refused)) == (503, False)
            assert receiver.messages.empty()
            os.replace(away, key_file)  # noqa: PTH105
            assert receiver.next()[1]["type"] == "webhook.test"
            assert receiver.invalid == []
            with server.http(key) as http:
                (sent,) = http.get(f"/webhooks/{hook}/deliveries").json()["deliveries"]
            assert sent["attempts"] <= 1


def subscribed(server: Server, receiver: Receiver, customer: Any) -> tuple[str, str]:
    with server.http() as http:
        key = new_key(http, customer.side.signer, scopes=["manage", "read"])
    with server.http(key) as http:
        answer = http.post("/webhooks", json={"url": receiver.url}).json()
    receiver.secret = answer["secret"]
    return answer["id"], key


def rows(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()

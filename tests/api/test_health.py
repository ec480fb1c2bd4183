"""/health says what has stopped beside the answers, and that it goes on again."""

import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
from api_harness.server import Server, problem, serving
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage


@pytest.mark.parametrize(
    ("table", "duty"), [("api_jobs", "The sweeps of jobs fail"), ("api_webhooks", "The webhooks fail")]
)
def test_a_duty_that_fails_is_told_until_it_works(
    table: str, duty: str, stage: Stage, localnet_url: str, tmp_path: Path
) -> None:
    options = ("--address-rate", "100000")
    with serving(tmp_path, chain=localnet_url, platform=stage.platform, options=options) as server:
        assert until(server, 200)["status"] == "ok"
        rename(tmp_path, table, "elsewhere")
        found = until(server, 503)
        assert found["type"] == "/v1/problems/unavailable"
        assert str(found["detail"]).startswith(duty)
        assert "OperationalError" in str(found["detail"])
        rename(tmp_path, "elsewhere", table)
        assert until(server, 200)["status"] == "ok"


def until(server: Server, status: int) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    with server.http() as http:
        while (answer := http.get("/health")).status_code != status:
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.1)
    return problem(answer) if answer.is_error else answer.json()


def rename(folder: Path, old: str, new: str) -> None:
    connection = sqlite3.connect(folder / "index.sqlite", isolation_level=None, timeout=PATIENCE_SECONDS)
    connection.execute(f"ALTER TABLE {old} RENAME TO {new}")
    connection.close()

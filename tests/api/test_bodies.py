"""Bodies that are none, and clients that leave before theirs is whole: a refusal, and no trouble in the log."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_harness.raw import BROKEN_OFF, CHUNKED_BADLY, answer_to, leave
from api_harness.server import Server, serving
from escrow_harness.patience import PATIENCE_SECONDS
from escrow_harness.stage import Stage

_PATH = "/v1/keys/challenges"


@pytest.fixture
def alone(stage: Stage, localnet_url: str, tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path, chain=localnet_url, platform=stage.platform, options=("--no-index",)) as running:
        yield running


def lines(server: Server) -> list[dict[str, Any]]:
    return [json.loads(line) for line in server.log.read_text().splitlines()]


def requests(server: Server, count: int) -> list[dict[str, Any]]:
    """So many requests of the log, once they are there."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(found := [one for one in lines(server) if one["event"] == "request"]) < count:
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
    return found


@pytest.mark.parametrize("rest", CHUNKED_BADLY.values(), ids=CHUNKED_BADLY)
def test_chunks_that_are_none_are_refused(alone: Server, rest: bytes) -> None:
    answer = answer_to(alone.url, _PATH, rest)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"/v1/problems/invalid-request" in answer
    assert [one["status"] for one in requests(alone, 1)] == [400]
    assert {one["level"] for one in lines(alone)} == {"info"}


@pytest.mark.parametrize("rest", BROKEN_OFF.values(), ids=BROKEN_OFF)
def test_a_client_that_leaves_is_no_trouble(alone: Server, rest: bytes) -> None:
    leave(alone.url, _PATH, rest)
    assert [one["status"] for one in requests(alone, 1)] == [400]
    assert {one["level"] for one in lines(alone)} == {"info"}
    with alone.http() as http:
        assert http.get("/health/live").status_code == 200

"""Patience with a node that refuses for now: the same for the library, the command and the indexer."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from job_escrow import ChainError
from job_escrow.chain.requests import GetRent
from job_escrow.chain.rpc import RpcChain
from job_escrow.patience import FOR_ANSWERS, UNATTENDED, Backoff, NotNow, Patience, retry_after_seconds

_QUICK = Backoff(first_seconds=0.001, longest_seconds=0.004)
_IMPATIENT = replace(FOR_ANSWERS, backoff=_QUICK, longest_retry_after_seconds=0.001)
_RENT = b'{"jsonrpc":"2.0","id":0,"result":7}'
_BUSY = b'{"jsonrpc":"2.0","id":0,"error":{"code":-32429,"message":"rate limited"}}'
_BEHIND = b'{"jsonrpc":"2.0","id":0,"error":{"code":-32005,"message":"Node is behind"}}'


class _Node(ThreadingHTTPServer):
    """Answers from a list: status, Retry-After, body; then with a rent."""

    answers: list[tuple[int, str | None, bytes]]
    asked: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: _Node

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.server.asked += 1
        status, retry_after, body = self.server.answers.pop(0) if self.server.answers else (200, None, _RENT)
        self.send_response(status)
        if retry_after is not None:
            self.send_header("retry-after", retry_after)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def node() -> Iterator[_Node]:
    with _Node(("127.0.0.1", 0), _Handler) as server:
        server.answers = []
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "refusal",
    [(429, None, b"slow down"), (429, "600", b"slow down"), (503, "0", b""), (200, None, _BUSY)],
    ids=["429", "429 for ten minutes", "503 with Retry-After", "an error of JSON-RPC"],
)
def test_what_a_node_refuses_for_now_is_asked_again(node: _Node, refusal: tuple[int, str | None, bytes]) -> None:
    node.answers = [refusal] * (_IMPATIENT.attempts - 1)
    with RpcChain(node.url, patience=_IMPATIENT) as chain:
        assert chain.answer(GetRent(0)) == 7
    assert node.asked == _IMPATIENT.attempts


@pytest.mark.parametrize(
    ("refusal", "said"),
    [((429, None, b""), "did not answer .*429"), ((200, None, _BUSY), "refused: rate limited")],
)
def test_after_the_last_attempt_it_says_what_the_node_said(
    node: _Node, refusal: tuple[int, str | None, bytes], said: str
) -> None:
    node.answers = [refusal] * 100
    with RpcChain(node.url, patience=_IMPATIENT) as chain, pytest.raises(ChainError, match=said):
        chain.answer(GetRent(0))
    assert node.asked == _IMPATIENT.attempts


@pytest.mark.parametrize("refusal", [(500, None, b""), (502, None, b"<html>"), (200, None, _BEHIND), (200, None, b"?")])
def test_what_may_have_been_done_is_not_asked_again(node: _Node, refusal: tuple[int, str | None, bytes]) -> None:
    node.answers = [refusal]
    with RpcChain(node.url, patience=_IMPATIENT) as chain, pytest.raises(ChainError):
        chain.answer(GetRent(0))
    assert node.asked == 1


def test_pauses_double_up_to_the_longest() -> None:
    backoff = Backoff(first_seconds=0.5, longest_seconds=4.0)
    assert [backoff.seconds(failures) for failures in (0, 1, 2, 3, 4, 5, 10**9)] == [0.0, 0.5, 1.0, 2.0, 4.0, 4.0, 4.0]
    assert all(0 <= backoff.jittered(3) <= 2.0 for _ in range(100))


@pytest.mark.parametrize("patience", [FOR_ANSWERS, UNATTENDED])
def test_whoever_waits_for_an_answer_waits_no_longer_than_is_said(patience: Patience) -> None:
    longest = (patience.attempts - 1) * max(patience.longest_retry_after_seconds, patience.backoff.longest_seconds)
    assert longest <= 30 or patience is UNATTENDED


def test_both_forms_make_as_many_attempts() -> None:
    attempts = {"awaited": 0, "blocking": 0}

    async def awaited() -> None:
        attempts["awaited"] += 1
        raise NotNow("busy")

    def blocking() -> None:
        attempts["blocking"] += 1
        raise NotNow("busy")

    with pytest.raises(NotNow, match="busy"):
        asyncio.run(_IMPATIENT.ask(awaited))
    with pytest.raises(NotNow, match="busy"):
        _IMPATIENT.ask_blocking(blocking)
    assert attempts == {"awaited": 4, "blocking": 4}


@pytest.mark.parametrize(
    ("header", "seconds"), [(None, None), ("3", 3.0), ("-1", 0.0), ("Fri, 31 Dec 1999 23:59:59 GMT", None)]
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header) == seconds

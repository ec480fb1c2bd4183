"""Nodes behind one URL that have not seen as much: nothing is taken for not having happened."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.request import Request, urlopen

import pytest
from escrow_harness.stage import Stage, opened_stage
from job_escrow import ChainError, Escrow
from job_escrow.chain.rpc import RpcChain


class Balancer(ThreadingHTTPServer):
    """Passes on to the local chain; while `behind`, so many answers are empty and for an old slot."""

    node: str
    behind: int = 0
    lagged: int = 0


class _Handler(BaseHTTPRequestHandler):
    server: Balancer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        with urlopen(Request(self.server.node, body, {"content-type": "application/json"}), timeout=20) as reply:  # noqa: S310
            answer: Any = json.load(reply)
        result = answer.get("result")
        if isinstance(result, dict) and isinstance(result.get("value"), list) and self.server.behind:
            self.server.behind -= 1
            self.server.lagged += 1
            result["context"]["slot"] = 1
            result["value"] = [None] * len(result["value"])
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def balancer(localnet_url: str) -> Iterator[Balancer]:
    with Balancer(("127.0.0.1", 0), _Handler) as server:
        server.node = localnet_url
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def stage(balancer: Balancer) -> Iterator[Stage]:
    with Escrow(RpcChain(f"http://127.0.0.1:{balancer.server_port}", newer_seconds=0.01)) as escrow:
        yield opened_stage(escrow)


def test_an_answer_from_before_is_asked_again(stage: Stage, balancer: Balancer) -> None:
    """Without it the account would not be there, and the next command would open or buy once more."""
    balancer.behind = 3
    assert stage.alice.balance().available == 1_000
    assert (balancer.behind, balancer.lagged) == (0, 3)


def test_a_node_that_stays_behind_is_said_to_be(stage: Stage, balancer: Balancer) -> None:
    balancer.behind = 1_000
    with pytest.raises(ChainError, match=r"is behind: it answers for slot 1, .* use another node"):
        stage.alice.balance()


def test_a_status_from_before_does_not_make_it_expired(stage: Stage, balancer: Balancer) -> None:
    """A node that has not seen the block says that it knows of no such transaction."""
    balancer.behind = 0
    number = stage.alice.next_sequence()
    balancer.behind = 2
    stage.alice.purchase(100, sequence=number)
    assert balancer.lagged == 2
    assert stage.alice.balance().available == 1_100

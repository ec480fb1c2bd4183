"""A node that holds a request back, one that is asked something else, and another one in its place."""

import json
import time
import urllib.request
from collections.abc import Iterator
from http.client import RemoteDisconnected
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from faults import Fault, Faults, fault_proxy


class Node(ThreadingHTTPServer):
    """Answers with its name, and keeps what it was asked."""

    def __init__(self, name: str) -> None:
        self.name, self.bodies, self.asked = name, list[bytes](), Event()
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Node)
        self.server.bodies.append(self.rfile.read(int(self.headers["content-length"])))
        answer = self.server.name.encode()
        self.send_response(200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        self.server.asked.set()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def nodes() -> Iterator[tuple[Node, Node]]:
    with Node("first") as first, Node("second") as second:
        threads = [Thread(target=each.serve_forever) for each in (first, second)]
        for thread in threads:
            thread.start()
        yield first, second
        for each in (first, second):
            each.shutdown()
        for thread in threads:
            thread.join()


def ask(url: str, method: str = "getSlot") -> str:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method}).encode()
    with urllib.request.urlopen(url, body, timeout=20) as answer:  # noqa: S310 (ours)
        text: str = answer.read().decode()
        return text


def test_a_held_request_reaches_the_node_after_its_sender_has_heard_nothing(nodes: tuple[Node, Node]) -> None:
    first, _ = nodes
    with fault_proxy(first.url, "", Faults(http_next=[Fault.HELD], delay=0.3)) as proxy:
        began = time.monotonic()
        with pytest.raises(RemoteDisconnected):
            ask(proxy.url)
        assert first.bodies == []
        assert first.asked.wait(20)
        assert time.monotonic() - began >= 0.3
        assert len(first.bodies) == 1


def test_another_node_answers_what_it_is_asked_instead(nodes: tuple[Node, Node]) -> None:
    first, second = nodes
    faults = Faults(asks=lambda body: body.replace(b"getSlot", b"getBlockHeight"))
    with fault_proxy(first.url, "", faults) as proxy:
        assert ask(proxy.url) == "first"
        faults.elsewhere = second.url
        assert ask(proxy.url) == "second"
    assert [b"getBlockHeight" in each.bodies[0] for each in nodes] == [True, True]

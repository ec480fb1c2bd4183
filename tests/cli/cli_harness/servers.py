"""Servers that are no node, or not the one that they seem: each is a real one, on a port of its own."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Answer = Callable[[bytes], tuple[int, bytes]]
"""The status and the body that answer a body."""


@contextmanager
def answering(answer: Answer) -> Iterator[str]:
    """Serve what a function answers, for the length of a block; gives the URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            status, body = answer(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def saying(status: int, body: bytes) -> Answer:
    """The same answer to everybody."""
    return lambda _: (status, body)


def sleeping(seconds: float) -> Answer:
    """An answer that comes too late."""

    def answer(_: bytes) -> tuple[int, bytes]:
        time.sleep(seconds)
        return 200, b"{}"

    return answer


def relaying(url: str, *, genesis_hash: str, seen: list[str]) -> Answer:
    """What a node answers, except for the name of its chain; `seen` gets the methods that were asked."""
    parts = urlsplit(url)

    def answer(body: bytes) -> tuple[int, bytes]:
        request = json.loads(body)
        seen.append(request["method"])
        if request["method"] == "getGenesisHash":
            return 200, json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": genesis_hash}).encode()
        connection = HTTPConnection(parts.hostname or "", parts.port)
        connection.request("POST", "/", body, {"Content-Type": "application/json"})
        answered = connection.getresponse()
        found = answered.status, answered.read()
        connection.close()
        return found

    return answer

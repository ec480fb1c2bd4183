"""A webhook receiver: an HTTP server that verifies what it gets with the standard's own library."""

import json
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from escrow_harness.patience import PATIENCE_SECONDS
from standardwebhooks import Webhook


@dataclass
class Receiver:
    """What came, in order; `answers` are the statuses of the next answers, 204 once they are used up."""

    url: str
    secret: str = ""
    answers: list[int] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)
    """Answers wait for this where `holding`."""
    holding: bool = False
    messages: queue.Queue[tuple[str, dict[str, Any]]] = field(default_factory=queue.Queue)
    invalid: list[str] = field(default_factory=list)

    def next(self) -> tuple[str, dict[str, Any]]:
        """The id and the body of the next message."""
        return self.messages.get(timeout=PATIENCE_SECONDS)

    def until(self, kind: str) -> tuple[str, dict[str, Any]]:
        """The next message of a type; those before it are dropped."""
        while True:
            message_id, body = self.next()
            if body["type"] == kind:
                return message_id, body


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Listen for the length of a block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            try:
                if receiver.secret:
                    Webhook(receiver.secret).verify(body, dict(self.headers))
            except Exception as error:
                receiver.invalid.append(repr(error))
            receiver.messages.put((self.headers["webhook-id"], json.loads(body)))
            if receiver.holding:
                receiver.hold.wait(PATIENCE_SECONDS)
            status = receiver.answers.pop(0) if receiver.answers else 204
            self.send_response(status)
            if status in (301, 302, 307, 308):
                self.send_header("Location", f"{receiver.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver = Receiver(f"http://127.0.0.1:{server.server_port}/hooks")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield receiver
        finally:
            receiver.hold.set()
            server.shutdown()
            thread.join()

"""A webhook receiver as a process of its own, which writes down what came before it answers."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from escrow_harness.patience import PATIENCE_SECONDS
from standardwebhooks import Webhook
from support.validator_process import ends_with_its_parent

_STOP_SECONDS = PATIENCE_SECONDS


@dataclass
class Mailbox:
    """What the process has received."""

    url: str
    file: Path

    def messages(self, secret: str) -> dict[str, dict[str, Any]]:
        """Every message by its id, once its signature is verified."""
        found = {}
        for line in self.file.read_text().splitlines(keepends=True):
            if not line.endswith("\n"):
                # It is being written.
                break
            came = json.loads(line)
            Webhook(secret).verify(came["body"].encode(), came["headers"])
            found[came["headers"]["webhook-id"]] = json.loads(came["body"])
        return found


@contextmanager
def receiver_process(folder: Path) -> Iterator[Mailbox]:
    """Run the receiver for the length of a block."""
    file = folder / "webhooks.ndjson"
    file.touch()
    command = [*ends_with_its_parent(), sys.executable, __file__, str(file)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        try:
            yield Mailbox(process.stdout.readline().strip(), file)
        finally:
            process.terminate()
            process.wait(timeout=_STOP_SECONDS)


def _receive(file: Path) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            with file.open("a") as output:
                output.write(json.dumps({"headers": headers, "body": body}) + "\n")
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        print(f"http://127.0.0.1:{server.server_port}/hooks", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    _receive(Path(sys.argv[1]))

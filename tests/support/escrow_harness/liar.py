"""A node that answers and lies: another one's answers, of which a chosen one is changed on its way."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.request import Request, urlopen

REFUSALS: tuple[dict[str, Any], ...] = (
    {"code": -32005, "message": "limit exceeded"},
    {"code": -32005},
    {"code": -32002, "message": "no", "data": {}},
    {"code": -32005, "message": "no", "data": {"numSlotsBehind": "many"}},
    {"message": "no"},
    {"code": 10**30, "message": ["no"]},
    {},
)
_NUMBERS = (True, -1, 0, 2**64 - 1, 10**30, 0.5)
_LEAVES: tuple[object, ...] = (None, *_NUMBERS, "", "0OIl", "é", "1" * 50, [], [[]], {}, {"a": 1})


@dataclass
class Liar:
    """What is done to the answers; `bodies` has those that were given, in order, as they were before."""

    url: str = ""
    change: Callable[[int, str], str] = lambda _, body: body
    bodies: list[str] = field(default_factory=list)


@contextmanager
def lying_node(url: str) -> Iterator[Liar]:
    """Put a liar before a node for the length of a block."""
    liar = Liar()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            with urlopen(Request(url, body, {"Content-Type": "application/json"})) as answer:  # noqa: S310
                text = answer.read().decode()
            liar.bodies.append(text)
            said = liar.change(len(liar.bodies) - 1, text).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever)
        thread.start()
        liar.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield liar
        finally:
            server.shutdown()
            thread.join()


def spoilt(body: str, chance: random.Random) -> str:
    """An answer with one thing changed: a value, a member that is missing, an item too many, or a refusal instead."""
    answer = json.loads(body)
    if chance.random() < 0.15:
        return json.dumps({"jsonrpc": "2.0", "id": 0, "error": chance.choice(REFUSALS)})
    places = list(_places(answer["result"], ("result",))) if "result" in answer else []
    path = chance.choice(places or [("jsonrpc",)])
    inside = answer
    for step in path[:-1]:
        inside = inside[step]
    kind = chance.random()
    if kind < 0.2:
        del inside[path[-1]]
    elif kind < 0.3 and isinstance(inside, list):
        inside.append(inside[path[-1]])
    elif kind < 0.4 and isinstance(inside[path[-1]], str):
        inside[path[-1]] = inside[path[-1]][: chance.randrange(len(inside[path[-1]]) + 1)]
    else:
        inside[path[-1]] = chance.choice(_LEAVES)
    return json.dumps(answer)


def _places(value: object, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    yield path
    members: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in members:
        yield from _places(each, (*path, key))

"""A node to talk to, whichever it is: JSON-RPC over HTTP with nothing between the test and the wire."""

import http.client
import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

Value = TypeVar("Value")
_ids = itertools.count(1)


class RpcFailure(Exception):
    """A node answered with an error."""

    def __init__(self, method: str, error: dict[str, Any]) -> None:
        super().__init__(f"{method}: {error}")
        self.error = error


@dataclass(frozen=True)
class Endpoint:
    """A node's two addresses."""

    url: str
    websocket_url: str
    name: str = "node"
    faucet_url: str | None = field(default=None, compare=False)

    def post(
        self, body: bytes, *, method: str = "POST", path: str = "/", content_type: str | None = "application/json"
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of one request on a connection of its own."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=300)
        try:
            headers = {} if content_type is None else {"content-type": content_type}
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
        finally:
            connection.close()

    def answer(self, method: str, *params: Any) -> dict[str, Any]:
        """The whole answer to a request, its id left out."""
        body = {"jsonrpc": "2.0", "id": next(_ids), "method": method, "params": list(params)}
        _, _, reply = self.post(json.dumps(body).encode())
        answer: dict[str, Any] = json.loads(reply)
        assert answer.pop("id") == body["id"]
        return answer

    def rpc(self, method: str, *params: Any) -> Any:
        """The result of a request; RpcFailure where it is refused."""
        answer = self.answer(method, *params)
        if "error" in answer:
            raise RpcFailure(method, answer["error"])
        return answer["result"]

    def error(self, method: str, *params: Any) -> dict[str, Any]:
        """The error of a request that has to be refused."""
        answer = self.answer(method, *params)
        assert "error" in answer, f"{method} was not refused: {answer}"
        error: dict[str, Any] = answer["error"]
        return error


def until(condition: Callable[[], Value | None], *, seconds: float = 300, what: str = "the condition") -> Value:
    """Poll until a condition gives something true, and give that."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come true within {seconds} s; last value: {value!r}")
        time.sleep(0.005)

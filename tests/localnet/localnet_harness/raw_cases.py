"""Requests below the methods: bodies, headers and paths of HTTP, and what is no JSON-RPC."""

import json
from typing import Any

from localnet_harness.endpoint import Endpoint

_HEALTH = {"jsonrpc": "2.0", "id": 1, "method": "getHealth"}


def _post(body: Any, **options: Any) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()

    def ask(node: Endpoint) -> dict[str, Any]:
        status, headers, reply = node.post(data, **options)
        try:
            answer = json.loads(reply)
        except ValueError:
            answer = reply.decode()
        return {"status": status, "content-type": headers.get("content-type"), "body": answer}

    return ask


RAW_CASES = {
    "a call": _post(_HEALTH),
    "no json": _post(b"{"),
    "nothing": _post(b""),
    "a number": _post(5),
    "a text": _post("getHealth"),
    "null": _post(None),
    "an empty batch": _post([]),
    "a batch": _post([_HEALTH, _HEALTH | {"id": 2, "method": "getEverything"}]),
    "a batch with nonsense": _post([1, _HEALTH]),
    "a batch in a batch": _post([[_HEALTH]]),
    "a notification": _post({"jsonrpc": "2.0", "method": "getHealth"}),
    "a batch of notifications": _post([{"jsonrpc": "2.0", "method": "getHealth"}]),
    "a batch with a notification": _post([{"jsonrpc": "2.0", "method": "getHealth"}, _HEALTH]),
    "an id of text": _post(_HEALTH | {"id": "five"}),
    "an id of null": _post(_HEALTH | {"id": None}),
    "a negative id": _post(_HEALTH | {"id": -1}),
    "a fractional id": _post(_HEALTH | {"id": 1.5}),
    "an id of true": _post(_HEALTH | {"id": True}),
    "a list as id": _post(_HEALTH | {"id": [1]}),
    "without a version": _post({"id": 1, "method": "getHealth"}),
    "version 1.0": _post(_HEALTH | {"jsonrpc": "1.0"}),
    "a strange member": _post(_HEALTH | {"color": "red"}),
    "without a method": _post({"jsonrpc": "2.0", "id": 1}),
    "a number as method": _post(_HEALTH | {"method": 1}),
    "params of an object": _post(_HEALTH | {"method": "getBalance", "params": {"a": 1}}),
    "params of an object where there are none": _post(_HEALTH | {"params": {}}),
    "params of text": _post(_HEALTH | {"params": "x"}),
    "params of null": _post(_HEALTH | {"params": None}),
    "a subscription over HTTP": _post(_HEALTH | {"method": "slotSubscribe"}),
    "content type with a charset": _post(_HEALTH, content_type="application/json; charset=utf-8"),
    "content type in capitals": _post(_HEALTH, content_type="Application/JSON"),
    "content type of text": _post(_HEALTH, content_type="text/plain"),
    "no content type": _post(_HEALTH, content_type=None),
    "another path": _post(_HEALTH, path="/some/where"),
    "51,200 bytes": _post(json.dumps(_HEALTH).encode().ljust(51_200)),
    "51,201 bytes": _post(json.dumps(_HEALTH).encode().ljust(51_201)),
    "GET": _post(b"", method="GET"),
    "GET /health": _post(b"", method="GET", path="/health"),
    "PUT": _post(_HEALTH, method="PUT"),
    "OPTIONS": _post(b"", method="OPTIONS"),
}

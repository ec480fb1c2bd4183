"""Forks: they need the chain's help, which the local chain gives where it was started with `--test-methods`."""

import json
from urllib.request import Request, urlopen

_METHOD_NOT_FOUND = -32601


def take_back(url: str, slots: int) -> bool:
    """Take back the open slot and so many before it; False where the chain behind the URL cannot."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "localnet_rollback", "params": [slots]}).encode()
    with urlopen(Request(url, body, {"content-type": "application/json"}), timeout=20) as reply:  # noqa: S310 (a node)
        answer = json.load(reply)
    if "error" in answer and answer["error"]["code"] != _METHOD_NOT_FOUND:
        raise ValueError(f"{slots} slots cannot be taken back: {answer['error']['message']}")
    return "result" in answer

"""JSON-RPC 2.0 over a request's body: single calls and batches, answered as a validator's server answers them."""

import json
import logging
from collections.abc import Callable

from job_escrow_localnet.errors import INTERNAL_ERROR, PARSE_ERROR, RpcError, invalid_request
from job_escrow_localnet.json_types import Json

Call = Callable[[str, Json], Json]
_MEMBERS = frozenset({"jsonrpc", "method", "params", "id"})
_log = logging.getLogger(__name__)


def answer(body: bytes, call: Call) -> str:
    """The answer to a body; empty where there is nothing to answer."""
    try:
        request = json.loads(body)
    except (ValueError, RecursionError):
        return _dump(_failure(None, RpcError(PARSE_ERROR, "Parse error")))
    items = request if isinstance(request, list) else [request]
    if not all(isinstance(item, dict) and _is_id(item.get("id")) for item in items):
        return _dump(_failure(None, RpcError(PARSE_ERROR, "Parse error")))
    if isinstance(request, list):
        answers = [one for one in (answer_one(item, call) for item in items) if one is not None]
        return _dump(answers) if answers else ""
    single = answer_one(request, call)
    return "" if single is None else _dump(single)


def answer_one(request: dict[str, Json], call: Call) -> dict[str, Json] | None:
    """The answer to one request; None for a notification, which has no id and gets none."""
    identifier = request.get("id")
    if not _is_call(request):
        return _failure(identifier, invalid_request())
    if "id" not in request:
        return None
    if request.get("jsonrpc") is None:
        return {"error": invalid_request("Unsupported JSON-RPC protocol version").to_json(), "id": identifier}
    try:
        result = call(request["method"], request.get("params"))
    except RpcError as problem:
        return _failure(identifier, problem)
    except Exception:
        _log.exception("%s failed", request["method"])
        return _failure(identifier, RpcError(INTERNAL_ERROR, "Internal error"))
    return {"jsonrpc": "2.0", "result": result, "id": identifier}


def _is_call(request: dict[str, Json]) -> bool:
    params = request.get("params", [])
    return (
        request.keys() <= _MEMBERS
        and isinstance(request.get("method"), str)
        and request.get("jsonrpc") in (None, "2.0")
        and (params is None or isinstance(params, list | dict))
    )


def _is_id(identifier: Json) -> bool:
    if isinstance(identifier, bool):
        return False
    return identifier is None or isinstance(identifier, str) or (isinstance(identifier, int) and identifier >= 0)


def _failure(identifier: Json, problem: RpcError) -> dict[str, Json]:
    return {"jsonrpc": "2.0", "error": problem.to_json(), "id": identifier}


_dump = json.JSONEncoder(separators=(",", ":")).encode

"""solana-py's client, with answers read so that nothing a node says can do more than raise an exception."""

import json
from typing import Any, TypeVar

from solana.rpc.async_api import AsyncClient
from solana.rpc.async_http_provider import AsyncHTTPProvider
from solana.rpc.core import RPCException
from solders.errors import SerdeJSONError
from solders.rpc.requests import Body
from solders.rpc.responses import RPCError, RPCResult

_Result = TypeVar("_Result", bound=RPCResult)


class NodeClient(AsyncClient):
    """A client that repeats nothing by itself: what is safe to repeat only a flow knows."""

    def __init__(self, url: str, *, commitment: Any, timeout: float) -> None:  # noqa: ANN401  (a NewType over str)
        super().__init__(url, commitment=commitment, timeout=timeout)
        self._provider = _Provider(url, timeout=timeout, max_transport_retries=0)


class _Provider(AsyncHTTPProvider):
    async def make_request(self, body: Body, parser: type[_Result]) -> _Result:
        return read_answer(await self.make_request_unparsed(body), parser)


def read_answer(body: str, kind: type[_Result]) -> _Result:
    """The answer of a kind in a body. Raises RPCException where the node refused, ValueError where it is nonsense."""
    refusal = _refusal(body)
    if refusal is not None:
        raise RPCException(refusal)
    try:
        found: Any = kind.from_json(body)  # type: ignore[attr-defined]
    except SerdeJSONError as error:
        raise ValueError(str(error)) from error
    if isinstance(found, RPCError.__args__):  # type: ignore[attr-defined]
        raise RPCException(found)
    if not isinstance(found, kind):
        raise ValueError(f"it is a {type(found).__name__}")  # noqa: TRY004  (the node's mistake, not the caller's)
    return found


def _refusal(body: str) -> str | None:
    """What an error says, read here: solders panics over one that lacks `data`, as those of many providers do."""
    if '"error"' not in body:
        return None
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    error = said.get("error") if isinstance(said, dict) and "result" not in said else None
    return None if not error else str(error.get("message", error) if isinstance(error, dict) else error)

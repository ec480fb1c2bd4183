"""solana-py's client, with answers read so that nothing a node says can do more than raise an exception."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from httpx2 import HTTPError, HTTPStatusError
from solana.exceptions import SolanaRpcException, handle_async_exceptions
from solana.rpc.async_api import AsyncClient
from solana.rpc.async_http_provider import AsyncHTTPProvider
from solana.rpc.core import RPCException
from solders.commitment_config import CommitmentLevel
from solders.errors import SerdeJSONError
from solders.rpc.config import RpcContextConfig
from solders.rpc.requests import Body, GetGenesisHash, GetLatestBlockhash
from solders.rpc.responses import GetGenesisHashResp, GetLatestBlockhashResp, RPCError, RPCResult

from job_escrow.chain.answers import whole
from job_escrow.patience import TOO_MANY_REQUESTS_CODE, NotNow, Patience, refused_for_now

_Found = TypeVar("_Found")
_Result = TypeVar("_Result", bound=RPCResult)


class NodeRefused(RPCException):
    """An error that the node answered; `code` is None where it gave none."""

    def __init__(self, message: str, code: object) -> None:
        super().__init__(message)
        self.code = code


class NodeClient(AsyncClient):
    """A client that repeats by itself only what the node refused to do for now.

    Of an answer that got lost nobody knows what was done: what is safe to repeat then only a flow knows.
    """

    def __init__(
        self,
        url: str,
        *,
        commitment: Any,  # noqa: ANN401
        timeout: float,
        patience: Patience,
        answer_bytes: int,
    ) -> None:
        """Take solana-py's commitment, a NewType over str, and a request's longest time in seconds."""
        super().__init__(url, commitment=commitment, timeout=timeout)
        self._provider = _Provider(url, timeout=timeout, patience=patience, answer_bytes=answer_bytes)

    async def genesis_and_blockhash(self) -> tuple[str, GetLatestBlockhashResp]:
        """Both from one node: behind a URL may be several, and a batch goes to one of them."""
        level = _LEVELS[str(self._commitment)]
        asked: list[Body] = [GetGenesisHash(1), GetLatestBlockhash(RpcContextConfig(level), 2)]
        answers = _by_id(await self._provider.make_request_unparsed(cast("Any", _Batch(asked))))
        if answers is None:
            # The node takes no batches: before and after, it must be of the same chain.
            before = await self.get_genesis_hash()
            blockhash = await self.get_latest_blockhash()
            after = await self.get_genesis_hash()
            if before.value != after.value:
                raise ValueError("it became a node of another chain between two answers")
            return str(after.value), blockhash
        genesis = read_answer(answers[1], GetGenesisHashResp)
        return str(genesis.value), read_answer(answers[2], GetLatestBlockhashResp)


_LEVELS = {
    "processed": CommitmentLevel.Processed,
    "confirmed": CommitmentLevel.Confirmed,
    "finalized": CommitmentLevel.Finalized,
}


@dataclass(frozen=True)
class _Batch:
    """Several requests in one body."""

    parts: list[Body]

    def to_json(self) -> str:
        return f"[{','.join(part.to_json() for part in self.parts)}]"


def _by_id(body: str) -> dict[int, str] | None:
    """The answers of a batch, each as it would have come alone; None where the node takes no batches."""
    try:
        found = json.loads(body)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if isinstance(found, dict):
        return None
    return {one["id"]: json.dumps(one) for one in found}


class _Provider(AsyncHTTPProvider):
    def __init__(self, url: str, *, timeout: float, patience: Patience, answer_bytes: int) -> None:
        super().__init__(url, timeout=timeout, max_transport_retries=0)
        self._patience = patience
        self._answer_bytes = answer_bytes

    async def make_request(self, body: Body, parser: type[_Result]) -> _Result:
        async def once() -> _Result:
            return read_answer(await self._ask(body), parser)

        return await self._patiently(once)

    async def make_request_unparsed(self, body: Any) -> str:  # noqa: ANN401  (whatever has `to_json`)
        async def once() -> str:
            return await self._ask(body)

        return await self._patiently(once)

    @handle_async_exceptions(SolanaRpcException, HTTPError)
    async def _ask(self, body: Any) -> str:  # noqa: ANN401  (whatever has `to_json`)
        """The answer's text, of the bytes that are allowed. Raises SolanaRpcException and AnswerTooLong."""
        headers = {"Content-Type": "application/json"}
        async with self.session.stream("POST", self.endpoint_uri, content=body.to_json(), headers=headers) as response:
            response.raise_for_status()
            return (await whole(response, self._answer_bytes)).decode()

    async def _patiently(self, ask: Callable[[], Awaitable[_Found]]) -> _Found:
        """Raises what `ask` raised last."""
        refusals: list[SolanaRpcException | NodeRefused] = []

        async def once() -> _Found:
            try:
                return await ask()
            except (SolanaRpcException, NodeRefused) as refusal:
                later = _not_now(refusal)
                if later is None:
                    raise
                refusals.append(refusal)
                raise later from refusal

        try:
            return await self._patience.ask(once)
        except NotNow:
            raise refusals[-1] from refusals[-1].__cause__


def _not_now(refusal: SolanaRpcException | NodeRefused) -> NotNow | None:
    """A refusal that passes, by HTTP's status or by the error's code."""
    if isinstance(refusal, NodeRefused):
        return NotNow(str(refusal)) if refusal.code == TOO_MANY_REQUESTS_CODE else None
    if not isinstance(refusal.__cause__, HTTPStatusError):
        return None
    response = refusal.__cause__.response
    return refused_for_now(response.status_code, response.headers.get("retry-after"))


def read_answer(body: str, kind: type[_Result]) -> _Result:
    """The answer of a kind in a body. Raises RPCException where the node refused, ValueError where it is nonsense."""
    refusal = _refusal(body)
    if refusal is not None:
        raise refusal
    try:
        found: Any = kind.from_json(body)  # type: ignore[attr-defined]
    except SerdeJSONError as error:
        raise ValueError(str(error)) from error
    if isinstance(found, RPCError.__args__):  # type: ignore[attr-defined]
        raise RPCException(found)
    if not isinstance(found, kind):
        raise ValueError(f"it is a {type(found).__name__}")  # noqa: TRY004  (the node's mistake, not the caller's)
    return found


def _refusal(body: str) -> NodeRefused | None:
    """What an error says, read here: solders panics over one that lacks `data`, as those of many providers do."""
    if '"error"' not in body:
        return None
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    error = said.get("error") if isinstance(said, dict) and "result" not in said else None
    if not error:
        return None
    if not isinstance(error, dict):
        return NodeRefused(str(error), None)
    return NodeRefused(str(error.get("message", error)), error.get("code"))

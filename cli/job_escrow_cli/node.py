"""The few questions that every command asks, over the standard library: solana-py takes longer to import than to ask.

The messages are solders' own; everything else, and all that sends, goes through `job_escrow.chain.rpc`. The client's
protocol is imported where a command needs it: who reads accounts only does without.
"""

import json
import os
from base64 import b64encode
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast
from urllib.parse import unquote, urlsplit

from job_escrow.patience import FOR_ANSWERS, TOO_MANY_REQUESTS_CODE, NotNow, Patience, refused_for_now
from solders.account_decoder import UiAccountEncoding
from solders.commitment_config import CommitmentLevel
from solders.errors import SerdeJSONError
from solders.rpc.config import RpcAccountInfoConfig
from solders.rpc.requests import GetFeeForMessage, GetGenesisHash, GetMultipleAccounts, GetVersion
from solders.rpc.responses import GetFeeForMessageResp, GetGenesisHashResp, GetMultipleAccountsResp, GetVersionResp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from http.client import HTTPResponse
    from urllib.error import HTTPError

    from job_escrow.chain.requests import AccountInfo, Answer, ChainError, Commitment, Request, Send
    from job_escrow.chain.rpc import RpcChain
    from solders.message import MessageV0
    from solders.pubkey import Pubkey
    from solders.signature import Signature

_COMMITMENTS: "dict[Commitment, CommitmentLevel]" = {
    "processed": CommitmentLevel.Processed,
    "confirmed": CommitmentLevel.Confirmed,
    "finalized": CommitmentLevel.Finalized,
}
_MOST_BYTES = 64 * 1024 * 1024
_MOST_CHARACTERS_QUOTED = 120

_Response = TypeVar("_Response")


def _status_of(error: BaseException) -> tuple[int, str] | None:
    """The HTTP status, with its phrase, that an error came of; None if another cause is behind it."""
    from httpx2 import HTTPStatusError

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, HTTPStatusError):
            return cause.response.status_code, cause.response.reason_phrase
        cause = cause.__cause__
    return None


class NodeChain:
    """A blocking chain behind a URL. `on_send` is called with each signature before it is first sent."""

    def __init__(self, url: str, *, commitment: "Commitment", timeout: int, patience: Patience = FOR_ANSWERS) -> None:
        self.url = url
        self.on_send: Callable[[Send], None] = lambda request: None
        self.on_request: Callable[[Request[Any]], None] = lambda request: None
        self._commitment = commitment
        self._timeout = timeout
        self._patience = patience
        self._sent: set[Signature] = set()
        self._full: RpcChain | None = None
        self._connection: HTTPConnection | None = None

    def answer(self, request: "Request[Answer]") -> "Answer":
        """Ask the node. Raises ChainError where it cannot be reached, refuses, or answers with nonsense."""
        from job_escrow.chain.requests import AccountInfo, ChainError, GetAccounts, Send

        self.on_request(request)
        if isinstance(request, Send) and (signature := request.transaction.signatures[0]) not in self._sent:
            self.on_send(request)
            self._sent.add(signature)
        if isinstance(request, GetAccounts):
            return [  # type: ignore[return-value]
                each
                and AccountInfo(lamports=each.lamports, owner=each.owner, data=each.data, executable=each.executable)
                for each in self.accounts(request.addresses)
            ]
        if self._full is None:
            # Imported late: it is the slowest import of all.
            from job_escrow.chain.rpc import RpcChain

            self._full = RpcChain(self.url, commitment=self._commitment, timeout=self._timeout, patience=self._patience)
        try:
            return self._full.answer(request)
        except ChainError as error:
            status = _status_of(error)
            if status is None:
                raise
            raise self._bad_status(*status) from error
        except BaseException as error:
            if not _is_panic(error):
                raise
            raise self._nonsense(error) from error

    def accounts(self, addresses: "Sequence[Pubkey]") -> "list[AccountInfo | None]":
        """Accounts, all of one slot, None where there is none. Raises ChainError."""
        config = RpcAccountInfoConfig(UiAccountEncoding.Base64, commitment=_COMMITMENTS[self._commitment])
        response = self._ask(GetMultipleAccounts(list(addresses), config), GetMultipleAccountsResp)
        # An account of solders has all that one of the client has.
        return cast("list[AccountInfo | None]", response.value)

    @property
    def has_sent(self) -> bool:
        """Whether anything was sent."""
        return bool(self._sent)

    def genesis_hash(self) -> str:
        """The hash of the chain's first block, which says which chain it is."""
        return str(self._ask(GetGenesisHash(), GetGenesisHashResp).value)

    def version(self) -> str:
        """The release of the node's software."""
        return str(self._ask(GetVersion(), GetVersionResp).value.solana_core)

    def fee(self, message: "MessageV0") -> int | None:
        """Lamports that a transaction of this message costs; None where its blockhash is not known any more."""
        request = GetFeeForMessage(message, _COMMITMENTS[self._commitment])
        return self._ask(request, GetFeeForMessageResp).value

    def close(self) -> None:
        """Close the connections."""
        if self._connection is not None:
            self._connection.close()
        if self._full is not None:
            self._full.close()

    def _ask(self, request: Any, response: type[_Response]) -> _Response:  # noqa: ANN401  (any request of solders)
        body = self._post(request.to_json())
        try:
            # Errors are read here, since solders gives up the whole process over one that lacks a field.
            said = json.loads(body)
            if isinstance(said, dict) and isinstance(said.get("error"), dict):
                raise _chain_error(f"{self.url} refused: {said['error'].get('message', said['error'])}")
            found: Any = response.from_json(body)  # type: ignore[attr-defined]
        except (SerdeJSONError, ValueError, RecursionError) as error:
            raise self._nonsense(error, body) from error
        if not isinstance(found, response):
            raise self._nonsense(TypeError(), body)
        return found

    def _nonsense(self, error: BaseException, body: str | None = None) -> "ChainError":
        quoted = " ".join((str(error) if body is None else body).split())[:_MOST_CHARACTERS_QUOTED]
        return _chain_error(f"{self.url} gave an answer that is not Solana JSON-RPC ({quoted!r}): check --url")

    def _post(self, body: str) -> str:
        answers: list[_HttpAnswer] = []

        def ask() -> None:
            answers.append(self._sent_to_node(body))
            later = refused_for_now(answers[-1].status, answers[-1].retry_after)
            if later is None and _refuses_for_now(answers[-1].text):
                later = NotNow("too many requests")
            if later is not None:
                raise later

        with suppress(NotNow):
            self._patience.ask_blocking(ask)
        answer = answers[-1]
        # A node answers its own errors with a body that says more than the status.
        if answer.status != 200 and not answer.text.startswith('{"jsonrpc"'):
            raise self._bad_status(answer.status, answer.reason)
        return answer.text

    def _sent_to_node(self, body: str) -> "_HttpAnswer":
        try:
            return self._proxied(body) if _has_proxy() else self._direct(body)
        except TimeoutError as error:
            self._connection = None
            raise _chain_error(
                f"{self.url} did not answer within {self._timeout} s: try again, or another node with --url"
            ) from error
        except (OSError, HTTPException) as error:
            self._connection = None
            raise _chain_error(f"{self.url} did not answer ({_reason(error)}): check --url and the network") from error

    def _bad_status(self, status: int, reason: str) -> "ChainError":
        if status == 429:
            return _chain_error(f"{self.url} answered 429 (too many requests): wait a moment, or name your own node")
        return _chain_error(f"{self.url} answered HTTP {status} ({reason}): check --url")

    def _direct(self, body: str) -> "_HttpAnswer":
        parts = urlsplit(self.url)
        if self._connection is None:
            kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
            self._connection = kind(parts.hostname or "", parts.port, timeout=self._timeout)
        headers = {"Content-Type": "application/json"}
        if parts.username:
            user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            headers["Authorization"] = f"Basic {b64encode(user.encode()).decode()}"
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._connection.request("POST", path, body.encode(), headers)
        answer = self._connection.getresponse()
        return _http_answer(answer.status, answer)

    def _proxied(self, body: str) -> "_HttpAnswer":
        from urllib.error import HTTPError
        from urllib.request import Request as HttpRequest
        from urllib.request import urlopen

        request = HttpRequest(self.url, body.encode(), {"Content-Type": "application/json"})  # noqa: S310  (http, https)
        try:
            with urlopen(request, timeout=self._timeout) as answer:  # noqa: S310
                return _http_answer(answer.status, answer)
        except HTTPError as error:
            return _http_answer(error.code, error)


class _HttpAnswer(NamedTuple):
    status: int
    reason: str
    retry_after: str | None
    text: str


def _http_answer(status: int, answer: "HTTPResponse | HTTPError") -> _HttpAnswer:
    text = answer.read(_MOST_BYTES).decode(errors="replace")
    return _HttpAnswer(status, answer.reason, answer.headers.get("retry-after"), text)


def _refuses_for_now(text: str) -> bool:
    """Whether an answer is the JSON-RPC error that some providers have in place of HTTP's status."""
    # Of the answers that may be long none is read twice.
    if str(TOO_MANY_REQUESTS_CODE) not in text:
        return False
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return False
    error = said.get("error") if isinstance(said, dict) else None
    return isinstance(error, dict) and error.get("code") == TOO_MANY_REQUESTS_CODE


def _chain_error(text: str) -> "ChainError":
    from job_escrow.chain.requests import ChainError

    return ChainError(text)


def _is_panic(error: BaseException) -> bool:
    """Whether solders gave up over an answer that it did not expect; its exception is no Exception."""
    return type(error).__name__ == "PanicException"


def _has_proxy() -> bool:
    return any(name.lower() in ("http_proxy", "https_proxy", "all_proxy") for name in os.environ)


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text if isinstance(text, str) else type(error).__name__

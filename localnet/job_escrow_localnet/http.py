"""HTTP/1.1 for JSON-RPC: POST a request, GET /health. httptools reads the protocol, asyncio moves the bytes."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus

import httptools

MAX_BODY_BYTES = 50 * 1024
"""The largest body of a request, as a validator's."""
MAX_HEAD_BYTES = 64 * 1024
"""The most bytes that the headers of a request may have together."""
_JSON = "application/json; charset=utf-8"
_PLAIN = "text/plain; charset=utf-8"
_CORS = "access-control-allow-origin: *\r\n"
_CORS_PREFLIGHT = (
    "access-control-allow-methods: OPTIONS, GET, POST\r\n"
    "access-control-allow-headers: content-type, solana-client\r\n"
    "access-control-max-age: 86400\r\n"
)

Answer = Callable[[bytes], str]


class HttpServer(asyncio.Protocol):
    """One connection. Requests are answered in their order, each before the next is read."""

    def __init__(self, answer: Answer, connections: "set[HttpServer]") -> None:
        """`answer` gives the answer to a JSON-RPC body; `connections` are all that are open."""
        self._answer = answer
        self._connections = connections
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self.on_message_begin()

    # What asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is there."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 (asyncio says so, its types do not)
        self._transport = transport
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._connections.discard(self)
        self._transport = None

    def close(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as problem:
            self._respond(HTTPStatus.BAD_REQUEST, _PLAIN, f"{problem}\n")
            self.close()

    def eof_received(self) -> bool:
        """The client sends no more."""
        return False

    # What the parser tells

    def on_message_begin(self) -> None:
        """A request begins."""
        self._url = b""
        self._content_type = b""
        self._head_bytes = 0
        self._body = bytearray()
        self._too_large = False
        self._continue = False

    def on_url(self, url: bytes) -> None:
        """A part of the request's target."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head_bytes += len(name) + len(value)
        if self._head_bytes > MAX_HEAD_BYTES:
            raise httptools.HttpParserError("the headers are too long")
        match name.lower():
            case b"content-type":
                self._content_type = value.partition(b";")[0].strip().lower()
            case b"expect":
                self._continue = value.strip().lower() == b"100-continue"

    def on_headers_complete(self) -> None:
        """The body comes next."""
        if self._continue and self._transport is not None:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        if len(self._body) + len(body) > MAX_BODY_BYTES:
            self._too_large = True
        else:
            self._body += body

    def on_message_complete(self) -> None:
        """The request is there."""
        method = self._parser.get_method()
        if self._too_large:
            self._respond(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _PLAIN, "request body size exceeds allowed maximum")
        elif method == b"POST" and self._content_type == b"application/json":
            text = self._answer(bytes(self._body))
            self._respond(HTTPStatus.OK, _JSON, f"{text}\n" if text else "")
        elif method == b"POST":
            text = "Supplied content type is not allowed. Content-Type: application/json is required\n"
            self._respond(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _PLAIN, text)
        elif method == b"OPTIONS":
            self._respond(HTTPStatus.OK, _JSON, "", _CORS_PREFLIGHT)
        elif method == b"GET" and self._url.partition(b"?")[0] == b"/health":
            self._respond(HTTPStatus.OK, None, "ok")
        else:
            text = "Used HTTP Method is not allowed. POST or OPTIONS is required\n"
            self._respond(HTTPStatus.METHOD_NOT_ALLOWED, _PLAIN, text)
        if not self._parser.should_keep_alive():
            self.close()

    def _respond(self, status: HTTPStatus, content_type: str | None, text: str, headers: str = "") -> None:
        if self._transport is None:
            return
        body = text.encode()
        kind = "" if content_type is None else f"content-type: {content_type}\r\n"
        head = f"HTTP/1.1 {status.value} {status.phrase}\r\n{kind}content-length: {len(body)}\r\n{_CORS}{headers}\r\n"
        self._transport.write(head.encode() + body)

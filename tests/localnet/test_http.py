"""HTTP as clients really speak it: kept connections, pieces, pipelines, and what is no HTTP."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from localnet_harness.endpoint import Endpoint
from localnet_harness.raw_cases import RAW_CASES

BODY = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "getHealth"}).encode()
OK = b'{"jsonrpc":"2.0","result":"ok","id":1}\n'


@pytest.fixture
def connection(localnet: Endpoint) -> Iterator[socket.socket]:
    parts = urlsplit(localnet.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connected:
        yield connected


def _request(body: bytes = BODY, *headers: bytes, version: bytes = b"1.1") -> bytes:
    lines = [b"POST / HTTP/" + version, b"host: x", b"content-type: application/json", *headers]
    return b"\r\n".join([*lines, b"content-length: %d" % len(body), b"", body])


def _answers(connection: socket.socket, count: int) -> list[bytes]:
    """The bodies of so many answers."""
    data = b""
    bodies: list[bytes] = []
    while len(bodies) < count:
        head, end, rest = data.partition(b"\r\n\r\n")
        if end and head.startswith(b"HTTP/1.1 100"):
            data = rest
            continue
        if end:
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            if len(rest) >= length:
                bodies.append(rest[:length])
                data = rest[length:]
                continue
        received = connection.recv(65_536)
        assert received, f"the connection ended; so far: {data!r}"
        data += received
    return bodies


def test_a_connection_is_kept(connection: socket.socket) -> None:
    for _ in range(3):
        connection.sendall(_request())
        assert _answers(connection, 1) == [OK]


@pytest.mark.parametrize("body", [b"[" * 40_000, BODY[:-1] + b',"params":' + b"[" * 20_000 + b"]" * 20_000 + b"}"])
def test_json_of_any_depth_is_answered(connection: socket.socket, body: bytes) -> None:
    connection.sendall(_request(body) + _request())
    refused, next_one = _answers(connection, 2)
    assert json.loads(refused) == {"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error"}, "id": None}
    assert next_one == OK


@pytest.mark.parametrize("content", [5, None, {}, [256], [-1], ["a"], [0.5]])
def test_a_filter_of_no_bytes_is_refused_by_name(localnet: Endpoint, content: object) -> None:
    filters = [{"memcmp": {"offset": 0, "bytes": content}}]
    error = localnet.error("getProgramAccounts", "11111111111111111111111111111111", {"filters": filters})
    assert error["code"] == -32602
    assert "untagged enum DataType" in error["message"]


def test_requests_in_one_piece_are_answered_in_order(connection: socket.socket) -> None:
    bodies = [BODY.replace(b"1}", b"%d}" % number).replace(b'"id": 1', b'"id": %d' % number) for number in range(5)]
    connection.sendall(b"".join(_request(body) for body in bodies))
    assert [json.loads(answer)["id"] for answer in _answers(connection, 5)] == list(range(5))


def test_a_request_byte_by_byte(connection: socket.socket) -> None:
    for byte in _request():
        connection.sendall(bytes([byte]))
    assert _answers(connection, 1) == [OK]


def test_a_chunked_body(connection: socket.socket) -> None:
    head = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (BODY[:10], BODY[10:]))
    connection.sendall(head + chunks + b"0\r\n\r\n")
    assert _answers(connection, 1) == [OK]


def test_a_client_that_waits_before_its_body(connection: socket.socket) -> None:
    request = _request(BODY, b"expect: 100-continue")
    head, _, body = request.partition(b"\r\n\r\n")
    connection.sendall(head + b"\r\n\r\n")
    assert connection.recv(100).startswith(b"HTTP/1.1 100 Continue")
    connection.sendall(body)
    assert _answers(connection, 1) == [OK]


@pytest.mark.parametrize("request_bytes", [_request(BODY, b"connection: close"), _request(version=b"1.0")])
def test_the_connection_ends_where_the_client_asks(connection: socket.socket, request_bytes: bytes) -> None:
    connection.sendall(request_bytes)
    assert _answers(connection, 1) == [OK]
    assert connection.recv(1) == b""


@pytest.mark.parametrize(
    "nonsense", [b"\x16\x03\x01hello\r\n\r\n", b"GET\r\n\r\n", _request(b"", b"content-length: -5")]
)
def test_what_is_no_http(connection: socket.socket, nonsense: bytes) -> None:
    connection.sendall(nonsense)
    assert connection.recv(100).startswith(b"HTTP/1.1 400 ")


def test_endless_headers(connection: socket.socket) -> None:
    connection.sendall(
        b"POST / HTTP/1.1\r\n" + b"".join(b"x-%d: %s\r\n" % (place, b"y" * 1000) for place in range(100))
    )
    assert connection.recv(100).startswith(b"HTTP/1.1 400 ")


def test_a_browser_may_ask(localnet: Endpoint) -> None:
    _, headers, _ = localnet.post(b"", method="OPTIONS")
    assert headers["access-control-allow-origin"] == "*"
    assert "content-type" in headers["access-control-allow-headers"]


def test_errors_of_requests_without_a_validator_beside(localnet: Endpoint) -> None:
    """A few of the answers that the conformance suite compares, fixed here."""
    expected = {
        "no json": (200, {"jsonrpc": "2.0", "error": {"code": -32700, "message": "Parse error"}, "id": None}),
        "an empty batch": (200, ""),
        "a notification": (200, ""),
        "content type of text": (
            415,
            "Supplied content type is not allowed. Content-Type: application/json is required\n",
        ),
        "51,201 bytes": (413, "request body size exceeds allowed maximum"),
        "GET /health": (200, "ok"),
        "PUT": (405, "Used HTTP Method is not allowed. POST or OPTIONS is required\n"),
    }
    found = {name: RAW_CASES[name](localnet) for name in expected}
    assert {name: (one["status"], one["body"]) for name, one in found.items()} == expected

"""Requests that no HTTP library sends."""

import socket

import httpx2
from escrow_harness.patience import PATIENCE_SECONDS

_HEAD = b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n%s"

CHUNKED_BADLY = {
    "a size that is none": b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n",
    "more than its size": b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX0\r\n\r\n",
    "a size beyond all numbers": b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}",
}
BROKEN_OFF = {
    "in a chunk": b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
    "between chunks": b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    "before its length": b"Content-Length: 100\r\n\r\n{",
}


def answer_to(url: str, path: str, rest: bytes, headers: bytes = b"") -> bytes:
    """What a server says to a request whose last headers and body are `rest`, up to the end of its answer."""
    at = httpx2.URL(url)
    with socket.create_connection((at.host, at.port or 80), timeout=PATIENCE_SECONDS) as one:
        one.sendall(_HEAD % (path.encode(), headers + rest))
        answer = b""
        while b"}" not in answer:
            received = one.recv(4_096)
            assert received, answer
            answer += received
        return answer


def leave(url: str, path: str, rest: bytes, headers: bytes = b"") -> None:
    """Send that, and go."""
    at = httpx2.URL(url)
    with socket.create_connection((at.host, at.port or 80), timeout=PATIENCE_SECONDS) as one:
        one.sendall(_HEAD % (path.encode(), headers + rest))

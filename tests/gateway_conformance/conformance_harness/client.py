"""What a client does, and what it gets."""

import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx2

from conformance_harness.target import Target

_TIMEOUT_SECONDS = 120


@dataclass(frozen=True)
class Got:
    """An answer as far as it was read. `is_whole`: it came to its end, and is no error."""

    status: int
    text: str
    is_whole: bool
    finish_reason: str | None
    body: str

    @property
    def tokens(self) -> int:
        """Of this upstream each word is one."""
        return len(self.text.split())


@dataclass(frozen=True)
class Client:
    """A customer's client."""

    target: Target
    key: str

    def ask(self, prompt: str, *, stream: bool, headers: dict[str, str] | None = None, **more: Any) -> Got:
        """Ask, and read to the end."""
        return self.read(prompt, words=None, stream=stream, headers=headers, **more)

    def read(
        self, prompt: str, *, words: int | None, stream: bool, headers: dict[str, str] | None = None, **more: Any
    ) -> Got:
        """Ask, read so many words of a stream, and leave; None: all of it."""
        every = {"Authorization": f"Bearer {self.key}"} | (headers or {})
        with httpx2.stream(
            "POST", self._url, json=self._body(prompt, stream=stream, **more), headers=every, timeout=_TIMEOUT_SECONDS
        ) as answer:
            if not stream or answer.is_error:
                answer.read()
                return _whole(answer)
            return _streamed(answer, words)

    def leave(self, prompt: str, *, stream: bool, when: Callable[[], bool], **more: Any) -> None:
        """Ask, and go without an answer as soon as something is so."""
        body = json.dumps(self._body(prompt, stream=stream, **more)).encode()
        at = httpx2.URL(self._url)
        head = (
            f"POST {at.raw_path.decode()} HTTP/1.1\r\nHost: {at.host}\r\nAuthorization: Bearer {self.key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        deadline = time.monotonic() + _TIMEOUT_SECONDS
        with socket.create_connection((at.host, at.port or 80), timeout=_TIMEOUT_SECONDS) as connection:
            connection.sendall(head.encode() + body)
            while not when():
                assert time.monotonic() < deadline
                time.sleep(0.02)

    @property
    def _url(self) -> str:
        return f"{self.target.url}/chat/completions"

    def _body(self, prompt: str, **more: Any) -> dict[str, Any]:
        given = {"model": self.target.model, "max_tokens": 20, "messages": [{"role": "user", "content": prompt}]}
        return {name: value for name, value in (given | more).items() if value is not None}


@dataclass(frozen=True)
class Behind:
    """The server behind the gateway, which tells what it was asked."""

    url: str

    def was_asked(self, prompt: str) -> bool:
        """Whether a prompt has arrived."""
        return any(each["messages"][-1]["content"] == prompt for each in self._told()["bodies"])

    def is_idle(self) -> bool:
        """Whether it generates for nobody."""
        return not self._told()["running"]

    def _told(self) -> Any:
        answer = httpx2.get(self.url.removesuffix("/v1") + "/asked", timeout=_TIMEOUT_SECONDS)
        return answer.raise_for_status().json()


def _whole(answer: httpx2.Response) -> Got:
    if answer.is_error:
        return Got(answer.status_code, "", False, None, answer.text)
    choices = answer.json()["choices"]
    text = " ".join(each["message"]["content"] for each in choices)
    return Got(answer.status_code, text, True, choices[0]["finish_reason"], answer.text)


def _streamed(answer: httpx2.Response, words: int | None) -> Got:
    said, body, reason, is_whole = "", "", None, False
    try:
        for line in answer.iter_lines():
            body += line + "\n"
            if line == "data: [DONE]":
                is_whole = reason is not None
            if not line.startswith("data: {"):
                continue
            for choice in json.loads(line.removeprefix("data: ")).get("choices", []):
                said += choice["delta"].get("content") or ""
                reason = choice.get("finish_reason") or reason
            if words is not None and len(said.split()) >= words:
                break
    except httpx2.TransportError:
        # The gateway broke off.
        is_whole = False
    return Got(answer.status_code, said, is_whole, reason, body)

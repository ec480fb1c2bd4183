"""One attempt to deliver a message, signed by Standard Webhooks."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urlsplit, urlunsplit

import httpx
from standardwebhooks import Webhook

from job_escrow_indexer.api.webhooks.targets import Resolver, checked_address, resolve

_TIMEOUT_SECONDS = 15
_GONE = 410


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What came of an attempt; `gone`: the receiver wants no more."""

    delivered: bool
    status: int | None
    error: str | None
    gone: bool = False


class Sender:
    """Posts messages; never follows a redirect, never uses a proxy of the environment."""

    def __init__(
        self, *, private: bool, timeout_seconds: float = _TIMEOUT_SECONDS, resolver: Resolver = resolve
    ) -> None:
        self._private = private
        self._timeout_seconds = timeout_seconds
        self._resolver = resolver
        # Receivers of several tenants share addresses: no connection, with its TLS identity, and no cookie is kept.
        self._http = httpx.AsyncClient(
            timeout=timeout_seconds,
            follow_redirects=False,
            trust_env=False,
            limits=httpx.Limits(max_keepalive_connections=0),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    async def send(self, url: str, secret: str, message_id: str, body: str) -> Attempt:
        """Deliver once; every failure is an Attempt."""
        now = datetime.now(UTC)
        try:
            headers = {
                "Content-Type": "application/json",
                "User-Agent": "job-escrow-webhooks",
                "webhook-id": message_id,
                "webhook-timestamp": str(int(now.timestamp())),
                "webhook-signature": Webhook(secret).sign(message_id, now, body),
            }
            # One deadline for all of it: a receiver that sends a byte now and then never meets one for each read.
            async with asyncio.timeout(self._timeout_seconds):
                address = await checked_address(url, private=self._private, resolver=self._resolver)
                return await self._post(url, address, headers, body)
        except TimeoutError:
            error = f"no answer within {self._timeout_seconds} seconds"
            return Attempt(delivered=False, status=None, error=error)
        except Exception as error:
            return Attempt(delivered=False, status=None, error=f"{type(error).__name__}: {error}"[:500])

    async def _post(self, url: str, address: str, headers: dict[str, str], body: str) -> Attempt:
        parts = urlsplit(url)
        host = f"[{address}]" if ":" in address else address
        # To the address that was checked, under the name that was asked for, also in the certificate.
        target = urlunsplit(parts._replace(netloc=host if parts.port is None else f"{host}:{parts.port}"))
        request = self._http.build_request(
            "POST",
            target,
            content=body,
            headers=headers | {"Host": parts.netloc},
            extensions={"sni_hostname": parts.hostname},
        )
        answer = await self._http.send(request, stream=True)
        # The status says it all; a body is never waited for.
        await answer.aclose()
        ok = answer.is_success
        error = None if ok else f"answered {answer.status_code}"
        return Attempt(delivered=ok, status=answer.status_code, error=error, gone=answer.status_code == _GONE)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

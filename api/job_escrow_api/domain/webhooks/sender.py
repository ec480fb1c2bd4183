"""One attempt to deliver a message, signed by Standard Webhooks."""

import asyncio
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urlsplit, urlunsplit

import httpx2
from standardwebhooks import Webhook

from job_escrow_api.domain.webhooks.names import Names
from job_escrow_api.domain.webhooks.targets import Forbidden, checked_address

_TIMEOUT_SECONDS = 15
_GONE = 410


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What came of an attempt; `gone`: the receiver wants no more.

    `error` is for the webhook's owner, and says nothing of the network that the server is in; `cause` is for the log.
    """

    delivered: bool
    status: int | None
    error: str | None
    cause: str | None = None
    gone: bool = False


class Sender:
    """Posts messages; never follows a redirect, never uses a proxy of the environment."""

    def __init__(self, names: Names, *, private: bool, timeout_seconds: float = _TIMEOUT_SECONDS) -> None:
        self._names = names
        self._private = private
        self._timeout_seconds = timeout_seconds
        # Receivers of several tenants share addresses: no connection, with its TLS identity, and no cookie is kept.
        self._http = httpx2.AsyncClient(
            timeout=timeout_seconds,
            follow_redirects=False,
            trust_env=False,
            limits=httpx2.Limits(max_keepalive_connections=0),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    async def send(self, url: str, secret: str, message_id: str, body: str, *, owner: str = "") -> Attempt:
        """Deliver once for a webhook's owner; every failure is an Attempt."""
        now = datetime.now(UTC)
        try:
            headers = {
                "Content-Type": "application/json",
                "User-Agent": "job-escrow-webhooks",
                "webhook-id": message_id,
                "webhook-timestamp": str(int(now.timestamp())),
                "webhook-signature": Webhook(secret).sign(message_id, now, body),
            }
            # Apart: how long this waits for others of its owner is no fault of the receiver.
            address = await checked_address(url, private=self._private, resolver=self._names.of(owner))
            # One deadline for all of it: a receiver that sends a byte now and then never meets one for each read.
            async with asyncio.timeout(self._timeout_seconds):
                return await self._post(url, address, headers, body)
        except TimeoutError:
            error = f"no answer within {self._timeout_seconds} seconds"
            return Attempt(delivered=False, status=None, error=error)
        except Exception as error:
            cause = f"{type(error).__name__}: {error}"
            return Attempt(delivered=False, status=None, error=_told(error), cause=cause[:500])

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


def _told(error: Exception) -> str:
    """What the webhook's owner is told of a failure."""
    match error:
        case Forbidden():
            return str(error)
        case httpx2.ConnectError() if _tls_failure(error) is not None:
            return f"no TLS connection: {_tls_failure(error)}"
        case httpx2.ConnectError():
            return "no connection to the host"
        case httpx2.TransportError():
            return "the connection broke, or the answer was no HTTP"
        case OSError():
            return "the host's name could not be looked up"
        case _:
            return "the message could not be sent"


def _tls_failure(error: BaseException | None) -> str | None:
    """OpenSSL's reason, such as an expired certificate, where that is behind an error."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return None if error is None else error.reason

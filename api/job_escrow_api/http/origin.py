"""The server's own page, as browsers name where a request comes from."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from job_escrow_api.domain.problems import Kinds, Refusal

CSRF_HEADER = "X-CSRF-Token"
_OWN_SITES = ("same-origin", "none")


@dataclass(frozen=True)
class Origin:
    """Where browsers reach the server; `url` is its public one."""

    url: str

    @property
    def text(self) -> str:
        """As a browser writes it into `Origin`."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def is_secure(self) -> bool:
        """Whether it is an https address."""
        return self.url.startswith("https:")

    @property
    def cookie(self) -> str:
        """The cookie's name: browsers take the first only from this very host, and only over TLS."""
        return "__Host-job-escrow" if self.is_secure else "job-escrow"

    def session_cookie(self, value: str, seconds: int) -> Cookie:
        """The cookie of a session; no script reads it, and no other site's request carries it."""
        return Cookie(
            key=self.cookie,
            value=value,
            max_age=seconds,
            path="/",
            secure=self.is_secure,
            httponly=True,
            samesite="strict",
        )

    def require(self, connection: ASGIConnection[Any, Any, Any, Any]) -> None:
        """Raises Refusal where a browser says that another page asks."""
        origin = connection.headers.get("origin", self.text)
        site = connection.headers.get("sec-fetch-site", "none")
        if origin != self.text or site not in _OWN_SITES:
            raise Refusal(Kinds.NOT_FROM_THE_PAGE, f"The page is at {self.url}/ and at no other address.")

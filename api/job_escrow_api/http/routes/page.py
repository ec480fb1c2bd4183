"""The server's own page at /: files that were built from web/, and the headers that keep everything else out."""

from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from job_escrow.chain.requests import ChainError
from litestar import Request, Response, get

from job_escrow_api.domain.chain_access import CurrentPlatform
from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.http.guard import anybody
from job_escrow_api.settings import ApiSettings

FOLDER = Path(__file__).parents[2] / "page"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
}
_MEDIA = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_NO_TERMS = b'<meta name="job-escrow" content="" />'
_FOR_EVER = "public, max-age=31536000, immutable"


@get("/", guards=[anybody], include_in_schema=False)
async def get_page(
    settings: ApiSettings, current: CurrentPlatform, request: Request[Any, Any, Any]
) -> Response[bytes | None]:
    """Asked for again each time, and sent only where it is another one."""
    content = _read("index.html").replace(_NO_TERMS, await _terms(settings, current), 1)
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {**_HEADERS, "Cache-Control": "no-cache", "ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(None, status_code=304, headers=headers)
    return Response(content, media_type="text/html; charset=utf-8", headers=headers)


@get("/assets/{name:str}", guards=[anybody], include_in_schema=False)
async def get_page_file(name: str) -> Response[bytes]:
    """A file whose name has its content's hash: it never changes."""
    if name not in _files():
        raise Refusal(Kinds.NOT_FOUND, "The page has no such file.")
    headers = {**_HEADERS, "Cache-Control": _FOR_EVER}
    return Response(_read(f"assets/{name}"), media_type=_MEDIA[Path(name).suffix], headers=headers)


async def _terms(settings: ApiSettings, current: CurrentPlatform) -> bytes:
    """What the page holds the server's later answers against; nothing where the chain does not say."""
    try:
        platform = await current.platform()
    except (ChainError, Refusal):
        return _NO_TERMS
    terms = f"{settings.platform} {settings.chain_id} {platform.mint} {platform.base_units_per_credit}"
    return _NO_TERMS.replace(b'""', f'"{escape(terms)}"'.encode())


@cache
def _files() -> frozenset[str]:
    return frozenset(each.name for each in (FOLDER / "assets").iterdir())


@cache
def _read(name: str) -> bytes:
    return (FOLDER / name).read_bytes()

"""The server's own page at /: files that were built from web/, and the headers that keep everything else out."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from litestar import Request, Response, get

from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.http.guard import anybody

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
_FOR_EVER = "public, max-age=31536000, immutable"


@get("/", guards=[anybody], include_in_schema=False)
async def get_page(request: Request[Any, Any, Any]) -> Response[bytes | None]:
    """Asked for again each time, and sent only where it is another one."""
    content = _read("index.html")
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


@cache
def _files() -> frozenset[str]:
    return frozenset(each.name for each in (FOLDER / "assets").iterdir())


@cache
def _read(name: str) -> bytes:
    return (FOLDER / name).read_bytes()

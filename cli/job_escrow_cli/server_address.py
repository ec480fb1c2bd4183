"""How a server is reached, as browsers and wallets write it."""

from urllib.parse import urlsplit

from job_escrow_cli.failures import UsageError

_PORTS = {"http": 80, "https": 443}


def server_address(url: str) -> str:
    """The address without a default port, in lower case. Raises UsageError where it has a user or a path."""
    try:
        parts = urlsplit(url)
        name, port = parts.hostname, parts.port
    except ValueError:
        name, port, parts = None, None, urlsplit("")
    # Wallets and clients are told it: that a server listens everywhere is no address of it.
    has_host = name not in (None, "", "0.0.0.0", "::")  # noqa: S104  (refused)
    is_alone = parts.path in ("", "/") and not parts.query and not parts.fragment and "@" not in parts.netloc
    if parts.scheme not in _PORTS or not has_host or not is_alone or port == 0:
        raise UsageError(f"{url!r} cannot be the server's address: give --public-url such as https://api.example.org")
    host = f"[{name}]" if name is not None and ":" in name else name
    return f"{parts.scheme}://{host}" if port in (None, _PORTS[parts.scheme]) else f"{parts.scheme}://{host}:{port}"

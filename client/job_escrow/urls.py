"""URLs of nodes, which are secrets: providers put the customer's key into the path, the query or the user."""

import re
from urllib.parse import urlsplit


def shown_url(url: str) -> str:
    """The URL without what may be a secret. Raises ValueError where it is none."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    place = f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")
    return place + ("/…" if parts.path.strip("/") or parts.query else "")


def without_secrets(text: str) -> str:
    """The text with each URL in it shortened."""
    return re.sub(r"(?:https?|wss?)://[^\s'\"),]+", lambda found: _shortened(found[0]), text)


def _shortened(url: str) -> str:
    bare = url.rstrip(":.;")
    try:
        return shown_url(bare) + url[len(bare) :]
    except ValueError:
        return f"{url.split('://', 1)[0]}://…"

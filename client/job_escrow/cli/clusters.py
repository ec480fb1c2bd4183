"""Which chain a command talks to: URLs and the Solana CLI's monikers."""

from urllib.parse import urlsplit

_MONIKERS = {
    "mainnet-beta": "https://api.mainnet-beta.solana.com",
    "testnet": "https://api.testnet.solana.com",
    "devnet": "https://api.devnet.solana.com",
    "localhost": "http://127.0.0.1:8899",
}
_LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


def cluster_url(text: str) -> str:
    """The URL for a moniker, the first letter of one, or a URL itself. Raises ValueError for anything else."""
    for moniker, url in _MONIKERS.items():
        if text in (moniker, moniker[0]):
            return url
    parts = urlsplit(text)
    if parts.scheme in ("http", "https") and parts.hostname:
        return text
    raise ValueError(f"{text!r} is not a cluster: use a URL or one of {', '.join(_MONIKERS)} (or m, t, d, l)")


def is_local(url: str) -> bool:
    """Whether the chain runs on this machine."""
    return urlsplit(url).hostname in _LOCAL_HOSTS

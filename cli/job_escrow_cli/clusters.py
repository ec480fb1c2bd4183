"""Which chain a command talks to: URLs, the Solana CLI's monikers, and what the genesis hash says it is."""

from typing import NamedTuple
from urllib.parse import quote, urlsplit

from job_escrow.urls import shown_url

_MONIKERS = {
    "mainnet-beta": "https://api.mainnet-beta.solana.com",
    "testnet": "https://api.testnet.solana.com",
    "devnet": "https://api.devnet.solana.com",
    "localhost": "http://127.0.0.1:8899",
}
DEFAULT_URL = _MONIKERS["mainnet-beta"]
_LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})

MAINNET = "mainnet-beta"
_GENESIS = {
    "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d": MAINNET,
    "4uhcVJyU9pJkvQyS88uRDiswHXSGkcY3zQawwpK4NsY": "testnet",
    "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG": "devnet",
}


def cluster_url(text: str) -> str:
    """The URL for a moniker, the first letter of one, or a URL itself. Raises ValueError for anything else."""
    for moniker, url in _MONIKERS.items():
        if text in (moniker, moniker[0]):
            return url
    what_to_do = f"{text!r} is not a cluster: use a URL or one of {', '.join(_MONIKERS)} (or m, t, d, l)"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        # The message of the standard library names the bounds of a port, or the bracket that is missing.
        raise ValueError(f"{text!r} is not the URL of a node: {error}") from error
    if parts.scheme in ("http", "https") and parts.hostname and port != 0:
        return text
    raise ValueError(what_to_do)


def is_local(url: str) -> bool:
    """Whether the chain runs on this machine."""
    return urlsplit(url).hostname in _LOCAL_HOSTS


class Cluster(NamedTuple):
    """A chain by what it is, whatever the URL says. `name` is None for a chain of one's own."""

    name: str | None
    url: str

    @property
    def is_mainnet(self) -> bool:
        """Whether what is spent here is worth something."""
        return self.name == MAINNET

    def __str__(self) -> str:
        return self.name or f"the chain at {shown_url(self.url)}"

    def explorer(self, signature: object) -> str | None:
        """A link that shows a transaction; None where it would tell the node's secret address, or show nothing.

        The explorer's page asks the node itself, and a browser lets it ask https addresses and its own machine only.
        """
        page = f"https://explorer.solana.com/tx/{signature}"
        if self.is_mainnet:
            return page
        if self.name is not None:
            return f"{page}?cluster={self.name}"
        if shown_url(self.url) != self.url.rstrip("/"):
            return None
        if urlsplit(self.url).scheme != "https" and not is_local(self.url):
            return None
        return f"{page}?cluster=custom&customUrl={quote(self.url, safe='')}"


def cluster_of(genesis_hash: str, url: str) -> Cluster:
    """The cluster that began with a block."""
    return Cluster(name=_GENESIS.get(genesis_hash), url=url)

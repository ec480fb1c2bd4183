"""Where webhooks may go: to public addresses only, and to the very address that was checked."""

import ipaddress
from urllib.parse import urlsplit

from job_escrow_api.domain.problems import Kinds, Refusal
from job_escrow_api.domain.webhooks.names import Resolver

_MOST_URL = 2_048
# Only here do IPv6 addresses of the internet begin; all else is refused, known or not.
_UNICAST = ipaddress.ip_network("2000::/3")
# Addresses that carry an IPv4 one, which is what is reached in the end.
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
# Special ones that the standard library of this Python may not know yet: documentation, and relays of 6to4.
_SPECIAL_6 = ipaddress.ip_network("3fff::/20")
_SPECIAL_4 = ipaddress.ip_network("192.88.99.0/24")


class Forbidden(Exception):
    """The address may not be asked; the message says why, and names no address: it may be one of our network."""


async def checked_address(url: str, *, private: bool, resolver: Resolver) -> str:
    """The one address that this request goes to. Raises Forbidden and OSError.

    The name is resolved once, and the connection goes to what was checked: a name that points elsewhere a moment later
    (DNS rebinding) changes nothing.
    """
    parts = urlsplit(url)
    if not parts.hostname:
        raise Forbidden("the URL names no host")
    try:
        addresses = await resolver(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))
    except UnicodeError as error:
        # What getaddrinfo says to an empty label, or one of more than 63 letters.
        raise Forbidden(f"{parts.hostname[:100]} is no host name") from error
    if not addresses:
        raise Forbidden(f"{parts.hostname} has no address")
    if not private:
        for each in addresses:
            if not is_public(each):
                raise Forbidden(f"{parts.hostname} has an address that is not public")
    return addresses[0]


def is_public(text: str) -> bool:
    """Whether an address is anybody's on the internet, and not of this machine, its network or its cloud."""
    address = ipaddress.ip_address(text.split("%", 1)[0])
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast and address not in _SPECIAL_4
    if address in _TRANSLATED:
        return is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
    if address not in _UNICAST or address in _SPECIAL_6 or address.teredo is not None:
        return False
    if address.sixtofour is not None:
        return is_public(str(address.sixtofour))
    return address.is_global


def checked_url(url: str, *, private: bool) -> str:
    """A URL that can be a webhook's. Raises Refusal."""
    try:
        parts = urlsplit(url)
        # Read here, because an invalid port is only refused when it is.
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Refusal(Kinds.INVALID_REQUEST, f"url: {error}") from error
    schemes = ("https", "http") if private else ("https",)
    if len(url) > _MOST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise Refusal(Kinds.INVALID_REQUEST, "url: use printable ASCII, at most 2,048 characters")
    if parts.scheme not in schemes or not host:
        raise Refusal(Kinds.INVALID_REQUEST, f"url: use {' or '.join(schemes)}:// and a host")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Refusal(Kinds.INVALID_REQUEST, "url: no user, password or fragment; the secret signs each message")
    return url

"""How fast somebody may ask, and how often with keys that are none: token buckets and lockouts, in memory."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from job_escrow_api.domain.problems import Kinds, Refusal

_MOST_ENTRIES = 50_000
_IPV6_PREFIX_BITS = 64
"""What one customer of a network provider has at least: within it, an address is changed at will."""


def network_of(address: str) -> str:
    """Whose requests and wrong keys count together: an IPv4 address, or the /64 of an IPv6 one.

    An IPv4 address that is written as an IPv6 one is the IPv4 address. What is no address counts as it is.
    """
    try:
        # Link-local ones carry the interface's name.
        parsed = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, _IPV6_PREFIX_BITS), strict=False))


@dataclass
class _Bucket:
    tokens: float
    at: float


class RateLimit:
    """A token bucket for each name: `per_minute` on average, a quarter of that at once."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_minute / 60
        self._most = max(1.0, per_minute / 4)
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, name: str) -> float:
        """Take one token; 0, or the seconds until there is one."""
        now = self._clock()
        bucket = self._buckets.pop(name, None) or _Bucket(self._most, now)
        bucket.tokens = min(self._most, bucket.tokens + (now - bucket.at) * self._per_second)
        bucket.at = now
        self._buckets[name] = bucket
        if len(self._buckets) > _MOST_ENTRIES:
            self._buckets.popitem(last=False)
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / self._per_second
        bucket.tokens -= 1
        return 0.0


def pace(limit: RateLimit, name: str) -> None:
    """Count something of somebody. Raises Refusal where that is too much."""
    wait = limit.wait(name)
    if wait:
        raise Refusal(Kinds.RATE_LIMITED, "Too many requests.", headers={"Retry-After": str(int(wait) + 1)})


@dataclass
class _Failures:
    count: int
    until: float


class Lockout:
    """Says so after `most` wrong keys of an address within `seconds` of each other, until as long has passed."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def wait(self, address: str) -> float:
        """0, or the seconds for which wrong keys of the address are refused at once."""
        found = self._failures.get(address)
        if found is None:
            return 0.0
        left = found.until - self._clock()
        if left <= 0:
            del self._failures[address]
            return 0.0
        return left if found.count >= self._most else 0.0

    def fail(self, address: str) -> None:
        """Count a wrong key."""
        found = self._failures.pop(address, None) or _Failures(0, 0.0)
        self._failures[address] = _Failures(found.count + 1, self._clock() + self._seconds)
        if len(self._failures) > _MOST_ENTRIES:
            self._failures.popitem(last=False)

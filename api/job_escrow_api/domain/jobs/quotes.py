"""Quotes that bind: what a lock was told to cost, it costs, or it is refused by name.

A quote is kept by whoever asked for it. It carries its price, its end and a digest of what it is for, sealed with the
books' secret: any process of the server can read it, also after a restart, and no table grows with questions.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from struct import Struct

from job_escrow.bounds import GRACE_SECONDS
from job_escrow.codec import Platform
from solders.pubkey import Pubkey

from job_escrow_api.domain.books import Books
from job_escrow_api.domain.jobs.prices import Price, UnitPrice
from job_escrow_api.domain.jobs.requests import QUOTE_PREFIX
from job_escrow_api.domain.problems import Kinds, Refusal

_HEAD = Struct(">BIQ16s")
"""For whom (0: any customer, 1: an account's), credits, the end in unix seconds, and what it is for."""
_SEAL_BYTES = 16
_ANYBODY, _ACCOUNT = range(2)


class Quotes:
    """Makes quotes of one platform, and holds locks to them."""

    def __init__(self, books: Books, platform: Pubkey) -> None:
        self._books = books
        self._platform = platform

    def make(self, price: Price | UnitPrice, account: str | None, expires_at: int) -> str:
        """A quote of a price until a time by the chain's clock, for an account's locks; None: for any customer's."""
        for_whom = _ANYBODY if account is None else _ACCOUNT
        head = _HEAD.pack(for_whom, price.credits, expires_at, _digest(price))
        return QUOTE_PREFIX + urlsafe_b64encode(head + self._seal(head, account or "")).decode()

    def require(self, quote: str, price: Price | UnitPrice, account: str, now: int) -> int:
        """The credits that a lock at a price, which the account pays, was quoted. Raises Refusal."""
        raw = urlsafe_b64decode(quote.removeprefix(QUOTE_PREFIX))
        head, seal = raw[: _HEAD.size], raw[_HEAD.size :]
        for_whom, credits, expires_at, digest = _HEAD.unpack(head)
        if not hmac.compare_digest(seal, self._seal(head, "" if for_whom == _ANYBODY else account)):
            raise Refusal(Kinds.QUOTE_NOT_OF_THIS, "This server has not made this quote, or for another account.")
        if digest != _digest(price):
            raise Refusal(Kinds.QUOTE_NOT_OF_THIS, f"The quote of {credits:,} credits is for other units or tiers.")
        if now >= expires_at:
            raise Refusal(
                Kinds.QUOTE_EXPIRED, f"The quote of {credits:,} credits ended {now - expires_at} seconds ago."
            )
        require_quoted(credits, price)
        return int(credits)

    def _seal(self, head: bytes, account: str) -> bytes:
        return self._books.seal(f"quote {self._platform} {account} {head.hex()}")[:_SEAL_BYTES]


def require_quoted(credits: int, price: Price | UnitPrice) -> None:
    """Raises Refusal where what is locked now has another price than was quoted."""
    if credits != price.credits:
        detail = f"The platform's prices have changed: {credits:,} credits were quoted, and it costs {price.credits:,}."
        raise Refusal(Kinds.QUOTE_EXPIRED, detail)


def binds_until(platform: Platform, tiers: Iterable[int], now: int, seconds: int) -> int:
    """The end of a quote that is to bind for so many seconds: before an announced price of its tiers may take effect.

    Raises Refusal where that may be any moment.
    """
    announced = [platform.pending.tiers_at[tier] for tier in tiers]
    until = min([now + seconds, *(at for at in announced if at and at + GRACE_SECONDS >= now)])
    if until <= now:
        raise Refusal(
            Kinds.CONFLICT, "An announced change of this price may take effect at any moment: none binds now."
        )
    return until


def _digest(price: Price | UnitPrice) -> bytes:
    """What a price is for, however it was asked for: by a tier, or by a model that has it."""
    of_tier = None if price.tier_name is None else (price.tier_name, price.units)
    components = () if isinstance(price, UnitPrice) else price.components
    parts = [of_tier, [(each.tier, each.units) for each in components]]
    return hashlib.sha256(json.dumps(parts).encode()).digest()[:16]

"""What a key may do, as its wallet agrees to it."""

import re
from enum import StrEnum
from typing import Annotated

import msgspec
from job_escrow.addresses import namespace_bytes
from job_escrow.amounts import MAX_CREDITS
from solders.pubkey import Pubkey

from job_escrow_api.domain.patterns import ADDRESS, whole

# One line without quotes, so that no name can pass for another part of the message that a wallet signs.
LABEL = whole(r"[\w .@:/+-]{0,64}")
_LABEL = re.compile(LABEL)
_LONGEST_KEY_SECONDS = 10 * 366 * 24 * 60 * 60


class Scope(StrEnum):
    """What a key may be used for."""

    READ = "read"
    """Balances, usage and statements."""
    SPEND = "spend"
    """Jobs may be charged to its account."""
    MANAGE = "manage"
    """Keys and webhooks."""
    OPERATOR = "operator"
    """Lock, settle and refund jobs and requests of the platform's customers; only for the platform's operator."""
    BOOKS = "books"
    """Read what all customers have and use, and what the platform earns; only for the platform's operator."""


OPERATORS = frozenset({Scope.OPERATOR, Scope.BOOKS})
"""Scopes of keys that the operator's wallet makes, and no other."""


class WalletTerms(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Whose account something is for, as a wallet agrees to it; `namespace` is text of at most 16 bytes."""

    # Some of it is only documented here: `checked` says it in words that help more than a pattern.
    wallet: Annotated[str, msgspec.Meta(min_length=32, max_length=44, extra_json_schema={"pattern": ADDRESS})]
    namespace: Annotated[str, msgspec.Meta(max_length=16, extra_json_schema={"pattern": LABEL})] = ""

    def wallet_key(self) -> Pubkey:
        """The wallet. Raises ValueError."""
        try:
            return Pubkey.from_string(self.wallet)
        except ValueError as error:
            raise ValueError(f"wallet: {self.wallet!r} is not a base58 address of 32 bytes") from error

    def require_labels(self, *fields: str) -> None:
        """Raises ValueError where one of these does not fit into a message to sign."""
        for field in fields:
            if not _LABEL.fullmatch(getattr(self, field)):
                raise ValueError(f"{field}: use letters, digits, spaces and _ . @ : / + -")


class KeyTerms(WalletTerms, kw_only=True, forbid_unknown_fields=True):
    """What a key is to be. Budgets are credits that jobs may be locked for in a UTC day or month, null: no budget.

    `namespace` is text of at most 16 bytes; `valid_seconds` null: until it is revoked.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=LABEL)]
    scopes: Annotated[
        list[Scope], msgspec.Meta(min_length=1, max_length=len(Scope), extra_json_schema={"uniqueItems": True})
    ] = msgspec.field(default_factory=lambda: [Scope.READ, Scope.SPEND])
    project: Annotated[str, msgspec.Meta(max_length=64, pattern=LABEL)] = ""
    member: Annotated[str, msgspec.Meta(max_length=64, pattern=LABEL)] = ""
    daily_budget: Annotated[int, msgspec.Meta(ge=1, le=MAX_CREDITS)] | None = None
    monthly_budget: Annotated[int, msgspec.Meta(ge=1, le=MAX_CREDITS)] | None = None
    valid_seconds: Annotated[int, msgspec.Meta(ge=60, le=_LONGEST_KEY_SECONDS)] | None = None

    def checked(self) -> "KeyTerms":
        """These terms. Raises ValueError for what their types allow and a message to sign does not."""
        self.wallet_key()
        namespace_bytes(self.namespace)
        self.require_labels("namespace", "name", "project", "member")
        if len(set(self.scopes)) != len(self.scopes):
            raise ValueError("scopes: name each at most once")
        return self

    def sentence(self, platform: Pubkey) -> str:
        """What the wallet agrees to, in one line; no two different terms give the same."""
        parts = [
            f'I make the API key "{self.name}" for namespace "{self.namespace}" of platform {platform}',
            f"It may: {', '.join(sorted(self.scopes))}",
            f"Budget: {_budget(self.daily_budget)} a day, {_budget(self.monthly_budget)} a month",
            f'Project "{self.project}", member "{self.member}"',
            "Valid until revoked" if self.valid_seconds is None else f"Valid for {self.valid_seconds} seconds",
        ]
        return ". ".join(parts) + ". It cannot move credits out."


def _budget(credits: int | None) -> str:
    return "any number of credits" if credits is None else f"{credits} credits"

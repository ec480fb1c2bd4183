"""What a report is about: one account, all of a wallet, or a platform; and when."""

from dataclasses import dataclass
from typing import Literal

from job_escrow_indexer.queries.accounts import account, accounts_of_wallet
from job_escrow_indexer.queries.view import NotIndexed, View


@dataclass(frozen=True, kw_only=True)
class OfAccount:
    """One credit account."""

    credit_account: str


@dataclass(frozen=True, kw_only=True)
class OfWallet:
    """All namespaces of a wallet, on one platform or on all."""

    wallet: str
    platform: str | None = None


@dataclass(frozen=True, kw_only=True)
class OfPlatform:
    """All accounts of a platform, or what one of its operators settled of them."""

    platform: str
    operator: str | None = None


Scope = OfAccount | OfWallet | OfPlatform


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a scope whose credits have one price; what is the same for all of it is not None."""

    column: Literal["credit_account", "platform"]
    address: str
    base_units_per_credit: int
    platform: str
    wallet: str | None = None
    namespace: str | None = None
    operator: str | None = None


def parts_of(view: View, scope: Scope) -> list[Part]:
    """The parts that add up to a scope. Raises NotIndexed where there is nothing to report about."""
    if isinstance(scope, OfPlatform):
        return [_platform(view, scope)]
    if isinstance(scope, OfAccount):
        found = [account(view, scope.credit_account)]
    else:
        found = accounts_of_wallet(view, scope.wallet, scope.platform)
        if not found:
            raise NotIndexed(
                f"the database knows no credit account of the wallet {scope.wallet} as of slot {view.as_of_slot}: "
                "check the wallet and the platform"
            )
    return [
        Part(
            column="credit_account",
            address=each.address,
            base_units_per_credit=each.base_units_per_credit,
            platform=each.platform,
            wallet=each.wallet,
            namespace=each.namespace,
        )
        for each in found
    ]


def _platform(view: View, scope: OfPlatform) -> Part:
    row = view.row("SELECT base_units_per_credit FROM platforms WHERE address = ?", scope.platform)
    if row is None:
        raise NotIndexed(f"the database knows no platform {scope.platform} as of slot {view.as_of_slot}")
    return Part(
        column="platform",
        address=scope.platform,
        base_units_per_credit=row[0],
        platform=scope.platform,
        operator=scope.operator,
    )

"""Credit accounts: which there are, and what never changes about one."""

from dataclasses import dataclass

from job_escrow_indexer.queries.view import NotIndexed, View

_COLUMNS = "address, platform, wallet, namespace, vault, base_units_per_credit"


@dataclass(frozen=True, kw_only=True)
class Account:
    """A credit account, open or closed; addresses are base58. A credit is worth `base_units_per_credit` of the mint."""

    address: str
    platform: str
    wallet: str
    namespace: str
    vault: str
    base_units_per_credit: int


def account(view: View, address: str) -> Account:
    """The account at an address. Raises NotIndexed."""
    row = view.row(f"SELECT {_COLUMNS} FROM credit_accounts WHERE address = ?", address)
    if row is None:
        raise unknown(view, address)
    return _account(row)


def unknown(view: View, address: str) -> NotIndexed:
    """The error for an address where there never was a credit account."""
    return NotIndexed(
        f"the database knows no credit account {address} as of slot {view.as_of_slot}: check the address, "
        "or open it with job-escrow open"
    )


def accounts_of_wallet(view: View, wallet: str, platform: str | None = None) -> list[Account]:
    """The accounts of a wallet, one for each namespace, on one platform or on all."""
    rows = view.rows(f"SELECT {_COLUMNS} FROM credit_accounts WHERE wallet = ?", wallet)
    found = [each for each in map(_account, rows) if platform in (None, each.platform)]
    return sorted(found, key=lambda each: (each.platform, each.namespace))


def _account(row: tuple[str, str, str, str, str, int]) -> Account:
    address, platform, wallet, namespace, vault, price = row
    return Account(
        address=address, platform=platform, wallet=wallet, namespace=namespace, vault=vault, base_units_per_credit=price
    )

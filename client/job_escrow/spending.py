"""A cap on what a process spends, checked before anything is signed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from threading import Lock

from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM_ID

from job_escrow.amounts import whole_number
from job_escrow.chain.requests import AccountInfo
from job_escrow.errors import SpendCapReached
from job_escrow.tokens import TOKEN_ACCOUNT_SIZE, token_account

_MOST = 2**64 - 1


@dataclass(frozen=True)
class Spending:
    """What a transaction takes from its signers: lamports besides the fee (negative: rents come back), base units."""

    rents: int
    base_units: int


def spending(
    before: Mapping[Pubkey, AccountInfo | None], after: Mapping[Pubkey, AccountInfo | None], signers: Collection[Pubkey]
) -> Spending:
    """Compare the accounts that a transaction writes, before and after; nothing where `before` is empty.

    What the signers lose in lamports besides the fee is what everybody else gains: no lamport comes from nowhere.
    """
    rents = base_units = 0
    for address, old in before.items():
        new = after[address]
        if address not in signers:
            rents += (new.lamports if new else 0) - (old.lamports if old else 0)
        base_units += max(0, _tokens(old, signers) - _tokens(new, signers))
    return Spending(rents=rents, base_units=base_units)


def _tokens(info: AccountInfo | None, owners: Collection[Pubkey]) -> int:
    if info is None or info.owner != TOKEN_PROGRAM_ID or len(info.data) != TOKEN_ACCOUNT_SIZE:
        return 0
    account = token_account(info)
    return account.amount if account.owner in owners else 0


class SpendCap:
    """The most that everything with the same `Options(spend_cap=...)` spends together; None: no cap.

    `lamports` counts fees and rents, less the rents that come back to a signer. `base_units` counts the tokens that
    leave token accounts of the signers, whatever their mint. Safe to share between threads.
    """

    def __init__(self, *, lamports: int | None = None, base_units: int | None = None) -> None:
        for cap in (lamports, base_units):
            if cap is not None:
                whole_number(cap, "lamports or base units", _MOST)
        self._caps = {"lamports": lamports, "base units": base_units}
        self._spent = {"lamports": 0, "base units": 0}
        self._lock = Lock()

    @property
    def spent_lamports(self) -> int:
        """Lamports spent so far, those of transactions under way included."""
        return self._spent["lamports"]

    @property
    def spent_base_units(self) -> int:
        """Base units spent so far, those of transactions under way included."""
        return self._spent["base units"]

    def reserve(self, *, lamports: int, base_units: int) -> None:
        """Count what is about to be spent. Raises SpendCapReached, and counts nothing, where it is too much."""
        wanted = {"lamports": lamports, "base units": base_units}
        with self._lock:
            for unit, amount in wanted.items():
                cap, spent = self._caps[unit], self._spent[unit]
                if cap is not None and amount > 0 and spent + amount > cap:
                    raise SpendCapReached(
                        f"this would spend {amount:,} {unit}, {spent:,} were spent before, and the cap of this process "
                        f"is {cap:,}: nothing was signed. Raise the cap if this is right"
                    )
            self._add(wanted, 1)

    def release(self, *, lamports: int, base_units: int) -> None:
        """Take back what was reserved and not spent."""
        with self._lock:
            self._add({"lamports": lamports, "base units": base_units}, -1)

    def _add(self, amounts: dict[str, int], sign: int) -> None:
        for unit, amount in amounts.items():
            self._spent[unit] += sign * amount

"""Accounts at every slot that is not final yet: the newest state, and what each slot overwrote."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from solders.account import Account
from solders.pubkey import Pubkey

from job_escrow_localnet.programs import TOKEN_PROGRAMS

Fallback = Callable[[Pubkey], Account | None]


class Accounts:
    """All accounts, readable as of any slot back to the last root."""

    def __init__(self, fallback: Fallback) -> None:
        """`fallback` reads what no transaction has written: programs of genesis and sysvars."""
        self._fallback = fallback
        self._current: dict[Pubkey, Account | None] = {}
        self._overwritten: dict[int, dict[Pubkey, Account | None]] = {}
        self._by_owner: dict[Pubkey, set[Pubkey]] = defaultdict(set)
        self._by_wallet: dict[bytes, set[Pubkey]] = defaultdict(set)

    def load(self, items: Iterable[tuple[Pubkey, Account]]) -> None:
        """Take accounts as final, as from a ledger or at genesis."""
        for key, account in items:
            self._replace(key, account)

    def get(self, key: Pubkey) -> Account | None:
        """The newest state of an account; None: there is none."""
        try:
            return self._current[key]
        except KeyError:
            return self._fallback(key)

    def at(self, key: Pubkey, slot: int) -> Account | None:
        """An account's state at the end of a slot."""
        for changed in self._overwritten:
            if changed > slot and key in self._overwritten[changed]:
                return self._overwritten[changed][key]
        return self.get(key)

    def hold(self, keys: Iterable[Pubkey]) -> None:
        """Take accounts over from the fallback, before something happens there that may change them."""
        for key in keys:
            if key not in self._current:
                self._replace(key, self._fallback(key))

    def write(self, slot: int, key: Pubkey, account: Account | None) -> None:
        """Change an account in the open slot, which `hold` was called for; None: it is gone."""
        before = self._overwritten.setdefault(slot, {})
        if key not in before:
            before[key] = self._current[key]
        self._replace(key, account)

    def changed_in(self, slot: int) -> Iterator[tuple[Pubkey, Account | None]]:
        """The accounts that a slot wrote, as they are at its end. Only for the newest slot that wrote any."""
        for key in self._overwritten.get(slot, ()):
            yield key, self._current[key]

    def keys_changed_in(self, slot: int) -> tuple[Pubkey, ...]:
        """The addresses that an unrooted slot wrote."""
        return tuple(self._overwritten.get(slot, ()))

    def forget(self, root: int) -> None:
        """Slots up to the root are final: what they overwrote is not needed any more."""
        for slot in [slot for slot in self._overwritten if slot <= root]:
            del self._overwritten[slot]

    def rollback(self, slot: int) -> dict[Pubkey, Account | None]:
        """Take back every slot after this one; gives the accounts that changed by it."""
        restored: dict[Pubkey, Account | None] = {}
        for later in sorted((one for one in self._overwritten if one > slot), reverse=True):
            restored.update(self._overwritten.pop(later))
        for key, account in restored.items():
            self._replace(key, account)
        return restored

    def owned_by(self, owner: Pubkey, slot: int) -> Iterator[tuple[Pubkey, Account]]:
        """The accounts that a program owns at a slot, in the order of their addresses."""
        return self._matching(self._by_owner.get(owner, ()), slot, lambda account: account.owner == owner)

    def of_wallet(self, wallet: Pubkey, slot: int) -> Iterator[tuple[Pubkey, Account]]:
        """The token accounts of a wallet at a slot, in the order of their addresses."""
        raw = bytes(wallet)
        return self._matching(self._by_wallet.get(raw, ()), slot, lambda account: _wallet(account) == raw)

    def _matching(
        self, candidates: Iterable[Pubkey], slot: int, matches: Callable[[Account], bool]
    ) -> Iterator[tuple[Pubkey, Account]]:
        keys = set(candidates)
        for later, before in self._overwritten.items():
            if later > slot:
                keys.update(key for key, account in before.items() if account is not None and matches(account))
        for key in sorted(keys, key=bytes):
            account = self.at(key, slot)
            if account is not None and matches(account):
                yield key, account

    def _replace(self, key: Pubkey, account: Account | None) -> None:
        old = self._current.get(key)
        if old is not None:
            self._by_owner[old.owner].discard(key)
            if (wallet := _wallet(old)) is not None:
                self._by_wallet[wallet].discard(key)
        self._current[key] = account
        if account is not None:
            self._by_owner[account.owner].add(key)
            if (wallet := _wallet(account)) is not None:
                self._by_wallet[wallet].add(key)


def _wallet(account: Account) -> bytes | None:
    """Whose token account this is, without asking whether it is one in all detail."""
    if account.owner not in TOKEN_PROGRAMS:
        return None
    data = account.data
    return data[32:64] if len(data) >= 165 else None

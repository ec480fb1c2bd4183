"""An account's balance as it changes, as server-sent events."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import msgspec
from litestar.response import ServerSentEventMessage

from job_escrow_api.domain.index_reads import Index
from job_escrow_api.domain.keys.store import Key
from job_escrow_api.domain.places import Places
from job_escrow_api.domain.sessions.store import SessionStore
from job_escrow_api.domain.web.changes import Changes
from job_escrow_api.http.account_view import AccountView, account_view
from job_escrow_api.http.exact import exact_json

RETRY_MILLISECONDS = 1_000
_BEAT_SECONDS = 15
"""Without a change, something is sent so often: what was lost on the way is found out."""
_LONGEST_SECONDS = 600
"""Then the page connects again, and shows again who it is."""
_OF_A_WALLET = 16
_OF_A_NETWORK = 64
_IN_ALL = 1_024


@dataclass(frozen=True, kw_only=True)
class BalanceStream:
    """Streams from the index and from the books of sessions; so many at once."""

    index: Index
    changes: Changes
    sessions: SessionStore
    places: Places
    networks: Places

    def require_place(self, key: Key, network: str) -> None:
        """Refuse where there is none for a wallet, or for where it asks from. Raises Refusal."""
        self.places.require(key.wallet)
        self.networks.require(network)

    async def of(self, key: Key, network: str, still_asks: Callable[[], bool]) -> AsyncIterator[ServerSentEventMessage]:
        """The messages for who asks with a key, for as long as `still_asks` says so."""
        with self.places.of(key.wallet), self.networks.of(network):
            end = time.monotonic() + _LONGEST_SECONDS
            told = _Told()
            version, beat = None, 0.0
            while time.monotonic() < end and not self.changes.is_over:
                if version != (found := self.changes.version()):
                    version = found
                    if not still_asks():
                        # Left in another tab, perhaps: nothing more is told.
                        yield ServerSentEventMessage(event="end", data="")
                        return
                    for message in told.news(account_view(self.index, key), self.sessions.activity(key.credit_account)):
                        beat = time.monotonic()
                        yield message
                if time.monotonic() - beat > _BEAT_SECONDS:
                    beat = time.monotonic()
                    yield ServerSentEventMessage(event="beat", data="")
                await self.changes.after(version, _BEAT_SECONDS)


def places_of_wallets() -> Places:
    """How many streams of a wallet there may be at once."""
    return Places(of_a_name=_OF_A_WALLET, in_all=_IN_ALL)


def places_of_networks() -> Places:
    """How many streams there may be at once from one network: a wallet costs nothing."""
    return Places(of_a_name=_OF_A_NETWORK, in_all=_IN_ALL)


class _Told:
    """What was told already."""

    def __init__(self) -> None:
        self._account: list[AccountView | None] = []
        self._activity: tuple[int, ...] | None = None

    def news(self, account: AccountView | None, activity: tuple[int, ...]) -> list[ServerSentEventMessage]:
        """Messages of what is another now."""
        messages = []
        # Slots pass while nothing happens.
        state = None if account is None else msgspec.structs.replace(account, as_of_slot=0)
        if self._account != [state]:
            self._account = [state]
            messages.append(ServerSentEventMessage(event="balance", data=exact_json(account).decode()))
        if self._activity != activity:
            self._activity = activity
            messages.append(ServerSentEventMessage(event="activity", data=""))
        return messages

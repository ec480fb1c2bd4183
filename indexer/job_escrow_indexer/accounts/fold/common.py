"""What all of them stand on: where rows are, whose history an event is of, and balances before and after."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from job_escrow.bounds import ID_WINDOW
from job_escrow.codec import PROGRAM_ID
from solders.pubkey import Pubkey

from job_escrow_indexer.accounts.kinds import CREDIT_ACCOUNTS, PLATFORMS, VAULTS, Kind, State
from job_escrow_indexer.decode.decoder import Happened
from job_escrow_indexer.decode.layout import Layout, event_layouts
from job_escrow_indexer.store.values import address

if TYPE_CHECKING:
    from operator import itemgetter

WINDOW = (1 << ID_WINDOW) - 1
"""All bits of the ids that an account remembers as used."""
LOTS = 8
"""How many lots of granted credits an account has."""


class Rows(Protocol):
    """Where states are found and put; only what is put is written."""

    def find(self, kind: Kind, *key: object) -> State | None:
        """The state of an account; None where there is none. It may be changed, and has to be put then."""
        ...

    def put(self, kind: Kind, state: State) -> None:
        """Keep a state."""
        ...

    def note_gap(self, happened: Happened) -> None:
        """An event does not follow from the row."""
        ...


Handler = Callable[[Rows, Happened], None]
"""Does to the rows what an event of one kind says."""


def subject(happened: Happened) -> tuple[Kind, str]:
    """Whose history an event is of: a credit account's, with its jobs and vault, or a platform's, with its payees."""
    layout, values = happened.layout, happened.values
    if layout.credit_account is not None:
        return CREDIT_ACCOUNTS, address(values[layout.credit_account])
    return PLATFORMS, address(values[layout.at("platform")])


def begins(happened: Happened) -> bool:
    """Whether an event creates the account that its history is about."""
    return happened.layout.name in ("PlatformCreated", "AccountOpened")


@cache
def layouts() -> Mapping[str, Layout]:
    """The layout of each event by its name."""
    return {layout.name: layout for layout in event_layouts().values()}


def fields(event: str, *names: str) -> "itemgetter[tuple[Any, ...]]":
    """A function that takes named values, at least two, out of those of one event."""
    return layouts()[event].pick(*names)


BALANCES = ("paid_available", "paid_locked", "granted_available", "granted_locked")


def of_account(change: Callable[[Rows, Happened, State], None]) -> Handler:
    """A handler that changes the account of its event, between the balances before and those after."""

    def handle(rows: Rows, happened: Happened) -> None:
        state = _account_of(rows, happened)
        if state is not None:
            change(rows, happened, state)
            _finish(rows, happened, state)

    return handle


def _account_of(rows: Rows, happened: Happened) -> State | None:
    """The account of an event that says its balances before, compared with them."""
    layout, values = happened.layout, happened.values
    state = rows.find(CREDIT_ACCOUNTS, address(values[layout.at("credit_account")]))
    if state is None:
        rows.note_gap(happened)
        return None
    if layout.before is not None:
        before = values[layout.before]
        if before != (
            state["paid_available"], state["paid_locked"], state["granted_available"], state["granted_locked"],
        ):  # fmt: skip
            rows.note_gap(happened)
            state.update(zip(BALANCES, before, strict=True))
    state["position"] = happened.position
    return state


def _finish(rows: Rows, happened: Happened, state: State) -> None:
    """Take the balances after, and the vault's amount."""
    after = happened.layout.after
    if after is not None:
        (
            state["paid_available"], state["paid_locked"], state["granted_available"], state["granted_locked"],
        ) = happened.values[after]  # fmt: skip
    rows.put(CREDIT_ACCOUNTS, state)
    see_vault(rows, happened, state)


def see_vault(rows: Rows, happened: Happened, account: State) -> None:
    """Take what the vault holds after an event, where the event's transaction says it."""
    gone = happened.layout.name == "AccountClosed"
    if gone or happened.base_units is not None:
        vault = {
            "address": account["vault"],
            "credit_account": account["address"],
            "base_units": None if gone else happened.base_units,
            "position": happened.position,
        }
        rows.put(VAULTS, vault)


def use_id(state: State, job_id: int) -> None:
    """Mark an id of a job or a grant as used: the program remembers 128, up to the newest."""
    highest = state["job_ids_highest"]
    newest = max(highest, job_id)
    # Where events are missing they are far apart, and numbers of as many bits would be, too.
    bits = int(state["job_ids_used"], 16) << min(newest - highest, ID_WINDOW) | 1 << min(newest - job_id, ID_WINDOW)
    state["job_ids_highest"] = newest
    state["job_ids_used"] = f"{bits & WINDOW:032x}"


def bump(*seeds: bytes) -> int:
    """The bump of the address that follows from these seeds."""
    return Pubkey.find_program_address(list(seeds), PROGRAM_ID)[1]

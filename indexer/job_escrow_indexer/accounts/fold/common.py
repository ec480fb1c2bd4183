"""What all of them stand on: where rows are, whose history an event is of, and balances before and after."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from job_escrow.bounds import ID_WINDOW, JOB_ID_WINDOW, WALLET_ID_BIT
from job_escrow.codec import PROGRAM_ID
from solders.pubkey import Pubkey

from job_escrow_indexer.accounts.kinds import CREDIT_ACCOUNTS, PLATFORMS, VAULTS, Kind, State
from job_escrow_indexer.decode.decoder import Happened
from job_escrow_indexer.decode.layout import Layout, event_layouts
from job_escrow_indexer.store.values import address

if TYPE_CHECKING:
    from operator import itemgetter

WINDOWS: Mapping[str, int] = {"job_ids": JOB_ID_WINDOW, "wallet_job_ids": ID_WINDOW, "grant_ids": ID_WINDOW}
"""How many ids an account remembers, by the columns that begin so."""
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
    """Whose history an event is of: a credit account's, with jobs, sessions and vault, or a platform's, with payees."""
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


BALANCES = ("paid_available", "paid_locked", "granted_available", "granted_locked", "promotion_backing")


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
            state["promotion_backing"],
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
            state["promotion_backing"],
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


def start_ids(start: int) -> State:
    """The windows of an account that was opened: all up to where its ids start count as used."""
    starts = {"job_ids": start, "wallet_job_ids": start + (1 << WALLET_ID_BIT), "grant_ids": start}
    state: State = {}
    for window, width in WINDOWS.items():
        state[f"{window}_highest"] = starts[window]
        state[f"{window}_used"] = "f" * (width // 4)
    return state


def use_id(state: State, window: str, number: int) -> None:
    """Mark an id as used: the program remembers so many, up to the newest."""
    width = WINDOWS[window]
    highest = state[f"{window}_highest"]
    newest = max(highest, number)
    # Where events are missing they are far apart, and numbers of as many bits would be, too.
    bits = int(state[f"{window}_used"], 16) << min(newest - highest, width) | 1 << min(newest - number, width)
    state[f"{window}_highest"] = newest
    state[f"{window}_used"] = f"{bits & (1 << width) - 1:0{width // 4}x}"


def bump(*seeds: bytes) -> int:
    """The bump of the address that follows from these seeds."""
    return Pubkey.find_program_address(list(seeds), PROGRAM_ID)[1]

"""What people asked for and were told, by their own notes: what the end is held against."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import count

from solders.keypair import Keypair


@dataclass
class ApiKey:
    """A customer's key. Once `revoked_for_good` is noted, nothing that is asked for later may be charged to it."""

    id: str
    text: str
    customer: "Customer"
    budget: int
    is_revoked: bool = False
    revoked_order: int | None = None


@dataclass
class Customer:
    """A wallet with a credit account and what it has at the API."""

    name: str
    keypair: Keypair
    account: str
    keys: list[ApiKey] = field(default_factory=list)
    manage: str = ""


@dataclass
class Asked:
    """A job as its provider knows it; `tag` is its largest number of units, which no other job has."""

    tag: int
    key: ApiKey
    seconds: int
    kind: str
    order: int
    """When it was first asked for, among all that happened."""
    address: str = ""
    most_units: int = 0
    """The most that a settlement was asked for, answered or not."""
    must_charge: int | None = None
    """What has to have been charged at the end: its settlement had all the time."""
    may_refund: bool = False
    """Whether its provider asked for a refund."""
    refusals: list[str] = field(default_factory=list)
    """What was refused for good though it should not have been."""


@dataclass
class Wanted:
    """A request within a session, as its provider knows it: at most so many `units`, for so many `seconds`."""

    number: int
    key: ApiKey
    units: int
    seconds: int
    kind: str
    order: int
    id: str = ""
    used: int = 0
    """The units that a settlement was asked for, answered or not."""
    settled_order: int | None = None
    """When its settlement was answered, from when on it has to be charged."""
    refusals: list[str] = field(default_factory=list)


@dataclass
class Journal:
    """Everything noted in a run."""

    jobs: dict[int, Asked] = field(default_factory=dict)
    requests: list[Wanted] = field(default_factory=list)
    purchases: dict[tuple[str, int], int] = field(default_factory=dict)
    """Credits by account and sequence number."""
    withdrawals: dict[tuple[str, int], int] = field(default_factory=dict)
    grants: dict[tuple[str, int], int] = field(default_factory=dict)
    happened: Counter[str] = field(default_factory=Counter)
    trace: list[str] = field(default_factory=list)
    restored_orders: list[int] = field(default_factory=list)
    """When older databases came back."""
    _order: "count[int]" = field(default_factory=count)

    def next_order(self) -> int:
        return next(self._order)

    def was_restored_after(self, order: int) -> bool:
        """Whether an older database came back since then."""
        return any(restored > order for restored in self.restored_orders)

    def tell(self, what: str) -> None:
        """A line of the run's story."""
        self.trace.append(what)

"""Monthly statements: what an account began with, all that moved, and what it ended with; they tie to the credit."""

from dataclasses import dataclass
from datetime import UTC, datetime

from job_escrow.codec import AccountClosed, CreditsToppedUp, CreditsWithdrawn
from job_escrow.errors import EscrowError

from job_escrow_indexer.queries.accounts import account
from job_escrow_indexer.queries.balances import Held, held, is_known, require_known
from job_escrow_indexer.queries.purchases import Topup, stream_topups
from job_escrow_indexer.queries.view import Answer, View
from job_escrow_indexer.store.values import from_large

_MONTHS = 12


class DoesNotTie(EscrowError):
    """The movements do not add up to the balances: rows are missing or wrong, and no statement is made of them."""


@dataclass(frozen=True, kw_only=True)
class Movement:
    """How often something happened, how many credits it moved, and what these are worth in base units."""

    count: int = 0
    credits: int = 0
    base_units: int = 0

    def __add__(self, other: "Movement") -> "Movement":
        return Movement(
            count=self.count + other.count,
            credits=self.credits + other.credits,
            base_units=self.base_units + other.base_units,
        )


@dataclass(frozen=True, kw_only=True)
class Statement(Answer):
    """One account's month, from the first day to the last, in UTC.

    It ties twice, in credits and in base units alike:

    opening.total + purchases + bonuses + deposits + grants
        - charges - expiries - withdrawals - forfeits = closing.total
    opening.locked + locks - charges - releases - refunds = closing.locked

    And so does what the platform's promotion has paid of the paid credits, in base units:

    opening.promotion_backing + bonuses - charged_promotion - withdrawn_promotion = closing.promotion_backing

    A withdrawal's credits are paid out at their price, less `withdrawn_promotion_base_units`; what the same transfers
    took along that never was a credit is `withdrawn_surplus_base_units`.
    """

    credit_account: str
    platform: str
    wallet: str
    namespace: str
    base_units_per_credit: int
    year: int
    month: int
    since: int
    """Unix seconds at which the month begins."""
    until: int
    """Unix seconds at which the next one begins."""
    is_complete: bool
    """Whether the month is over; a statement of a month that is not is of what has happened so far."""
    opening: Held
    closing: Held
    purchases: Movement
    bonuses: Movement
    """What the platform's promotion put on top of packs."""
    deposits: Movement
    """Plain transfers into the vault that became credits."""
    grants: Movement
    charges: Movement
    """What settlements charged."""
    expiries: Movement
    withdrawals: Movement
    """To the wallet, when the account was closed too."""
    forfeits: Movement
    """Granted credits that were left when the account was closed."""
    locks: Movement
    releases: Movement
    """What settlements gave back of their locks."""
    refunds: Movement
    """What came back of jobs and sessions that failed or timed out."""
    withdrawn_surplus_base_units: int
    charged_promotion_base_units: int
    """What promotion had paid of the charges: it went to the treasury with them, and no payee has a share in it."""
    withdrawn_promotion_base_units: int
    topups: tuple[Topup, ...]
    """The month's purchases, deposits and grants, the oldest first."""

    @property
    def refunds_net(self) -> int:
        """Credits locked in the month less what was charged, given back and refunded: what stayed locked."""
        return self.locks.credits - self.charges.credits - self.releases.credits - self.refunds.credits


def month_bounds(year: int, month: int) -> tuple[int, int]:
    """Unix seconds at which a month and the next one begin, in UTC. Raises ValueError."""
    if not (1970 <= year <= 9998 and 1 <= month <= _MONTHS):
        raise ValueError(f"{year}-{month:02d} is not a month: write it like 2026-06")
    following = datetime(year + month // _MONTHS, month % _MONTHS + 1, 1, tzinfo=UTC)
    return int(datetime(year, month, 1, tzinfo=UTC).timestamp()), int(following.timestamp())


@dataclass(frozen=True, kw_only=True)
class StatementMonth:
    """A month that an account has a statement of; `since` and `until` are unix seconds, `is_complete`: it is over."""

    month: str
    since: int
    until: int
    is_complete: bool


def statement_months(view: View, credit_account: str) -> tuple[StatementMonth, ...]:
    """The months that can be told, from an account's first entry on, the newest first. Raises NotIndexed.

    Where the index begins later than the account, the month in which it begins cannot.
    """
    account(view, credit_account)
    row = view.row(
        "SELECT at FROM events WHERE credit_account = ? AND position < ? ORDER BY position LIMIT 1",
        credit_account,
        view.end,
    )
    if row is None:
        return ()
    first, last = (datetime.fromtimestamp(at, UTC) for at in (row[0], max(row[0], view.now)))
    found: list[StatementMonth] = []
    for number in range(first.year * _MONTHS + first.month - 1, last.year * _MONTHS + last.month):
        year, month = divmod(number, _MONTHS)
        since, until = month_bounds(year, month + 1)
        if not found and not is_known(view, credit_account, view.start_of(since)):
            continue
        found.append(
            StatementMonth(month=f"{year}-{month + 1:02d}", since=since, until=until, is_complete=until <= view.now)
        )
    return tuple(reversed(found))


def statement(view: View, credit_account: str, year: int, month: int) -> Statement:
    """The statement of a month. Raises NotIndexed, ValueError for a month that has not begun, and DoesNotTie."""
    of = account(view, credit_account)
    since, until = month_bounds(year, month)
    if since > view.now:
        raise ValueError(f"{year}-{month:02d} has not begun yet: ask for a month of the past, or this one")
    start, end = view.start_of(since), view.start_of(until)
    require_known(view, credit_account, start)
    price = of.base_units_per_credit
    moved = _without_jobs(view, credit_account, start, end, price)
    in_jobs = _of_jobs(view, credit_account, start, end, price)
    made = Statement(
        as_of_slot=view.as_of_slot,
        commitment=view.commitment,
        credit_account=of.address,
        platform=of.platform,
        wallet=of.wallet,
        namespace=of.namespace,
        base_units_per_credit=price,
        year=year,
        month=month,
        since=since,
        until=until,
        is_complete=until <= view.now,
        opening=held(view, credit_account, start),
        closing=held(view, credit_account, end),
        topups=tuple(stream_topups(view, credit_account, since=since, until=until))[::-1],
        **moved.movements,
        **in_jobs,
        withdrawn_surplus_base_units=moved.surplus,
        charged_promotion_base_units=_charged_promotion(view, credit_account, start, end),
        withdrawn_promotion_base_units=moved.promotion,
    )
    _require_tied(made)
    return made


@dataclass
class _WithoutJobs:
    movements: dict[str, Movement]
    surplus: int = 0
    promotion: int = 0


def _without_jobs(view: View, credit_account: str, start: int, end: int, price: int) -> _WithoutJobs:
    names = ("purchases", "bonuses", "deposits", "grants", "expiries", "withdrawals", "forfeits")
    made = _WithoutJobs(dict.fromkeys(names, Movement()))

    def add(what: str, credits: int, base_units: int) -> None:
        made.movements[what] += Movement(count=1, credits=credits, base_units=base_units)

    rows = view.connection.execute(
        "SELECT name, credits, base_units, bonus_credits, promotion_base_units, data FROM events "
        "WHERE credit_account = ? AND job_id IS NULL AND session_id IS NULL AND position >= ? AND position < ? "
        "ORDER BY position",
        (credit_account, start, end),
    )
    simple = {"CreditsPurchased": "purchases", "CreditsToppedUp": "purchases", "DepositsSynced": "deposits",
              "CreditsGranted": "grants", "LotsExpired": "expiries"}  # fmt: skip
    for name, credits, base_units, bonus, promotion, data in rows:
        if name in simple:
            add(simple[name], credits, from_large(base_units))
            if bonus:
                add("bonuses", bonus, from_large(promotion))
            if name == "CreditsToppedUp" and (synced := CreditsToppedUp.decode(data).synced):
                add("deposits", synced, synced * price)
        elif name == "CreditsWithdrawn":
            withdrawn = CreditsWithdrawn.decode(data)
            if withdrawn.synced:
                add("deposits", withdrawn.synced, withdrawn.synced * price)
            add("withdrawals", withdrawn.credits, withdrawn.credits * price)
            made.promotion += withdrawn.promotion_owed
            made.surplus += withdrawn.base_units + withdrawn.promotion_owed - withdrawn.credits * price
        elif name == "AccountClosed":
            closed = AccountClosed.decode(data)
            paid, granted = closed.before.paid_available, closed.before.granted_available
            if paid:
                add("withdrawals", paid, paid * price)
            if granted:
                add("forfeits", granted, granted * price)
            backing = closed.before.promotion_backing
            made.promotion += backing
            made.surplus += closed.wallet_base_units + backing - paid * price
    return made


_JOBS = """
    SELECT sum(is_lock), sum(is_lock * credits), sum(is_charge), sum(is_charge * credits),
        sum(is_charge AND returned > 0), sum(is_charge * returned), sum(is_refund), sum(is_refund * credits)
    FROM (
        SELECT credits, coalesce(returned, 0) AS returned, name IN ('JobLocked', 'SessionOpened') AS is_lock,
            name IN ('JobSettled', 'SessionSettled') AS is_charge,
            name IN ('JobRefunded', 'SessionRefunded') AS is_refund
        FROM events WHERE credit_account = ? AND position >= ? AND position < ?
    )
"""


# Only of accounts with packs are there any; they are added up here, since a sum of SQLite's has 63 bits.
_PROMOTION = """
    SELECT promotion_base_units FROM events
    WHERE credit_account = ? AND position >= ? AND position < ? AND name IN ('JobSettled', 'SessionSettled')
        AND promotion_base_units > 0
"""


def _charged_promotion(view: View, credit_account: str, start: int, end: int) -> int:
    found = view.connection.execute(_PROMOTION, (credit_account, start, end))
    return sum(from_large(promotion) for (promotion,) in found)


def _of_jobs(view: View, credit_account: str, start: int, end: int, price: int) -> dict[str, Movement]:
    numbers = [number or 0 for number in view.row(_JOBS, credit_account, start, end)]
    pairs = zip(("locks", "charges", "releases", "refunds"), numbers[::2], numbers[1::2], strict=True)
    return {name: Movement(count=count, credits=credits, base_units=credits * price) for name, count, credits in pairs}


def _require_tied(made: Statement) -> None:
    came = made.purchases.credits + made.bonuses.credits + made.deposits.credits + made.grants.credits
    went = made.charges.credits + made.expiries.credits + made.withdrawals.credits + made.forfeits.credits
    missing = made.closing.total - (made.opening.total + came - went)
    missing_locked = made.closing.locked - (made.opening.locked + made.refunds_net)
    promotion = made.bonuses.base_units - made.charged_promotion_base_units - made.withdrawn_promotion_base_units
    missing_promotion = made.closing.promotion_backing - (made.opening.promotion_backing + promotion)
    if missing or missing_locked or missing_promotion:
        raise DoesNotTie(
            f"the statement of {made.year}-{made.month:02d} does not tie: {missing:+,} credits and {missing_locked:+,} "
            f"locked ones, or {missing_promotion:+,} base units of promotion, are not explained by its entries. Run "
            "job-escrow index verify, which finds and heals what is missing, and ask again; an index that began with "
            "--from-slot has no statements of the months before it"
        )

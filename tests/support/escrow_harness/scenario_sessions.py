"""The scenario's part about sessions: allowed, opened, settled, refunded, and what of it is refused."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count, islice

from job_escrow import SessionSettlement, SessionTerms, TierTotals, session_address
from job_escrow.addresses import is_usable_session_id
from job_escrow.bounds import WALLET_ID_BIT
from job_escrow.chain.requests import GetUnixTime
from job_escrow.pricing import NO_TOTALS
from job_escrow.transactions import Receipt

from escrow_harness.recording import Recorder
from escrow_harness.stage import LIMITS, Stage, wait_until

_ALLOWED = replace(LIMITS, credits_per_session=120, credits_per_period=600)
_ROOT = bytes(range(32))
"""What it commits to is not the program's business, and the same in every run."""
_SHORT_SECONDS = 2
_APART = 60


def _totals(**used: int) -> list[TierTotals]:
    """Totals of the first tier, which is flat up to its included units, and of no other."""
    return [replace(NO_TOTALS, **used), *[NO_TOTALS] * 7]


def sessions(stage: Stage, record: Recorder) -> None:
    """From a wallet that allows none to three that have ended, each in its own way."""
    alice = stage.alice
    first, second, third = _ids(stage)
    for index, number in enumerate((first, second, third)):
        record.watched[f"alice's session {index}"] = session_address(alice.address, number).address
    record.refused("session that nobody allowed", _opening(stage, first))
    record.step("alice allows sessions", lambda: alice.set_limits(_ALLOWED))
    _refused_openings(stage, record, first)
    record.step("open a session", _opening(stage, first))
    record.refused("open it again", _opening(stage, first))
    record.refused("alice closes with a session", alice.close)
    _settling(stage, record, first)

    operator, stranger = stage.operator, stage.as_operator(stage.cast.stranger)
    record.step("open a second session", _opening(stage, second))
    record.step("settle a part of it", _settlement(stage, second, count=1, totals=_totals(flat_requests=1)))
    record.refused("stranger refunds a session too early", lambda: stranger.refund_session(alice.address, second))
    record.step("operator refunds it", lambda: operator.refund_session(alice.address, second))

    record.step("open a short session", _opening(stage, third, seconds=_SHORT_SECONDS))
    wait_until(stage.escrow.chain, stage.escrow.chain.answer(GetUnixTime()) + _SHORT_SECONDS)
    late = _settlement(stage, third, count=1, totals=_totals(flat_requests=1))
    record.refused("settle a session too late", late)
    record.step("stranger refunds a session", lambda: stranger.refund_session(alice.address, third))
    record.step("alice allows no sessions any more", lambda: alice.set_limits(LIMITS))


def _refused_openings(stage: Stage, record: Recorder, number: int) -> None:
    wallets = number + (1 << WALLET_ID_BIT)
    record.refused("session above its limit", _opening(stage, number, credits=121))
    record.refused("session for nothing", _opening(stage, number, credits=0))
    record.refused("session for no time", _opening(stage, number, seconds=0))
    record.refused("session with an id of the wallet", _opening(stage, wallets))
    record.refused("session without an address", _opening(stage, _unusable(stage)))
    stranger = stage.as_operator(stage.cast.stranger)
    terms = SessionTerms(session_id=number, credits=100, seconds=60)
    record.refused("stranger opens a session", lambda: stranger.open_session(stage.alice.address, terms))


def _settling(stage: Stage, record: Recorder, number: int) -> None:
    """A session's settlements up to its end."""

    def refused(name: str, *, from_count: int = 0, count: int = 1, **used: int) -> None:
        totals = _totals(**used)
        record.refused(name, _settlement(stage, number, from_count=from_count, count=count, totals=totals))

    refused("receipts that do not follow", from_count=1, count=2, flat_requests=1)
    refused("receipts that go back", from_count=1, count=0, flat_requests=1)
    refused("totals without a price", metered_units=1)
    refused("totals without a receipt", count=0, flat_requests=1)
    refused("totals above the lock", flat_requests=2**32 - 1)
    stranger = stage.as_operator(stage.cast.stranger)
    once = SessionSettlement(from_count=0, count=2, root=_ROOT, totals=_totals(flat_requests=2))
    record.refused("stranger settles a session", lambda: stranger.settle_session(stage.alice.address, number, once))
    record.step("settle a session", lambda: stage.operator.settle_session(stage.alice.address, number, once))
    record.refused("settle it once more", lambda: stage.operator.settle_session(stage.alice.address, number, once))
    refused("totals that fell", from_count=2, count=3, flat_requests=1)
    nothing_new = _settlement(stage, number, from_count=2, count=2, totals=_totals(flat_requests=2))
    record.step("settle nothing new", nothing_new)
    last = _totals(flat_requests=2, metered_requests=1, metered_units=2_001, metered_credits=_above(stage, 2_001))
    record.step(
        "settle a session to its end", _settlement(stage, number, from_count=2, count=3, totals=last, is_final=True)
    )


def _above(stage: Stage, units: int) -> int:
    """What so many units cost on the first tier."""
    tier = stage.escrow.platform(stage.platform).tiers[0]
    return max(tier.flat_credits, -(-units * tier.rate_credits // tier.rate_units))


def _ids(stage: Stage) -> list[int]:
    """Ids that sessions of alice's can have, above all that other parts of the scenario name without using them up.

    Which ids can be used is an account's own: two parts that name the same one in some runs alone would not compare.
    """
    first = stage.operator.next_session_id(stage.alice.address, after=_highest(stage) + _APART)
    return list(islice((each for each in count(first) if is_usable_session_id(stage.alice.address, each)), 3))


def _unusable(stage: Stage) -> int:
    """One without an address, below those that are used: no later part comes by it."""
    below = count(_highest(stage) + _APART // 2)
    return next(each for each in below if not is_usable_session_id(stage.alice.address, each))


def _highest(stage: Stage) -> int:
    account = stage.alice.account()
    assert account is not None
    return account.job_ids.highest


def _opening(stage: Stage, number: int, *, credits: int = 100, seconds: int = 3_600) -> Callable[[], Receipt]:
    terms = SessionTerms(session_id=number, credits=credits, seconds=seconds)
    return lambda: stage.operator.open_session(stage.alice.address, terms)


def _settlement(
    stage: Stage, number: int, *, count: int, totals: list[TierTotals], from_count: int = 0, is_final: bool = False
) -> Callable[[], Receipt]:
    wanted = SessionSettlement(from_count=from_count, count=count, root=_ROOT, totals=totals, is_final=is_final)
    return lambda: stage.operator.settle_session(stage.alice.address, number, wanted)

"""Balances, ledgers and statements against the plain model, over random histories of months with every instruction."""

import itertools
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from job_escrow.codec import (
    AccountClosed,
    CreditsGranted,
    CreditsPurchased,
    CreditsToppedUp,
    CreditsWithdrawn,
    JobSettled,
    LotsExpired,
    SessionSettled,
)
from job_escrow_indexer.queries import (
    DoesNotTie,
    Entry,
    NotIndexed,
    Topup,
    View,
    balance,
    balances_of_wallet,
    burn_rate,
    connect,
    ledger,
    open_jobs,
    open_sessions,
    snapshot,
    statement,
    statement_months,
    stream_ledger,
    topups,
)
from program_harness.model.account import AccountModel
from queries_harness.history import Moment
from queries_harness.indexed import Indexed
from queries_harness.said import events_of

TOPUPS = ("purchase", "top-up", "deposit", "grant")


def test_every_balance_of_the_past_is_the_models(indexed: Indexed, view: View) -> None:
    for moment in indexed.history.moments:
        seen = view.at_slot(moment.slot)
        for address in indexed.accounts:
            found = balance(seen, address)
            expected = moment.accounts.get(address)
            assert found.as_of_slot == moment.slot
            assert found.is_open == (expected is not None)
            assert (found.paid_available, found.paid_locked, found.granted_available, found.granted_locked) == (
                (0, 0, 0, 0)
                if expected is None
                else (expected.paid_available, expected.paid_locked, expected.lots.free, expected.lots.locked)
            ), (moment.slot, address)
            assert found.promotion_base_units == (0 if expected is None else expected.promotion)
            if expected is not None:
                assert (found.last_topup_at or 0) == expected.last_topup_at


def test_what_is_left_now_knows_expired_lots_deposits_and_jobs(indexed: Indexed, view: View) -> None:
    last = indexed.history.moments[-1]
    expired_somewhere = seen_deposits = promoted = 0
    for address, expected in last.accounts.items():
        found = balance(view, address)
        expired = expected.lots.expirable(last.time)
        price = expected.credit.platform.base_units_per_credit
        surplus = last.vaults[str(expected.credit.vault)] - expected.liabilities * price - expected.owed
        payable = expected.paid_available * price - ceil(expected.promotion_of(expected.paid_available))
        promoted += expected.promotion > 0
        assert found.granted_expired == expired
        assert found.available == expected.paid_available + expected.lots.free - expired
        assert found.value_base_units == (expected.lots.free - expired) * price + payable
        assert len(expected.jobs) == len(open_jobs(view, address).jobs)
        assert found.open_jobs == len(expected.jobs) + len(expected.sessions)
        # A plain transfer names no program: it is in the rows once the vault was seen again.
        assert found.deposited_base_units is not None
        assert 0 <= found.deposited_base_units <= surplus
        seen_deposits += found.deposited_base_units == surplus > 0
        assert found.withdrawable_base_units == payable + found.deposited_base_units
        expired_somewhere += expired
    assert expired_somewhere > 0 or seen_deposits > 0
    assert promoted > 0


def test_a_clock_that_is_behind_the_newest_event_does_not_count(indexed: Indexed) -> None:
    last = indexed.history.moments[-1].time
    for clock in (0, last - 86_400, last + 60):
        with snapshot(indexed.connection, now=clock) as view:
            (newest,) = view.row("SELECT max(at) FROM events")
            assert view.now == max(clock, newest)


def test_the_finalized_answer_is_older_and_as_exact(indexed: Indexed, tmp_path: Path) -> None:
    middle = indexed.history.moments[len(indexed.history.moments) // 2]
    indexed.history.ingest(tmp_path / "chain.db", finalized=middle.slot)
    with (
        closing(connect(tmp_path / "chain.db")) as connection,
        snapshot(connection, commitment="finalized", now=middle.time) as view,
    ):
        assert (view.as_of_slot, view.commitment) == (middle.slot, "finalized")
        for address, expected in middle.accounts.items():
            found = balance(view, address)
            assert found.paid_available + found.paid_locked == expected.paid_available + expected.paid_locked
            with pytest.raises(ValueError, match="open jobs are known as of now"):
                open_jobs(view, address)
            with pytest.raises(ValueError, match="open sessions are known as of now"):
                open_sessions(view, address)


def test_open_jobs_are_the_models(indexed: Indexed, view: View) -> None:
    for address, expected in indexed.history.moments[-1].accounts.items():
        found = {job.id: job for job in open_jobs(view, address).jobs}
        assert found.keys() == expected.jobs.keys()
        for job_id, job in expected.jobs.items():
            assert (found[job_id].credits, found[job_id].settled, found[job_id].deadline) == (
                job.credits,
                job.settled,
                job.deadline,
            )
            assert (found[job_id].tier is None) == (job.tier_index is None)
            assert found[job_id].holds == sum(job.held_lots) + job.held_paid
            assert found[job_id].overdue == (job.deadline <= view.now)


def test_open_sessions_are_the_models(indexed: Indexed, view: View) -> None:
    for address, expected in indexed.history.moments[-1].accounts.items():
        found = {session.id: session for session in open_sessions(view, address).sessions}
        assert found.keys() == expected.sessions.keys()
        for number, session in expected.sessions.items():
            seen = found[number]
            assert (seen.credits, seen.settled, seen.receipts) == (session.credits, session.settled, session.count)
            assert seen.holds == sum(session.held_lots) + session.held_paid
            assert seen.overdue == (session.deadline <= view.now)


def test_the_ledger_ends_at_the_balance_and_each_entry_explains_the_next(indexed: Indexed, view: View) -> None:
    by_slot = {moment.slot: moment for moment in indexed.history.moments}
    compared = 0
    for address in indexed.accounts:
        available = locked = 0
        entries = list(stream_ledger(view, address))
        assert [int(entry.cursor) for entry in entries] == sorted({int(entry.cursor) for entry in entries})
        for entry, following in zip(entries, [*entries[1:], None], strict=True):
            assert (available + entry.change_available, locked + entry.change_locked) == (entry.available, entry.locked)
            available, locked = entry.available, entry.locked
            if following is None or following.slot != entry.slot:
                compared += _matches(entry, by_slot.get(entry.slot), address)
        now = balance(view, address)
        assert (available, locked) == (now.paid_available + now.granted_available, now.locked)
    assert compared > 100


def _matches(entry: Entry, moment: Moment | None, address: str) -> int:
    """1 where the model's state at the end of the entry's slot is known; the entry, the slot's last, agrees with it."""
    account = None if moment is None else moment.accounts.get(address)
    if account is None:
        return 0
    assert entry.available == account.paid_available + account.lots.free
    assert entry.locked == account.paid_locked + account.lots.locked
    return 1


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_pages_of_any_size_are_the_whole_ledger(indexed: Indexed, data: st.DataObject) -> None:
    with snapshot(indexed.connection, now=indexed.history.moments[-1].time) as view:
        address = data.draw(st.sampled_from(indexed.accounts))
        first, last = indexed.history.moments[0].time, indexed.history.moments[-1].time
        bounds = sorted(data.draw(st.tuples(*[st.integers(first - 10, last + 10)] * 2)))
        since, until = (bounds[0], bounds[1]) if data.draw(st.booleans()) else (None, None)
        size = data.draw(st.integers(1, 40))
        whole = list(stream_ledger(view, address, since=since, until=until))
        paged: list[Entry] = []
        cursor = None
        while True:
            page = ledger(view, address, cursor=cursor, limit=size, since=since, until=until)
            assert 0 < len(page.entries) <= size or not whole
            paged += page.entries
            cursor = page.next_cursor
            if cursor is None:
                break
        assert paged == whole[::-1]
        came = topups(view, address, since=since, until=until, limit=1_000).topups
        listed = [one.cursor for one in came]
        entries = {entry.cursor for entry in paged if entry.kind in TOPUPS}
        # What a top-up or a withdrawal has turned into credits has no entry of its own.
        assert entries <= set(listed)
        assert all(one.kind == "deposit" for one in came if one.cursor not in entries)
        assert listed == sorted(set(listed), key=int, reverse=True)
        cursor = None
        of_pages: list[Topup] = []
        while True:
            some = topups(view, address, cursor=cursor, limit=size, since=since, until=until)
            assert 0 < len(some.topups) <= size or not came
            of_pages += some.topups
            cursor = some.next_cursor
            if cursor is None:
                break
        assert tuple(of_pages) == came


def _months(indexed: Indexed) -> list[tuple[int, int]]:
    days = (datetime.fromtimestamp(moment.time, UTC) for moment in indexed.history.moments)
    return sorted({(day.year, day.month) for day in days})


def test_statements_tie_follow_each_other_and_say_what_the_model_did(indexed: Indexed, view: View) -> None:
    months = _months(indexed)
    assert len(months) >= 2
    by_slot = {moment.slot: moment for moment in indexed.history.moments}
    compared = 0
    for address in indexed.accounts:
        closing = None
        for year, month in months:
            made = statement(view, address, year, month)
            # `statement` itself refuses one that does not tie; here the parts are what the model did.
            assert closing is None or made.opening == closing
            closing = made.closing
            ends = [view.at_time(made.since).as_of_slot, view.at_time(made.until).as_of_slot]
            before, after = (_account(by_slot.get(slot), address) for slot in ends)
            if before is None or after is None or before.opened_at != after.opened_at:
                continue
            compared += 1
            assert made.purchases.credits == after.purchased - before.purchased
            assert made.deposits.credits == after.synced - before.synced
            assert made.grants.credits == after.granted - before.granted
            assert made.expiries.credits == after.expired - before.expired
            assert made.withdrawals.credits == after.withdrawn - before.withdrawn
            spent = after.spent_paid + after.spent_granted - before.spent_paid - before.spent_granted
            assert made.charges.credits == spent
            assert made.forfeits.count == 0
        last = balance(view, address)
        assert closing is not None
        assert (closing.paid_available, closing.locked) == (last.paid_available, last.locked)
    assert compared >= 1


def test_the_months_of_an_account_have_no_gap_and_each_has_its_statement(indexed: Indexed, view: View) -> None:
    for address in indexed.accounts:
        listed = statement_months(view, address)
        first = next(iter(stream_ledger(view, address))).at
        ends = [f"{datetime.fromtimestamp(at, UTC):%Y-%m}" for at in (view.now, first)]
        assert [listed[0].month, listed[-1].month] == ends
        assert all(older.until == newer.since for newer, older in itertools.pairwise(listed))
        assert [each.is_complete for each in listed] == [False] + [True] * (len(listed) - 1)
        for each in listed[-2:]:
            made = statement(view, address, *map(int, each.month.split("-")))
            assert (made.since, made.until, made.is_complete) == (each.since, each.until, each.is_complete)
    with pytest.raises(NotIndexed):
        statement_months(view, "1" * 32)


def _account(moment: Moment | None, address: str) -> AccountModel | None:
    return None if moment is None else moment.accounts.get(address)


def test_a_statement_ties_to_the_base_unit(indexed: Indexed, view: View) -> None:
    """Tokens that came to the vault and left it, by the events' own figures, are the statement's lines."""
    said = list(events_of(indexed.history.transactions))
    surplus = charged = withdrawn = 0
    for address in indexed.accounts:
        for year, month in _months(indexed):
            made = statement(view, address, year, month)
            price = made.base_units_per_credit
            first, end = (view.at_time(edge).as_of_slot + 1 for edge in (made.since, made.until))
            events = [
                one.event
                for one in said
                if first <= one.slot < end and str(getattr(one.event, "credit_account", None)) == address
            ]
            inside = {
                "purchases": sum(e.base_units for e in events if isinstance(e, CreditsPurchased | CreditsToppedUp)),
                "bonuses": sum(
                    e.promotion_base_units for e in events if isinstance(e, CreditsPurchased | CreditsToppedUp)
                ),
                "grants": sum(e.base_units for e in events if isinstance(e, CreditsGranted)),
                "expiries": sum(e.base_units for e in events if isinstance(e, LotsExpired)),
                "charges": sum(
                    e.treasury_base_units + e.payee_base_units
                    for e in events
                    if isinstance(e, JobSettled | SessionSettled)
                ),
                "forfeits": sum(e.treasury_base_units for e in events if isinstance(e, AccountClosed)),
            }
            for line, base_units in inside.items():
                assert getattr(made, line).base_units == base_units, (line, year, month)
            paid_out = sum(e.base_units for e in events if isinstance(e, CreditsWithdrawn))
            paid_out += sum(e.wallet_base_units for e in events if isinstance(e, AccountClosed))
            withdrawals = made.withdrawals.base_units - made.withdrawn_promotion_base_units
            assert withdrawals + made.withdrawn_surplus_base_units == paid_out
            settled = sum(e.promotion_base_units for e in events if isinstance(e, JobSettled | SessionSettled))
            assert made.charged_promotion_base_units == settled
            surplus += made.withdrawn_surplus_base_units
            charged += made.charged_promotion_base_units
            withdrawn += made.withdrawn_promotion_base_units
            came = sum(getattr(made, line).base_units for line in ("purchases", "bonuses", "deposits", "grants"))
            went = sum(getattr(made, line).base_units for line in ("charges", "expiries", "withdrawals", "forfeits"))
            assert made.opening.total * price + came - went == made.closing.total * price
            promotion = made.bonuses.base_units - settled - made.withdrawn_promotion_base_units
            assert made.opening.promotion_backing + promotion == made.closing.promotion_backing
    assert surplus > 0
    assert charged > 0
    assert withdrawn > 0


def test_a_time_is_where_its_second_begins(indexed: Indexed, view: View) -> None:
    said = [(one.slot, one.event.at) for one in events_of(indexed.history.transactions)]
    clean = 0
    for number in range(1, len(said)):
        slot, at = said[number]
        # Where the clock was set back, or moved inside of a slot, either side of the edge may be right.
        earlier, later = [each for each in said if each[0] < slot], [each for each in said if each[0] >= slot]
        if max(time for _, time in earlier[-20:] or [(0, 0)]) < at <= min(time for _, time in later[:20]):
            # Slots without events are nobody's.
            assert view.at_time(at).as_of_slot == earlier[-1][0]
            clean += 1
    assert clean > 20


def test_a_statement_lists_what_came_in(indexed: Indexed, view: View) -> None:
    deposits: Counter[str] = Counter()
    for address in indexed.accounts:
        kinds = {entry.cursor: entry.kind for entry in stream_ledger(view, address)}
        for year, month in _months(indexed):
            made = statement(view, address, year, month)
            sums = {kind: sum(one.credits for one in made.topups if one.kind == kind) for kind in TOPUPS}
            bought = sums["purchase"] + sums["top-up"]
            assert (bought, sums["grant"]) == (made.purchases.credits, made.grants.credits)
            listed = [one for one in made.topups if one.kind == "deposit"]
            found = (len(listed), sums["deposit"], sum(one.base_units for one in listed))
            assert found == (made.deposits.count, made.deposits.credits, made.deposits.base_units)
            # A withdrawal or a top-up may turn deposits into credits on its way.
            deposits.update(kinds.get(one.cursor) or kinds[str(int(one.cursor) + 1)] for one in listed)
            times = [one.at for one in made.topups]
            assert [one.cursor for one in made.topups] == sorted((one.cursor for one in made.topups), key=int)
            assert not times or min(times) >= made.since - 3, "the chain's clock goes back by at most 3 seconds here"
    assert {"deposit", "top-up", "withdrawal"} <= set(deposits), deposits


def test_a_statement_of_wrong_rows_is_refused(indexed: Indexed, tmp_path: Path) -> None:
    indexed.history.ingest(tmp_path / "chain.db")
    last = indexed.history.moments[-1]
    (address, *_) = [name for name, account in last.accounts.items() if account.spent_paid]
    with closing(sqlite3.connect(tmp_path / "chain.db")) as spoilt, spoilt:
        spoilt.execute(
            "DELETE FROM events WHERE position = (SELECT max(position) FROM events "
            "WHERE credit_account = ? AND name IN ('JobSettled', 'SessionSettled') AND credits > 0)",
            [address],
        )
    with closing(connect(tmp_path / "chain.db")) as connection, snapshot(connection, now=last.time) as view:
        refused = [month for month in _months(indexed) if _refuses(view, address, *month)]
    assert len(refused) == 1


def _refuses(view: View, address: str, year: int, month: int) -> bool:
    try:
        statement(view, address, year, month)
    except DoesNotTie as refusal:
        return "job-escrow index verify" in str(refusal)
    return False


def test_the_burn_rate_counts_what_was_charged_in_its_window(indexed: Indexed, view: View) -> None:
    said = list(events_of(indexed.history.transactions))
    busy = 0
    for days in (1, 7, 60, 366):
        for address, account in indexed.history.moments[-1].accounts.items():
            rate = burn_rate(view, address, days=days)
            age = view.now - account.opened_at
            assert rate.window_seconds == min(days * 86_400, max(86_400, age))
            start = view.at_time(view.now - rate.window_seconds).as_of_slot
            settled = [
                one.event for one in said if isinstance(one.event, JobSettled | SessionSettled) and one.slot > start
            ]
            used = sum(event.charged for event in settled if str(event.credit_account) == address)
            assert rate.charged_credits == used
            assert (rate.days_left is None) == (used == 0)
            if rate.days_left is not None:
                exact = rate.available * rate.window_seconds / (used * 86_400)
                assert 0 <= exact - float(rate.days_left) < 0.1 + 1e-9
                assert rate.empty_at is not None
                busy += 1
    assert busy > 0


def test_what_is_not_there_says_what_to_do(indexed: Indexed, view: View, tmp_path: Path) -> None:
    with pytest.raises(NotIndexed, match="job-escrow open"):
        balance(view, "nobody")
    assert balances_of_wallet(view, "nobody") == []
    with pytest.raises(ValueError, match="is not indexed"):
        view.at_slot(view.as_of_slot + 1)
    with pytest.raises(ValueError, match="has not begun"):
        statement(view, indexed.accounts[0], 2999, 1)
    with pytest.raises(ValueError, match="like 2026-06"):
        statement(view, indexed.accounts[0], 2026, 13)
    for cursor in ("", "-1", "9" * 30, "x", "٣"):
        with pytest.raises(ValueError, match="is not a cursor"):
            ledger(view, indexed.accounts[0], cursor=cursor)
    with pytest.raises(ValueError, match="ask for 1 to"):
        ledger(view, indexed.accounts[0], limit=0)
    with pytest.raises(NotIndexed, match="job-escrow index"):
        connect(tmp_path / "none.db")
    sqlite3.connect(tmp_path / "empty.db").close()
    with (
        closing(connect(tmp_path / "empty.db")) as empty,
        pytest.raises(NotIndexed, match="nothing is indexed"),
        snapshot(empty),
    ):
        pass
    with pytest.raises(ValueError, match="1 to 366"):
        burn_rate(view, indexed.accounts[0], days=0)


def test_the_wallets_balances_are_those_of_its_namespaces(indexed: Indexed, view: View) -> None:
    by_wallet: dict[str, set[str]] = {}
    for credit in indexed.history.simulation.scene.credits:
        by_wallet.setdefault(str(credit.wallet.pubkey()), set()).add(str(credit.address))
    for wallet, addresses in by_wallet.items():
        found = balances_of_wallet(view, wallet)
        assert {each.credit_account for each in found} == addresses & set(indexed.accounts)
        platform = found[0].platform
        assert balances_of_wallet(view, wallet, platform) == [each for each in found if each.platform == platform]


def test_a_snapshot_does_not_see_what_is_written_meanwhile(indexed: Indexed, tmp_path: Path) -> None:
    indexed.history.ingest(tmp_path / "chain.db")
    writer = sqlite3.connect(tmp_path / "chain.db")
    connection = connect(tmp_path / "chain.db")
    with snapshot(connection) as view:
        before = [balance(view, address) for address in indexed.accounts]
        with writer:
            writer.execute("UPDATE credit_accounts SET paid_available = paid_available + 1")
        assert [balance(view, address) for address in indexed.accounts] == before
    with snapshot(connection) as view:
        assert [balance(view, address) for address in indexed.accounts] != before
    connection.close()
    writer.close()

"""What an operator asks of its platform: what is owed, earned and to come is what accounts and events add up to."""

import sqlite3
from collections import Counter
from dataclasses import astuple
from datetime import UTC, datetime
from typing import Any

import pytest
from job_escrow.codec import JobLocked, JobSettled, SessionOpened, SessionSettled
from job_escrow_indexer.position import slot_of
from job_escrow_indexer.queries import (
    Customer,
    NotIndexed,
    OfAccount,
    OfPlatform,
    View,
    account,
    balance,
    customers,
    earnings,
    forecast,
    liability,
    open_jobs,
    open_sessions,
    snapshot,
    statement,
    statement_months,
    stream_customers,
    usage,
)
from queries_harness.indexed import Indexed
from queries_harness.said import events_of
from solders.pubkey import Pubkey


def test_the_liability_is_what_all_balances_add_up_to(indexed: Indexed, view: View) -> None:
    """C8: paid, bonus and granted, to the base unit."""
    kinds: Counter[str] = Counter()
    for platform in indexed.platforms:
        of_platform = [each for each in indexed.accounts if account(view, each).platform == platform]
        balances = [each for each in (balance(view, one) for one in of_platform) if each.is_open]
        found = liability(view, platform)
        assert found.accounts == len(balances)
        assert found.paid_credits == sum(each.paid_available + each.paid_locked for each in balances)
        assert found.granted_credits == sum(each.granted_available + each.granted_locked for each in balances)
        assert found.locked_credits == sum(each.locked for each in balances)
        held = sum(job.holds for one in of_platform for job in open_jobs(view, one).jobs)
        held += sum(session.holds for one in of_platform for session in open_sessions(view, one).sessions)
        assert found.locked_credits == held
        assert found.expired_credits == sum(each.granted_expired or 0 for each in balances)
        assert found.bonus_base_units == sum(each.promotion_base_units for each in balances)
        price = found.base_units_per_credit
        assert found.paid_base_units + found.bonus_base_units == found.paid_credits * price
        owed = found.promotion_owed_base_units
        assert found.base_units == (found.paid_credits + found.granted_credits) * price + owed
        assert sum(each.credits + each.locked for each in found.unearned_grants) == found.granted_credits
        ends = [each.expires_at for each in found.unearned_grants if each.expires_at is not None]
        assert ends == sorted(set(ends))
        kinds.update(paid=found.paid_credits, bonus=found.bonus_base_units, granted=found.granted_credits)
    assert all(kinds[name] for name in ("paid", "bonus", "granted")), kinds


def test_earnings_are_what_each_settlement_says_by_payee(indexed: Indexed, view: View) -> None:
    """D17, D19: every payee's and the treasury's part."""
    said = [one.event for one in events_of(indexed.history.transactions)]
    payees: dict[Pubkey, Pubkey] = {}
    for event in said:
        if isinstance(event, JobLocked):
            payees[event.job] = event.payee
        elif isinstance(event, SessionOpened):
            payees[event.session] = event.payee
    expected: dict[str, Counter[Any]] = {platform: Counter() for platform in indexed.platforms}
    for event in said:
        if isinstance(event, JobSettled | SessionSettled):
            payee = payees[event.job if isinstance(event, JobSettled) else event.session]
            name = None if payee == Pubkey.default() else str(payee)
            sums = expected[str(event.platform)]
            sums[name, "payee"] += event.payee_base_units
            sums[name, "treasury"] += event.treasury_base_units
            sums[name, "credits"] += event.charged
            sums[name, "settlements"] += 1
    for platform in indexed.platforms:
        found = earnings(view, platform)
        got: Counter[Any] = Counter()
        for row in found.rows:
            got[row.payee, "payee"] = row.payee_base_units
            got[row.payee, "treasury"] = row.treasury_base_units
            got[row.payee, "credits"] = row.credits
            got[row.payee, "settlements"] = row.settlements
            assert row.paid_credits + row.granted_credits == row.credits
        assert got == expected[platform]
        assert found.total.credits == usage(view, OfPlatform(platform=platform)).total.credits
        assert earnings(view, platform, until=1).rows == ()
    assert any(name is not None for sums in expected.values() for name, _ in sums)


def test_customers_are_all_accounts_in_pages_of_any_size(indexed: Indexed, view: View) -> None:
    seen = []
    for platform in indexed.platforms:
        everyone = list(stream_customers(view, platform))
        for limit in (1, 3, 1_000):
            pages: list[Customer] = []
            cursor = None
            while True:
                page = customers(view, platform, cursor=cursor, limit=limit)
                pages += page.customers
                cursor = page.next_cursor
                if cursor is None:
                    break
            assert pages == everyone
        for each in everyone:
            came = each.purchased + each.bonus + each.deposited + each.granted
            went = each.spent_paid + each.spent_granted + each.withdrawn + each.expired
            has = each.paid_available + each.paid_locked + each.granted_available + each.granted_locked
            if each.is_open:
                assert has == came - went, each
                now = balance(view, each.credit_account)
                assert has == now.paid_available + now.paid_locked + now.granted_available + now.granted_locked
        seen += [each.credit_account for each in everyone]
    assert sorted(seen) == indexed.accounts


def test_a_forecast_goes_on_as_the_window_did(indexed: Indexed, view: View) -> None:
    """C8."""
    whole: Counter[str] = Counter()
    for address in indexed.accounts:
        scope = OfAccount(credit_account=address)
        found = forecast(view, scope)
        used = usage(view, scope, since=view.now - found.window_seconds).total.credits
        assert found.window_credits == used
        assert found.next_30_days_credits == -(-used * 30 * 86_400 // found.window_seconds)
        assert found.month_expected_credits >= found.month_credits
        assert 86_400 <= found.window_seconds <= 28 * 86_400
        whole[account(view, address).platform] += found.month_credits
    for platform in indexed.platforms:
        assert forecast(view, OfPlatform(platform=platform)).month_credits == whole[platform]
    assert sum(whole.values())


def test_where_the_index_begins_later_it_tells_of_the_time_from_then_on(indexed: Indexed) -> None:
    """A rate is over the time that is known, months are those that are not refused, and earnings say what they miss."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    indexed.connection.backup(connection)
    with snapshot(connection, now=indexed.now) as whole:
        times = [row[0] for row in whole.each("SELECT at FROM events WHERE at < ? ORDER BY at", whole.now - 86_400)]
        first = whole.start_of(max(times))
        assert whole.indexed_since() is None
        assert earnings(whole, indexed.platforms[0]).indexed_since is None
        before = [forecast(whole, OfPlatform(platform=each)).window_seconds for each in indexed.platforms]
    connection.execute("DELETE FROM events WHERE position < ?", (first,))
    connection.execute("UPDATE progress SET from_slot = ?", (slot_of(first),))
    with snapshot(connection, now=indexed.now) as view:
        begins = view.indexed_since()
        assert begins is not None
        assert max(times) <= begins <= view.now
        assert max(before) > view.now - begins
        for platform, unbounded in zip(indexed.platforms, before, strict=True):
            window = min(unbounded, max(86_400, view.now - begins))
            found = forecast(view, OfPlatform(platform=platform))
            assert (found.window_seconds, found.indexed_since) == (window, begins)
            assert found.next_30_days_credits == -(-found.window_credits * 30 * 86_400 // window)
            assert earnings(view, platform).indexed_since == begins
        refused = 0
        for address in indexed.accounts:
            for month in statement_months(view, address):
                year, number = map(int, month.month.split("-"))
                statement(view, address, year, number)
            day = datetime.fromtimestamp(begins, UTC)
            try:
                statement(view, address, day.year, day.month)
            except NotIndexed:
                refused += 1
        assert refused
    connection.close()


def test_what_is_not_known_is_said(indexed: Indexed, view: View) -> None:
    for ask in (liability, earnings, customers):
        with pytest.raises(NotIndexed, match="knows no platform x"):
            ask(view, "x")
    platform = indexed.platforms[0]
    for ask in (liability, customers):
        with pytest.raises(ValueError, match="are known as of now"):
            ask(view.at_slot(1), platform)
    for cursor in ("x", "-1", "9" * 19):
        with pytest.raises(ValueError, match="is not a cursor"):
            customers(view, platform, cursor=cursor)
    with pytest.raises(ValueError, match="is not a number of customers"):
        customers(view, platform, limit=0)
    assert astuple(earnings(view, platform, until=1).total)[1:] == (0,) * 6

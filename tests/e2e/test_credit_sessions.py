"""Sessions and requests as context managers: admitted, settled with receipts, renewed, ended with the block (D9)."""

import contextlib
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from escrow_harness.credit_world import LIMITS, METERED, PRO, CreditWorld, Killed, Life, credit_world
from escrow_harness.stage import register_payee
from job_escrow import (
    CreditsMissing,
    InvalidAmount,
    NotAdmitted,
    NothingReported,
    PeriodUsedUp,
    PlatformPaused,
    RequestEnded,
    RequestExpired,
    RequestRunning,
    SessionsLeft,
    SessionStore,
    StoredSession,
    TooLargeForSession,
    WalletAllowsNoSessions,
)
from job_escrow.chain.requests import Request, Simulate
from job_escrow.codec import SessionSettled, TierArgs
from job_escrow.receipts import InvalidReceipt, record_of_account, verify
from solders.keypair import Keypair


@pytest.fixture
def world(tmp_path: Path) -> CreditWorld:
    return credit_world(tmp_path)


def opened_ids(store: SessionStore) -> list[str]:
    return [each.status for each in store.sessions()]


def test_requests_are_charged_what_they_used_and_the_rest_comes_back(world: CreditWorld) -> None:
    with world.store() as store:
        with world.session(store) as session:
            assert store.sessions() == []
            with session.request(PRO, 4_000, request_id="one", model="llama") as request:
                assert request.expires_at is not None
                assert world.balance() == (600, 400)
                receipt = request.settle(501, request_hash=bytes(32), response_hash=bytes([1]) * 32)
            assert request.receipt == receipt == store.receipt(world.account, "one")
            assert (receipt.request_id, receipt.model, receipt.units, receipt.price) == ("one", "llama", 501, 18)
            with session.request(METERED, 4_000) as second:
                second.settle(61)
            (held,) = store.sessions(world.account)
            assert (held.status, held.used, held.reserved, held.receipts, held.charged) == ("open", 20, 0, 2, 0)
            session.look_after()
            assert world.balance() == (600, 400)
        assert world.balance() == (980, 0)
        (ended,) = store.sessions()
        assert (ended.status, ended.charged, ended.settled_receipts, ended.running) == ("ended", 20, 2, 0)
        assert store.sessions(Keypair().pubkey()) == []
        assert store.receipts(Keypair().pubkey()) == []
        assert world.findings(store) == []


def test_settlements_come_by_amount_and_by_time_and_prove_themselves_meanwhile(tmp_path: Path) -> None:
    world = credit_world(tmp_path, settle_credits=36, settle_seconds=100)
    with world.store() as store:

        def settled() -> int:
            (held,) = store.sessions()
            return held.settled_receipts

        with world.session(store) as session:
            for amount, count in ((1, 0), (2, 2), (3, 2)):
                with session.request(PRO, 500) as request:
                    request.settle(amount)
                assert settled() == count
            world.pass_time(99)
            session.look_after()
            assert settled() == 2
            world.pass_time(1)
            session.look_after()
            assert settled() == 3
            (held,) = store.sessions()
            account = world.stage.escrow.session(held.address)
            assert account is not None
            assert verify(store.receipts(held.address), record_of_account(held.address, account, [2, 3])) == []
        assert world.findings(store) == []


def test_what_fails_or_takes_too_long_costs_nothing(world: CreditWorld) -> None:
    with world.store() as store:
        with world.session(store) as session:
            with pytest.raises(ZeroDivisionError), session.request(PRO, 500):
                raise ZeroDivisionError
            with pytest.raises(NothingReported, match="settle it before its block ends"), session.request(PRO, 500):
                pass
            with session.request(PRO, 500) as request:
                request.release()
            with pytest.raises(RequestEnded, match="was released, and costs nothing"):
                request.settle(1)
            with session.request(PRO, 500, seconds=60) as request:
                world.pass_time(60)
                with pytest.raises(RequestExpired, match="give the next one more"):
                    request.settle(1)
                request.release()
            with contextlib.suppress(ZeroDivisionError), session.request(PRO, 500) as request:
                request.settle(1)
                raise ZeroDivisionError
            assert request.receipt is not None
            assert store.sessions()[0].reserved == store.sessions()[0].running == 0
        assert world.balance() == (1_000 - 18, 0)
        assert world.findings(store) == []


def test_a_request_is_charged_once_under_its_id(world: CreditWorld) -> None:
    with world.store() as store:
        with world.session(store) as session:
            with session.request(PRO, 500, request_id="a") as request:
                with pytest.raises(RequestRunning, match="an id of its own"), session.request(PRO, 1, request_id="a"):
                    pytest.fail("it ran twice")
                assert request.settle(3) == request.settle(3)
                with pytest.raises(RequestEnded, match="never charged again"):
                    request.settle(4)
            with pytest.raises(RequestEnded) as ended, session.request(PRO, 500, request_id="a"):
                pytest.fail("it ran again")
            assert ended.value.receipt == request.receipt
            with session.request(PRO, 500, request_id="b") as request:
                request.release()
            with session.request(PRO, 500, request_id="b") as request:
                request.settle(1)
        with world.session(store) as session, pytest.raises(RequestEnded), session.request(PRO, 1, request_id="b"):
            pytest.fail("it ran again")
        assert world.balance() == (1_000 - 36, 0)


def test_what_a_request_cannot_be(world: CreditWorld) -> None:
    with world.store() as store, world.session(store) as session:
        for tier, units, seconds in ((8, 1, 1), (-1, 1, 1), (PRO, -1, 1), (PRO, 2**32, 1), (PRO, 1, -1)):
            with pytest.raises(InvalidAmount):
                session.request(tier, units, seconds=seconds)
        for words, said in (
            ({"model": "é" * 32_768}, "model of 65536 bytes"),
            ({"request_id": "r" * 65_536}, "request_id of 65536 bytes"),
            ({"model": "\ud800"}, "model is not text that UTF-8 has"),
            ({"request_id": 7}, "request_id is not text"),
        ):
            with pytest.raises(InvalidReceipt, match=said):
                session.request(PRO, 1, **words)
        with pytest.raises(InvalidAmount, match="offers no tier 7"), session.request(7, 1):
            pytest.fail("it ran")
        with pytest.raises(TooLargeForSession, match="half of its own time"), session.request(PRO, 1, seconds=1_801):
            pytest.fail("it ran")
        with session.request(PRO, 500) as request:
            with pytest.raises(InvalidAmount, match=r"501 units are more than the 500 that were reserved"):
                request.settle(501)
            with pytest.raises(InvalidReceipt, match="a SHA-256 has 32"):
                request.settle(1, response_hash=b"abc")
            request.settle(500)
    with pytest.raises(SessionsLeft, match="request within their `with` block"), session.request(PRO, 1, seconds=1):
        pytest.fail("it ran")
    assert world.balance() == (1_000 - 18, 0)


def test_who_is_not_admitted_hears_what_to_do(tmp_path: Path) -> None:
    def refusal(limits: Any, units: int = 6_000, **options: Any) -> NotAdmitted:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        world = credit_world(folder, limits=limits, **options)
        with world.store() as store, world.session(store) as session:
            with pytest.raises(NotAdmitted) as refused, session.request(PRO, units):
                pytest.fail("it ran")
            assert world.balance()[1] == 0
        return refused.value

    none = refusal(replace(LIMITS, credits_per_session=0))
    assert isinstance(none, WalletAllowsNoSessions)
    assert "lock a job for each" in str(none)
    large = refusal(replace(LIMITS, credits_per_session=53))
    assert isinstance(large, TooLargeForSession)
    assert "may cost 54 credits, and the wallet allows 53" in str(large)
    missing = refusal(LIMITS, buy=107, units=12_000)
    assert isinstance(missing, CreditsMissing)
    assert (missing.needed, missing.available, missing.reserved) == (108, 107, 0)
    assert "buy more" in str(missing)


def test_a_period_that_is_used_up(tmp_path: Path) -> None:
    limits = replace(LIMITS, credits_per_job=60, credits_per_session=60, credits_per_period=60)
    world = credit_world(tmp_path, limits=limits)
    with world.store() as store, world.session(store) as session:
        with session.request(PRO, 5_000) as request:
            request.settle(5_000)
        session.look_after()
        with pytest.raises(PeriodUsedUp, match="wait for the next period"), session.request(PRO, 5_000):
            pytest.fail("it ran")
        world.pass_time(300)
        session.look_after()
        world.pass_time(86_400)
        with session.request(PRO, 5_000) as request:
            request.settle(1)
    assert world.balance() == (1_000 - 45 - 18, 0)


def test_while_the_platform_is_paused_what_runs_is_settled_and_nothing_new_begins(world: CreditWorld) -> None:
    with world.store() as store:
        with world.session(store) as session:
            with session.request(PRO, 500) as request:
                world.stage.admin.pause()
                session.look_after()
                with pytest.raises(PlatformPaused, match="when its admin resumes it"), session.request(PRO, 1):
                    pytest.fail("it ran")
                request.settle(1)
            world.stage.admin.unpause()
            with session.request(PRO, 500) as request:
                request.settle(1)
        assert world.balance() == (1_000 - 36, 0)
        assert world.findings(store) == []


def test_a_full_session_is_followed_by_the_next_and_ends_with_its_last_request(tmp_path: Path) -> None:
    world = credit_world(tmp_path, credits=40)
    with world.store() as store:
        with world.session(store) as session:
            with session.request(PRO, 500) as one, session.request(PRO, 500) as two, session.request(PRO, 500) as three:
                assert opened_ids(store) == ["open", "open"]
                # What is left of the first is used up first.
                with session.request(METERED, 240) as four:
                    four.settle(240)
                three.settle(1)
                two.settle(1)
                session.look_after()
                assert opened_ids(store) == ["open", "open"]
                one.settle(1)
            session.look_after()
            assert opened_ids(store) == ["ended", "open"]
        assert world.balance() == (1_000 - 3 * 18 - 4, 0)
        assert world.findings(store) == []


def test_sessions_are_renewed_ahead_and_end_before_their_deadline(tmp_path: Path) -> None:
    world = credit_world(tmp_path, seconds=1_000, end_seconds=100, idle_seconds=10_000)
    with world.store() as store:
        with world.session(store) as session:
            with session.request(PRO, 500) as request:
                request.settle(1)
            world.pass_time(600)
            session.look_after()
            assert opened_ids(store) == ["open"]
            world.pass_time(60)
            session.look_after()
            # Little time is left: the next one is there, and the first ends at once, since nothing runs in it.
            session.look_after()
            assert opened_ids(store) == ["ended", "open"]
            with session.request(PRO, 500, seconds=500) as request:
                world.pass_time(499)
                session.look_after()
                request.settle(1)
            first, second = store.sessions()
            assert second.opened_at > first.opened_at
            world.pass_time(410)
            session.look_after()
            assert opened_ids(store)[1] == "ended"
            assert all((each.ended_at or 0) < each.deadline for each in store.sessions()[:2])
        assert world.findings(store) == []


def test_a_session_that_nobody_uses_ends(tmp_path: Path) -> None:
    world = credit_world(tmp_path, idle_seconds=30)
    with world.store() as store, world.session(store) as session:
        with session.request(PRO, 500) as request:
            request.settle(1)
        world.pass_time(29)
        session.look_after()
        assert opened_ids(store) == ["open"]
        world.pass_time(1)
        session.look_after()
        assert opened_ids(store) == ["ended"]
        assert world.balance() == (982, 0)


def test_receipts_that_a_deadline_overtook_cost_nothing(world: CreditWorld) -> None:
    """Nobody looked after the session, until anybody could give it back."""
    with world.store() as store:
        with world.session(store) as session:
            with session.request(PRO, 500, request_id="one") as request:
                request.settle(1)
            session.look_after()
            with session.request(PRO, 500, request_id="two") as request:
                request.settle(1)
            world.pass_time(3_600)
        (ended,) = store.sessions()
        assert (ended.status, ended.charged, ended.settled_receipts) == ("ended", 0, 0)
        assert store.receipt(world.account, "one") is None
        assert world.balance() == (1_000, 0)
        assert world.findings(store) == []
        with (
            world.session(store) as session,
            pytest.raises(RequestEnded, match="costs nothing: give another request another id"),
            session.request(PRO, 500, request_id="two"),
        ):
            pytest.fail("it ran again")


def test_new_prices_are_those_of_new_sessions(world: CreditWorld) -> None:
    dear = TierArgs(
        name=b"pro".ljust(16, b"\0"), flat_credits=30, included_units=500, rate_credits=9, rate_units=1_000, unit_kind=1
    )
    with world.store() as store:
        with world.session(store) as session:
            with session.request(PRO, 500) as request:
                world.stage.admin.set_tier(PRO, dear)
                world.pass_time(2)
                world.stage.anyone.apply_changes(world.stage.platform)
                session.look_after()
                with session.request(PRO, 500) as other:
                    assert other.settle(1).price == 30
                assert request.settle(1).price == 18
            session.look_after()
            assert opened_ids(store) == ["ended", "open"]
        assert world.balance() == (1_000 - 48, 0)
        assert world.findings(store) == []


def test_receipts_that_the_store_has_not_are_not_charged_again(world: CreditWorld) -> None:
    """An older copy of the file came back, against all advice: what it has not stays, the rest is given back."""
    older = replace(world, path=world.path.with_name("older.db"))
    life = Life()
    with contextlib.suppress(Killed), world.store(life) as store, world.session(store, life) as session:
        with session.request(PRO, 500, request_id="one") as request:
            request.settle(1)
        life.at = life.steps
        session.look_after()
    older.path.write_bytes(world.path.read_bytes())
    life = Life()
    with contextlib.suppress(Killed), world.store(life) as store, world.session(store, life) as session:
        with session.request(PRO, 500, request_id="two") as request:
            request.settle(1)
        assert store.sessions()[0].settled_receipts == 1
        with session.request(PRO, 500, request_id="three"):
            life.at = life.steps
            session.look_after()
    with older.store() as store:
        with older.session(store) as session:
            (ended,) = store.sessions()
            assert (ended.status, ended.charged, ended.settled_receipts) == ("ended", 18, 0)
            with session.request(PRO, 500, request_id="two") as request:
                request.settle(1)
        # What it has forgotten is what the bill misses.
        assert {(each.kind, each.first) for each in older.findings(store)} == {("missing", 1)}
    assert world.balance() == (1_000 - 36, 0)


def test_a_session_of_the_same_terms_that_somebody_else_opened_is_not_taken_for_ones_own(world: CreditWorld) -> None:
    """Two stores of one provider pick the same id: the first one's process dies before it sends."""
    other = replace(world, path=world.path.with_name("other.db"))
    life = Life()

    def dies(request: Request[Any]) -> None:
        if isinstance(request, Simulate):
            life.at = life.steps
            raise Killed

    chain = world.mortal(life, dies)
    with (
        contextlib.suppress(Killed),
        world.store() as store,
        world.session(store, chain=chain) as session,
        session.request(PRO, 500),
    ):
        pytest.fail("it ran")
    with other.store() as theirs, other.session(theirs) as session, session.request(PRO, 500) as request:
        with world.store() as store, world.session(store):
            assert store.sessions() == []
        request.settle(1)
    assert world.balance() == (982, 0)


def test_blocks_of_threads_share_a_session_to_the_last_credit(tmp_path: Path) -> None:
    world = credit_world(tmp_path, buy=20 * 18, credits=90)
    outcomes: list[str] = []
    barrier = threading.Barrier(50)

    def serve(session: Any) -> None:
        barrier.wait()
        try:
            with session.request(PRO, 500) as request:
                request.settle(500)
        except CreditsMissing:
            outcomes.append("missing")
        else:
            outcomes.append("served")

    with world.store() as store:
        with world.session(store) as session:
            threads = [threading.Thread(target=serve, args=(session,)) for _ in range(50)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert (outcomes.count("served"), outcomes.count("missing")) == (20, 30)
        assert world.balance() == (0, 0)
        assert world.findings(store) == []


def test_a_payee_earns_what_its_sessions_charge(world: CreditWorld) -> None:
    """A session of another payee takes no request any more, and pays that one what it charged."""
    owner = world.stage.cast.bob.pubkey()
    register_payee(world.stage, owner)
    paying = replace(world, policy=replace(world.policy, payee=owner))
    life = Life()
    with contextlib.suppress(Killed), world.store(life) as store, world.session(store, life) as session:
        with session.request(PRO, 500) as request:
            request.settle(1)
        life.at = life.steps
        session.look_after()

    def shares(session: StoredSession) -> tuple[int, int]:
        events = [each.event for each in world.stage.escrow.history(session.address).entries]
        settled = [each for each in events if isinstance(each, SessionSettled)]
        return sum(each.payee_base_units for each in settled), sum(each.treasury_base_units for each in settled)

    with paying.store() as store:
        with paying.session(store) as session, session.request(METERED, 600) as request:
            assert [(each.used, each.running) for each in store.sessions()] == [(18, 0), (0, 1)]
            opened = world.stage.escrow.session(store.sessions()[1].address)
            assert opened is not None
            assert opened.payee == owner
            request.settle(600)
        # A credit is 10,000 base units.
        assert [shares(each) for each in store.sessions()] == [(0, 180_000), (100_000, 0)]
        assert paying.findings(store) == []
    assert world.balance() == (1_000 - 28, 0)

"""Requests of a session and their blocks: what outlives its seconds or its sessions, and ids that come again (D9)."""

import contextlib
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from escrow_harness.credit_world import LIMITS, METERED, PRO, CreditWorld, Life, credit_world
from job_escrow import RequestEnded, SessionsLeft
from job_escrow.chain.requests import Request, Send
from solders.keypair import Keypair


@pytest.fixture
def world(tmp_path: Path) -> CreditWorld:
    return credit_world(tmp_path)


def test_what_outlives_its_seconds_does_nothing_to_the_next_request_of_its_id(world: CreditWorld) -> None:
    """Its block ends late, when the customer has asked again; what it is told then is not told of the later one."""
    with world.store() as store, world.session(store) as session:
        with contextlib.suppress(ZeroDivisionError), session.request(PRO, 500, request_id="x", seconds=60):
            world.pass_time(60)
            session.look_after()
            later = session.request(METERED, 4_000, request_id="x").__enter__()
            raise ZeroDivisionError
        assert store.sessions()[0].running == 1
        receipt = later.settle(61)
        assert (receipt.tier, receipt.price, world.balance()) == (METERED, 2, (600, 400))

        with session.request(PRO, 500, request_id="y", seconds=60) as early:
            world.pass_time(60)
            session.look_after()
            with session.request(METERED, 4_000, request_id="y") as later:
                early.release()
                with pytest.raises(RequestEnded, match="costs nothing: ask for another one"):
                    early.settle(7)
                receipt = later.settle(7)
            with pytest.raises(RequestEnded) as ended:
                early.settle(7)
            assert ended.value.receipt is None
            early.release()
        assert (receipt.tier, receipt.units) == (METERED, 7)
        assert store.receipt(world.account, "y") == later.settle(7) == receipt
    assert world.balance() == (1_000 - 2, 0)


def test_nothing_is_admitted_from_leaving_on(tmp_path: Path) -> None:
    """Threads that outlive the block: one asks while it ends, one runs through its end."""
    world = credit_world(tmp_path, credits=40)
    outcomes: list[BaseException | None] = []

    def ask() -> None:
        try:
            with session.request(METERED, 60):
                pytest.fail("it ran")
        except BaseException as error:
            outcomes.append(error)

    def late(request: Request[Any]) -> None:
        if isinstance(request, Send) and is_leaving and not thread.is_alive():
            thread.start()
            is_leaving.clear()

    thread, is_leaving = threading.Thread(target=ask), list[bool]()
    with world.store() as store:
        session = world.session(store, chain=world.mortal(Life(), late))
        with session:
            for _ in range(2):
                with session.request(PRO, 500) as request:
                    request.settle(1)
            runs = session.request(PRO, 500).__enter__()
            is_leaving.append(True)
        thread.join()
        assert [type(each) for each in outcomes] == [SessionsLeft]
        assert [each.status for each in store.sessions()] == ["ended", "ended"]
        assert world.balance() == (1_000 - 36, 0)
        with pytest.raises(RuntimeError, match="were left"):
            runs.settle(1)
        runs.release()
        # The same object has another block.
        with session, session.request(PRO, 500) as request:
            request.settle(1)
        assert world.findings(store) == []


def test_ids_are_an_accounts_own(world: CreditWorld) -> None:
    """Two customers choose the same one, and hear nothing of each other."""
    other = replace(world, stage=replace(world.stage, cast=replace(world.stage.cast, alice=world.stage.cast.bob)))
    other.stage.alice.open(LIMITS, buy=1_000)
    with world.store() as store:
        with world.session(store) as one, other.session(store) as two:
            with (
                one.request(PRO, 500, request_id="x") as request,
                two.request(METERED, 4_000, request_id="x") as theirs,
            ):
                first = request.settle(1)
                second = theirs.settle(61)
            with pytest.raises(RequestEnded) as ended, two.request(PRO, 1, request_id="x"):
                pytest.fail("it ran again")
            assert ended.value.receipt == second
        assert (store.receipt(world.account, "x"), store.receipt(other.account, "x")) == (first, second)
        assert store.receipt(Keypair().pubkey(), "x") is None
    assert (world.balance(), other.balance()) == ((982, 0), (998, 0))


def test_a_request_has_one_block(world: CreditWorld) -> None:
    with world.store() as store, world.session(store) as session:
        request = session.request(PRO, 500)
        for told in (lambda: request.settle(1), request.release):
            with pytest.raises(RuntimeError, match="within its `with` block"):
                told()
        with request:
            with pytest.raises(RuntimeError, match="ask the session for another one"), request:
                pytest.fail("it ran twice")
            request.settle(1)
        with pytest.raises(RuntimeError, match="ask the session for another one"), request:
            pytest.fail("it ran again")
    assert world.balance() == (1_000 - 18, 0)

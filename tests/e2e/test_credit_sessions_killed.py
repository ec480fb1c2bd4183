"""A process that ends between any two steps of its sessions: what was settled is charged once, all else never (D9).

A step is a question to the chain or a transaction of the store. What the one before it has done is done, and nobody has
heard of it.
"""

import contextlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from escrow_harness.credit_world import LIMITS, METERED, PRO, CreditWorld, Killed, Life, credit_world
from escrow_harness.stage import opened_stage
from job_escrow import CreditSession, Escrow, RequestEnded, SessionPolicy, SessionStore, StoreInUse

_PROGRAM = Path(__file__).parents[1] / "support" / "escrow_harness" / "dying_provider.py"
_MOST_LIVES = 6


def _served(session: CreditSession, name: str, tier: int, max_units: int, units: int) -> None:
    """As whoever serves a request: under an id of its own, once."""
    # One that a process before it has settled.
    with contextlib.suppress(RequestEnded), session.request(tier, max_units, request_id=name) as request:
        request.settle(units)


def _life(world: CreditWorld, store: SessionStore, life: Life) -> None:
    """Two requests that are settled in settlements of their own, one that fails, and one that is free."""
    with world.session(store, life) as session:
        _served(session, "one", PRO, 4_000, 501)
        session.look_after()
        with pytest.raises(ZeroDivisionError), session.request(PRO, 500):
            raise ZeroDivisionError
        # The first session has no room for it.
        _served(session, "two", METERED, 3_000, 61)
        _served(session, "three", PRO, 500, 0)
        _served(session, "free", METERED, 10, 10)


def _lived(world: CreditWorld, at: int) -> tuple[int, int]:
    """Processes one after the other, of which the first ends at a step; gives its steps and how many there were."""
    first = Life(at)
    for lives in range(1, _MOST_LIVES):
        life = first if lives == 1 else Life()
        store = None
        try:
            store = world.store(life)
            _life(world, store, life)
        except Killed:
            continue
        else:
            return first.steps, lives
        finally:
            if store is not None:
                store.close()
    raise AssertionError("it was never served")


def _require_exact(world: CreditWorld, at: int) -> None:
    # 501 and 0 of the tier's 500 units for 18 credits, and 61 units at a credit for 60.
    assert world.balance() == (1_000 - 18 - 18 - 2, 0), at
    with world.store() as store:
        receipts = [store.receipt(world.account, name) for name in ("one", "two", "three", "free")]
        assert [each and each.price for each in receipts] == [18, 2, 18, 0], at
        sessions = store.sessions()
        assert {each.status for each in sessions} == {"ended"}, at
        assert sum(each.charged for each in sessions) == sum(each.used for each in sessions) == 38, at
        assert world.findings(store) == [], at


@pytest.mark.parametrize("part", range(4))
def test_killed_before_every_step(tmp_path: Path, part: int) -> None:
    def world(name: str) -> CreditWorld:
        (tmp_path / name).mkdir()
        return credit_world(tmp_path / name, settle_credits=1, credits=60)

    whole = world("whole")
    steps, lives = _lived(whole, 0)
    assert lives == 1
    _require_exact(whole, 0)
    assert steps > 60
    for at in range(1 + part, steps + 1, 4):
        one = world(str(at))
        assert _lived(one, at)[1] == 2, at
        _require_exact(one, at)


@pytest.mark.parametrize("moment", ["admitted", "settled", "on chain", "second admitted"])
def test_a_provider_that_is_killed_is_taken_up(localnet_url: str, tmp_path: Path, moment: str) -> None:
    """kill -9 of a true process on the local chain; the next one with its store charges what was settled, once."""
    with Escrow.connect(localnet_url) as escrow:
        stage = opened_stage(escrow)
        stage.alice.set_limits(LIMITS)
        world = CreditWorld(stage=stage, path=tmp_path / "sessions.db", policy=SessionPolicy())
        command = [sys.executable, str(_PROGRAM), localnet_url, str(stage.cast.operator), str(stage.platform)]
        command += [str(world.account), str(world.path), moment]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == moment
            with pytest.raises(StoreInUse, match="run one process for each file"):
                world.store()
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        assert world.balance() == (600, 400 - 18 * (moment in ("on chain", "second admitted")))

        paid = 0 if moment == "admitted" else 18
        with world.store() as store:
            with world.session(store, patience=60) as session:
                # Taken up, and used again.
                (held,) = store.sessions()
                assert (held.status, held.running, held.used, held.charged) == ("open", 0, paid, paid)
                _served(session, "one", PRO, 500, 500)
            assert [each.price for each in store.receipts(held.address)] == [18]
            assert world.balance() == (982, 0)
            assert world.findings(store) == []

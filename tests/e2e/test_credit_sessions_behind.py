"""A node behind the chain calls an opening failed that has landed: it is found, and holds what it holds (D9)."""

import contextlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest
from escrow_harness.credit_world import LIMITS, PRO, CreditWorld, credit_world
from job_escrow import ChainError, OutcomeUnknown
from job_escrow.chain.requests import (
    Answer,
    Chain,
    GetAccounts,
    GetBlockHeight,
    GetElapsed,
    Pause,
    Request,
    Send,
    Simulate,
)
from job_escrow.clock import CLOCK_ADDRESS
from solders.pubkey import Pubkey

_LANDING_BLOCKS = 1_000
_LARGE = 100_000
"""Units for 900 credits."""


@dataclass
class Behind:
    """A blocking chain, one of whose nodes has accounts as they were, and another one's height."""

    chain: Chain
    then: dict[Pubkey, Any] = field(default_factory=dict)
    """Accounts as that node has them; empty: it is not behind."""
    loses_sent: bool = False
    loses_simulated: bool = False
    is_away: bool = False

    def answer(self, request: Request[Answer]) -> Answer:
        if self.is_away and not isinstance(request, GetElapsed | Pause):
            raise ChainError("nobody answers")
        if isinstance(request, GetAccounts) and self.then:
            return cast("Answer", [self.then.get(each) for each in request.addresses])
        if isinstance(request, GetBlockHeight) and self.then:
            return cast("Answer", self.chain.answer(request) + _LANDING_BLOCKS)
        if isinstance(request, Simulate) and self.then:
            # The next opening: from here on the node keeps up.
            self.then = {}
            if self.loses_simulated:
                raise ChainError("nobody answers")
        if isinstance(request, Send) and self.loses_sent:
            self.loses_sent, self.is_away = False, True
            self.chain.answer(request)
            raise ChainError("nobody answers")
        return self.chain.answer(request)


@pytest.fixture
def world(tmp_path: Path) -> CreditWorld:
    return credit_world(tmp_path, buy=2_000, limits=replace(LIMITS, credits_per_session=1_000), credits=300)


@pytest.mark.parametrize("meanwhile", ["refused", "unanswered", "ended"])
def test_a_landed_opening_that_counted_as_failed_is_found_with_its_own_credits(
    world: CreditWorld, meanwhile: str
) -> None:
    """The next one, of 900 credits, gets the same id; what the chain has under that locks 300."""
    chain = Behind(world.stage.escrow.chain, loses_simulated=meanwhile != "refused")
    with world.store() as store:
        with world.session(store, chain=chain) as session:
            addresses = [world.side.platform, world.account, CLOCK_ADDRESS]
            accounts = world.stage.escrow.chain.answer(GetAccounts(addresses))
            chain.loses_sent = True
            with pytest.raises(OutcomeUnknown), session.request(PRO, 500):
                pytest.fail("it ran")
            assert world.balance() == (1_700, 300)
            chain.then, chain.is_away = dict(zip(addresses, accounts, strict=True)), False
            if meanwhile != "refused":
                with pytest.raises(ChainError), session.request(PRO, _LARGE):
                    pytest.fail("it ran")
            if meanwhile == "ended":
                (found,) = world.stage.escrow.sessions(credit_account=world.account).values()
                world.stage.operator.refund_session(world.account, found.id)
            with session.request(PRO, _LARGE) as large, contextlib.ExitStack() as small:
                assert [each.credits for each in store.sessions()] == [300, 900]
                if meanwhile != "ended":
                    one = small.enter_context(session.request(PRO, 500))
                    assert [each.reserved for each in store.sessions()] == [18, 900]
                    one.settle(1)
                large.settle(_LARGE)
        charged = 900 if meanwhile == "ended" else 918
        assert world.balance() == (2_000 - charged, 0)
        assert world.findings(store) == []

"""How a transaction is sent: the same bytes until they landed or never can, at each level of commitment."""

from dataclasses import dataclass, field
from functools import partial
from typing import cast

import pytest
from escrow_harness.stage import Stage, job, opened_stage, wait_until
from job_escrow import (
    ChainError,
    Escrow,
    Options,
    OutcomeUnknown,
    Receipt,
    Refused,
    SpendCap,
    TransactionExpired,
    TransactionFailed,
)
from job_escrow.chain import Chain, Request
from job_escrow.chain.requests import (
    Answer,
    Commitment,
    GetBlockHeight,
    GetElapsed,
    GetSignatureStatus,
    GetUnixTime,
    Pause,
    Send,
    Simulate,
    SimulationResult,
)
from job_escrow.codec import CreditsPurchased
from job_escrow.codec.errors import BelowMinimumPurchase
from job_escrow.testing.embedded import embedded_chain

_LONG_SECONDS = 300


@dataclass
class Deaf:
    """A chain that takes transactions and forgets the first so many."""

    chain: Chain
    forgets: int
    sent: list[bytes] = field(default_factory=list)

    def answer(self, request: Request[Answer]) -> Answer:
        if isinstance(request, Send):
            self.sent.append(bytes(request.transaction))
            if len(self.sent) <= self.forgets:
                return cast("Answer", None)
        return self.chain.answer(request)


@pytest.fixture
def fresh() -> Stage:
    return opened_stage(Escrow(embedded_chain()))


def test_the_same_bytes_are_sent_until_they_land(fresh: Stage) -> None:
    chain = Deaf(fresh.escrow.chain, forgets=4)
    Escrow(chain).wallet(fresh.cast.alice, fresh.platform).purchase(100)
    assert len(chain.sent) == 5
    assert len(set(chain.sent)) == 1
    assert fresh.alice.balance().available == 1_100


def test_what_never_lands_expires_and_spends_nothing(fresh: Stage) -> None:
    cap = SpendCap(lamports=10**9, base_units=10**9)
    chain = Deaf(fresh.escrow.chain, forgets=10**6)
    wallet = Escrow(chain, Options(spend_cap=cap)).wallet(fresh.cast.alice, fresh.platform)
    number = fresh.alice.next_sequence()
    with pytest.raises(TransactionExpired, match="nothing happened, do it again"):
        wallet.purchase(100, sequence=number)
    assert len(set(chain.sent)) == 1
    assert (cap.spent_lamports, cap.spent_base_units) == (0, 0)
    chain.forgets = 0
    wallet.purchase(100, sequence=number)
    assert fresh.alice.balance().available == 1_100


@dataclass
class Asleep:
    """A chain whose user sleeps through more blocks, after a sending, than a node keeps recent statuses of."""

    chain: Chain
    polls: int = 0

    def answer(self, request: Request[Answer]) -> Answer:
        answer = self.chain.answer(request)
        if isinstance(request, Send):
            self.chain.answer(Pause(_LONG_SECONDS))
        if isinstance(request, GetSignatureStatus) and not request.history:
            self.polls += 1
            assert self.polls < 5, "it asks for ever"
            return cast("Answer", None)
        return answer


def test_what_landed_long_before_it_is_looked_for_is_found(fresh: Stage) -> None:
    """Nodes keep recent statuses for some minutes, and history for longer: as for a laptop that was closed."""
    receipt = Escrow(Asleep(fresh.escrow.chain)).wallet(fresh.cast.alice, fresh.platform).purchase(100)
    assert [type(each) for each in receipt.events] == [CreditsPurchased]
    assert fresh.alice.balance().available == 1_100


@dataclass
class Halted:
    """A chain that takes transactions and, once it was sent one, makes no block any more."""

    chain: Chain
    height: int | None = None

    def answer(self, request: Request[Answer]) -> Answer:
        if isinstance(request, Send):
            self.height = self.height or self.chain.answer(GetBlockHeight())
            return cast("Answer", None)
        if isinstance(request, GetBlockHeight) and self.height is not None:
            return cast("Answer", self.height)
        return self.chain.answer(request)


def test_a_chain_that_stands_still_ends_as_unknown(fresh: Stage) -> None:
    """It answers, so that no silence ends it, and no block comes in which the transaction could expire."""
    cap = SpendCap(base_units=10**9)
    started = fresh.escrow.chain.answer(GetUnixTime())
    halted = Halted(fresh.escrow.chain)
    number = fresh.alice.next_sequence()
    with pytest.raises(OutcomeUnknown) as unknown:
        Escrow(halted, Options(spend_cap=cap)).wallet(fresh.cast.alice, fresh.platform).purchase(100)
    assert unknown.value.sequence == number
    assert 90 < fresh.escrow.chain.answer(GetUnixTime()) - started < 120
    # It may land when the chain goes on.
    assert cap.spent_base_units == 100 * 10_000


@dataclass
class DeadAfterSending:
    """A chain that takes a transaction and answers nothing from then on."""

    chain: Chain
    dead: bool = False

    def answer(self, request: Request[Answer]) -> Answer:
        if self.dead and not isinstance(request, GetElapsed | Pause):
            raise ChainError("nobody answers")
        self.dead = self.dead or isinstance(request, Send)
        return self.chain.answer(request)


@pytest.mark.parametrize("by", ["anyone", "another wallet"])
def test_what_has_no_number_says_so_and_is_looked_up(fresh: Stage, by: str) -> None:
    """A purchase for somebody else: a repeat would be a second one."""
    escrow = Escrow(DeadAfterSending(fresh.escrow.chain))
    other = escrow.wallet(fresh.cast.bob, fresh.platform)
    purchase = (
        partial(escrow.anyone(fresh.cast.stranger).purchase_for, fresh.alice.address, 100)
        if by == "anyone"
        else partial(other.purchase_for, fresh.cast.alice.pubkey(), 100)
    )
    with pytest.raises(OutcomeUnknown, match="repeat the command only if there is none") as unknown:
        purchase()
    assert not unknown.value.repeatable
    receipt = fresh.escrow.receipt(unknown.value.signature)
    assert receipt is not None
    assert [type(event) for event in receipt.events] == [CreditsPurchased]
    assert fresh.alice.balance().available == 1_100


def test_a_grant_says_the_number_to_repeat_it_with(fresh: Stage) -> None:
    account = fresh.alice.address
    with pytest.raises(OutcomeUnknown, match="with grant_id=") as unknown:
        Escrow(DeadAfterSending(fresh.escrow.chain)).operator(fresh.cast.operator, fresh.platform).grant(account, 5)
    assert unknown.value.repeatable
    receipt = fresh.operator.grant(account, 5, grant_id=unknown.value.grant_id)
    assert receipt.signature == unknown.value.signature
    assert fresh.alice.balance().granted == 5


def test_receipts_by_signature(stage: Stage) -> None:
    landed = stage.alice.purchase(100)
    assert stage.escrow.receipt(landed.signature) == landed
    assert stage.escrow.receipt(stage.cast.alice.sign_message(b"never sent")) is None
    with pytest.raises(Refused) as sent:
        Escrow(Blind(stage.escrow.chain)).wallet(stage.cast.alice, stage.platform).purchase(1)
    assert sent.value.signature is not None
    with pytest.raises(Refused) as read:
        stage.escrow.receipt(sent.value.signature)
    assert (read.value.refusal, read.value.signature) == (BelowMinimumPurchase, sent.value.signature)


def test_many_that_expire_are_tried_again_and_then_said_to_be(fresh: Stage) -> None:
    account = fresh.alice.address
    first = fresh.operator.next_job_id(account)
    fresh.operator.lock(account, job(first, None, 10, seconds=2))
    wait_until(fresh.escrow.chain, fresh.escrow.chain.answer(GetUnixTime()) + 2)
    chain = Deaf(fresh.escrow.chain, forgets=10**6)
    (action,) = Escrow(chain).anyone(fresh.cast.stranger).keep_once().actions
    assert isinstance(action.error, TransactionExpired)
    assert fresh.alice.balance().locked == 10


@pytest.mark.parametrize("commitment", ["processed", "confirmed", "finalized"])
def test_each_level_of_commitment(localnet_url: str, commitment: Commitment) -> None:
    """What a command says has happened has happened at that level, refusals on the chain included."""
    with Escrow.connect(localnet_url) as usual:
        stage = opened_stage(usual)
    with Escrow.connect(localnet_url, Options(commitment=commitment)) as escrow:
        wallet = escrow.wallet(stage.cast.alice, stage.platform)
        if commitment == "finalized":
            # What was only confirmed is not there yet; a first transaction waits for it.
            _until_there(escrow, stage)
        receipt = wallet.purchase(100)
        assert _level(escrow, receipt) in _AT_LEAST[commitment]
        assert wallet.balance().available == 1_100


_AT_LEAST: dict[str, tuple[str, ...]] = {
    "processed": ("processed", "confirmed", "finalized"),
    "confirmed": ("confirmed", "finalized"),
    "finalized": ("finalized",),
}


def _level(escrow: Escrow, receipt: Receipt) -> str:
    status = escrow.chain.answer(GetSignatureStatus(receipt.signature))
    assert status is not None
    return status.commitment


def _until_there(escrow: Escrow, stage: Stage) -> None:
    while escrow.credit_account(stage.alice.address) is None:
        escrow.chain.answer(Pause(0.2))


class Blind:
    """A chain whose simulations refuse nothing."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    def answer(self, request: Request[Answer]) -> Answer:
        if isinstance(request, Simulate):
            return cast("Answer", SimulationResult(error=None, logs=(), compute_units=100_000))
        return self._chain.answer(request)


def test_a_refusal_on_the_chain_has_a_signature(stage: Stage) -> None:
    wallet = Escrow(Blind(stage.escrow.chain)).wallet(stage.cast.alice, stage.platform)
    with pytest.raises(TransactionFailed) as failed:
        wallet.purchase(1)
    assert failed.value.signature is not None
    assert failed.value.instruction == 0

"""What transactions cost and who says so: caps, priority fees, fees that somebody cannot pay."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread
from typing import cast

import pytest
from escrow_harness.stage import LIMITS, Stage, job
from hypothesis import given
from hypothesis import strategies as st
from job_escrow import Escrow, InvalidAmount, Options, ProgramFailed, SpendCap, SpendCapReached, TransactionFailed
from job_escrow.chain import Chain, Request
from job_escrow.chain.requests import Answer, GetAccounts, GetPriorityFees, GetTransaction, RequestAirdrop, Send
from solders.keypair import Keypair

_PRICE = 10_000
_FEE = 5_000


@dataclass
class Watching:
    """A chain that notes what is sent, and says what recent fees were."""

    chain: Chain
    fees: tuple[int, ...] = ()
    sent: list[Send] = field(default_factory=list)

    def answer(self, request: Request[Answer]) -> Answer:
        if isinstance(request, Send):
            self.sent.append(request)
        if isinstance(request, GetPriorityFees) and self.fees:
            return cast("Answer", self.fees)
        return self.chain.answer(request)


def lamports(stage: Stage, key: Keypair) -> int:
    (info,) = stage.escrow.chain.answer(GetAccounts([key.pubkey()]))
    return 0 if info is None else info.lamports


def test_lamports_are_counted_to_the_last(stage: Stage) -> None:
    """Fees, rents, and rents that come back; refused before anything is signed."""
    cap = SpendCap(lamports=10**9)
    capped = Escrow(stage.escrow.chain, Options(spend_cap=cap, compute_unit_price=1_000))
    operator = capped.operator(stage.cast.operator, stage.platform)
    wallet = capped.wallet(stage.cast.bob, stage.platform, namespace="counted")
    before = lamports(stage, stage.cast.operator) + lamports(stage, stage.cast.bob)
    wallet.open(LIMITS, buy=100)
    job_id = operator.next_job_id(wallet.address)
    operator.lock(wallet.address, job(job_id, None, 10))
    high = cap.spent_lamports
    operator.settle(wallet.address, job_id, 5)
    assert cap.spent_lamports < high
    after = lamports(stage, stage.cast.operator) + lamports(stage, stage.cast.bob)
    assert cap.spent_lamports == before - after
    assert cap.spent_base_units == 100 * _PRICE


@pytest.mark.parametrize(("most", "fits"), [(100 * _PRICE, True), (100 * _PRICE - 1, False)])
def test_base_units_to_the_last(stage: Stage, most: int, fits: bool) -> None:
    cap = SpendCap(base_units=most)
    watching = Watching(stage.escrow.chain)
    wallet = Escrow(watching, Options(spend_cap=cap)).wallet(stage.cast.alice, stage.platform)
    if fits:
        wallet.purchase(100)
    with pytest.raises(SpendCapReached, match=f"the cap of this process is {most:,}: nothing was signed"):
        wallet.purchase(100)
    assert len(watching.sent) == fits
    # What comes in does not make room for more.
    wallet.withdraw(50)
    assert cap.spent_base_units == (100 * _PRICE if fits else 0)


def test_what_fails_on_the_chain_spends_its_fee_only(stage: Stage) -> None:
    """The simulation succeeds, and somebody is faster: the fee is gone, the rest is not."""
    cap = SpendCap(lamports=10**9, base_units=10**9)
    alice = stage.alice
    number = alice.next_sequence()

    class Faster(Watching):
        def answer(self, request: Request[Answer]) -> Answer:
            if isinstance(request, Send) and not self.sent:
                alice.purchase(200, sequence=number)
            return super().answer(request)

    wallet = Escrow(Faster(stage.escrow.chain), Options(spend_cap=cap)).wallet(stage.cast.alice, stage.platform)
    with pytest.raises(TransactionFailed) as failed:
        wallet.purchase(100, sequence=number)
    assert failed.value.signature is not None
    assert (cap.spent_lamports, cap.spent_base_units) == (_FEE, 0)


@given(st.lists(st.tuples(st.integers(-50, 100), st.integers(0, 100)), max_size=20), st.integers(0, 300))
def test_a_cap_is_never_passed(steps: list[tuple[int, int]], most: int) -> None:
    cap = SpendCap(lamports=most, base_units=most)
    model = [0, 0]
    for step in steps:
        fits = all(amount <= 0 or spent + amount <= most for spent, amount in zip(model, step, strict=True))
        if fits:
            cap.reserve(lamports=step[0], base_units=step[1])
            model = [spent + amount for spent, amount in zip(model, step, strict=True)]
        else:
            with pytest.raises(SpendCapReached):
                cap.reserve(lamports=step[0], base_units=step[1])
        assert [cap.spent_lamports, cap.spent_base_units] == model
    assert max(model) <= most


def test_a_cap_is_shared_by_threads() -> None:
    cap = SpendCap(lamports=1_000)
    refused: list[SpendCapReached] = []

    def spend() -> None:
        for _ in range(100):
            try:
                cap.reserve(lamports=3, base_units=0)
            except SpendCapReached as error:
                refused.append(error)

    threads = [Thread(target=spend) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (cap.spent_lamports, len(refused)) == (999, 800 - 333)


@pytest.mark.parametrize("wrong", [-1, 1.5, 2**64, True])
def test_caps_that_cannot_be(wrong: int) -> None:
    with pytest.raises(InvalidAmount):
        SpendCap(lamports=wrong)


@pytest.mark.parametrize(
    ("fees", "most", "price"),
    [
        ((), 1_000_000, 0),
        ((0,) * 100, 1_000_000, 0),
        (tuple(range(100)), 1_000_000, 75),
        (tuple(range(0, 10_000_000, 100_000)), 1_000_000, 1_000_000),
        ((7,), 1_000_000, 7),
    ],
)
def test_automatic_priority_fee(stage: Stage, fees: tuple[int, ...], most: int, price: int) -> None:
    watching = Watching(stage.escrow.chain, fees)
    options = Options(compute_unit_price="auto", max_compute_unit_price=most)
    receipt = Escrow(watching, options).wallet(stage.cast.alice, stage.platform).purchase(100)
    landed = stage.escrow.chain.answer(GetTransaction(receipt.signature))
    assert landed is not None
    budget = [bytes(each.data) for each in landed.transaction.message.instructions[:-1]]
    limit = int.from_bytes(budget[0][1:5], "little")
    assert len(budget) == (2 if price else 1)
    if price:
        assert int.from_bytes(budget[1][1:9], "little") == price
    assert receipt.fee == _FEE + -(-limit * price // 1_000_000)
    assert receipt.compute_units <= limit < 4 * receipt.compute_units


def _poor(stage: Stage, amount: int) -> Callable[[int], object]:
    payer = Keypair()
    stage.escrow.chain.answer(RequestAirdrop(payer.pubkey(), amount))
    while lamports(stage, payer) == 0:
        stage.alice.balance()

    def buy(price: int) -> object:
        escrow = Escrow(stage.escrow.chain, Options(fee_payer=payer, compute_unit_price=price))
        return escrow.wallet(stage.cast.alice, stage.platform).purchase(100)

    return buy


def test_a_fee_that_cannot_be_paid_is_said_before_anything_is_sent(stage: Stage) -> None:
    buy = _poor(stage, 1_000_000)
    with pytest.raises(ProgramFailed, match=r"cannot pay the priority fee of .* lamports: fund it with SOL") as failed:
        buy(1_000_000_000)
    assert failed.value.signature is None
    buy(0)

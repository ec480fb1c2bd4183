"""Sessions through the library: opened, settled with receipts, refunded by the keeper (D9, D10, A12)."""

import asyncio
from dataclasses import replace
from random import Random

import pytest
from escrow_harness.stage import LIMITS, Stage, opened_stage, wait_until
from job_escrow import (
    AsyncEscrow,
    Escrow,
    KeeperPlan,
    NotFound,
    Refused,
    SessionEnded,
    SessionSettlement,
    SessionTerms,
    session_address,
)
from job_escrow.chain.requests import GetTransaction, GetUnixTime
from job_escrow.codec import SessionOpened, SessionRefunded, SessionSettled, errors
from job_escrow.flows.locking import reference_of
from job_escrow.pricing import NO_TOTALS
from job_escrow.receipts import (
    Meter,
    SessionReceipt,
    next_session_heads,
    record_of_account,
    record_of_events,
    root_of,
    verify,
    verify_ended,
)
from job_escrow.testing.embedded import embedded_chain
from solders.keypair import Keypair
from solders.pubkey import Pubkey

_SESSIONS = replace(LIMITS, credits_per_session=600, credits_per_period=800)
_SOON = 4


@pytest.fixture
def stage(stage: Stage) -> Stage:
    stage.alice.set_limits(_SESSIONS)
    return stage


def opened(stage: Stage, credits: int = 500, seconds: int = 3_600) -> tuple[int, Pubkey]:
    """A session of alice's: its id and address."""
    number = stage.operator.next_session_id(stage.alice.address)
    terms = SessionTerms(session_id=number, credits=credits, seconds=seconds)
    stage.operator.open_session(stage.alice.address, terms)
    return number, session_address(stage.alice.address, number).address


def test_an_opening_keeps_a_reference_of_the_callers_own_on_chain(stage: Stage) -> None:
    number = stage.operator.next_session_id(stage.alice.address)
    reference = Keypair().pubkey()
    terms = SessionTerms(session_id=number, credits=10, seconds=60, reference=reference)
    receipt = stage.operator.open_session(stage.alice.address, terms)
    landed = stage.escrow.chain.answer(GetTransaction(receipt.signature))
    assert landed is not None
    program_id = stage.escrow.options.program_id
    address = session_address(stage.alice.address, number).address
    assert reference_of(landed, address, program_id) == reference
    assert reference_of(landed, stage.alice.address, program_id) is None


def meter_of(stage: Stage, address: Pubkey) -> Meter:
    session = stage.escrow.session(address)
    assert session is not None
    return Meter.of(address, session)


def used(meter: Meter, *requests: tuple[int, int]) -> list[SessionReceipt]:
    """Requests of (tier, units)."""
    return [meter.add(tier, units, request_id=f"request {meter.count + 1}", model="llama") for tier, units in requests]


def settlement(meter: Meter, receipts: list[SessionReceipt], *, final: bool = False) -> SessionSettlement:
    return SessionSettlement(
        from_count=meter.count - len(receipts),
        count=meter.count,
        root=root_of(receipts),
        totals=meter.totals,
        is_final=final,
    )


def test_a_session_is_opened_settled_and_proved(stage: Stage) -> None:
    account = stage.alice.address
    number, address = opened(stage)
    assert stage.escrow.sessions(credit_account=account).keys() == {address}
    assert stage.escrow.sessions(platform=stage.platform).keys() == {address}
    assert stage.escrow.sessions(operator=stage.cast.operator.pubkey()).keys() == {address}
    assert stage.escrow.sessions(operator=stage.cast.stranger.pubkey()) == {}
    assert stage.alice.balance().locked == 500
    meter = meter_of(stage, address)
    first = used(meter, (0, 500), (3, 2_001), (2, 501))
    receipt = stage.operator.settle_session(account, number, settlement(meter, first))
    (event,) = [each for each in receipt.events if isinstance(each, SessionSettled)]
    assert event.charged == sum(each.price for each in first) == first[-1].total
    session = stage.escrow.session(address)
    assert session is not None
    assert (session.count, session.settled, list(session.totals)) == (3, meter.total, meter.totals)
    second = used(meter, (3, 1), (3, 2_400))
    stage.operator.settle_session(account, number, settlement(meter, second))
    now = stage.escrow.session(address)
    assert now is not None
    # The open session's account alone.
    assert verify([*first, *second], record_of_account(address, now, [3, 5])) == []
    assert {each.kind for each in verify([*first, *second], record_of_account(address, now, [2, 5]))} == {"history"}

    stage.operator.settle_session(account, number, settlement(meter, [], final=True))
    assert stage.escrow.session(address) is None
    balance = stage.alice.balance()
    assert (balance.available, balance.locked) == (1_000 - meter.total, 0)
    events = [each.event for each in reversed(stage.escrow.history(address).entries)]
    assert [type(each).__name__ for each in events] == ["SessionOpened", *["SessionSettled"] * 3]
    record = record_of_events(events)
    assert verify([*first, *second], record) == []
    assert record.session_heads is not None
    outcome = stage.operator.session_outcome(account, number)
    assert outcome is not None
    assert (outcome.ended_by, outcome.charged, outcome.count) == ("settle", meter.total, 5)
    assert str(outcome) == (
        f"session {number} was settled: {meter.total:,} credits charged for 5 receipts, "
        f"{500 - meter.total:,} given back"
    )
    # And the account alone, of all that have ended.
    state = stage.alice.account()
    assert state is not None
    assert verify_ended(state.session_heads, [record]) == []
    assert verify_ended(state.session_heads, [replace(record, settled=record.settled + 1)])
    with pytest.raises(SessionEnded, match=r"it is never charged again") as ended:
        stage.operator.settle_session(account, number, settlement(meter, [], final=True))
    assert ended.value.outcome == outcome


def test_prices_are_the_programs(stage: Stage) -> None:
    """Any requests cost what the program charges for their totals."""
    dice = Random(5)
    number, address = opened(stage, credits=600)
    meter = meter_of(stage, address)
    while meter.total < 350:
        receipts = used(meter, *((dice.randrange(4), dice.choice((1, 499, 500, 501, 2_001))) for _ in range(3)))
        receipt = stage.operator.settle_session(stage.alice.address, number, settlement(meter, receipts))
        (event,) = [each for each in receipt.events if isinstance(each, SessionSettled)]
        assert event.charged == sum(each.price for each in receipts)
    assert event.settled == meter.total
    stage.operator.refund_session(stage.alice.address, number)


def test_what_a_repeat_does(stage: Stage) -> None:
    account = stage.alice.address
    number, address = opened(stage)
    with pytest.raises(Refused) as refused:
        stage.operator.open_session(account, SessionTerms(session_id=number, credits=500, seconds=60))
    assert refused.value.refusal is errors.JobIdUsed
    meter = meter_of(stage, address)
    once = settlement(meter, used(meter, (0, 500)))
    stage.operator.settle_session(account, number, once)
    with pytest.raises(Refused) as refused:
        stage.operator.settle_session(account, number, once)
    assert refused.value.refusal is errors.WrongReceiptCount
    before = stage.escrow.session(address)
    stage.operator.settle_session(account, number, settlement(meter, []))
    assert stage.escrow.session(address) == before
    with pytest.raises(ValueError, match="root of 3 bytes"):
        stage.operator.settle_session(account, number, replace(once, root=b"abc"))
    with pytest.raises(ValueError, match="totals of 1 tiers"):
        stage.operator.settle_session(account, number, replace(once, totals=meter.totals[:1]))


def test_refunds_keep_what_was_settled(stage: Stage) -> None:
    account = stage.alice.address
    number, address = opened(stage)
    meter = meter_of(stage, address)
    receipts = used(meter, (0, 500))
    stage.operator.settle_session(account, number, settlement(meter, receipts))
    for refund in (stage.anyone.refund_session, stage.anyone.refund_timed_out_session):
        with pytest.raises(Refused) as refused:
            refund(account, number)
        assert refused.value.refusal is errors.DeadlineNotPassed
    receipt = stage.operator.refund_session(account, number)
    assert any(isinstance(each, SessionRefunded) for each in receipt.events)
    assert stage.alice.balance().available == 1_000 - meter.total
    outcome = stage.operator.session_outcome(account, number)
    assert outcome is not None
    assert (outcome.ended_by, outcome.timed_out, outcome.charged) == ("refund", False, meter.total)
    with pytest.raises(NotFound, match="no open session"):
        stage.operator.refund_session(account, number)
    with pytest.raises(NotFound, match="Take the next id"):
        stage.operator.settle_session(account, number + 1, settlement(meter, receipts))


def test_the_keeper_refunds_what_timed_out() -> None:
    """By the chain's clock, and also where the keeper is the operator (D10)."""
    stage = opened_stage(Escrow(embedded_chain()))
    stage.alice.set_limits(_SESSIONS)
    account, chain = stage.alice.address, stage.escrow.chain
    first, _ = opened(stage, credits=200, seconds=_SOON)
    second, _ = opened(stage, credits=100, seconds=3_600)
    operator = stage.escrow.anyone(stage.cast.operator)
    assert operator.keep_once(KeeperPlan(platform=stage.platform)).due == 0
    wait_until(chain, chain.answer(GetUnixTime()) + _SOON)
    done = operator.keep_once(KeeperPlan(platform=stage.platform))
    (action,) = done.actions
    assert (action.kind, action.credit_account, action.credits) == ("refund session", account, 200)
    assert (action.session_id, action.job_id, action.error) == (first, None, None)
    assert [each.id for each in stage.escrow.sessions(credit_account=account).values()] == [second]
    outcome = stage.operator.session_outcome(account, first)
    assert outcome is not None
    assert outcome.timed_out
    assert str(outcome).startswith(f"session {first} was refunded after its deadline")
    assert stage.anyone.keep_once().due == 0


def test_ended_sessions_are_folded_in_their_order(stage: Stage) -> None:
    account = stage.alice.address
    heads = bytes(32)
    for settled in (True, False):
        number, address = opened(stage, credits=100)
        meter = meter_of(stage, address)
        if settled:
            stage.operator.settle_session(account, number, settlement(meter, used(meter, (0, 500)), final=True))
        else:
            stage.operator.refund_session(account, number)
        outcome = stage.operator.session_outcome(account, number)
        assert outcome is not None
        heads = next_session_heads(heads, address, outcome.head, outcome.count, outcome.charged)
    state = stage.alice.account()
    assert state is not None
    assert state.session_heads == heads


def test_a_payee_of_a_session_must_be_registered(stage: Stage) -> None:
    nobody = Keypair().pubkey()
    number = stage.operator.next_session_id(stage.alice.address)
    terms = SessionTerms(session_id=number, credits=5, seconds=60, payee=nobody)
    with pytest.raises(NotFound, match="no payee of the platform"):
        stage.operator.open_session(stage.alice.address, terms)
    with pytest.raises(NotFound, match="no open session"):
        stage.operator.settle_session(
            stage.alice.address,
            number,
            SessionSettlement(from_count=0, count=0, root=bytes(32), totals=[NO_TOTALS] * 8),
        )


def test_the_same_asynchronously(localnet_url: str) -> None:
    with Escrow.connect(localnet_url) as blocking:
        stage = opened_stage(blocking)
        stage.alice.set_limits(_SESSIONS)

    async def play() -> None:
        account = stage.alice.address
        async with AsyncEscrow.connect(localnet_url) as escrow:
            operator = escrow.operator(stage.cast.operator, stage.platform)
            number = await operator.next_session_id(account)
            terms = SessionTerms(session_id=number, credits=100, seconds=60)
            receipt = await operator.open_session(account, terms)
            (event,) = [each for each in receipt.events if isinstance(each, SessionOpened)]
            session = await escrow.session(event.session)
            assert session is not None
            assert (await escrow.sessions(credit_account=account)).keys() == {event.session}
            meter = Meter.of(event.session, session)
            receipts = used(meter, (0, 500))
            await operator.settle_session(account, number, settlement(meter, receipts, final=True))
            outcome = await operator.session_outcome(account, number)
            assert outcome is not None
            assert outcome.charged == meter.total
            with pytest.raises(NotFound):
                await escrow.anyone(stage.cast.stranger).refund_session(account, number)

    asyncio.run(play())

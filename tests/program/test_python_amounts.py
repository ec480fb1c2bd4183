"""Amounts that are no whole numbers of credits are refused in Python, before anything is sent (D1)."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from job_escrow.amounts import Credits, InvalidAmount, Usdc
from job_escrow.codec import EncodeError, LockArgs
from job_escrow.codec.instructions import purchase, settle, withdraw
from job_escrow.escrow import Escrow
from job_escrow.testing.embedded import embedded_chain
from program_harness import calls
from program_harness.keys import key
from program_harness.parties import Credit
from solders.pubkey import Pubkey

NO_NUMBERS = [1.0, 100.5, float("nan"), float("inf"), -1, -100, True, "100", Decimal(100), Fraction(100), None, b"\1"]
NOBODY = Pubkey.default()


@pytest.mark.parametrize("amount", [each for each in NO_NUMBERS if each is not None], ids=repr)
def test_d1_an_instruction_is_not_built_with_what_is_no_whole_number(alice: Credit, amount: object) -> None:
    settling = calls.settle(alice.job(1), 1, is_final=True, operator=alice.platform.operator)
    locking = calls.lock(alice.job(1), authority=alice.wallet, payer=alice.wallet, tier=0, amount=1, seconds=1)
    args = locking.args["args"]
    assert isinstance(args, LockArgs)
    for call in (
        calls.purchase(alice, 1, 0, payer=alice.wallet, source=alice.tokens).with_args(credits=amount),
        calls.purchase(alice, 1, 0, payer=alice.wallet, source=alice.tokens).with_args(sequence=amount),
        calls.withdraw(alice, 1, 1, destination=alice.tokens).with_args(credits=amount),
        calls.withdraw(alice, 1, 1, destination=alice.tokens).with_args(sequence=amount),
        settling.with_args(amount=amount),
        *(
            locking.with_args(args=replace(args, **{name: amount}))  # type: ignore[arg-type]
            for name in ("id", "tier", "amount", "max_credits", "seconds")
        ),
    ):
        with pytest.raises(EncodeError):
            call.instruction()


@pytest.mark.parametrize("amount", [2**64, 2**64 + 1, 2**128])
def test_an_instruction_is_not_built_with_more_than_64_bits(alice: Credit, amount: int) -> None:
    with pytest.raises(EncodeError, match=r"18,446,744,073,709,551,615"):
        calls.purchase(alice, amount, 0, payer=alice.wallet, source=alice.tokens).instruction()


@pytest.mark.parametrize("is_final", [0, 1, None, "yes"])
def test_whether_a_settlement_is_final_is_a_bool(alice: Credit, is_final: object) -> None:
    call = calls.settle(alice.job(1), 1, is_final=True, operator=alice.platform.operator)
    with pytest.raises(EncodeError):
        call.with_args(is_final=is_final).instruction()


@pytest.mark.parametrize("amount", NO_NUMBERS, ids=repr)
def test_d1_credits_and_usdc_are_whole_numbers(amount: object) -> None:
    for kind in (Credits, Usdc):
        with pytest.raises(InvalidAmount):
            kind(amount)  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "most"), [(Credits, 2**32 - 1), (Usdc, 2**64 - 1)])
def test_d1_credits_and_usdc_have_bounds(kind: type[Credits | Usdc], most: int) -> None:
    assert kind(most) == most
    with pytest.raises(InvalidAmount):
        kind(most + 1)


@pytest.mark.parametrize("dollars", ["0.0000001", "1.0000001", "-1", "nan", "inf", "", "one", "1e400"])
def test_d1_dollars_have_six_decimals(dollars: str) -> None:
    with pytest.raises(InvalidAmount):
        Usdc.parse(dollars)


def test_d1_dollars_are_not_floats() -> None:
    with pytest.raises(InvalidAmount):
        Usdc.parse(14.20)  # type: ignore[arg-type]
    assert Usdc.parse("14.20") == 14_200_000


@pytest.mark.parametrize("amount", [1.5, 100.0, -1, True, 2**32], ids=repr)
def test_d1_the_facade_sends_nothing(alice: Credit, amount: object) -> None:
    """None of these asks the chain anything, which has no such accounts."""
    with Escrow(embedded_chain(unix_time=0)) as escrow:
        wallet = escrow.wallet(key("alice").keypair, alice.platform.address)
        operator = escrow.operator(key("operator").keypair, alice.platform.address)
        attempts = [
            lambda: wallet.purchase(amount),  # type: ignore[arg-type]
            lambda: wallet.purchase_for(alice.wallet.pubkey(), amount),  # type: ignore[arg-type]
            lambda: wallet.withdraw(amount),  # type: ignore[arg-type]
            lambda: wallet.open(calls.NO_LIMITS, buy=amount),  # type: ignore[arg-type]
            lambda: operator.settle(alice.address, 1, amount),  # type: ignore[arg-type]
        ]
        for attempt in attempts:
            with pytest.raises(InvalidAmount):
                attempt()  # type: ignore[no-untyped-call]


def test_the_builders_take_what_the_program_refuses(alice: Credit) -> None:
    """0 and 2^64 - 1 are whole numbers: to refuse them is the program's."""
    for amount in (0, 2**64 - 1):
        purchase(
            payer=NOBODY,
            source=NOBODY,
            platform=NOBODY,
            credit_account=NOBODY,
            vault=NOBODY,
            credits=amount,
            sequence=0,
        )
        withdraw(
            wallet=NOBODY, credit_account=NOBODY, vault=NOBODY, destination=NOBODY, credits=amount, sequence=amount
        )
        settle(
            operator=NOBODY,
            platform=NOBODY,
            credit_account=NOBODY,
            job=NOBODY,
            vault=NOBODY,
            treasury=NOBODY,
            rent_payer=NOBODY,
            amount=amount,
            is_final=True,
            proof=None,
        )

"""The fee of a payee's earnings: for every amount of 64 bits and every fee that a platform may have, and beyond.

Bounds: amounts of 0 to 2^64 - 1, 0 to 10,000 basis points; MAX_FEE_BPS where it says so.
"""

import z3  # type: ignore[import-untyped]
from job_escrow.bounds import MAX_BASE_UNITS_PER_CREDIT, MAX_CREDITS, MAX_FEE_BPS
from proof_harness.lemmas import bounded, part_by_part
from proof_harness.pricing import PARTS, U64, fee
from proof_harness.products import Formula, Term
from proof_harness.solver import prove, refute, within

AMOUNT, MORE, BPS = z3.Ints("amount more bps")
VALID = z3.And(within(AMOUNT, 0, U64), within(BPS, 0, PARTS))

# Any fees of the two amounts that are the exact share, rounded down. That `fee` computes this is proved first; what
# follows from it is proved of these.
FEE, FEE_OF_MORE = z3.Ints("fee fee_of_more")


def is_share(fee: Term, amount: Term) -> Formula:
    """Say that a fee is the share of an amount, rounded down."""
    return z3.And(fee * PARTS <= amount * BPS, amount * BPS < (fee + 1) * PARTS)


ROUNDED = z3.And(VALID, is_share(FEE, AMOUNT))


def test_it_is_the_exact_share_rounded_down() -> None:
    """So the platform never takes above its share, and the payee gets less than one base unit too much for a job."""
    split = part_by_part.of(AMOUNT, BPS, PARTS)
    prove(is_share(fee(AMOUNT, BPS), AMOUNT), VALID, split)
    prove(fee(AMOUNT, BPS) == AMOUNT * BPS / PARTS, VALID, split)


def test_no_step_overflows() -> None:
    of_whole, of_rest = AMOUNT / PARTS * BPS, AMOUNT % PARTS * BPS
    known = (
        bounded.of(AMOUNT / PARTS, BPS, AMOUNT / PARTS, PARTS),
        bounded.of(AMOUNT % PARTS, BPS, PARTS - 1, PARTS),
        part_by_part.of(AMOUNT, BPS, PARTS),
        bounded.of(AMOUNT, BPS, AMOUNT, PARTS),
    )
    prove(z3.And(within(of_whole, 0, U64), within(of_rest, 0, U64)), VALID, *known)
    prove(within(of_whole + of_rest / PARTS, 0, U64), VALID, *known)


def test_without_the_split_it_would_overflow() -> None:
    refute(AMOUNT * BPS <= U64, VALID)


def test_it_is_never_above_what_it_is_a_share_of() -> None:
    prove(z3.And(0 <= FEE, FEE <= AMOUNT), ROUNDED, bounded.of(AMOUNT, BPS, AMOUNT, PARTS))
    highest = BPS <= MAX_FEE_BPS
    prove(FEE * PARTS <= AMOUNT * MAX_FEE_BPS, ROUNDED, highest, bounded.of(AMOUNT, BPS, AMOUNT, MAX_FEE_BPS))


def test_earning_more_never_pays_less() -> None:
    """Neither the fee nor what is left for the payee falls, so that what is due for a settlement is never below 0."""
    more = z3.And(within(MORE, 0, U64), AMOUNT <= MORE, is_share(FEE_OF_MORE, MORE))
    due = (MORE - FEE_OF_MORE) - (AMOUNT - FEE)
    steps = bounded.of(MORE - AMOUNT, BPS, MORE - AMOUNT, PARTS)
    prove(z3.And(FEE <= FEE_OF_MORE, within(due, 0, U64), due <= MORE - AMOUNT), ROUNDED, more, steps)


def test_each_settlement_pays_its_whole_worth_and_the_fee_is_rounded_once_for_a_job() -> None:
    """The inductive step of a job with a payee; it holds before the first settlement, when all is 0.

    Of what the payee's part of a job has earned by now (AMOUNT, then MORE), the payee has all but its fee. A settlement
    pays what is due by both, the treasury what is left of the worth: of the payee's part and of what lots paid for.
    """
    to_payee, to_treasury, of_lots, worth, due = z3.Ints("to_payee to_treasury of_lots worth due")
    step = z3.And(
        *(ROUNDED, within(MORE, 0, U64), AMOUNT <= MORE, is_share(FEE_OF_MORE, MORE), of_lots >= 0),
        due == (MORE - FEE_OF_MORE) - (AMOUNT - FEE),
        worth == of_lots + MORE - AMOUNT,
        to_treasury == worth - due,
    )
    known = bounded.of(MORE - AMOUNT, BPS, MORE - AMOUNT, PARTS)
    prove(z3.And(due + to_treasury == worth, due >= 0, to_treasury >= of_lots), step, known)
    prove(to_payee + due == MORE - FEE_OF_MORE, step, to_payee == AMOUNT - FEE)


def test_rounded_in_each_settlement_it_would_not_be() -> None:
    refute(FEE + FEE_OF_MORE == fee(AMOUNT + MORE, BPS), ROUNDED, is_share(FEE_OF_MORE, MORE), within(MORE, 0, U64))


def test_the_worth_of_any_credits_fits() -> None:
    """`pricing::product`, of credits and the base units of one."""
    credits, price = z3.Ints("credits base_units_per_credit")
    bounds = z3.And(within(credits, 0, MAX_CREDITS), within(price, 1, MAX_BASE_UNITS_PER_CREDIT))
    fits = bounded.of(credits, price, MAX_CREDITS, MAX_BASE_UNITS_PER_CREDIT)
    prove(within(credits * price, 0, U64), bounds, fits)

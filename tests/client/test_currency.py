"""Amounts of what credits are bought with: exact, and as people write them in that currency (R5, Y7)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from job_escrow.currency import USDC_DEVNET_MINT, USDT_MINT, Currency, currency_of, is_usdc
from job_escrow.presets import load_preset, preset_names
from job_escrow.tokens import USDC_MINT
from solders.pubkey import Pubkey

KWD = load_preset("resayil").mints


@pytest.mark.parametrize(
    ("base_units", "text"),
    [
        (2_000_000, "2.000 KWD"),
        (400, "0.0004 KWD"),
        (0, "0.000 KWD"),
        (1, "0.000001 KWD"),
        (12_345_678_900_000, "12,345,678.900 KWD"),
        (-1_500_000, "-1.500 KWD"),
        (2**64 - 1, "18,446,744,073,709.551615 KWD"),
    ],
)
def test_the_display_has_so_many_decimals_and_more_where_they_are_needed(base_units: int, text: str) -> None:
    assert Currency("KWD", 6, 3).text(base_units) == text


@given(st.integers(-(2**64), 2**64), st.integers(0, 18), st.integers(0, 18))
def test_no_amount_is_rounded(base_units: int, decimals: int, shown: int) -> None:
    currency = Currency("X", decimals, min(shown, decimals))
    amount = currency.amount(base_units)
    assert amount == Decimal(base_units).scaleb(-decimals)
    exponent = amount.as_tuple().exponent
    assert isinstance(exponent, int)
    assert currency.display_decimals <= -exponent <= decimals


def test_everybodys_mints_have_their_names_and_others_the_presets() -> None:
    somebodys = Pubkey.new_unique()
    assert currency_of(USDC_MINT, 6) == Currency("USDC", 6, 2)
    assert currency_of(USDT_MINT, 6, load_preset("resultity").mints) == Currency("USDT", 6, 2)
    assert currency_of(somebodys, 6, KWD) == Currency("TEST-KWD", 6, 3)
    # A preset names the mint that it was made for, and no other.
    assert currency_of(somebodys, 9, KWD) == Currency(None, 9, 2)
    assert currency_of(somebodys, 6, load_preset("decentral").mints).symbol is None
    assert currency_of(USDC_MINT, 6, KWD) == Currency("USDC", 6, 2)
    assert Currency(None, 6).text(14_200_000) == "14.20 tokens"


def test_dollars_are_those_of_usdc_alone() -> None:
    assert [is_usdc(mint) for mint in (USDC_MINT, USDC_DEVNET_MINT, USDT_MINT)] == [True, True, False]


def test_every_preset_shows_what_its_credits_cost() -> None:
    prices = {
        name: currency_of(mint.address or Pubkey.default(), mint.decimals, preset.mints).text(
            preset.base_units(preset.min_purchase)
        )
        for name in preset_names()
        for preset in [load_preset(name)]
        for mint in preset.mints[:1]
    }
    assert prices == {
        "ai-engine": "1.00 USDC",
        "capacloud": "5.00 USDC",
        "decentral": "1.00 USDC",
        "resayil": "2.000 TEST-KWD",
        "resultity": "1.00 USDC",
    }

"""Which ids a job can have, and which were used, as the program counts them."""

from itertools import islice

import pytest
from job_escrow.addresses import is_usable_id, job_address
from job_escrow.amounts import InvalidAmount
from job_escrow.codec import PROGRAM_ID, IdWindow, JobIdWindow
from job_escrow.ids import is_used, is_wallets, next_usable_id, usable_ids, used_bits, width
from solders.pubkey import Pubkey

ACCOUNT = Pubkey.from_bytes(bytes(range(32)))
ALL = 2**64 - 1


def test_an_id_can_be_used_where_a_search_for_its_address_ends_at_once() -> None:
    ids = range(2**51, 2**51 + 512)
    usable = [each for each in ids if is_usable_id(ACCOUNT, each)]
    assert usable == [each for each in ids if job_address(ACCOUNT, each).bump == 255]
    assert 200 < len(usable) < 312


def test_the_program_is_a_part_of_it() -> None:
    ids = range(64)
    assert [is_usable_id(ACCOUNT, each) for each in ids] != [is_usable_id(ACCOUNT, each, ACCOUNT) for each in ids]
    assert [is_usable_id(ACCOUNT, each) for each in ids] == [is_usable_id(ACCOUNT, each, PROGRAM_ID) for each in ids]


def test_the_next_id_is_above_and_the_lowest_that_can_be_used() -> None:
    some = list(islice(usable_ids(ACCOUNT, 100), 20))
    assert some == sorted(set(some))
    assert [each for each in range(101, some[-1] + 1) if is_usable_id(ACCOUNT, each)] == some
    assert next_usable_id(ACCOUNT, 100) == some[0]
    assert next_usable_id(ACCOUNT, some[0] - 1) == some[0]
    assert next_usable_id(ACCOUNT, some[0]) == some[1]


@pytest.mark.parametrize("number", [-1, 2**64])
def test_an_id_that_does_not_fit_is_refused(number: int) -> None:
    with pytest.raises(InvalidAmount):
        is_usable_id(ACCOUNT, number)


def test_bit_52_says_whose_a_job_is() -> None:
    assert [is_wallets(each) for each in (0, 2**52 - 1, 2**52, 2**53 - 1, 2**53)] == [False, False, True, True, False]


@pytest.mark.parametrize(
    ("window", "wide"),
    [
        (IdWindow(highest=1_000, words=(1, 1 << 63)), 128),
        (JobIdWindow(highest=1_000, words=(1, 0, 0, 1 << 63)), 256),
    ],
)
def test_a_window_says_which_ids_were_used(window: IdWindow | JobIdWindow, wide: int) -> None:
    assert width(window) == wide
    assert used_bits(window) == 1 | 1 << wide - 1
    used = {each for each in range(1_000 - wide - 5, 1_300) if is_used(window, each)}
    assert used == {*range(1_000 - wide - 5, 1_000 - wide + 2), 1_000}


def test_of_a_fresh_account_all_ids_up_to_its_start_are_used() -> None:
    window = JobIdWindow(highest=50 << 20, words=(ALL,) * 4)
    assert is_used(window, 50 << 20)
    assert is_used(window, 0)
    assert not is_used(window, (50 << 20) + 1)

"""Ids of jobs, sessions and grants: which of them an account has used, and which comes next.

An account has a window for the operator's jobs and sessions, one for the wallet's own jobs and one for grants, so that
none of them makes another's ids too old. Of the ids of jobs only those can be used that have an address at bump 255:
about half. So it is with sessions, and it is another half.
"""

from collections.abc import Iterator

from solders.pubkey import Pubkey

from job_escrow.addresses import is_usable_id, is_usable_session_id
from job_escrow.bounds import EPOCH_SHIFT, WALLET_ID_BIT
from job_escrow.codec import PROGRAM_ID, CreditAccount, IdWindow, JobIdWindow

Window = IdWindow | JobIdWindow

_WORD_BITS = 64


def width(window: Window) -> int:
    """How many ids a window remembers, from the highest down; also how far ahead of it a new one may be."""
    return len(window.words) * _WORD_BITS


def used_bits(window: Window) -> int:
    """A window's bits as one number: bit i says whether the id `highest - i` was used."""
    return sum(word << place * _WORD_BITS for place, word in enumerate(window.words))


def is_used(window: Window, number: int) -> bool:
    """Whether an id can never be used again: used, or too old to tell."""
    below = window.highest - number
    return below >= 0 and (below >= width(window) or bool(used_bits(window) >> below & 1))


def starts_at(account: CreditAccount) -> int:
    """Where the ids of an account start; an account that is opened again at its address starts elsewhere."""
    return account.opened_at << EPOCH_SHIFT


def is_wallets(job_id: int) -> bool:
    """Whether a job's id is one of those that only the wallet locks."""
    return job_id >> WALLET_ID_BIT == 1


def window_of(account: CreditAccount, job_id: int) -> Window:
    """The window that a job's id is in."""
    return account.wallet_job_ids if is_wallets(job_id) else account.job_ids


def usable_ids(credit_account: Pubkey, above: int, program_id: Pubkey = PROGRAM_ID) -> Iterator[int]:
    """Ids of jobs above a number that can be used, without end."""
    number = above
    while True:
        number += 1
        if is_usable_id(credit_account, number, program_id):
            yield number


def next_usable_id(credit_account: Pubkey, above: int, program_id: Pubkey = PROGRAM_ID) -> int:
    """The lowest id of a job above a number that can be used."""
    return next(usable_ids(credit_account, above, program_id))


def next_usable_session_id(credit_account: Pubkey, above: int, program_id: Pubkey = PROGRAM_ID) -> int:
    """The lowest id of a session above a number that can be used."""
    number = above + 1
    while not is_usable_session_id(credit_account, number, program_id):
        number += 1
    return number

"""What always holds of a credit account, its vault and its jobs (docs/invariants.md)."""

from collections.abc import Sequence

from job_escrow.codec import CreditAccount, Job

MAX_CREDITS = 2**32 - 1


def check_account(account: CreditAccount, vault: int, jobs: Sequence[Job]) -> None:
    """Raise AssertionError where an invariant does not hold. `jobs` are all open jobs of the account."""
    paid = account.paid_available + account.paid_locked
    granted = account.granted_available + account.granted_locked
    liabilities = paid + granted + account.pending_bonus
    assert vault >= liabilities * account.base_units_per_credit, "1: the vault does not cover the credits"
    assert liabilities <= MAX_CREDITS
    assert account.purchased + account.synced == paid + account.spent_paid + account.withdrawn, "2: paid credits"
    assert account.granted == granted + account.spent_granted + account.expired, "3: granted credits"
    assert account.granted_available == sum(lot.credits_free for lot in account.lots), "3: free lots"
    assert account.granted_locked == sum(lot.credits_locked for lot in account.lots), "3: locked lots"
    assert account.open_jobs == len(jobs)
    assert account.paid_locked == sum(job.held.paid for job in jobs), "locked paid credits are those of open jobs"
    for index, lot in enumerate(account.lots):
        assert lot.credits_locked == sum(job.held.lots[index] for job in jobs), "locked lots are those of open jobs"
    for job in jobs:
        assert job.settled + job.held.paid + sum(job.held.lots) == job.credits, "7: at most the lock is charged"
        assert job.id <= account.job_ids.highest

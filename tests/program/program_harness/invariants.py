"""What always holds of a credit account, its vault, its jobs and its sessions (docs/invariants.md)."""

from collections.abc import Sequence

from job_escrow.codec import CreditAccount, Job, Session

MAX_CREDITS = 2**32 - 1


def check_account(account: CreditAccount, vault: int, jobs: Sequence[Job], sessions: Sequence[Session]) -> None:
    """Raise AssertionError where an invariant does not hold. `jobs` and `sessions` are all that are open."""
    claims: list[Job | Session] = [*jobs, *sessions]
    paid = account.paid_available + account.paid_locked
    granted = account.granted_available + account.granted_locked
    liabilities = paid + granted
    assert account.liabilities == liabilities, "21: all liabilities in one number"
    owed = liabilities * account.base_units_per_credit + account.promotion_owed
    assert vault >= owed, "1: the vault does not cover the credits"
    assert account.promotion_backing <= paid * account.base_units_per_credit, "13: promotion behind no credits"
    assert liabilities <= MAX_CREDITS
    paid_in = account.purchased + account.bonus + account.synced
    assert paid_in == paid + account.spent_paid + account.withdrawn, "2: paid credits"
    assert account.granted == granted + account.spent_granted + account.expired, "3: granted credits"
    assert account.granted_available == sum(lot.credits_free for lot in account.lots), "3: free lots"
    assert account.granted_locked == sum(lot.credits_locked for lot in account.lots), "3: locked lots"
    assert account.open_jobs == len(claims)
    assert account.paid_locked == sum(each.held.paid for each in claims), "locked paid credits are those of open jobs"
    for index, lot in enumerate(account.lots):
        assert lot.credits_locked == sum(each.held.lots[index] for each in claims), "locked lots are those of open jobs"
    for each in claims:
        assert each.settled + each.held.paid + sum(each.held.lots) == each.credits, "7: at most the lock is charged"
    for session in sessions:
        assert session.id <= account.job_ids.highest
        assert session.id >> 52 == 0
    for job in jobs:
        assert job.id <= (account.job_ids if job.by_operator else account.wallet_job_ids).highest
        assert job.id >> 52 == 1 - job.by_operator

"""Credit accounts: what is bought, given, taken out; all but jobs."""

from collections.abc import Mapping
from typing import Any

from job_escrow.bounds import PLAN_WINDOW, PLANS
from job_escrow.plans import NO_PLAN
from job_escrow.top_ups import ENDED

from job_escrow_indexer.accounts.fold.common import (
    BALANCES,
    LOTS,
    Handler,
    Rows,
    bump,
    fields,
    of_account,
    see_vault,
    start_ids,
    use_id,
)
from job_escrow_indexer.accounts.kinds import CREDIT_ACCOUNTS, State, cycle_bits
from job_escrow_indexer.decode.decoder import Happened
from job_escrow_indexer.store.values import address, text

_opened = fields(
    "AccountOpened", "credit_account", "platform", "wallet", "vault", "rent_payer", "namespace",
    "base_units_per_credit", "starts_at", "credits_per_job", "credits_per_session", "credits_per_period",
    "period_seconds", "quoted_allowed", "at", "rent_lamports", "vault_rent_lamports",
)  # fmt: skip
_ZEROS = (
    "paid_available", "paid_locked", "granted_available", "granted_locked", "promotion_backing", "promotion_owed",
    "purchased", "bonus", "synced", "granted", "spent_paid", "spent_granted", "withdrawn", "expired", "last_topup_at",
    "open_jobs", "limit_period_started_at", "limit_used", "limit_operator_locked",
    "top_up",
)  # fmt: skip


def _account_opened(rows: Rows, happened: Happened) -> None:
    (
        at, platform, wallet, vault, payer, namespace, base, start, per_job, per_session, per_period, period, quoted,
        opened, rent, vault_rent,
    ) = _opened(happened.values)  # fmt: skip
    state: State = dict.fromkeys(_ZEROS, 0)
    state.update(
        address=address(at),
        platform=address(platform),
        wallet=address(wallet),
        namespace=text(namespace),
        vault=address(vault),
        base_units_per_credit=base,
        opened_at=opened,
        sequence=start,
        **start_ids(start),
        limit_per_job=per_job,
        limit_per_session=per_session,
        limit_per_period=per_period,
        limit_period_seconds=period,
        quoted_allowed=quoted,
        lots=[[0, 0, 0] for _ in range(LOTS)],
        plans=[[0, cycle_bits(0)] for _ in range(PLANS)],
        rent_payer=address(payer),
        vault_rent_payer=address(payer),
        rent_lamports=rent,
        vault_rent_lamports=vault_rent,
        session_heads=bytes(32).hex(),
        version=1,
        compatible_from=1,
        bump=bump(b"credit", platform, wallet, namespace),
        ended_at=None,
        position=happened.position,
    )
    rows.put(CREDIT_ACCOUNTS, state)
    see_vault(rows, happened, state)


_limits = fields(
    "LimitsSet", "credits_per_job", "credits_per_session", "credits_per_period", "period_seconds", "quoted_allowed",
    "sequence",
)  # fmt: skip


@of_account
def _limits_set(rows: Rows, happened: Happened, state: State) -> None:
    per_job, per_session, per_period, seconds, quoted, sequence = _limits(happened.values)
    state.update(
        limit_per_job=per_job,
        limit_per_session=per_session,
        limit_per_period=per_period,
        limit_period_seconds=seconds,
        quoted_allowed=quoted,
        sequence=sequence,
    )


_purchased = fields("CreditsPurchased", "credits", "bonus_credits", "sequence", "at")


@of_account
def _credits_purchased(rows: Rows, happened: Happened, state: State) -> None:
    credits, bonus, sequence, at = _purchased(happened.values)
    state["purchased"] += credits
    state["bonus"] += bonus
    state["last_topup_at"] = at
    state["sequence"] = sequence or state["sequence"]


_synced = fields("DepositsSynced", "credits", "at")


@of_account
def _deposits_synced(rows: Rows, happened: Happened, state: State) -> None:
    credits, at = _synced(happened.values)
    state["synced"] += credits
    state["last_topup_at"] = at


_withdrawn = fields("CreditsWithdrawn", "credits", "synced", "promotion_owed", "sequence")


@of_account
def _credits_withdrawn(rows: Rows, happened: Happened, state: State) -> None:
    credits, synced, owed, sequence = _withdrawn(happened.values)
    state["withdrawn"] += credits
    state["promotion_owed"] += owed
    state["synced"] += synced
    state["sequence"] = sequence
    if state["top_up"]:
        state["top_up"] = ENDED


_swept = fields("PromotionSwept", "base_units", "at")


@of_account
def _promotion_swept(rows: Rows, happened: Happened, state: State) -> None:
    state["promotion_owed"] -= _swept(happened.values)[0]


_granted = fields("CreditsGranted", "id", "credits", "expires_at", "plan_slot", "plan_cycle")


@of_account
def _credits_granted(rows: Rows, happened: Happened, state: State) -> None:
    grant_id, credits, expires_at, slot, cycle = _granted(happened.values)
    lots = state["lots"]
    # As the program does: the lot that expires together with it, or else the first that is empty.
    same = [lot for lot in lots if (lot[0] or lot[1]) and lot[2] == expires_at]
    lot = next(iter(same or [lot for lot in lots if not lot[0] and not lot[1]]), None)
    if lot is None:
        rows.note_gap(happened)
    else:
        lot[0] += credits
        lot[2] = expires_at
    state["granted"] += credits
    if slot == NO_PLAN:
        use_id(state, "grant_ids", grant_id)
    else:
        _use_cycle(state["plans"][slot], cycle)


def _use_cycle(plan: list[Any], cycle: int) -> None:
    """Mark a cycle as granted in `[highest, bits]`."""
    highest, bits = plan[0], int(plan[1], 16)
    newest = max(highest, cycle)
    bits = bits << min(newest - highest, PLAN_WINDOW) | 1 << min(newest - cycle, PLAN_WINDOW)
    plan[:] = newest, cycle_bits(bits & (1 << PLAN_WINDOW) - 1)


_expired = fields("LotsExpired", "credits", "at")


@of_account
def _lots_expired(rows: Rows, happened: Happened, state: State) -> None:
    credits, at = _expired(happened.values)
    for lot in state["lots"]:
        if lot[2] <= at:
            lot[0] = 0
    state["expired"] += credits


@of_account
def _tokens_recovered(rows: Rows, happened: Happened, state: State) -> None:
    """They were no credits."""


_closed = fields("AccountClosed", "at", "credit_account")


@of_account
def _account_closed(rows: Rows, happened: Happened, state: State) -> None:
    state["ended_at"] = _closed(happened.values)[0]
    state.update(dict.fromkeys(BALANCES, 0), promotion_owed=0, lots=[[0, 0, 0] for _ in range(LOTS)])


HANDLERS: Mapping[str, Handler] = {
    "AccountOpened": _account_opened,
    "LimitsSet": _limits_set,
    "CreditsPurchased": _credits_purchased,
    "CreditsGranted": _credits_granted,
    "LotsExpired": _lots_expired,
    "PromotionSwept": _promotion_swept,
    "DepositsSynced": _deposits_synced,
    "TokensRecovered": _tokens_recovered,
    "CreditsWithdrawn": _credits_withdrawn,
    "AccountClosed": _account_closed,
}

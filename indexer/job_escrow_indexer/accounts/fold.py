"""What events do to the rows of accounts. Every account of the program follows from its events alone.

Events of one account come in the chain's order; the caller sees to it. Where the balances that an event was preceded by
are not those of the row, something is missing: that is counted, and the event's own balances are taken.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Protocol

from job_escrow.codec import PROGRAM_ID
from solders.pubkey import Pubkey

from job_escrow_indexer.accounts.kinds import CREDIT_ACCOUNTS, JOBS, PAYEES, PLATFORMS, VAULTS, Kind, State
from job_escrow_indexer.decode.decoder import Happened
from job_escrow_indexer.decode.layout import Layout, event_layouts
from job_escrow_indexer.store.values import address, address_or_none, text

_WINDOW = (1 << 128) - 1
_LOTS = 8
_JOB_BUMP = 16
"""Where the data of `lock` has the job's bump: behind its discriminator and the id."""

Handler = Callable[["Rows", Happened], None]


class Rows(Protocol):
    """Where states are found and put; only what is put is written."""

    def find(self, kind: Kind, *key: object) -> State | None:
        """The state of an account; None where there is none. It may be changed, and has to be put then."""
        ...

    def put(self, kind: Kind, state: State) -> None:
        """Keep a state."""
        ...

    def note_gap(self, happened: Happened) -> None:
        """An event does not follow from the row."""
        ...


def subject(happened: Happened) -> tuple[Kind, str]:
    """Whose history an event is of: a credit account's, with its jobs and vault, or a platform's, with its payees."""
    layout, values = happened.layout, happened.values
    if "credit_account" in layout.places:
        return CREDIT_ACCOUNTS, address(values[layout.at("credit_account")])
    return PLATFORMS, address(values[layout.at("platform")])


def begins(happened: Happened) -> bool:
    """Whether an event creates the account that its history is about."""
    return happened.layout.name in ("PlatformCreated", "AccountOpened")


def apply(rows: Rows, happened: Happened) -> None:
    """Do to the rows what an event says."""
    _HANDLERS[happened.layout.name](rows, happened)


@cache
def _layouts() -> Mapping[str, Layout]:
    return {layout.name: layout for layout in event_layouts().values()}


class _Fields:
    """Takes named values out of one event."""

    def __init__(self, event: str, *fields: str) -> None:
        self.take = _layouts()[event].pick(*fields)


_AFTER = ("after.paid_available", "after.paid_locked", "after.granted_available", "after.granted_locked")
_BALANCES = ("paid_available", "paid_locked", "granted_available", "granted_locked")


def _account(rows: Rows, happened: Happened) -> State | None:
    """The account of an event that says its balances before, compared with them."""
    layout, values = happened.layout, happened.values
    state = rows.find(CREDIT_ACCOUNTS, address(values[layout.at("credit_account")]))
    if state is None:
        rows.note_gap(happened)
        return None
    if "before.paid_available" in layout.places:
        before = values[layout.group("before.")]
        if before != (
            state["paid_available"], state["paid_locked"], state["granted_available"], state["granted_locked"],
        ):  # fmt: skip
            rows.note_gap(happened)
            state.update(zip(_BALANCES, before, strict=True))
    state["position"] = happened.position
    return state


def _finish(rows: Rows, happened: Happened, state: State) -> None:
    """Take the balances after, and the vault's amount."""
    layout = happened.layout
    if "after.paid_available" in layout.places:
        state.update(zip(_BALANCES, happened.values[layout.group("after.")], strict=True))
    rows.put(CREDIT_ACCOUNTS, state)
    _see_vault(rows, happened, state)


def _see_vault(rows: Rows, happened: Happened, account: State) -> None:
    gone = happened.layout.name == "AccountClosed"
    if gone or happened.base_units is not None:
        vault = {
            "address": account["vault"],
            "credit_account": account["address"],
            "base_units": None if gone else happened.base_units,
            "position": happened.position,
        }
        rows.put(VAULTS, vault)


_created = _Fields(
    "PlatformCreated", "platform", "creator", "admin", "operator", "treasury", "mint", "name", "base_units_per_credit",
    "notice_seconds", "min_purchase", "max_job_seconds", "fee_bps",
).take  # fmt: skip


def _platform_created(rows: Rows, happened: Happened) -> None:
    at, creator, admin, operator, treasury, mint, name, base, notice, least, longest, fee = _created(happened.values)
    nothing = [["", 0, 0, 0, 0] for _ in range(8)]
    rows.put(
        PLATFORMS,
        {
            "address": address(at),
            "creator": address(creator),
            "name": text(name),
            "admin": address(admin),
            "pending_admin": None,
            "operator": address_or_none(operator),
            "treasury": address(treasury),
            "mint": address(mint),
            "base_units_per_credit": base,
            "notice_seconds": notice,
            "min_purchase": least,
            "max_job_seconds": longest,
            "fee_bps": fee,
            "paused": 0,
            "tiers": _tiers(happened, "tiers."),
            "pending": {
                **dict.fromkeys(("operator", "treasury")),
                **dict.fromkeys(("operator_at", "treasury_at", "fee_bps", "fee_bps_at", "min_purchase"), 0),
                **dict.fromkeys(("min_purchase_at", "max_job_seconds", "max_job_seconds_at"), 0),
                "tiers": nothing,
                "tiers_at": [0] * 8,
            },
            "packs": [[0, 0] for _ in range(4)],
            "version": 1,
            "bump": _bump(b"platform", creator, name),
            "position": happened.position,
        },
    )


_changed = _Fields(
    "PlatformChanged", "platform", "admin", "pending_admin", "operator", "treasury", "min_purchase",
    "max_job_seconds", "fee_bps", "paused",
).take  # fmt: skip
_PENDING = (
    "operator_at", "treasury_at", "fee_bps", "fee_bps_at", "min_purchase", "min_purchase_at", "max_job_seconds",
    "max_job_seconds_at",
)  # fmt: skip
_pending_numbers = _Fields("PlatformChanged", *(f"pending.{name}" for name in _PENDING)).take
_pending_keys = _Fields("PlatformChanged", "pending.operator", "pending.treasury").take


def _platform_changed(rows: Rows, happened: Happened) -> None:
    at, admin, pending_admin, operator, treasury, least, longest, fee, paused = _changed(happened.values)
    state = rows.find(PLATFORMS, address(at))
    if state is None:
        rows.note_gap(happened)
        return
    new_operator, new_treasury = _pending_keys(happened.values)
    layout = happened.layout
    state.update(
        admin=address(admin),
        pending_admin=address_or_none(pending_admin),
        operator=address_or_none(operator),
        treasury=address(treasury),
        min_purchase=least,
        max_job_seconds=longest,
        fee_bps=fee,
        paused=paused,
        tiers=_tiers(happened, "tiers."),
        pending={
            **dict(zip(_PENDING, _pending_numbers(happened.values), strict=True)),
            "operator": address_or_none(new_operator),
            "treasury": address_or_none(new_treasury),
            "tiers": _tiers(happened, "pending.tiers."),
            "tiers_at": list(happened.values[layout.group("pending.tiers_at.")]),
        },
        position=happened.position,
    )
    rows.put(PLATFORMS, state)


def _tiers(happened: Happened, prefix: str) -> list[list[Any]]:
    flat = happened.values[happened.layout.group(prefix)]
    return [[text(flat[at]), *flat[at + 1 : at + 5]] for at in range(0, len(flat), 5)]


_registered = _Fields("PayeeRegistered", "payee", "platform", "owner", "token_account", "rent_payer").take


def _payee_registered(rows: Rows, happened: Happened) -> None:
    payee, platform, owner, token_account, rent_payer = _registered(happened.values)
    _advance_platform(rows, happened, address(platform))
    rows.put(
        PAYEES,
        {
            "address": address(payee),
            "platform": address(platform),
            "owner": address(owner),
            "token_account": address(token_account),
            "rent_payer": address(rent_payer),
            "version": 1,
            "bump": _bump(b"payee", platform, owner),
            "ended_at": None,
            "position": happened.position,
        },
    )


def _advance_platform(rows: Rows, happened: Happened, at: str) -> None:
    """A platform's row says how far the history of its payees is known, too."""
    state = rows.find(PLATFORMS, at)
    if state is None:
        rows.note_gap(happened)
        return
    state["position"] = happened.position
    rows.put(PLATFORMS, state)


_unregistered = _Fields("PayeeUnregistered", "platform", "payee", "at").take


def _payee_unregistered(rows: Rows, happened: Happened) -> None:
    platform, payee, at = _unregistered(happened.values)
    _advance_platform(rows, happened, address(platform))
    state = rows.find(PAYEES, address(payee))
    if state is None:
        rows.note_gap(happened)
        return
    state.update(ended_at=at, position=happened.position)
    rows.put(PAYEES, state)


_opened = _Fields(
    "AccountOpened", "credit_account", "platform", "wallet", "vault", "rent_payer", "namespace",
    "base_units_per_credit", "starts_at", "credits_per_job", "credits_per_period", "period_seconds", "at",
    "rent_lamports", "vault_rent_lamports",
).take  # fmt: skip
_ZEROS = (
    "paid_available", "paid_locked", "granted_available", "granted_locked", "pending_bonus", "pending_bonus_base",
    "purchased", "synced", "granted", "spent_paid", "spent_granted", "withdrawn", "expired", "last_topup_at",
    "open_jobs", "limit_period_started_at", "limit_used", "topup_threshold", "topup_credits", "topup_per_period",
    "topup_period_seconds", "topup_period_started_at", "topup_used",
)  # fmt: skip


def _account_opened(rows: Rows, happened: Happened) -> None:
    (
        at, platform, wallet, vault, payer, namespace, base, start, per_job, per_period, period, opened, rent,
        vault_rent,
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
        job_ids_highest=start,
        job_ids_used=f"{_WINDOW:032x}",
        limit_per_job=per_job,
        limit_per_period=per_period,
        limit_period_seconds=period,
        lots=[[0, 0, 0] for _ in range(_LOTS)],
        rent_payer=address(payer),
        vault_rent_payer=address(payer),
        rent_lamports=rent,
        vault_rent_lamports=vault_rent,
        version=1,
        bump=_bump(b"credit", platform, wallet, namespace),
        ended_at=None,
        position=happened.position,
    )
    rows.put(CREDIT_ACCOUNTS, state)
    _see_vault(rows, happened, state)


_limits = _Fields("LimitsSet", "credits_per_job", "credits_per_period", "period_seconds").take


def _limits_set(rows: Rows, happened: Happened) -> None:
    state = _account(rows, happened)
    if state is not None:
        per_job, per_period, seconds = _limits(happened.values)
        state.update(limit_per_job=per_job, limit_per_period=per_period, limit_period_seconds=seconds)
        _finish(rows, happened, state)


_purchased = _Fields("CreditsPurchased", "credits", "sequence", "at").take


def _credits_purchased(rows: Rows, happened: Happened) -> None:
    state = _account(rows, happened)
    if state is not None:
        credits, sequence, at = _purchased(happened.values)
        state["purchased"] += credits
        state["last_topup_at"] = at
        state["sequence"] = sequence or state["sequence"]
        _finish(rows, happened, state)


_synced = _Fields("DepositsSynced", "credits", "at").take


def _deposits_synced(rows: Rows, happened: Happened) -> None:
    state = _account(rows, happened)
    if state is not None:
        credits, at = _synced(happened.values)
        state["synced"] += credits
        state["last_topup_at"] = at
        _finish(rows, happened, state)


_withdrawn = _Fields("CreditsWithdrawn", "credits", "synced", "sequence").take


def _credits_withdrawn(rows: Rows, happened: Happened) -> None:
    state = _account(rows, happened)
    if state is not None:
        credits, synced, sequence = _withdrawn(happened.values)
        state["withdrawn"] += credits
        state["synced"] += synced
        state["sequence"] = sequence
        _finish(rows, happened, state)


_granted = _Fields("CreditsGranted", "id", "credits", "expires_at").take


def _credits_granted(rows: Rows, happened: Happened) -> None:
    state = _account(rows, happened)
    if state is not None:
        grant_id, credits, expires_at = _granted(happened.values)
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
        _use_id(state, grant_id)
        _finish(rows, happened, state)


_expired = _Fields("LotsExpired", "credits", "at").take


def _lots_expired(rows: Rows, happened: Happened) -> None:
    state = _account(rows, happened)
    if state is not None:
        credits, at = _expired(happened.values)
        for lot in state["lots"]:
            if lot[2] <= at:
                lot[0] = 0
        state["expired"] += credits
        _finish(rows, happened, state)


_locked = _Fields(
    "JobLocked", "job", "id", "payee", "payee_token_account", "rent_payer", "credits", "max_units", "fee_bps",
    "deadline", "limit_period", "at", "held.paid", "tier.name", "tier.flat_credits", "tier.included_units",
    "tier.credits_per_1000_units", "tier.unit_kind", "by_operator", "quoted", "tier_index",
).take  # fmt: skip
_held_lots = _layouts()["JobLocked"].group("held.lots.")


def _job_locked(rows: Rows, happened: Happened) -> None:
    state = _account(rows, happened)
    if state is None:
        return
    (
        job, job_id, payee, payee_tokens, rent_payer, credits, max_units, fee_bps, deadline, limit_period, at,
        held_paid, tier, flat, included, rate, unit_kind, by_operator, quoted, tier_index,
    ) = _locked(happened.values)  # fmt: skip
    held_lots = list(happened.values[_held_lots])
    for lot, held in zip(state["lots"], held_lots, strict=True):
        lot[0] -= held
        lot[1] += held
    state["open_jobs"] += 1
    _use_id(state, job_id)
    if by_operator:
        same = state["limit_period_started_at"] == limit_period
        state["limit_used"] = credits + (state["limit_used"] if same else 0)
        state["limit_period_started_at"] = limit_period
    _finish(rows, happened, state)
    rows.put(
        JOBS,
        {
            "credit_account": state["address"],
            "id": job_id,
            "address": address(job),
            "by_operator": by_operator,
            "quoted": quoted,
            "tier_index": tier_index,
            "tier": text(tier),
            "flat_credits": flat,
            "included_units": included,
            "credits_per_1000_units": rate,
            "unit_kind": unit_kind,
            "payee": address_or_none(payee),
            "payee_token_account": address_or_none(payee_tokens),
            "rent_payer": address(rent_payer),
            "max_units": max_units,
            "credits": credits,
            "settled": 0,
            "held_paid": held_paid,
            "held_lots": held_lots,
            "payee_credits": 0,
            "fee_bps": fee_bps,
            "locked_at": at,
            "deadline": deadline,
            "limit_period": limit_period,
            "version": 1,
            "bump": happened.instruction[_JOB_BUMP],
            "status": "open",
            "ended_at": None,
            "position": happened.position,
        },
    )


def _use_id(state: State, job_id: int) -> None:
    highest = state["job_ids_highest"]
    newest = max(highest, job_id)
    bits = int(state["job_ids_used"], 16) << (newest - highest) | 1 << (newest - job_id)
    state["job_ids_highest"] = newest
    state["job_ids_used"] = f"{bits & _WINDOW:032x}"


_settled = _Fields("JobSettled", "id", "settled", "spent.paid", "at", "is_final").take
_spent_lots = _layouts()["JobSettled"].group("spent.lots.")


def _job_settled(rows: Rows, happened: Happened) -> None:
    state = _account(rows, happened)
    if state is None:
        return
    job_id, settled, spent_paid, at, is_final = _settled(happened.values)
    spent_lots = happened.values[_spent_lots]
    state["spent_paid"] += spent_paid
    state["spent_granted"] += sum(spent_lots)
    for lot, spent in zip(state["lots"], spent_lots, strict=True):
        lot[1] -= spent
    job = rows.find(JOBS, state["address"], job_id)
    if job is None:
        rows.note_gap(happened)
    else:
        job["settled"] = settled
        job["held_paid"] -= spent_paid
        job["held_lots"] = [held - spent for held, spent in zip(job["held_lots"], spent_lots, strict=True)]
        if job["payee"] is not None:
            job["payee_credits"] += spent_paid
        job["position"] = happened.position
        if is_final:
            _end(state, job, "returned.", happened, "settled", at)
        rows.put(JOBS, job)
    _finish(rows, happened, state)


_refunded = _Fields("JobRefunded", "id", "at", "timed_out").take


def _job_refunded(rows: Rows, happened: Happened) -> None:
    state = _account(rows, happened)
    if state is None:
        return
    job_id, at, timed_out = _refunded(happened.values)
    job = rows.find(JOBS, state["address"], job_id)
    if job is None:
        rows.note_gap(happened)
    else:
        job["position"] = happened.position
        _end(state, job, "returned.", happened, "timed out" if timed_out else "refunded", at)
        rows.put(JOBS, job)
    _finish(rows, happened, state)


def _end(state: State, job: State, prefix: str, happened: Happened, status: str, at: int) -> None:
    """What a job still held goes back to where it came from; its row keeps what it was when it ended."""
    returned = happened.values[happened.layout.group(f"{prefix}lots.")]
    for lot, back in zip(state["lots"], returned, strict=True):
        lot[0] += back
        lot[1] -= back
    state["open_jobs"] -= 1
    if job["by_operator"] and job["limit_period"] == state["limit_period_started_at"]:
        state["limit_used"] = max(0, state["limit_used"] - (job["credits"] - job["settled"]))
    job.update(held_paid=0, held_lots=[0] * _LOTS, status=status, ended_at=at)


def _tokens_recovered(rows: Rows, happened: Happened) -> None:
    state = _account(rows, happened)
    if state is not None:
        _finish(rows, happened, state)


_closed = _Fields("AccountClosed", "at", "credit_account").take


def _account_closed(rows: Rows, happened: Happened) -> None:
    state = _account(rows, happened)
    if state is not None:
        state["ended_at"] = _closed(happened.values)[0]
        state.update(dict.fromkeys(_BALANCES, 0), lots=[[0, 0, 0] for _ in range(_LOTS)])
        _finish(rows, happened, state)


def _bump(*seeds: bytes) -> int:
    return Pubkey.find_program_address(list(seeds), PROGRAM_ID)[1]


_HANDLERS: Mapping[str, Handler] = {
    "PlatformCreated": _platform_created,
    "PlatformChanged": _platform_changed,
    "PayeeRegistered": _payee_registered,
    "PayeeUnregistered": _payee_unregistered,
    "AccountOpened": _account_opened,
    "LimitsSet": _limits_set,
    "CreditsPurchased": _credits_purchased,
    "CreditsGranted": _credits_granted,
    "LotsExpired": _lots_expired,
    "DepositsSynced": _deposits_synced,
    "TokensRecovered": _tokens_recovered,
    "JobLocked": _job_locked,
    "JobSettled": _job_settled,
    "JobRefunded": _job_refunded,
    "CreditsWithdrawn": _credits_withdrawn,
    "AccountClosed": _account_closed,
}

"""Automatic top-up: the rule of a credit account, and what is bought by it."""

from collections.abc import Mapping

from job_escrow.addresses import delegate_address, top_up_address
from job_escrow.top_ups import IN_FORCE, NO_RULE
from solders.pubkey import Pubkey

from job_escrow_indexer.accounts.fold.common import Handler, Rows, bump, fields, of_account
from job_escrow_indexer.accounts.kinds import RULE_NUMBERS, TOP_UP_RULES, State
from job_escrow_indexer.decode.decoder import Happened
from job_escrow_indexer.store.values import address

_set = fields("TopUpSet", "platform", "wallet", "credit_account", "rule", "source", "rent_payer", *RULE_NUMBERS)


@of_account
def _top_up_set(rows: Rows, happened: Happened, state: State) -> None:
    platform, wallet, account, rule, source, rent_payer, *numbers = _set(happened.values)
    said = dict(zip(RULE_NUMBERS, numbers, strict=True))
    state.update(sequence=said["sequence"], top_up=IN_FORCE)
    rows.put(
        TOP_UP_RULES,
        {
            **said,
            "address": address(rule),
            "credit_account": state["address"],
            "source": address(source),
            "delegate": str(delegate_address(Pubkey(platform), Pubkey(wallet))),
            "rent_payer": address(rent_payer),
            "period_started_at": 0,
            "used_base_units": 0,
            "last_slot": 0,
            "version": 1,
            "bump": bump(b"top-up", account),
            "delegate_bump": bump(b"delegate", platform, wallet),
            "compatible_from": 1,
            "ended_at": None,
            "position": happened.position,
        },
    )


_removed = fields("TopUpRemoved", "rule", "sequence", "at")


@of_account
def _top_up_removed(rows: Rows, happened: Happened, state: State) -> None:
    rule, sequence, at = _removed(happened.values)
    state.update(sequence=sequence, top_up=NO_RULE)
    _change(rows, happened, address(rule), ended_at=at)


_topped_up = fields(
    "CreditsToppedUp", "credit_account", "credits", "bonus_credits", "synced", "period_started_at", "used_base_units",
    "slot", "at",
)  # fmt: skip


@of_account
def _credits_topped_up(rows: Rows, happened: Happened, state: State) -> None:
    account, credits, bonus, synced, started_at, used, slot, at = _topped_up(happened.values)
    state["purchased"] += credits
    state["bonus"] += bonus
    state["synced"] += synced
    state["last_topup_at"] = at
    rule = str(top_up_address(Pubkey(account)))
    _change(rows, happened, rule, period_started_at=started_at, used_base_units=used, last_slot=slot)


def _change(rows: Rows, happened: Happened, rule: str, **changes: int) -> None:
    state = rows.find(TOP_UP_RULES, rule)
    if state is None:
        rows.note_gap(happened)
        return
    state.update(changes, position=happened.position)
    rows.put(TOP_UP_RULES, state)


HANDLERS: Mapping[str, Handler] = {
    "TopUpSet": _top_up_set,
    "TopUpRemoved": _top_up_removed,
    "CreditsToppedUp": _credits_topped_up,
}

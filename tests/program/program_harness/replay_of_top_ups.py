"""Top-up rules from events alone."""

from dataclasses import replace

from job_escrow.codec import PROGRAM_ID, CreditsToppedUp, TopUpRule, TopUpSet
from solders.pubkey import Pubkey


def rule_set(event: TopUpSet) -> TopUpRule:
    """The rule that was set."""
    address, bump = Pubkey.find_program_address([b"top-up", bytes(event.credit_account)], PROGRAM_ID)
    assert address == event.rule
    seeds = [b"delegate", bytes(event.platform), bytes(event.wallet)]
    delegate, delegate_bump = Pubkey.find_program_address(seeds, PROGRAM_ID)
    return TopUpRule(
        version=1,
        bump=bump,
        compatible_from=1,
        delegate_bump=delegate_bump,
        pack=event.pack,
        credit_account=event.credit_account,
        source=event.source,
        delegate=delegate,
        rent_payer=event.rent_payer,
        threshold=event.threshold,
        credits=event.credits,
        base_units=event.base_units,
        bonus_credits=event.bonus_credits,
        base_units_per_period=event.base_units_per_period,
        period_seconds=event.period_seconds,
        expires_at=event.expires_at,
        sequence=event.sequence,
        period_started_at=0,
        used_base_units=0,
        last_slot=0,
    )


def rule_used(rule: TopUpRule, event: CreditsToppedUp) -> TopUpRule:
    """The rule after a top-up."""
    assert (event.source, event.credits, event.base_units, event.pack) == (
        *(rule.source, rule.credits, rule.base_units),
        rule.pack,
    )
    same = event.period_started_at == rule.period_started_at
    assert event.used_base_units == (rule.used_base_units if same else 0) + rule.base_units
    assert event.used_base_units <= rule.base_units_per_period
    assert event.slot > rule.last_slot
    return replace(
        rule,
        period_started_at=event.period_started_at,
        used_base_units=event.used_base_units,
        last_slot=event.slot,
    )

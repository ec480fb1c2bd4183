"""Automatic top-up: the wallet sets, shows and removes its rule, anybody runs it."""

from collections.abc import Iterable

from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.token.state import TokenAccount

from job_escrow import tokens
from job_escrow.addresses import delegate_address, token_address, top_up_address
from job_escrow.amounts import whole_number
from job_escrow.bounds import ALWAYS, MAX_CREDITS
from job_escrow.chain.requests import Flow
from job_escrow.codec import CreditAccount, Platform, TopUpRule, instructions
from job_escrow.errors import NotFound, OtherDelegate
from job_escrow.flows import read
from job_escrow.flows.sides import Side, WalletSide
from job_escrow.flows.top_up_states import states_of
from job_escrow.signing import AnySigner
from job_escrow.top_ups import NO_PACK, NO_RULE, TopUpState, TopUpTerms, allowance_for
from job_escrow.transactions import Receipt, execute

_MOST_BASE_UNITS = 2**64 - 1


def set_top_up(
    side: WalletSide,
    terms: TopUpTerms,
    *,
    source: Pubkey | None = None,
    allowance: int | None = None,
    replace_delegate: bool = False,
    rent_payer: AnySigner | None = None,
) -> Flow[Receipt]:
    """Set the rule, in place of the one that is there, and approve what it needs, in one transaction.

    It pays from `source`, a token account of the wallet's, by default its associated one. `allowance` is what the
    platform's delegate may spend there in all, in base units, by default the cap of twelve periods; what is allowed
    already is never lowered. A token account has one delegate: raises OtherDelegate where the source has another one,
    unless `replace_delegate` says that it may lose it. A rule that is set anew begins a period of its own. Raises
    NotFound where the account was not opened or the source is not there, and Refused by what is wrong with the rule.
    """
    _check(terms, allowance)
    pays = source or token_address(side.key, side.mint)
    rule_address = top_up_address(side.address, side.program_id)
    infos = yield from read.accounts([side.address, pays])
    account = read.decoded_credit_account(side.address, infos[0], side.program_id)
    held = tokens.token_account_or_none(infos[1])
    if held is None:
        raise NotFound(f"there is no token account at {pays}: fund it first, or name another source")
    payer = rent_payer or side.payer
    steps = yield from removal(side, account)
    sequence = account.sequence + 1 + len(steps)
    delegate = delegate_address(side.platform, side.key, side.program_id)
    wanted = allowance_for(terms) if allowance is None else allowance
    steps += _approval(side, pays, held, delegate, wanted, replace=replace_delegate)
    steps.append(
        instructions.set_top_up(
            wallet=side.key,
            payer=payer.pubkey(),
            platform=side.platform,
            credit_account=side.address,
            source=pays,
            rule=rule_address,
            args=terms.args(account.base_units_per_credit),
            sequence=sequence,
            program_id=side.program_id,
        )
    )
    return (yield from execute(steps, [payer, side.signer], side.options, payer=rent_payer))


def remove_top_up(side: WalletSide) -> Flow[Receipt]:
    """Remove the rule; its rent goes back to who paid it, and the allowance is taken back with it.

    The allowance stays where another rule of the wallet on the platform needs it. Raises NotFound without a rule.
    """
    account = yield from read.existing_credit_account(side.address, side.program_id)
    if account.top_up == NO_RULE:
        raise NotFound("the account has no top-up rule: there is nothing to turn off")
    rule = yield from read.existing_top_up_rule(side.address, side.program_id)
    steps = yield from removal(side, account)
    mine = yield from read.credit_accounts(side.program_id, wallet=side.key, platform=side.platform)
    others = [address for address, each in mine.items() if each.top_up != NO_RULE and address != side.address]
    (info,) = yield from read.accounts([rule.source])
    held = tokens.token_account_or_none(info)
    if not others and held is not None and held.owner == side.key and held.delegate == rule.delegate:
        steps.append(tokens.revoke(source=rule.source, owner=side.key))
    return (yield from execute(steps, [side.signer], side.options))


def top_up_state(side: WalletSide) -> Flow[TopUpState | None]:
    """The rule with what it depends on, at one slot; None where there is no rule.

    Raises NotFound where the account was not opened, ChainError where what it depends on cannot be read.
    """
    account = yield from read.existing_credit_account(side.address, side.program_id)
    if account.top_up == NO_RULE:
        return None
    found = (yield from states_of(side, {side.address: account})).get(side.address)
    if isinstance(found, Exception):
        raise found
    return found


def top_up(side: Side, credit_account: Pubkey) -> Flow[Receipt]:
    """Buy what the rule of an account says, from the wallet's tokens: anybody may, and it needs no right.

    Raises NotFound where there is no account or rule, and Refused by what keeps it from being bought: TopUpNotDue,
    TopUpEnded, AboveTopUpCap and others.
    """
    account = yield from read.existing_credit_account(credit_account, side.program_id)
    rule = yield from read.existing_top_up_rule(credit_account, side.program_id)
    platform = yield from read.platform(account.platform, side.program_id)
    return (yield from execute([running(side, rule, account, platform)], [side.signer], side.options))


def running(side: Side, rule: TopUpRule, account: CreditAccount, platform: Platform) -> Instruction:
    """The instruction that buys what a rule says."""
    return instructions.top_up(
        platform=account.platform,
        credit_account=rule.credit_account,
        vault=account.vault,
        rule=top_up_address(rule.credit_account, side.program_id),
        source=rule.source,
        delegate=rule.delegate,
        promotion=None if rule.pack == NO_PACK else read.promotion_of(platform),
        program_id=side.program_id,
    )


def removal(side: WalletSide, account: CreditAccount) -> Flow[list[Instruction]]:
    """What removes the account's rule; nothing where it has none."""
    if account.top_up == NO_RULE:
        return []
    rule = yield from read.existing_top_up_rule(side.address, side.program_id)
    return [
        instructions.remove_top_up(
            wallet=side.key,
            credit_account=side.address,
            rule=top_up_address(side.address, side.program_id),
            rent_payer=rule.rent_payer,
            program_id=side.program_id,
        )
    ]


def _approval(
    side: WalletSide, source: Pubkey, held: TokenAccount, delegate: Pubkey, allowance: int, *, replace: bool
) -> Iterable[Instruction]:
    """What approves an allowance, unless there is as much already. Raises OtherDelegate."""
    if held.delegate not in (None, delegate) and not replace:
        raise OtherDelegate(source, held.delegate)
    approved = held.delegated_amount if held.delegate == delegate else 0
    if approved >= allowance:
        return []
    return [tokens.approve(source=source, delegate=delegate, owner=side.key, base_units=allowance)]


def _check(terms: TopUpTerms, allowance: int | None) -> None:
    if terms.threshold != ALWAYS:
        whole_number(terms.threshold, "threshold", MAX_CREDITS)
    if isinstance(terms.buy, int):
        whole_number(terms.buy, "credits", MAX_CREDITS)
    whole_number(terms.base_units_per_period, "base units for each period", _MOST_BASE_UNITS)
    if allowance is not None:
        whole_number(allowance, "allowance in base units", _MOST_BASE_UNITS)

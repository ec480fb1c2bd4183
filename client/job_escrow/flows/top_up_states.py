"""Top-up rules with what they depend on, many at a time: one that cannot be read keeps no other from being read."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from solders.pubkey import Pubkey
from solders.token.state import TokenAccount, TokenAccountState

from job_escrow import tokens
from job_escrow.addresses import top_up_address
from job_escrow.chain.requests import AccountInfo, ChainError, Flow
from job_escrow.clock import CLOCK_ADDRESS, unix_time_of
from job_escrow.codec import CreditAccount, Platform, TopUpRule
from job_escrow.errors import NotFound
from job_escrow.flows import read
from job_escrow.top_ups import NO_PACK, NO_RULE, TopUpState

RULES_AT_ONCE = 20
"""Rules of one answer: each needs an account, a source, a vault and a promotion account, and all of them the clock."""

FoundState: TypeAlias = TopUpState | NotFound | ChainError
"""What a rule depends on, or why that cannot be read."""

_Known: TypeAlias = tuple[TopUpRule, Platform]


def states_of(program_id: Pubkey, accounts: Mapping[Pubkey, CreditAccount]) -> Flow[dict[Pubkey, FoundState]]:
    """The rules of accounts with what they depend on, by the account; without those that have none.

    All of one account are read at one slot, but for the platform, and the rule, which says where the rest is and does
    not change but by what it buys. Raises ChainError where the chain cannot be asked; contents that cannot be read are
    the answer for their account alone.
    """
    ruled = [address for address, each in accounts.items() if each.top_up != NO_RULE]
    found: dict[Pubkey, FoundState] = {}
    for start in range(0, len(ruled), RULES_AT_ONCE):
        part = ruled[start : start + RULES_AT_ONCE]
        found |= yield from _at_once(program_id, {address: accounts[address] for address in part})
    return found


def _at_once(program_id: Pubkey, accounts: Mapping[Pubkey, CreditAccount]) -> Flow[dict[Pubkey, FoundState]]:
    rules = {address: top_up_address(address, program_id) for address in accounts}
    infos = yield from _by_address([*rules.values(), *(each.platform for each in accounts.values())])
    found: dict[Pubkey, FoundState] = {}
    known: dict[Pubkey, _Known] = {}
    for address, account in accounts.items():
        info = infos[rules[address]]
        if info is None:
            continue
        try:
            rule = read.decoded_top_up_rule(rules[address], info, program_id)
            platform = read.decoded_platform(account.platform, infos[account.platform], program_id)
        except (NotFound, ChainError) as error:
            found[address] = error
        else:
            known[address] = rule, platform
    wanted = [
        key
        for address, (rule, platform) in known.items()
        for key in (address, rule.source, accounts[address].vault, platform.promotion)
    ]
    infos = yield from _by_address([CLOCK_ADDRESS, *wanted])
    now = unix_time_of(infos[CLOCK_ADDRESS])
    for address, (rule, platform) in known.items():
        if infos[address] is None:
            continue
        try:
            found[address] = _state(program_id, address, rule, platform, infos, now)
        except ChainError as error:
            found[address] = error
    return found


def _state(
    program_id: Pubkey,
    address: Pubkey,
    rule: TopUpRule,
    platform: Platform,
    infos: Mapping[Pubkey, AccountInfo | None],
    now: int,
) -> TopUpState:
    """Raises ChainError where the account cannot be read."""
    account = read.decoded_credit_account(address, infos[address], program_id)
    vault = tokens.token_account_or_none(infos[account.vault])
    promotion = tokens.token_account_or_none(infos[platform.promotion])
    has_bonus = rule.pack != NO_PACK and platform.packs[rule.pack].bonus_credits > 0
    return TopUpState(
        rule=rule,
        account=account,
        platform=platform,
        source=tokens.token_account_or_none(infos[rule.source]),
        vault_base_units=0 if vault is None else vault.amount,
        promotion_base_units=0 if promotion is None else promotion.amount,
        is_frozen=_is_frozen(vault) or (has_bonus and _is_frozen(promotion)),
        now=now,
    )


def _is_frozen(account: TokenAccount | None) -> bool:
    return account is not None and account.state == TokenAccountState.Frozen


def _by_address(addresses: Sequence[Pubkey]) -> Flow[dict[Pubkey, AccountInfo | None]]:
    """Accounts by address, each asked for once."""
    wanted = list(dict.fromkeys(addresses))
    infos = yield from read.accounts(wanted)
    return dict(zip(wanted, infos, strict=True))

"""Automatic top-up: the wallet sets, shows and removes its rule, anybody runs it."""

from dataclasses import fields

from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.token.state import TokenAccount

from job_escrow import tokens
from job_escrow.addresses import delegate_address, token_address, top_up_address
from job_escrow.amounts import MAX_BASE_UNITS, InvalidAmount, whole_number
from job_escrow.bounds import ALWAYS, MAX_CREDITS
from job_escrow.chain.requests import Flow
from job_escrow.clock import CLOCK_ADDRESS, unix_time_of
from job_escrow.codec import CreditAccount, Platform, TopUpArgs, TopUpRule, instructions
from job_escrow.errors import NotFound, NothingToChange, OtherDelegate, SharedAllowance
from job_escrow.flows import read
from job_escrow.flows.sides import Side, WalletSide
from job_escrow.flows.top_up_states import states_of
from job_escrow.signing import AnySigner
from job_escrow.top_ups import IN_FORCE, NO_PACK, NO_RULE, TopUpState, TopUpTerms, allowance_for
from job_escrow.transactions import Receipt, execute


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
    platform's delegate may spend there in all, in base units: exactly that is approved. By default it is the cap of
    twelve periods, or of as many as begin before the rule ends, and what is allowed already is not lowered. The
    allowance of a source that the rule had before is taken back, unless another rule in force uses it.

    A token account has one delegate: raises OtherDelegate where the source has another one, unless `replace_delegate`
    says that it may lose it. Raises SharedAllowance where a smaller allowance would be another rule's too, and
    NothingToChange where rule and allowance are like this already; where only the allowance differs, the rule stays.
    A rule that is set anew begins a period of its own. Raises NotFound where the account was not opened or the source
    is not there, InvalidAmount for an allowance below one top-up, and Refused by what is wrong with the rule.
    """
    account, pays, held, now = yield from _paying(side, terms, source, allowance)
    if held is None:
        raise NotFound(f"there is no token account at {pays}: fund it first, or name another source")
    payer = rent_payer or side.payer
    args, approved = terms.args(account.base_units_per_credit), _approved(side, held)
    wanted = _wanted(terms, args, allowance, approved, now)
    approval = yield from _approval(side, pays, held, approved, wanted, replace=replace_delegate)
    before = None
    if account.top_up != NO_RULE:
        before = yield from read.existing_top_up_rule(side.address, side.program_id)
    steps: list[Instruction] = []
    if before is None or account.top_up != IN_FORCE or before.source != pays or not _says(before, args):
        steps = [] if before is None else (yield from _ending_of(side, before, keeping=pays))
        steps.append(
            instructions.set_top_up(
                wallet=side.key,
                payer=payer.pubkey(),
                platform=side.platform,
                credit_account=side.address,
                source=pays,
                rule=top_up_address(side.address, side.program_id),
                args=args,
                # Removing a rule takes a number of its own.
                sequence=account.sequence + (1 if before is None else 2),
                program_id=side.program_id,
            )
        )
    if not steps and not approval:
        raise NothingToChange("the top-up rule and its allowance are like this already: nothing was sent")
    return (yield from execute([*approval, *steps], [payer, side.signer], side.options, payer=rent_payer))


def top_up_allowance(
    side: WalletSide, terms: TopUpTerms, *, source: Pubkey | None = None, allowance: int | None = None
) -> Flow[int]:
    """Base units that the platform's delegate may spend from the source in all once `set_top_up` has set these terms.

    Raises NotFound where the account was not opened, InvalidAmount for an allowance below one top-up.
    """
    account, _, held, now = yield from _paying(side, terms, source, allowance)
    approved = 0 if held is None else _approved(side, held)
    return _wanted(terms, terms.args(account.base_units_per_credit), allowance, approved, now)


def remove_top_up(side: WalletSide) -> Flow[Receipt]:
    """Remove the rule; its rent goes back to who paid it, and the allowance is taken back with it.

    The allowance stays where another rule in force of the wallet on the platform uses the same source. Raises NotFound
    without a rule.
    """
    account = yield from read.existing_credit_account(side.address, side.program_id)
    if account.top_up == NO_RULE:
        raise NotFound("the account has no top-up rule: there is nothing to turn off")
    steps = yield from ending(side, account)
    return (yield from execute(steps, [side.signer], side.options))


def top_up_state(side: WalletSide) -> Flow[TopUpState | None]:
    """The rule with what it depends on, at one slot; None where there is no rule.

    Raises NotFound where the account was not opened, ChainError where what it depends on cannot be read.
    """
    return (yield from top_up_state_of(side.address, side.program_id))


def top_up_state_of(credit_account: Pubkey, program_id: Pubkey) -> Flow[TopUpState | None]:
    """The same of anybody's account."""
    account = yield from read.existing_credit_account(credit_account, program_id)
    if account.top_up == NO_RULE:
        return None
    found = (yield from states_of(program_id, {credit_account: account})).get(credit_account)
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


def ending(side: WalletSide, account: CreditAccount) -> Flow[list[Instruction]]:
    """What removes the account's rule, and takes its allowance back; nothing where it has none."""
    if account.top_up == NO_RULE:
        return []
    rule = yield from read.existing_top_up_rule(side.address, side.program_id)
    return (yield from _ending_of(side, rule))


def _ending_of(side: WalletSide, rule: TopUpRule, *, keeping: Pubkey | None = None) -> Flow[list[Instruction]]:
    """The allowance of the source `keeping` stays, and one that another rule in force uses."""
    removed = instructions.remove_top_up(
        wallet=side.key,
        credit_account=side.address,
        rule=top_up_address(side.address, side.program_id),
        rent_payer=rule.rent_payer,
        program_id=side.program_id,
    )
    if rule.source == keeping:
        return [removed]
    return [removed, *(yield from _revocation(side, rule))]


def _paying(
    side: WalletSide, terms: TopUpTerms, source: Pubkey | None, allowance: int | None
) -> Flow[tuple[CreditAccount, Pubkey, TokenAccount | None, int]]:
    """The account, what pays for it, what that holds, and the chain's time in unix seconds, at one slot."""
    _check(terms, allowance)
    pays = source or token_address(side.key, side.mint)
    infos = yield from read.accounts([side.address, pays, CLOCK_ADDRESS])
    account = read.decoded_credit_account(side.address, infos[0], side.program_id)
    return account, pays, tokens.token_account_or_none(infos[1]), unix_time_of(infos[2])


def _revocation(side: WalletSide, rule: TopUpRule) -> Flow[list[Instruction]]:
    """What takes a rule's allowance back, unless there is none or another rule in force uses the same source."""
    (info,) = yield from read.accounts([rule.source])
    held = tokens.token_account_or_none(info)
    if held is None or held.owner != side.key or held.delegate != rule.delegate:
        return []
    if (yield from _others_on(side, rule.source)):
        return []
    return [tokens.revoke(source=rule.source, owner=side.key)]


def _others_on(side: WalletSide, source: Pubkey) -> Flow[list[str]]:
    """Namespaces of the wallet's other accounts on the platform whose rules in force pay from a token account."""
    mine = yield from read.credit_accounts(side.program_id, wallet=side.key, platform=side.platform)
    ruled = {address: each for address, each in mine.items() if each.top_up == IN_FORCE and address != side.address}
    rules = yield from read.top_up_rules(list(ruled), side.program_id)
    return [
        ruled[address].namespace.rstrip(b"\0").decode(errors="replace")
        for address, rule in rules.items()
        if rule.source == source
    ]


def _approved(side: WalletSide, held: TokenAccount) -> int:
    """Base units that the platform's delegate may spend by now."""
    delegate = delegate_address(side.platform, side.key, side.program_id)
    return held.delegated_amount if held.delegate == delegate else 0


def _wanted(terms: TopUpTerms, args: TopUpArgs, allowance: int | None, approved: int, now: int) -> int:
    """Base units that are to be approved in all. Raises InvalidAmount."""
    if allowance is None:
        return max(approved, allowance_for(terms, now))
    if allowance < args.base_units:
        raise InvalidAmount(
            f"an allowance of {allowance:,} base units pays for no top-up, which costs {args.base_units:,}: raise it"
        )
    return allowance


def _approval(
    side: WalletSide, source: Pubkey, held: TokenAccount, approved: int, wanted: int, *, replace: bool
) -> Flow[list[Instruction]]:
    """What approves so much in all; nothing where that is approved. Raises OtherDelegate and SharedAllowance."""
    delegate = delegate_address(side.platform, side.key, side.program_id)
    if held.delegate not in (None, delegate) and not replace:
        raise OtherDelegate(source, held.delegate)
    if approved == wanted:
        return []
    if wanted < approved:
        others = yield from _others_on(side, source)
        if others:
            raise SharedAllowance(source, others)
    return [tokens.approve(source=source, delegate=delegate, owner=side.key, base_units=wanted)]


def _says(rule: TopUpRule, args: TopUpArgs) -> bool:
    """Whether a rule is like these arguments."""
    return all(getattr(rule, field.name) == getattr(args, field.name) for field in fields(args))


def _check(terms: TopUpTerms, allowance: int | None) -> None:
    if terms.threshold != ALWAYS:
        whole_number(terms.threshold, "threshold", MAX_CREDITS)
    if isinstance(terms.buy, int):
        whole_number(terms.buy, "credits", MAX_CREDITS)
    whole_number(terms.base_units_per_period, "base units for each period", MAX_BASE_UNITS)
    if allowance is not None:
        whole_number(allowance, "allowance in base units", MAX_BASE_UNITS)

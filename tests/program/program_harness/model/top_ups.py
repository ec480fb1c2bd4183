"""The instructions of automatic top-up; the rest of the model is in `ledger`."""

from job_escrow.bounds import ALWAYS, MAX_PERIOD_SECONDS
from job_escrow.codec import (
    AboveTopUpCap,
    AmountTooLarge,
    BelowMinimumPurchase,
    InsufficientFunds,
    InvalidExpiry,
    InvalidTopUpRule,
    NotTheWallet,
    PackChanged,
    PackNotOffered,
    Paused,
    PromotionTooLow,
    TopUpAllowanceTooLow,
    TopUpArgs,
    TopUpEnded,
    TopUpExpired,
    TopUpNotApproved,
    TopUpNotDue,
    TopUpPriceDiffers,
    TopUpRuleExists,
    TopUpTwiceInASlot,
    TopUpWithoutLimits,
    WrongSequence,
)
from solders.pubkey import Pubkey

from program_harness.calls_of_top_ups import NO_PACK
from program_harness.model.account import MAX
from program_harness.model.ledger import Model
from program_harness.model.platform import EMPTY_PACK, PlatformModel
from program_harness.model.refusing import Refused, require
from program_harness.model.rule import RuleModel
from program_harness.parties import Credit
from program_harness.reasons import Runtime


def set_top_up(model: Model, credit: Credit, args: TopUpArgs, sequence: int, *, approved: int) -> None:
    """`approved` base units to the delegate of platform and wallet, in the same transaction."""
    account, base = model.account(credit), model.platform(credit).base
    threshold = 1 <= args.threshold <= MAX or args.threshold == ALWAYS
    packed = args.pack < 4 and args.bonus_credits <= MAX
    plain = args.pack == NO_PACK and args.bonus_credits == 0
    capped = args.base_units <= args.base_units_per_period and 1 <= args.period_seconds <= MAX_PERIOD_SECONDS
    require(threshold and 1 <= args.credits <= MAX and (packed or plain) and capped, InvalidTopUpRule)
    require(args.expires_at > model.now, InvalidExpiry)
    require(args.base_units == args.credits * base, TopUpPriceDiffers)
    require(sequence == account.sequence + 1, WrongSequence)
    require(account.rule is None, TopUpRuleExists)
    account.sequence += 1
    account.ended = False
    account.rule = RuleModel(credit, args, credit.tokens, account.sequence)
    model.allowances[credit.tokens] = (credit.platform.address, approved)


def remove_top_up(model: Model, credit: Credit, wallet: Pubkey) -> None:
    account = model.accounts.get(credit.address)
    if account is None or account.rule is None:
        raise Refused(Runtime.ACCOUNT_DATA_TOO_SMALL)
    require(wallet == credit.wallet.pubkey(), NotTheWallet)
    account.sequence += 1
    account.rule = None
    account.ended = False


def top_up(model: Model, credit: Credit, slot: int) -> None:
    """In this slot of the chain's."""
    account, platform = model.accounts.get(credit.address), model.platform(credit)
    if account is None or account.rule is None:
        raise Refused(Runtime.ACCOUNT_DATA_TOO_SMALL)
    rule, args = account.rule, account.rule.args
    require(not platform.paused, Paused)
    require(not account.ended, TopUpEnded)
    require(account.limits.credits_per_period != 0, TopUpWithoutLimits)
    require(model.now < args.expires_at, TopUpExpired)
    require(slot > rule.last_slot, TopUpTwiceInASlot)
    started_at, used = rule.period_at(model.now)
    require(used + args.base_units <= args.base_units_per_period, AboveTopUpCap)
    synced = min(model.surplus(credit) // platform.base, MAX - account.liabilities)
    require(account.left(model.now) + synced < args.threshold, TopUpNotDue)
    bonus_credits = _bonus(platform, args)
    credits = args.credits + bonus_credits
    require(account.liabilities + synced + credits <= MAX, AmountTooLarge)
    approved_for, allowance = model.allowances.get(rule.source, (None, 0))
    # What is used up to the last base unit leaves no delegate behind.
    require(approved_for == credit.platform.address and allowance > 0, TopUpNotApproved)
    require(allowance >= args.base_units, TopUpAllowanceTooLow)
    require(model.tokens[rule.source] >= args.base_units, InsufficientFunds)
    bonus = bonus_credits * platform.base
    require(model.tokens[credit.platform.promotion] >= bonus, PromotionTooLow)

    model.transfer(rule.source, credit.vault, args.base_units)
    model.transfer(credit.platform.promotion, credit.vault, bonus)
    model.allowances[rule.source] = (credit.platform.address, allowance - args.base_units)
    rule.period_started_at, rule.used, rule.last_slot = started_at, used + args.base_units, slot
    account.paid_available += synced + credits
    account.synced += synced
    account.purchased += args.credits
    account.bonus += bonus_credits
    account.promotion += bonus
    account.last_topup_at = model.now


def _bonus(platform: PlatformModel, args: TopUpArgs) -> int:
    """Credits on top, of the pack that the rule names."""
    if args.pack == NO_PACK:
        require(args.credits >= platform.min_purchase, BelowMinimumPurchase)
        return 0
    pack = platform.packs[args.pack] if args.pack < len(platform.packs) else EMPTY_PACK
    require(pack.credits != 0, PackNotOffered)
    require(pack.credits == args.credits and pack.bonus_credits >= args.bonus_credits, PackChanged)
    return pack.bonus_credits

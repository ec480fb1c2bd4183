"""Automatic top-up: what a wallet lets anybody buy for it, and whether that is due.

A rule buys so many credits, from the wallet's own tokens, while fewer than its threshold are left; up to a cap of base
units in each of its periods. The wallet approves the platform's delegate in the Token program, which the program uses
for its rules and for nothing else.
"""

from dataclasses import dataclass

from solders.token.state import TokenAccount, TokenAccountState

from job_escrow.amounts import MAX_BASE_UNITS
from job_escrow.bounds import MAX_CREDITS, NEVER
from job_escrow.codec import (
    AboveTopUpCap,
    AmountTooLarge,
    BelowMinimumPurchase,
    CreditAccount,
    InsufficientFunds,
    PackChanged,
    PackExpected,
    PackNotOffered,
    Paused,
    Platform,
    ProgramRefusal,
    PromotionTooLow,
    TopUpAllowanceTooLow,
    TopUpArgs,
    TopUpEnded,
    TopUpExpired,
    TopUpNotApproved,
    TopUpNotDue,
    TopUpRule,
    TopUpSourceClosed,
    TopUpSourceFrozen,
    TopUpSourceNotTheWallets,
    TopUpTwiceInASlot,
    TopUpWithoutLimits,
    WrongMint,
)

NO_PACK = 255
"""The slot of a rule that buys credits without a pack."""

ALLOWED_PERIODS = 12
"""For how many periods, at most, the wallet approves what the cap allows, unless it says another allowance."""

NO_RULE, IN_FORCE, ENDED = range(3)
"""What a credit account's `top_up` says: no rule, by its rule, or a rule that a withdrawal has ended."""

NOT_DUE: frozenset[type[ProgramRefusal]] = frozenset(
    {
        AboveTopUpCap,
        AmountTooLarge,
        BelowMinimumPurchase,
        InsufficientFunds,
        PackChanged,
        PackNotOffered,
        Paused,
        PromotionTooLow,
        TopUpAllowanceTooLow,
        TopUpEnded,
        TopUpExpired,
        TopUpNotApproved,
        TopUpNotDue,
        TopUpSourceClosed,
        TopUpSourceFrozen,
        TopUpSourceNotTheWallets,
        TopUpTwiceInASlot,
        TopUpWithoutLimits,
        WrongMint,
    }
)
"""Why the program refuses a top-up that is not due, or not any more: the wallet's matter, or the platform's."""


@dataclass(frozen=True, kw_only=True)
class TopUpTerms:
    """What a wallet lets anybody buy for it.

    Buys `buy`, a number of credits or a pack as it is expected, while fewer than `threshold` credits are left (ALWAYS:
    however many are). Caps are in base units of the mint for each `period_seconds`. Unix seconds from which it buys
    nothing more are `expires_at`.
    """

    threshold: int
    buy: int | PackExpected
    base_units_per_period: int
    period_seconds: int
    expires_at: int = NEVER

    def args(self, base_units_per_credit: int) -> TopUpArgs:
        """The rule as the program takes it, at a platform's price of a credit in base units."""
        pack = self.buy if isinstance(self.buy, PackExpected) else None
        credits = self.buy if isinstance(self.buy, int) else self.buy.credits
        return TopUpArgs(
            threshold=self.threshold,
            credits=credits,
            base_units=credits * base_units_per_credit,
            bonus_credits=0 if pack is None else pack.bonus_credits,
            base_units_per_period=self.base_units_per_period,
            period_seconds=self.period_seconds,
            expires_at=self.expires_at,
            pack=NO_PACK if pack is None else pack.index,
        )


@dataclass(frozen=True, kw_only=True)
class TopUpState:
    """A rule with what it depends on, read at one slot. `source` is None where that is no token account any more."""

    rule: TopUpRule
    account: CreditAccount
    platform: Platform
    source: TokenAccount | None
    vault_base_units: int
    promotion_base_units: int
    is_frozen: bool
    """Whether the mint's issuer has frozen the vault, or the promotion account that the rule's bonus comes from."""
    now: int
    """Unix seconds, by the chain's clock."""

    @property
    def is_due(self) -> bool:
        """Whether a top-up would be bought now."""
        return self.refusal is None and not self.is_frozen

    @property
    def left(self) -> int:
        """Credits that are left to be spent, deposits that are no credits yet among them, as the program counts."""
        return left(self.account, self.now) + self._synced

    @property
    def period_base_units(self) -> int:
        """Base units that the present period has used."""
        over = self.now - self.rule.period_started_at >= self.rule.period_seconds
        return 0 if over else self.rule.used_base_units

    @property
    def refusal(self) -> type[ProgramRefusal] | None:
        """Why the program would refuse a top-up now; None: it would not. Whether it was one of this slot is not asked.

        What is frozen the Token program refuses (`is_frozen`).
        """
        return self._of_rule() or self._of_purchase() or self._of_source()

    @property
    def allowance(self) -> int:
        """Base units that the wallet's approval still lets be spent from the source."""
        source = self.source
        return 0 if source is None or source.delegate != self.rule.delegate else source.delegated_amount

    @property
    def _synced(self) -> int:
        owed = self.account.liabilities * self.account.base_units_per_credit + self.account.promotion_owed
        room = MAX_CREDITS - self.account.liabilities
        return min(max(0, self.vault_base_units - owed) // self.account.base_units_per_credit, room)

    def _of_rule(self) -> type[ProgramRefusal] | None:
        if self.platform.paused:
            return Paused
        if self.account.top_up != IN_FORCE:
            return TopUpEnded
        if self.account.limits.credits_per_period == 0:
            return TopUpWithoutLimits
        if self.now >= self.rule.expires_at:
            return TopUpExpired
        if self.period_base_units + self.rule.base_units > self.rule.base_units_per_period:
            return AboveTopUpCap
        return TopUpNotDue if self.left >= self.rule.threshold else None

    def _of_purchase(self) -> type[ProgramRefusal] | None:
        rule, bonus = self.rule, 0
        if rule.pack == NO_PACK:
            if rule.credits < self.platform.min_purchase:
                return BelowMinimumPurchase
        else:
            pack = self.platform.packs[rule.pack]
            if pack.credits == 0:
                return PackNotOffered
            if pack.credits != rule.credits or pack.bonus_credits < rule.bonus_credits:
                return PackChanged
            bonus = pack.bonus_credits
        if self.account.liabilities + self._synced + rule.credits + bonus > MAX_CREDITS:
            return AmountTooLarge
        if bonus * self.account.base_units_per_credit > self.promotion_base_units:
            return PromotionTooLow
        return None

    def _of_source(self) -> type[ProgramRefusal] | None:
        source, base_units = self.source, self.rule.base_units
        if source is None:
            return TopUpSourceClosed
        if source.mint != self.platform.mint:
            return WrongMint
        if source.owner != self.account.wallet:
            return TopUpSourceNotTheWallets
        if source.state == TokenAccountState.Frozen:
            return TopUpSourceFrozen
        if source.delegate != self.rule.delegate:
            return TopUpNotApproved
        if source.delegated_amount < base_units:
            return TopUpAllowanceTooLow
        return InsufficientFunds if source.amount < base_units else None


def left(account: CreditAccount, now: int) -> int:
    """Credits that are left to be spent at a time of the chain's: locked ones too, without lots that have expired."""
    expired = (lot.credits_free + lot.credits_locked for lot in account.lots if lot.expires_at <= now)
    return account.liabilities - sum(expired)


def allowance_for(terms: TopUpTerms, now: int) -> int:
    """Base units that are approved where nothing else is said: what ALLOWED_PERIODS periods may use.

    Fewer where only fewer begin between `now`, in unix seconds, and the end of the rule.
    """
    begin = -((now - terms.expires_at) // max(1, terms.period_seconds))
    return min(terms.base_units_per_period * max(1, min(ALLOWED_PERIODS, begin)), MAX_BASE_UNITS)

//! Automatic top-up: what anybody may buy for a wallet from its own tokens, by a rule that the wallet has signed.
//!
//! The rule is an account of its own, so that only who has one pays rent for it. Whether it is in force stands in the
//! credit account, so that a withdrawal ends it without being passed another account.

use anchor_lang::prelude::*;

use super::{period_is_over, CreditAccount, Pack, PackExpected, Platform};
use crate::{constants::*, errors::EscrowError, events::NO_PACK, shared::require_compatible};

/// `CreditAccount::top_up`: there is no rule, the rule is in force, or a withdrawal has ended it.
pub const NO_RULE: u8 = 0;
const IN_FORCE: u8 = 1;
const ENDED: u8 = 2;

/// A wallet's rule for one credit account. PDA `["top-up", credit account]`. Only the wallet sets and removes it.
#[account]
pub struct TopUpRule {
    /// Layout version.
    pub version: u8,
    /// Bump of this PDA.
    pub bump: u8,
    /// Oldest layout version whose programs may use this account; newer ones may have fields that those do not know.
    pub compatible_from: u8,
    /// Bump of the delegate.
    pub delegate_bump: u8,
    /// Slot of the pack that a top-up buys; 255: credits without a pack.
    pub pack: u8,
    pub reserved_flags: [u8; 3],
    /// The credit account that gets the credits.
    pub credit_account: Address,
    /// The wallet's token account that pays.
    pub source: Address,
    /// PDA `["delegate", platform, wallet]`, which the wallet lets spend from the source.
    pub delegate: Address,
    /// Who paid the rent of this account; it goes back there.
    pub rent_payer: Address,
    /// Buy while fewer credits than this are left; 2^64 - 1: however many are left.
    pub threshold: u64,
    /// Credits that one top-up pays for.
    pub credits: u64,
    /// What these cost, in base units of the mint.
    pub base_units: u64,
    /// Fewest credits of the pack on top.
    pub bonus_credits: u64,
    /// Most base units within one period.
    pub base_units_per_period: u64,
    /// Length of a period in seconds.
    pub period_seconds: u64,
    /// Unix seconds from which it buys nothing more; 2^63 - 1: never.
    pub expires_at: i64,
    /// Sequence number of the wallet that it was set with.
    pub sequence: u64,
    /// When the present period began, in unix seconds: with the first top-up after the one before had ended; 0: none yet.
    pub period_started_at: i64,
    /// Base units that the present period has used.
    pub used_base_units: u64,
    /// Slot of the last top-up; 0: none yet.
    pub last_slot: u64,
    pub reserved: [u8; 40],
}

/// A rule as an argument; the source is an account.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct TopUpArgs {
    /// Buy while fewer credits than this are left; 2^64 - 1: however many are left.
    pub threshold: u64,
    /// Credits that one top-up pays for.
    pub credits: u64,
    /// What these cost, in base units of the mint: what the wallet was shown.
    pub base_units: u64,
    /// Fewest credits of the pack on top.
    pub bonus_credits: u64,
    /// Most base units within one period.
    pub base_units_per_period: u64,
    /// Length of a period in seconds.
    pub period_seconds: u64,
    /// Unix seconds from which it buys nothing more; 2^63 - 1: never.
    pub expires_at: i64,
    /// Slot of the pack that a top-up buys; 255: credits without a pack.
    pub pack: u8,
}

impl TopUpArgs {
    /// Whether it is a rule for an account whose credits are worth so much each.
    pub fn require_valid(&self, account: &CreditAccount, now: i64) -> Result<()> {
        let bounded = self.threshold == ALWAYS || (self.threshold >= 1 && self.threshold <= MAX_CREDITS);
        let buys = self.credits >= 1 && self.credits <= MAX_CREDITS;
        let packed = self.pack < PACKS as u8 && self.bonus_credits <= MAX_CREDITS;
        let plain = self.pack == NO_PACK && self.bonus_credits == 0;
        let capped = self.base_units <= self.base_units_per_period
            && self.period_seconds >= 1
            && self.period_seconds <= MAX_PERIOD_SECONDS;
        require!(bounded && buys && (packed || plain) && capped, EscrowError::InvalidTopUpRule);
        require!(self.expires_at > now, EscrowError::InvalidExpiry);
        require!(self.base_units == account.worth(self.credits)?, EscrowError::TopUpPriceDiffers);
        Ok(())
    }
}

impl TopUpRule {
    pub fn require_known_version(&self) -> Result<()> {
        require_compatible(self.compatible_from)
    }

    /// What one top-up buys: exactly the rule's credits, and no less on top.
    pub fn buys(&self, platform: &Platform) -> Result<Pack> {
        if self.pack == NO_PACK {
            require!(self.credits >= platform.min_purchase, EscrowError::BelowMinimumPurchase);
            return Ok(Pack { credits: self.credits, bonus_credits: 0 });
        }
        let (index, credits, bonus_credits) = (self.pack, self.credits, self.bonus_credits);
        platform.pack(&PackExpected { index, credits, bonus_credits })
    }

    /// Count a top-up: within the cap, before the expiry, and the only one of its slot.
    pub fn use_up(&mut self, now: i64, slot: u64) -> Result<()> {
        require!(now < self.expires_at, EscrowError::TopUpExpired);
        require!(slot > self.last_slot, EscrowError::TopUpTwiceInASlot);
        if period_is_over(self.period_started_at, self.period_seconds, now) {
            self.period_started_at = now;
            self.used_base_units = 0;
        }
        // Both are at most the cap, which may be any number.
        let left = self.base_units_per_period - self.used_base_units;
        require!(self.base_units <= left, EscrowError::AboveTopUpCap);
        self.used_base_units += self.base_units;
        self.last_slot = slot;
        Ok(())
    }
}

impl CreditAccount {
    pub fn begin_top_up(&mut self) -> Result<()> {
        require!(self.top_up == NO_RULE, EscrowError::TopUpRuleExists);
        self.top_up = IN_FORCE;
        Ok(())
    }

    /// Whoever takes credits out does not want new ones bought: the wallet sets a rule again, if it does.
    pub fn end_top_up(&mut self) {
        if self.top_up == IN_FORCE {
            self.top_up = ENDED;
        }
    }

    pub fn forget_top_up(&mut self) {
        self.top_up = NO_RULE;
    }

    pub fn require_top_up(&self) -> Result<()> {
        require!(self.top_up == IN_FORCE, EscrowError::TopUpEnded);
        require!(self.limits.credits_per_period != 0, EscrowError::TopUpWithoutLimits);
        Ok(())
    }

    /// Credits that are left to be spent: all that it owes, locked ones too, but those of lots that have expired.
    ///
    /// A lock alone is no reason to buy: what it holds comes back with a refund.
    pub fn left(&self, now: i64) -> u64 {
        let mut left = self.liabilities;
        if self.granted_available != 0 || self.granted_locked != 0 {
            for lot in self.lots.iter().filter(|lot| lot.is_expired(now)) {
                left -= lot.credits_free as u64 + lot.credits_locked as u64;
            }
        }
        left
    }
}

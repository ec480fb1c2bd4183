//! Changing a platform: what could hurt a wallet, or sends earnings elsewhere, waits for the notice period; the rest is
//! at once.
//!
//! An announced change lapses if nobody applies it in time: a wallet that read it and stayed knows until when it may come.

use anchor_lang::prelude::*;

use super::{Platform, Tier};
use crate::{
    constants::{GRACE_SECONDS, TIERS},
    errors::EscrowError,
};

const NOBODY: Address = Address::new_from_array([0; 32]);

impl Platform {
    /// When a change that is announced now takes effect.
    pub fn effective_at(&self, now: i64) -> i64 {
        now.saturating_add(self.notice_seconds as i64)
    }

    pub fn change_operator(&mut self, operator: Address, now: i64) {
        let at = self.effective_at(now);
        name(&mut self.operator, &mut self.pending.operator, &mut self.pending.operator_at, operator, at);
    }

    pub fn change_standby_operator(&mut self, operator: Address, now: i64) {
        let at = self.effective_at(now);
        let pending = &mut self.pending;
        name(&mut self.standby_operator, &mut pending.standby_operator, &mut pending.standby_operator_at, operator, at);
    }

    pub fn change_granter(&mut self, granter: Address, now: i64) {
        let at = self.effective_at(now);
        name(&mut self.granter, &mut self.pending.granter, &mut self.pending.granter_at, granter, at);
    }

    /// Make the standby the operator, at once: it has had its notice. The old operator is dropped, and has no right left.
    ///
    /// An operator that was announced before is taken back: it was to follow the one that is gone.
    pub fn switch_operator(&mut self) -> Result<()> {
        require!(self.standby_operator != NOBODY, EscrowError::NoStandbyOperator);
        self.operator = core::mem::replace(&mut self.standby_operator, NOBODY);
        (self.pending.operator, self.pending.operator_at) = (NOBODY, 0);
        Ok(())
    }

    /// A new treasury waits; the present one takes an announced one back.
    pub fn change_treasury(&mut self, treasury: Address, now: i64) {
        (self.pending.treasury, self.pending.treasury_at) =
            if treasury == self.treasury { (NOBODY, 0) } else { (treasury, self.effective_at(now)) };
    }

    /// A lower fee gives earnings away as a higher one takes them: either waits, and the present one takes it back.
    pub fn change_fee(&mut self, fee_bps: u64, now: i64) {
        (self.pending.fee_bps, self.pending.fee_bps_at) =
            if fee_bps == self.fee_bps { (0, 0) } else { (fee_bps, self.effective_at(now)) };
    }

    pub fn change_min_purchase(&mut self, credits: u64, now: i64) {
        let at = self.effective_at(now);
        let pending = &mut self.pending;
        raise(&mut self.min_purchase, &mut pending.min_purchase, &mut pending.min_purchase_at, credits, at);
    }

    pub fn change_max_job_seconds(&mut self, seconds: u64, now: i64) {
        let at = self.effective_at(now);
        let pending = &mut self.pending;
        raise(&mut self.max_job_seconds, &mut pending.max_job_seconds, &mut pending.max_job_seconds_at, seconds, at);
    }

    /// A tier that costs no more for any number of units, or none at all, is at once; any other waits.
    pub fn change_tier(&mut self, index: u8, tier: Tier, now: i64) -> Result<()> {
        let at = self.effective_at(now);
        let index = index as usize;
        require!(index < TIERS, EscrowError::NoSuchTierSlot);
        tier.require_valid()?;
        if !tier.is_offered() || tier.never_dearer_than(&self.tiers[index]) {
            self.tiers[index] = tier;
            self.pending.tiers[index] = Tier::EMPTY;
            self.pending.tiers_at[index] = 0;
        } else {
            self.pending.tiers[index] = tier;
            self.pending.tiers_at[index] = at;
        }
        Ok(())
    }

    /// Apply every announced change that is due; what has lapsed stays as it is until it is announced again or taken back.
    pub fn apply_due(&mut self, now: i64) -> Result<()> {
        let pending = &mut self.pending;
        let mut found = Found { now, due: false, lapsed: false };
        if found.is_due(&mut pending.operator_at) {
            self.operator = core::mem::replace(&mut pending.operator, NOBODY);
        }
        if found.is_due(&mut pending.standby_operator_at) {
            self.standby_operator = core::mem::replace(&mut pending.standby_operator, NOBODY);
        }
        if found.is_due(&mut pending.granter_at) {
            self.granter = core::mem::replace(&mut pending.granter, NOBODY);
        }
        if found.is_due(&mut pending.treasury_at) {
            self.treasury = core::mem::replace(&mut pending.treasury, NOBODY);
        }
        if found.is_due(&mut pending.fee_bps_at) {
            self.fee_bps = core::mem::take(&mut pending.fee_bps);
        }
        if found.is_due(&mut pending.min_purchase_at) {
            self.min_purchase = core::mem::take(&mut pending.min_purchase);
        }
        if found.is_due(&mut pending.max_job_seconds_at) {
            self.max_job_seconds = core::mem::take(&mut pending.max_job_seconds);
        }
        for index in 0..TIERS {
            if found.is_due(&mut pending.tiers_at[index]) {
                self.tiers[index] = core::mem::replace(&mut pending.tiers[index], Tier::EMPTY);
            }
        }
        require!(found.due || found.lapsed, EscrowError::NothingDue);
        require!(found.due, EscrowError::AnnouncementLapsed);
        Ok(())
    }
}

impl Tier {
    /// Whether no number of units costs more than on `other`.
    ///
    /// Up to the larger number of included units the lower flat price counts, above it the lower rate.
    fn never_dearer_than(&self, other: &Tier) -> bool {
        other.is_offered()
            && self.name == other.name
            && self.unit_kind == other.unit_kind
            && self.flat_credits <= other.flat_credits
            && self.included_units >= other.included_units
            && self.rate_at_most(other)
    }

    /// Whether the rate, as a fraction, is not above that of `other`. Products of two 32-bit numbers fit into 64 bits.
    fn rate_at_most(&self, other: &Tier) -> bool {
        let here = self.rate_credits as u64 * other.rate_units as u64;
        let there = other.rate_credits as u64 * self.rate_units as u64;
        !self.has_rate() || (other.has_rate() && here <= there)
    }
}

/// Announce a new key; none at all is at once. Either of none and the present one takes an announced one back.
#[inline(never)]
fn name(current: &mut Address, pending: &mut Address, pending_at: &mut i64, wanted: Address, at: i64) {
    if wanted == NOBODY || wanted == *current {
        *current = wanted;
        (*pending, *pending_at) = (NOBODY, 0);
    } else {
        (*pending, *pending_at) = (wanted, at);
    }
}

/// Lower `current` at once, or announce that it will be raised. Either replaces what was announced before.
#[inline(never)]
fn raise(current: &mut u64, pending: &mut u64, pending_at: &mut i64, wanted: u64, at: i64) {
    if wanted <= *current {
        *current = wanted;
        (*pending, *pending_at) = (0, 0);
    } else {
        (*pending, *pending_at) = (wanted, at);
    }
}

/// What was found among the announced changes.
struct Found {
    now: i64,
    due: bool,
    lapsed: bool,
}

impl Found {
    /// Whether a change waits and its time has come but is not over; it does not wait any longer then.
    #[inline(never)]
    fn is_due(&mut self, at: &mut i64) -> bool {
        if *at == 0 || self.now < *at {
            return false;
        }
        if self.now.saturating_sub(*at) >= GRACE_SECONDS {
            self.lapsed = true;
            return false;
        }
        *at = 0;
        self.due = true;
        true
    }
}

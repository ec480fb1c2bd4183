//! Lots of granted credits: which ones a job is paid from, and what is left of them.

use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

use super::CreditAccount;
use crate::{constants::LOTS, errors::EscrowError};

/// Granted credits that expire together. A slot is reused only once nothing of it is free or locked.
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Lot {
    /// Free to be locked.
    pub credits_free: u32,
    /// Locked in open jobs and sessions.
    pub credits_locked: u32,
    /// Unix seconds from which it cannot be locked any more; 2^63 - 1: never.
    pub expires_at: i64,
}

/// Where the credits of one amount come from, or go back to.
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Split {
    /// Credits of each lot.
    pub lots: [u32; LOTS],
    /// Paid credits.
    pub paid: u64,
}

impl Lot {
    pub fn is_empty(&self) -> bool {
        self.credits_free == 0 && self.credits_locked == 0
    }

    pub fn is_expired(&self, now: i64) -> bool {
        now >= self.expires_at
    }
}

impl Split {
    pub const NOTHING: Self = Self { lots: [0; LOTS], paid: 0 };

    /// Granted credits of the split.
    pub fn granted(&self) -> u64 {
        self.lots.iter().map(|credits| *credits as u64).sum()
    }
}

impl CreditAccount {
    /// Move `credits` from available to locked: live lots first, the soonest expiry first, then paid credits.
    #[inline(never)]
    pub fn take(&mut self, credits: u64, now: i64) -> Result<Split> {
        let mut split = Split::NOTHING;
        let mut missing = credits;
        // Most accounts have no lots; walking them all costs more than the rest of a lock.
        if self.granted_available > 0 {
            while missing > 0 {
                let Some(index) = self.soonest_live_lot(now) else { break };
                let lot = &mut self.lots[index];
                let taken = (lot.credits_free as u64).min(missing) as u32;
                lot.credits_free -= taken;
                lot.credits_locked += taken;
                split.lots[index] = taken;
                missing -= taken as u64;
            }
            let granted = credits - missing;
            self.granted_available -= granted;
            self.granted_locked += granted;
        }
        require!(missing <= self.paid_available, EscrowError::InsufficientCredits);
        self.paid_available -= missing;
        self.paid_locked += missing;
        split.paid = missing;
        Ok(split)
    }

    /// Spend `credits` of what a job holds locked: lots first, in the order of their expiry, then paid credits.
    #[inline(never)]
    pub fn spend(&mut self, held: &mut Split, credits: u64) -> Result<Split> {
        let mut split = Split::NOTHING;
        let mut missing = credits;
        if self.granted_locked > 0 {
            while missing > 0 {
                let Some(index) = self.soonest_held_lot(held) else { break };
                let spent = (held.lots[index] as u64).min(missing) as u32;
                self.lots[index].credits_locked -= spent;
                held.lots[index] -= spent;
                split.lots[index] = spent;
                missing -= spent as u64;
            }
            let granted = credits - missing;
            self.granted_locked -= granted;
            self.spent_granted += granted;
        }
        require!(missing <= held.paid, EscrowError::AboveLock);
        self.liabilities -= credits;
        held.paid -= missing;
        self.spend_backing(missing);
        self.paid_locked -= missing;
        self.spent_paid += missing;
        split.paid = missing;
        Ok(split)
    }

    /// Unlock what a job still holds: each credit goes back to where it came from.
    #[inline(never)]
    pub fn give_back(&mut self, held: &mut Split) -> Split {
        let split = *held;
        if self.granted_locked > 0 {
            for (lot, credits) in self.lots.iter_mut().zip(split.lots) {
                lot.credits_locked -= credits;
                lot.credits_free += credits;
            }
            let granted = split.granted();
            self.granted_locked -= granted;
            self.granted_available += granted;
        }
        self.paid_locked -= split.paid;
        self.paid_available += split.paid;
        *held = Split::NOTHING;
        split
    }

    /// Add granted credits to the lot with this expiry, or to an empty slot.
    #[inline(never)]
    pub fn add_lot(&mut self, credits: u64, expires_at: i64) -> Result<()> {
        let mergeable = |lot: &Lot| !lot.is_empty() && lot.expires_at == expires_at;
        let index = self.lots.iter().position(mergeable).or_else(|| self.lots.iter().position(Lot::is_empty));
        let lot = &mut self.lots[index.ok_or(EscrowError::LotsFull)?];
        lot.expires_at = expires_at;
        // At most what an account may hold, as the sum of all lots is.
        lot.credits_free += credits as u32;
        self.granted += credits;
        self.liabilities += credits;
        self.granted_available += credits;
        Ok(())
    }

    /// Take the free credits of every expired lot away. What is locked in jobs stays, and expires when it comes back.
    #[inline(never)]
    pub fn expire_lots(&mut self, now: i64) -> u64 {
        let mut credits = 0;
        for lot in self.lots.iter_mut().filter(|lot| lot.is_expired(now)) {
            credits += lot.credits_free as u64;
            lot.credits_free = 0;
        }
        self.liabilities -= credits;
        self.granted_available -= credits;
        self.expired += credits;
        credits
    }

    fn soonest_live_lot(&self, now: i64) -> Option<usize> {
        soonest(&self.lots, |index| self.lots[index].credits_free > 0 && !self.lots[index].is_expired(now))
    }

    fn soonest_held_lot(&self, held: &Split) -> Option<usize> {
        soonest(&self.lots, |index| held.lots[index] > 0)
    }
}

fn soonest(lots: &[Lot; LOTS], eligible: impl Fn(usize) -> bool) -> Option<usize> {
    (0..LOTS).filter(|index| eligible(*index)).min_by_key(|index| lots[*index].expires_at)
}

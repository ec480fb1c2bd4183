//! What a wallet lets the operator lock: per job, and per period.

use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

use crate::{constants::*, errors::EscrowError};

/// The wallet's limits on the operator, and how much of the present period is used. All zero: only the wallet locks.
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Limits {
    /// Most credits that one lock of the operator may hold.
    pub credits_per_job: u64,
    /// Most credits that the operator may lock within one period.
    pub credits_per_period: u64,
    /// Length of a period in seconds.
    pub period_seconds: u64,
    /// When the present period began, in unix seconds: with the first lock after the one before had ended.
    pub period_started_at: i64,
    /// Credits locked in the present period, less what came back of them within it.
    pub used: u64,
}

/// Limits as an argument.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct LimitsArgs {
    /// Most credits that one lock of the operator may hold.
    pub credits_per_job: u64,
    /// Most credits that the operator may lock within one period.
    pub credits_per_period: u64,
    /// Length of a period in seconds.
    pub period_seconds: u64,
}

impl Limits {
    /// Change the limits. What the present period has used stays used.
    #[inline(never)]
    pub fn set(&mut self, args: &LimitsArgs) -> Result<()> {
        let none = args.credits_per_job == 0 && args.credits_per_period == 0 && args.period_seconds == 0;
        let valid = args.credits_per_job >= 1
            && args.credits_per_job <= args.credits_per_period
            && args.credits_per_period <= MAX_CREDITS
            && args.period_seconds >= 1
            && args.period_seconds <= MAX_PERIOD_SECONDS;
        require!(none || valid, EscrowError::InvalidLimits);
        self.credits_per_job = args.credits_per_job;
        self.credits_per_period = args.credits_per_period;
        self.period_seconds = args.period_seconds;
        Ok(())
    }

    /// Count a lock of the operator. Gives back the period that it counts in.
    pub fn use_up(&mut self, credits: u64, now: i64) -> Result<i64> {
        require!(credits <= self.credits_per_job, EscrowError::AboveLimitPerJob);
        // A clock before the start (it never goes back, but nothing here relies on that) stays in the period.
        if now.saturating_sub(self.period_started_at) >= self.period_seconds as i64 {
            self.period_started_at = now;
            self.used = 0;
        }
        let used = self.used + credits;
        require!(used <= self.credits_per_period, EscrowError::AboveLimitPerPeriod);
        self.used = used;
        Ok(self.period_started_at)
    }

    /// What comes back of a lock restores the allowance within its own period only.
    pub fn give_back(&mut self, credits: u64, period: i64) {
        if period == self.period_started_at {
            self.used = self.used.saturating_sub(credits);
        }
    }
}

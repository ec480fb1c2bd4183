//! What a wallet lets the operator lock: per job, per session and per period, and whether at quoted prices.

use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

use crate::{constants::*, errors::EscrowError};

/// The wallet's limits on the operator, and how much of the present period is used. All zero: only the wallet locks.
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Limits {
    /// Most credits that one lock of the operator may hold.
    pub credits_per_job: u64,
    /// Most credits that one session of the operator may hold; 0: no sessions.
    pub credits_per_session: u64,
    /// Most credits that the operator may lock within one period.
    pub credits_per_period: u64,
    /// Length of a period in seconds.
    pub period_seconds: u64,
    /// When the present period began, in unix seconds: with the first lock after the one before had ended.
    pub period_started_at: i64,
    /// Credits that the operator may charge in the present period so far: what its open jobs and sessions held when the
    /// period began,
    /// and what it locked since, less what came back.
    pub used: u64,
    /// Credits that open jobs and sessions of the operator hold, whenever they were locked.
    pub operator_locked: u64,
    /// 1: the operator may lock quoted jobs too, whose price it names itself.
    pub quoted_allowed: u8,
    pub reserved: [u8; 7],
}

/// Limits as an argument.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct LimitsArgs {
    /// Most credits that one lock of the operator may hold.
    pub credits_per_job: u64,
    /// Most credits that one session of the operator may hold; 0: no sessions.
    pub credits_per_session: u64,
    /// Most credits that the operator may lock within one period.
    pub credits_per_period: u64,
    /// Length of a period in seconds.
    pub period_seconds: u64,
    /// Whether the operator may lock quoted jobs too, whose price it names itself.
    pub quoted_allowed: bool,
}

impl LimitsArgs {
    /// Whether the operator may lock nothing at all.
    fn is_nothing(&self) -> bool {
        self.credits_per_job == 0
            && self.credits_per_session == 0
            && self.credits_per_period == 0
            && self.period_seconds == 0
            && !self.quoted_allowed
    }
}

/// Whether a period is over. A clock before its start (it never goes back, but nothing relies on that) stays in it.
pub fn period_is_over(started_at: i64, seconds: u64, now: i64) -> bool {
    now.saturating_sub(started_at) >= seconds as i64
}

impl Limits {
    /// Change the limits. What the present period has used stays used.
    #[inline(never)]
    pub fn set(&mut self, args: &LimitsArgs) -> Result<()> {
        let valid = (args.credits_per_job >= 1 || args.credits_per_session >= 1)
            && args.credits_per_job <= args.credits_per_period
            && args.credits_per_session <= args.credits_per_period
            && args.credits_per_period <= MAX_CREDITS
            && args.period_seconds >= 1
            && args.period_seconds <= MAX_PERIOD_SECONDS;
        require!(args.is_nothing() || valid, EscrowError::InvalidLimits);
        self.credits_per_job = args.credits_per_job;
        self.credits_per_session = args.credits_per_session;
        self.credits_per_period = args.credits_per_period;
        self.period_seconds = args.period_seconds;
        self.quoted_allowed = args.quoted_allowed as u8;
        Ok(())
    }

    /// Whether the operator may lock no more by `args` than by what is set now.
    ///
    /// A longer period is less, and nothing at all is less than anything.
    pub fn is_lowered_by(&self, args: &LimitsArgs) -> bool {
        args.is_nothing()
            || (args.credits_per_job <= self.credits_per_job
                && args.credits_per_session <= self.credits_per_session
                && args.credits_per_period <= self.credits_per_period
                && args.period_seconds >= self.period_seconds
                && args.quoted_allowed as u8 <= self.quoted_allowed)
    }

    /// Count a lock of the operator. Gives back the period that it counts in.
    pub fn use_up(&mut self, credits: u64, quoted: bool, now: i64) -> Result<i64> {
        require!(credits <= self.credits_per_job, EscrowError::AboveLimitPerJob);
        require!(!quoted || self.quoted_allowed == 1, EscrowError::QuotedNotAllowed);
        self.expose(credits, now)
    }

    /// Count a session of the operator. Gives back the period that it counts in.
    pub fn use_up_session(&mut self, credits: u64, now: i64) -> Result<i64> {
        require!(self.credits_per_session != 0, EscrowError::SessionsNotAllowed);
        require!(credits <= self.credits_per_session, EscrowError::AboveLimitPerSession);
        self.expose(credits, now)
    }

    /// Count credits that the operator may charge from now on.
    ///
    /// What its open jobs and sessions hold counts in every period that they reach into: it can still be charged. So what
    /// is charged in a period never exceeds the limit, and once the limits are zero no more than the limit that was.
    #[inline(never)]
    fn expose(&mut self, credits: u64, now: i64) -> Result<i64> {
        if period_is_over(self.period_started_at, self.period_seconds, now) {
            self.period_started_at = now;
            self.used = self.operator_locked;
        }
        let used = self.used + credits;
        require!(used <= self.credits_per_period, EscrowError::AboveLimitPerPeriod);
        self.used = used;
        self.operator_locked += credits;
        Ok(self.period_started_at)
    }

    /// A job or session of the operator was charged: that stays used, and is locked no longer.
    pub fn charge(&mut self, credits: u64) {
        self.operator_locked -= credits;
    }

    /// A job or session of the operator ended: what it still held is neither used nor locked, whenever it was locked.
    pub fn give_back(&mut self, credits: u64) {
        self.operator_locked -= credits;
        self.used -= credits;
    }
}

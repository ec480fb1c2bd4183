//! A platform: one credit system with its mint, prices and keys.

use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

use super::Pack;
use crate::{constants::*, errors::EscrowError, shared::same};

/// One credit system. PDA `["platform", creator, name]`; anyone may create one, so clients pin the address.
///
/// No instruction of a job writes this account: jobs of different wallets run in parallel.
#[account]
pub struct Platform {
    /// Layout version.
    pub version: u8,
    /// Bump of this PDA.
    pub bump: u8,
    /// 1 while purchases and locks are stopped.
    pub paused: u8,
    /// Decimals of the mint, which never change.
    pub decimals: u8,
    pub reserved_flags: [u8; 4],
    /// Who created it; a part of its address, without any right.
    pub creator: Address,
    /// `[a-z0-9-]{1,32}`, padded with zeros; a part of its address.
    pub name: [u8; 32],
    /// May change the settings.
    pub admin: Address,
    /// May become admin by accepting; all zeros: nobody.
    pub pending_admin: Address,
    /// May lock within a wallet's limits, settle, refund and grant; all zeros: nobody.
    pub operator: Address,
    /// Becomes operator at once where the admin switches to it; all zeros: nobody.
    pub standby_operator: Address,
    /// May grant, as the operator may, so that the operator's key needs no tokens; all zeros: nobody.
    pub granter: Address,
    /// Token account of the mint that earnings go to.
    pub treasury: Address,
    /// Token account of the mint, owned by this PDA, that packs' bonus is paid from; all zeros: none.
    pub promotion: Address,
    /// Mint that credits are bought with; fixed.
    pub mint: Address,
    /// The program that the mint is of: the classic Token program.
    pub token_program: Address,
    /// Base units of the mint that one credit is worth; fixed.
    pub base_units_per_credit: u64,
    /// Seconds between the announcement of a change that could hurt a wallet and its effect; fixed.
    pub notice_seconds: u64,
    /// Seconds from the registration of a payee until it may be named in a lock; fixed.
    pub payee_notice_seconds: u64,
    /// Fewest credits that a purchase buys.
    pub min_purchase: u64,
    /// Longest time that a job or session may hold credits, in seconds.
    pub max_job_seconds: u64,
    /// Share of a payee's earnings that goes to the treasury, in basis points.
    pub fee_bps: u64,
    /// Prices; a tier without a name is not offered.
    pub tiers: [Tier; TIERS],
    /// Announced changes that wait for their notice period.
    pub pending: PendingChanges,
    /// Packs with a bonus; a pack of 0 credits is not offered.
    pub packs: [Pack; PACKS],
    pub reserved: [u8; 120],
}

/// A price: flat credits for the included units, an exact rate above them: `rate_credits` per `rate_units`.
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Tier {
    /// Name, padded with zeros; all zeros: the slot is empty.
    pub name: [u8; 16],
    /// Credits for up to `included_units`, and the least that a job costs.
    pub flat_credits: u64,
    /// Units that the flat price includes.
    pub included_units: u64,
    /// Credits for `rate_units` units once a job is above the included ones, for all of its units; 0: flat for any number.
    pub rate_credits: u32,
    /// Units that `rate_credits` are the price of; 0 where there is no rate.
    pub rate_units: u32,
    /// What a unit is: 0 output token, 1 request, 2 second, 3 GPU second, 4 CPU second, 5 GiB-hour, 6 GiB, 7 other,
    /// 8 GiB-second, 9 image, 10 input token, 11 token.
    pub unit_kind: u8,
    pub reserved: [u8; 7],
}

/// A tier as an argument.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct TierArgs {
    /// Name, padded with zeros.
    pub name: [u8; 16],
    /// Credits for up to `included_units`, and the least that a job costs.
    pub flat_credits: u64,
    /// Units that the flat price includes.
    pub included_units: u64,
    /// Credits for `rate_units` units once a job is above the included ones, for all of its units; 0: flat for any number.
    pub rate_credits: u32,
    /// Units that `rate_credits` are the price of; 0 where there is no rate.
    pub rate_units: u32,
    /// What a unit is, as in `Tier`.
    pub unit_kind: u8,
}

/// Changes that were announced; each with the unix time from which it may be applied, for 30 days, 0 where there is none.
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct PendingChanges {
    pub operator: Address,
    pub operator_at: i64,
    pub standby_operator: Address,
    pub standby_operator_at: i64,
    pub granter: Address,
    pub granter_at: i64,
    pub treasury: Address,
    pub treasury_at: i64,
    pub fee_bps: u64,
    pub fee_bps_at: i64,
    pub min_purchase: u64,
    pub min_purchase_at: i64,
    pub max_job_seconds: u64,
    pub max_job_seconds_at: i64,
    pub tiers: [Tier; TIERS],
    pub tiers_at: [i64; TIERS],
}

impl Platform {
    pub fn require_known_version(&self) -> Result<()> {
        require!(self.version == VERSION, EscrowError::UnknownVersion);
        Ok(())
    }

    pub fn require_admin(&self, signer: &Address) -> Result<()> {
        require!(same(&self.admin, signer), EscrowError::NotTheAdmin);
        Ok(())
    }

    pub fn require_running(&self) -> Result<()> {
        require!(self.paused == 0, EscrowError::Paused);
        Ok(())
    }

    /// Whether `signer` is the operator; nobody is while there is none.
    pub fn is_operator(&self, signer: &Address) -> bool {
        same(&self.operator, signer)
    }

    /// Whether `signer` may grant.
    pub fn may_grant(&self, signer: &Address) -> bool {
        self.is_operator(signer) || same(&self.granter, signer)
    }

    /// When a job or session that is locked at `now` for this long ends.
    pub fn deadline(&self, seconds: u64, now: i64) -> Result<i64> {
        require!(seconds >= 1 && seconds <= self.max_job_seconds, EscrowError::InvalidDuration);
        Ok(now.saturating_add(seconds as i64))
    }

    pub fn tier(&self, index: u8) -> Result<&Tier> {
        let tier = self.tiers.get(index as usize).ok_or(EscrowError::UnknownTier)?;
        require!(tier.is_offered(), EscrowError::UnknownTier);
        Ok(tier)
    }

    /// Checked at the end of every instruction that changes the platform.
    pub fn invariant(&self) -> Result<()> {
        require_valid_name(&self.name)?;
        require!(
            self.base_units_per_credit >= 1 && self.base_units_per_credit <= MAX_BASE_UNITS_PER_CREDIT,
            EscrowError::InvalidCreditPrice
        );
        require!(
            self.notice_seconds >= MIN_NOTICE_SECONDS && self.notice_seconds <= MAX_NOTICE_SECONDS,
            EscrowError::InvalidNotice
        );
        require!(
            self.payee_notice_seconds >= MIN_NOTICE_SECONDS && self.payee_notice_seconds <= MAX_NOTICE_SECONDS,
            EscrowError::InvalidNotice
        );
        require!(self.min_purchase >= 1 && self.min_purchase <= MAX_CREDITS, EscrowError::InvalidMinimumPurchase);
        require!(self.max_job_seconds >= 1 && self.max_job_seconds <= MAX_JOB_SECONDS, EscrowError::InvalidJobDuration);
        require!(self.fee_bps <= MAX_FEE_BPS, EscrowError::FeeTooHigh);
        for tier in &self.tiers {
            tier.require_valid()?;
        }
        Ok(())
    }
}

impl Tier {
    pub const EMPTY: Self = Self {
        name: [0; 16],
        flat_credits: 0,
        included_units: 0,
        rate_credits: 0,
        rate_units: 0,
        unit_kind: 0,
        reserved: [0; 7],
    };

    pub fn is_offered(&self) -> bool {
        self.name[0] != 0
    }

    /// Whether units above the included ones cost more than the flat price.
    pub fn has_rate(&self) -> bool {
        self.rate_credits != 0
    }

    pub fn require_valid(&self) -> Result<()> {
        if !self.is_offered() {
            require!(bytemuck::bytes_of(self) == bytemuck::bytes_of(&Self::EMPTY), EscrowError::InvalidTier);
            return Ok(());
        }
        let bounded = self.flat_credits <= MAX_CREDITS && self.included_units <= MAX_UNITS;
        let priced = self.flat_credits > 0 || self.has_rate();
        // One form for each price: without a rate both are 0, so that prices are compared by their fields.
        let whole = self.has_rate() == (self.rate_units != 0);
        require!(bounded && priced && whole, EscrowError::InvalidTier);
        Ok(())
    }
}

impl From<TierArgs> for Tier {
    fn from(args: TierArgs) -> Self {
        Self {
            name: args.name,
            flat_credits: args.flat_credits,
            included_units: args.included_units,
            rate_credits: args.rate_credits,
            rate_units: args.rate_units,
            unit_kind: args.unit_kind,
            reserved: [0; 7],
        }
    }
}

fn require_valid_name(name: &[u8; 32]) -> Result<()> {
    let length = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
    let allowed = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    let (text, padding) = name.split_at(length);
    require!(length > 0 && text.iter().all(allowed) && padding.iter().all(|byte| *byte == 0), EscrowError::InvalidName);
    Ok(())
}

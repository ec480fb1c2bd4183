//! What happens to a platform.

use anchor_lang::prelude::*;

use crate::state::{Pack, PendingChanges, Tier};

/// A credit system, as it was created.
#[event(bytemuck)]
pub struct PlatformCreated {
    pub platform: Address,
    pub creator: Address,
    pub admin: Address,
    pub operator: Address,
    /// Token account of the mint.
    pub treasury: Address,
    pub mint: Address,
    /// The program that the mint is of.
    pub token_program: Address,
    /// Padded with zeros.
    pub name: [u8; 32],
    /// Base units of the mint.
    pub base_units_per_credit: u64,
    pub notice_seconds: u64,
    pub payee_notice_seconds: u64,
    pub min_purchase: u64,
    pub max_job_seconds: u64,
    /// Basis points.
    pub fee_bps: u64,
    /// Unix seconds; so it is in every event.
    pub at: i64,
    /// Prices; a tier without a name is not offered.
    pub tiers: [Tier; 8],
    /// Of the mint.
    pub decimals: u8,
    pub reserved: [u8; 7],
}

/// All that can change of a platform, after any change.
#[event(bytemuck)]
pub struct PlatformChanged {
    pub platform: Address,
    pub admin: Address,
    /// All zeros: nobody.
    pub pending_admin: Address,
    /// All zeros: nobody; so it is with the next two.
    pub operator: Address,
    pub standby_operator: Address,
    pub granter: Address,
    pub treasury: Address,
    /// All zeros: none.
    pub promotion: Address,
    pub min_purchase: u64,
    pub max_job_seconds: u64,
    /// Basis points.
    pub fee_bps: u64,
    pub at: i64,
    pub tiers: [Tier; 8],
    /// What is announced and waits for its notice period.
    pub pending: PendingChanges,
    /// A pack of 0 credits is not offered.
    pub packs: [Pack; 4],
    /// 1: purchases and locks are stopped.
    pub paused: u8,
    /// What was done: 0 update, 1 tier, 2 apply, 3 admin proposed, 4 admin accepted, 5 pack, 6 switched to the standby
    /// operator.
    pub change: u8,
    pub reserved: [u8; 6],
}

//! Automatic top-up: the rule, and what is bought by it.

use anchor_lang::prelude::*;

use crate::state::Balances;

/// The wallet set a rule.
#[event(bytemuck)]
pub struct TopUpSet {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub rule: Address,
    pub source: Address,
    pub rent_payer: Address,
    pub threshold: u64,
    pub credits: u64,
    /// What one top-up costs, in base units of the mint.
    pub base_units: u64,
    pub bonus_credits: u64,
    pub base_units_per_period: u64,
    pub period_seconds: u64,
    /// Unix seconds; 2^63 - 1: never.
    pub expires_at: i64,
    /// Sequence number that was used up.
    pub sequence: u64,
    pub at: i64,
    /// Which pack is bought; 255: none.
    pub pack: u8,
    pub reserved: [u8; 7],
}

/// The wallet removed its rule.
#[event(bytemuck)]
pub struct TopUpRemoved {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub rule: Address,
    /// Sequence number that was used up.
    pub sequence: u64,
    pub at: i64,
}

/// Credits were bought by the wallet's rule, from its own tokens.
#[event(bytemuck)]
pub struct CreditsToppedUp {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    /// The wallet's token account that paid.
    pub source: Address,
    pub credits: u64,
    /// What they cost, in base units of the mint.
    pub base_units: u64,
    /// Credits of a pack on top.
    pub bonus_credits: u64,
    /// What these cost the promotion account, in base units of the mint.
    pub promotion_base_units: u64,
    /// Credits that plain transfers into the vault had become before.
    pub synced: u64,
    /// The period of the rule that it counts in, and what that has used with it, in base units.
    pub period_started_at: i64,
    pub used_base_units: u64,
    pub slot: u64,
    pub at: i64,
    pub before: Balances,
    pub after: Balances,
    /// Which pack it was; 255: none.
    pub pack: u8,
    pub reserved: [u8; 7],
}

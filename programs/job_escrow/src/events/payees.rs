//! What happens to a payee.

use anchor_lang::prelude::*;

/// Somebody besides the treasury may earn from jobs, from `usable_from` on.
#[event(bytemuck)]
pub struct PayeeRegistered {
    pub platform: Address,
    /// The registration, an account of the program.
    pub payee: Address,
    /// Who earns.
    pub owner: Address,
    /// The owner's, which earnings go to.
    pub token_account: Address,
    pub rent_payer: Address,
    /// Unix seconds from which a lock may name it.
    pub usable_from: i64,
    pub at: i64,
}

/// A payee was suspended or resumed, or another share of its own was announced: all that can change of it.
#[event(bytemuck)]
pub struct PayeeChanged {
    pub platform: Address,
    /// The registration.
    pub payee: Address,
    /// Who earns.
    pub owner: Address,
    /// Basis points of its own; 0: what the platform's fee leaves.
    pub share_bps: u64,
    /// The coming share, and the unix time from which locks use it; 0: none is announced.
    pub pending_share_bps: u64,
    pub pending_share_at: i64,
    pub at: i64,
    /// 1: no lock may name it.
    pub suspended: u8,
    pub reserved: [u8; 7],
}

/// Somebody earns from no further jobs.
#[event(bytemuck)]
pub struct PayeeUnregistered {
    pub platform: Address,
    /// The registration, which is gone.
    pub payee: Address,
    /// Who earned.
    pub owner: Address,
    pub at: i64,
}

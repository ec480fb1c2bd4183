//! What happens to a session.

use anchor_lang::prelude::*;

use crate::state::{Balances, Split, Tier, TierTotals};

/// Credits were locked for a session, with all its terms.
#[event(bytemuck)]
pub struct SessionOpened {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub session: Address,
    /// Who signed: the operator.
    pub authority: Address,
    /// Who earns what paid credits bring; all zeros: the treasury.
    pub payee: Address,
    pub payee_token_account: Address,
    pub rent_payer: Address,
    pub id: u64,
    /// Credits locked in all.
    pub credits: u64,
    /// Basis points.
    pub fee_bps: u64,
    /// Unix seconds from which it is only refunded.
    pub deadline: i64,
    /// When the period of the wallet's limits began that it counts in.
    pub limit_period: i64,
    pub at: i64,
    /// Where the credits came from.
    pub held: Split,
    /// The platform's prices, which all of the session is priced by.
    pub tiers: [Tier; 8],
    pub before: Balances,
    pub after: Balances,
    /// What its history starts from: SHA-256 of its address and these tiers.
    pub head: [u8; 32],
}

/// The operator reported what a session has used so far, and was paid for it.
#[event(bytemuck)]
pub struct SessionSettled {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub session: Address,
    pub id: u64,
    /// Receipts before this settlement, and with it.
    pub from_count: u64,
    pub count: u64,
    /// Credits charged by this settlement, and by all of this session so far.
    pub charged: u64,
    pub settled: u64,
    /// Base units that went to the treasury and to the payee.
    pub treasury_base_units: u64,
    pub payee_base_units: u64,
    /// What promotion had paid of the charged credits; a part of what went to the treasury.
    pub promotion_base_units: u64,
    pub at: i64,
    /// Where the charged credits came from.
    pub spent: Split,
    /// What went back where it came from; nothing before the end.
    pub returned: Split,
    pub before: Balances,
    pub after: Balances,
    /// All that the session has used so far, for each tier.
    pub totals: [TierTotals; 8],
    /// Commits to the receipts from `from_count` on; counts for nothing where there are none.
    pub root: [u8; 32],
    /// The session's head after this.
    pub head: [u8; 32],
    /// What the credit account remembers of all ended sessions, after this.
    pub session_heads: [u8; 32],
    /// 1: the session has ended.
    pub is_final: u8,
    /// 1: the payee's token account could not be paid, so that its share went to the treasury.
    pub payee_unpayable: u8,
    pub reserved: [u8; 6],
}

/// A session ended, and all that it still held went back.
#[event(bytemuck)]
pub struct SessionRefunded {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub session: Address,
    /// Who signed: the operator, or once the deadline had passed anybody.
    pub authority: Address,
    pub id: u64,
    /// Receipts that were settled before.
    pub count: u64,
    /// Credits charged before by settlements of this session.
    pub settled: u64,
    pub at: i64,
    /// What went back where it came from.
    pub returned: Split,
    pub before: Balances,
    pub after: Balances,
    /// The session's last head.
    pub head: [u8; 32],
    /// What the credit account remembers of all ended sessions, after this.
    pub session_heads: [u8; 32],
    /// 1: the deadline had passed.
    pub timed_out: u8,
    pub reserved: [u8; 7],
}

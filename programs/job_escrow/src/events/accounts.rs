//! What happens to a credit account as a whole.

use anchor_lang::prelude::*;

use crate::state::Balances;

/// A credit account, as it was opened.
#[event(bytemuck)]
pub struct AccountOpened {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub vault: Address,
    pub rent_payer: Address,
    pub namespace: [u8; 16],
    /// Base units of the mint.
    pub base_units_per_credit: u64,
    /// Where job ids and sequence numbers of the account start.
    pub starts_at: u64,
    /// The limits on the operator; all zeros: only the wallet locks.
    pub credits_per_job: u64,
    pub credits_per_session: u64,
    pub credits_per_period: u64,
    pub period_seconds: u64,
    /// What the rent payer gets back at the close: what it paid for the account.
    pub rent_lamports: u64,
    /// The same of the vault; 0 where that held tokens already, and so was somebody else's gift.
    pub vault_rent_lamports: u64,
    pub at: i64,
    /// 1: the operator may lock quoted jobs too.
    pub quoted_allowed: u8,
    pub reserved: [u8; 7],
}

/// The wallet changed what the operator may lock; all zeros: only the wallet locks.
#[event(bytemuck)]
pub struct LimitsSet {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub credits_per_job: u64,
    pub credits_per_session: u64,
    pub credits_per_period: u64,
    pub period_seconds: u64,
    /// Sequence number that was used up.
    pub sequence: u64,
    pub at: i64,
    /// 1: the operator may lock quoted jobs too.
    pub quoted_allowed: u8,
    pub reserved: [u8; 7],
}

/// Tokens that were no credits went where the wallet can reach them.
#[event(bytemuck)]
pub struct TokensRecovered {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub mint: Address,
    pub source: Address,
    pub destination: Address,
    pub base_units: u64,
    /// What the token account held that was closed, 0 where it was not: to the wallet, or from the vault's own token
    /// account to the credit account, whose close gives it to the wallet.
    pub lamports: u64,
    pub at: i64,
}

/// A credit account was emptied and removed.
#[event(bytemuck)]
pub struct AccountClosed {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub destination: Address,
    /// Paid credits, less what promotion had paid of them, and surplus, to the wallet.
    pub wallet_base_units: u64,
    /// What stood behind lots, to the treasury; and what the promotion account could not be paid.
    pub treasury_base_units: u64,
    /// What promotion had paid of the credits left, and was owed before, to the promotion account.
    pub promotion_base_units: u64,
    /// What the account and its vault held beyond their rents; to the wallet.
    pub wallet_lamports: u64,
    pub at: i64,
    pub before: Balances,
}

//! Credits that come and go, and promotion that does.

use anchor_lang::prelude::*;

use crate::state::Balances;

/// Credits were paid for, straight into the vault.
#[event(bytemuck)]
pub struct CreditsPurchased {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    /// Who paid; not always the wallet.
    pub payer: Address,
    pub credits: u64,
    /// What they cost, in base units of the mint.
    pub base_units: u64,
    /// Credits of a pack on top.
    pub bonus_credits: u64,
    /// What these cost the promotion account, in base units of the mint.
    pub promotion_base_units: u64,
    /// Sequence number that was used up; 0 where somebody else paid.
    pub sequence: u64,
    pub at: i64,
    pub before: Balances,
    pub after: Balances,
    /// Which pack it was; 255: none.
    pub pack: u8,
    pub reserved: [u8; 7],
}

/// Paid for by the operator or granter; spent first and never withdrawable.
#[event(bytemuck)]
pub struct CreditsGranted {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    /// Who gave and paid for them: the platform's operator or granter.
    pub operator: Address,
    /// Used up in the account's window of grants; of a plan's grant, where the account's ids start.
    pub id: u64,
    pub credits: u64,
    /// What that cost, in base units of the mint.
    pub base_units: u64,
    /// Unix seconds; 2^63 - 1: never.
    pub expires_at: i64,
    pub at: i64,
    pub before: Balances,
    pub after: Balances,
    /// What for, by the client's list; the program reads none of it.
    pub reason: u16,
    /// Which plan's cycle it is for; 255: none.
    pub plan_slot: u8,
    pub reserved: [u8; 1],
    pub plan_cycle: u32,
}

#[event(bytemuck)]
pub struct LotsExpired {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub credits: u64,
    /// What went to the treasury.
    pub base_units: u64,
    pub at: i64,
    pub before: Balances,
    pub after: Balances,
}

/// Plain transfers into the vault became paid credits.
#[event(bytemuck)]
pub struct DepositsSynced {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    /// Who signed; not always the wallet.
    pub authority: Address,
    pub credits: u64,
    /// What they are worth, in base units of the mint.
    pub base_units: u64,
    pub at: i64,
    pub before: Balances,
    pub after: Balances,
}

/// Credits were paid out to their wallet.
#[event(bytemuck)]
pub struct CreditsWithdrawn {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub destination: Address,
    pub credits: u64,
    /// Credits that plain transfers into the vault had become before they were withdrawn.
    pub synced: u64,
    /// All that was paid out: the credits' worth less what promotion had paid of it and, with all, what was left below
    /// one credit.
    pub base_units: u64,
    /// What promotion had paid of the credits, in base units of the mint; it is swept back.
    pub promotion_owed: u64,
    /// Sequence number that was used up.
    pub sequence: u64,
    pub at: i64,
    pub before: Balances,
    pub after: Balances,
}

/// Tokens of the promotion account went to the treasury.
#[event(bytemuck)]
pub struct PromotionWithdrawn {
    pub platform: Address,
    /// The promotion account.
    pub source: Address,
    /// The treasury.
    pub destination: Address,
    pub base_units: u64,
    pub at: i64,
}

/// What withdrawals had left of packs' bonus went back to the platform.
#[event(bytemuck)]
pub struct PromotionSwept {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    /// The promotion account; the treasury where there is none, or it cannot be paid.
    pub destination: Address,
    pub base_units: u64,
    pub at: i64,
}

//! What happens to a job.

use anchor_lang::prelude::*;

use crate::state::{Balances, Split, Tier};

/// Credits were locked for a job, with all its terms.
#[event(bytemuck)]
pub struct JobLocked {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub job: Address,
    /// Who signed: the wallet or the operator.
    pub authority: Address,
    /// Who earns what paid credits bring; all zeros: the treasury.
    pub payee: Address,
    pub payee_token_account: Address,
    pub rent_payer: Address,
    pub id: u64,
    /// Credits locked in all.
    pub credits: u64,
    /// Units that they cover; 0 where the job is quoted.
    pub max_units: u64,
    /// Basis points.
    pub fee_bps: u64,
    /// Unix seconds from which it is only refunded.
    pub deadline: i64,
    /// When the period of the wallet's limits began that it counts in; 0 where the wallet locked.
    pub limit_period: i64,
    pub at: i64,
    /// Where the credits came from.
    pub held: Split,
    /// Terms of the tier; all zeros where the job is quoted.
    pub tier: Tier,
    pub before: Balances,
    pub after: Balances,
    /// 1: locked by the operator; 0: by the wallet.
    pub by_operator: u8,
    /// 1: priced by quoted credits; 0: by the tier.
    pub quoted: u8,
    /// Which tier it was; 255 where the job is quoted.
    pub tier_index: u8,
    pub reserved: [u8; 5],
}

/// The operator reported what a job has cost so far, and was paid for it.
#[event(bytemuck)]
pub struct JobSettled {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub job: Address,
    pub id: u64,
    /// Units, or quoted credits, that the operator reported as used so far.
    pub amount: u64,
    /// Credits charged by this settlement, and by all of this job so far.
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
    /// What the operator gave along, such as the hash of a proof or receipt; all zeros: nothing. The program reads none of it.
    pub proof: [u8; 32],
    /// 1: the job has ended.
    pub is_final: u8,
    /// 1: the payee's token account could not be paid, so that its share went to the treasury.
    pub payee_unpayable: u8,
    pub reserved: [u8; 6],
}

/// A job ended, and all that it still held went back.
#[event(bytemuck)]
pub struct JobRefunded {
    pub platform: Address,
    pub wallet: Address,
    pub credit_account: Address,
    pub job: Address,
    /// Who signed: the operator, or once the deadline had passed anybody.
    pub authority: Address,
    pub id: u64,
    /// Credits charged before by settlements of this job.
    pub settled: u64,
    pub at: i64,
    /// What went back where it came from.
    pub returned: Split,
    pub before: Balances,
    pub after: Balances,
    /// 1: the deadline had passed.
    pub timed_out: u8,
    pub reserved: [u8; 7],
}

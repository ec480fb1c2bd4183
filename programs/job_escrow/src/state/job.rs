//! A job: credits that are locked until it is settled, refunded or timed out.

use anchor_lang::prelude::*;

use super::{address_at_bump, Claim, Split, Tier};
use crate::{constants::JOB_SEED, errors::EscrowError, pricing, shared::require_compatible};

/// Locked credits of one job. PDA `["job", credit account, id as u64]`; closed when the job ends.
///
/// Everything that decides about money is copied here at the lock and never changes.
#[account]
pub struct Job {
    /// Layout version.
    pub version: u8,
    /// Oldest layout version whose programs may use this account; newer ones may have fields that those do not know.
    pub compatible_from: u8,
    /// 1: locked by the operator within the wallet's limits; 0: locked by the wallet.
    pub by_operator: u8,
    /// 1: priced by quoted credits; 0: by the tier's terms.
    pub quoted: u8,
    /// Which tier it was, for reports; 255 where it was quoted.
    pub tier_index: u8,
    pub reserved_flags: [u8; 3],
    /// The credit account that it was locked from.
    pub credit_account: Address,
    /// Unique among the jobs of the credit account, for ever.
    pub id: u64,
    /// Who earns what paid credits bring, less the fee; all zeros: the treasury.
    pub payee: Address,
    /// The payee's token account, as it was registered at the lock.
    pub payee_token_account: Address,
    /// Who paid the rent of this account; it goes back there.
    pub rent_payer: Address,
    /// Terms of the tier at the lock; all zeros where it was quoted.
    pub tier: Tier,
    /// Units that the lock covers; 0 where it was quoted.
    pub max_units: u64,
    /// Credits locked in all.
    pub credits: u64,
    /// Credits settled so far.
    pub settled: u64,
    /// Credits still held, by where they came from.
    pub held: Split,
    /// Base units that the payee's share was computed on so far: paid credits' worth, less what promotion has paid of it.
    pub payee_base_units: u64,
    /// Share of the payee's earnings that goes to the treasury, in basis points.
    pub fee_bps: u64,
    /// Unix seconds.
    pub locked_at: i64,
    /// Settling ends and refunding by anyone begins, in unix seconds.
    pub deadline: i64,
    pub reserved: [u8; 72],
}

impl Job {
    /// The one address of a job, where its id has one.
    pub fn address_of(credit_account: &Address, id: u64) -> Address {
        address_at_bump(JOB_SEED, credit_account, id)
    }

    /// What a settlement or refund changes of it.
    pub fn claim(&mut self) -> Claim<'_> {
        Claim {
            credits: self.credits,
            held: &mut self.held,
            settled: &mut self.settled,
            payee_base_units: &mut self.payee_base_units,
            payee: &self.payee,
            payee_token_account: &self.payee_token_account,
            fee_bps: self.fee_bps,
            by_operator: self.by_operator == 1,
        }
    }

    pub fn require_known_version(&self) -> Result<()> {
        require_compatible(self.compatible_from)
    }

    /// Credits that the job has cost once it has used `amount` units, or quoted credits, in all.
    pub fn cost_of(&self, amount: u64) -> Result<u64> {
        if self.quoted == 1 {
            require!(amount <= self.credits, EscrowError::AboveLock);
            return Ok(amount);
        }
        require!(amount <= self.max_units, EscrowError::AboveLock);
        pricing::cost(&self.tier, amount)
    }
}

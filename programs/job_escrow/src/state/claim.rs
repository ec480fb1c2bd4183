//! What a job or session holds of a credit account, as far as charging and ending it are the same for both.

use anchor_lang::prelude::*;

use super::{CreditAccount, Split};
use crate::errors::EscrowError;

/// The fields of a job or session that a settlement or refund reads and changes.
pub struct Claim<'a> {
    /// Credits locked in all.
    pub credits: u64,
    /// Credits still held, by where they came from.
    pub held: &'a mut Split,
    /// Credits settled so far.
    pub settled: &'a mut u64,
    /// Base units that the payee's share was computed on so far.
    pub payee_base_units: &'a mut u64,
    pub payee: &'a Address,
    /// All zeros: there is no payee.
    pub payee_token_account: &'a Address,
    /// Basis points of the payee's earnings that go to the treasury.
    pub fee_bps: u64,
    /// Whether it counts in the wallet's limits.
    pub by_operator: bool,
}

impl Claim<'_> {
    /// Checked after every settlement that does not end it: nothing is charged beyond the lock.
    pub fn invariant(&self) -> Result<()> {
        let accounted = *self.settled + self.held.granted() + self.held.paid == self.credits;
        require!(accounted, EscrowError::InvariantViolated);
        Ok(())
    }
}

impl CreditAccount {
    /// End a job or session: all that it still holds goes back to where it came from, and is all that was not charged.
    ///
    /// One that holds credits of a kind that only a later layout knows stays open: without it, nothing would say whose they
    /// are.
    #[inline(always)]
    pub fn end(&mut self, claim: &mut Claim) -> Result<Split> {
        let available = self.available();
        let returned = self.give_back(claim.held);
        let given_back = self.available() - available;
        require!(*claim.settled + given_back == claim.credits, EscrowError::InvariantViolated);
        if claim.by_operator {
            self.limits.give_back(claim.credits - *claim.settled);
        }
        self.open_jobs -= 1;
        Ok(returned)
    }
}

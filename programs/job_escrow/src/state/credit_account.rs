//! A credit account: what one wallet holds on one platform in one namespace.

use anchor_lang::prelude::*;

use super::{Balances, IdWindow, Limits, Lot};
use crate::{constants::*, errors::EscrowError, pricing, shared::same};

/// A wallet's credits. PDA `["credit", platform, wallet, namespace]`; its associated token account is its vault.
///
/// Amounts are credits, times are unix seconds.
#[account]
pub struct CreditAccount {
    /// Layout version.
    pub version: u8,
    /// Bump of this PDA.
    pub bump: u8,
    pub reserved_flags: [u8; 6],
    /// The platform that they are spent on.
    pub platform: Address,
    /// The only wallet that these credits ever belong to.
    pub wallet: Address,
    /// Partition of the wallet's credits on the platform; all zeros is the default one.
    pub namespace: [u8; 16],
    /// The associated token account of this PDA: the USDC behind the credits.
    pub vault: Address,
    /// Copied from the platform, where it is fixed.
    pub base_units_per_credit: u64,

    /// Bought and free to spend or withdraw.
    pub paid_available: u64,
    /// Bought and locked in open jobs.
    pub paid_locked: u64,
    /// Sum of the free credits of all lots, expired ones included until they are expired.
    pub granted_available: u64,
    /// Sum of the locked credits of all lots.
    pub granted_locked: u64,
    /// Bonus of packs that is promised, and the paid credits that it depends on.
    pub pending_bonus: u64,
    pub pending_bonus_base: u64,

    /// Lifetime sums, from here to `expired`: bought.
    pub purchased: u64,
    /// Plain transfers that became credits.
    pub synced: u64,
    /// Granted by the operator.
    pub granted: u64,
    pub spent_paid: u64,
    pub spent_granted: u64,
    pub withdrawn: u64,
    pub expired: u64,

    /// When it was opened; ids and sequence numbers start there.
    pub opened_at: i64,
    /// Last purchase or deposit; 0: none yet.
    pub last_topup_at: i64,
    /// Number of jobs that are open.
    pub open_jobs: u64,
    /// Sequence number that the wallet used last.
    pub sequence: u64,
    /// Which ids of jobs and grants were used.
    pub job_ids: IdWindow,
    /// What the operator may lock.
    pub limits: Limits,
    /// Granted credits, by when they expire.
    pub lots: [Lot; LOTS],

    /// Automatic top-up: buy `topup_credits` below `topup_threshold`, at most `topup_per_period` in a period.
    pub topup_threshold: u64,
    pub topup_credits: u64,
    pub topup_per_period: u64,
    pub topup_period_seconds: u64,
    pub topup_period_started_at: i64,
    pub topup_used: u64,

    /// Who paid the rent of this account; it goes back there.
    pub rent_payer: Address,
    /// The same of its vault.
    pub vault_rent_payer: Address,
    /// What was paid for this account at the opening, in lamports; whatever else is there at the close is the wallet's.
    pub rent_lamports: u64,
    /// The same of its vault; 0 where it held tokens already, and so was somebody else's gift.
    pub vault_rent_lamports: u64,
    pub reserved: [u8; 112],
}

impl CreditAccount {
    pub fn require_known_version(&self) -> Result<()> {
        require!(self.version == VERSION, EscrowError::UnknownVersion);
        Ok(())
    }

    pub fn require_wallet(&self, signer: &Address) -> Result<()> {
        require!(same(&self.wallet, signer), EscrowError::NotTheWallet);
        Ok(())
    }

    pub fn balances(&self) -> Balances {
        Balances {
            paid_available: self.paid_available,
            paid_locked: self.paid_locked,
            granted_available: self.granted_available,
            granted_locked: self.granted_locked,
        }
    }

    /// Use the wallet's next sequence number up, so that a repeat of the same instruction is refused.
    ///
    /// 0 stands for the first number of an account: whoever opens it and buys in one transaction cannot know the clock
    /// that its numbers start from.
    #[inline(never)]
    pub fn use_sequence(&mut self, sequence: u64) -> Result<u64> {
        let next = self.sequence.checked_add(1).ok_or(EscrowError::WrongSequence)?;
        let is_first = self.sequence == (self.opened_at as u64) << EPOCH_SHIFT;
        require!(sequence == next || (sequence == 0 && is_first), EscrowError::WrongSequence);
        self.sequence = next;
        Ok(next)
    }

    /// Credits that the vault must cover.
    pub fn liabilities(&self) -> u64 {
        self.paid_available + self.paid_locked + self.granted_available + self.granted_locked + self.pending_bonus
    }

    /// What `credits` are worth, in base units of the mint.
    pub fn worth(&self, credits: u64) -> Result<u64> {
        pricing::product(credits, self.base_units_per_credit)
    }

    /// Base units of the vault that no credit stands for yet: plain transfers into it.
    pub fn surplus(&self, vault_amount: u64) -> Result<u64> {
        self.beyond(self.liabilities(), vault_amount)
    }

    #[inline(always)]
    fn beyond(&self, liabilities: u64, vault_amount: u64) -> Result<u64> {
        let owed = self.worth(liabilities)?;
        vault_amount.checked_sub(owed).ok_or(EscrowError::InvariantViolated.into())
    }

    /// Turn whole credits of the vault's surplus into paid credits, as many as the account may hold.
    #[inline(never)]
    pub fn sync(&mut self, vault_amount: u64) -> Result<u64> {
        let room = MAX_CREDITS - self.liabilities();
        let credits = (self.surplus(vault_amount)? / self.base_units_per_credit).min(room);
        self.paid_available += credits;
        self.synced += credits;
        Ok(credits)
    }

    /// Checked at the end of every instruction that changes the account (docs/invariants.md: 2, 3 and bounds).
    ///
    /// Gives back the liabilities, which the check against the vault needs next.
    #[inline(never)]
    pub fn invariant(&self) -> Result<u64> {
        let liabilities = self.liabilities();
        let paid_in = self.purchased + self.synced;
        let paid_accounted = self.paid_available + self.paid_locked + self.spent_paid + self.withdrawn;
        let granted_accounted = self.granted_available + self.granted_locked + self.spent_granted + self.expired;
        let holds = paid_in == paid_accounted && self.granted == granted_accounted && liabilities <= MAX_CREDITS;
        require!(holds, EscrowError::InvariantViolated);
        if self.granted_available != 0 || self.granted_locked != 0 {
            let free: u64 = self.lots.iter().map(|lot| lot.credits_free).sum();
            let locked: u64 = self.lots.iter().map(|lot| lot.credits_locked).sum();
            let lots_hold = free == self.granted_available && locked == self.granted_locked;
            require!(lots_hold, EscrowError::InvariantViolated);
        }
        Ok(liabilities)
    }

    /// `invariant`, and that the vault covers every credit (docs/invariants.md: 1).
    #[inline(never)]
    pub fn invariant_with_vault(&self, vault_amount: u64) -> Result<()> {
        let liabilities = self.invariant()?;
        self.beyond(liabilities, vault_amount)?;
        Ok(())
    }
}

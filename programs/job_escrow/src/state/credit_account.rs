//! A credit account: what one wallet holds on one platform in one namespace.

use anchor_lang::prelude::*;

use super::{Balances, IdWindow, JobIdWindow, Limits, Lot, PlanWindows};
use crate::{
    constants::*,
    errors::EscrowError,
    pricing,
    shared::{require_compatible, same},
};

/// A wallet's credits. PDA `["credit", platform, wallet, namespace]`; its associated token account is its vault.
///
/// Amounts are credits, times are unix seconds.
#[account]
pub struct CreditAccount {
    /// Layout version.
    pub version: u8,
    /// Bump of this PDA.
    pub bump: u8,
    /// Oldest layout version whose programs may use this account; newer ones may have fields that those do not know.
    pub compatible_from: u8,
    /// Automatic top-up: 0 no rule, 1 by the rule at its address, 2 no more, since a withdrawal has ended the rule there.
    pub top_up: u8,
    pub reserved_flags: [u8; 4],
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
    /// Bought and locked in open jobs and sessions.
    pub paid_locked: u64,
    /// Sum of the free credits of all lots, expired ones included until they are expired.
    pub granted_available: u64,
    /// Sum of the locked credits of all lots.
    pub granted_locked: u64,
    /// Base units behind the paid credits that the platform's promotion account has paid.
    pub promotion_backing: u64,
    /// Base units of the vault that go back to the promotion account: withdrawals have left them.
    pub promotion_owed: u64,

    /// Lifetime sums, from here to `expired`: bought.
    pub purchased: u64,
    /// Bonus of packs on top.
    pub bonus: u64,
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
    /// Number of jobs and sessions that are open.
    pub open_jobs: u64,
    /// Sequence number that the wallet used last.
    pub sequence: u64,
    /// Which ids of the operator's jobs and sessions were used.
    pub job_ids: JobIdWindow,
    /// The same of the wallet's own jobs: neither can make the other's too old.
    pub wallet_job_ids: IdWindow,
    /// The same of grants.
    pub grant_ids: IdWindow,
    /// What the operator may lock.
    pub limits: Limits,
    /// Granted credits, by when they expire.
    pub lots: [Lot; LOTS],

    /// Which cycles of plans were granted.
    pub plans: PlanWindows,

    /// Who paid the rent of this account; it goes back there.
    pub rent_payer: Address,
    /// The same of its vault.
    pub vault_rent_payer: Address,
    /// What was paid for this account at the opening, in lamports; whatever else is there at the close is the wallet's.
    pub rent_lamports: u64,
    /// The same of its vault; 0 where it held tokens already, and so was somebody else's gift.
    pub vault_rent_lamports: u64,
    /// SHA-256 over all sessions that have ended, one after the other; all zeros: none has.
    pub session_heads: [u8; 32],
    /// Credits that the vault must cover, of every kind: also of those that only a later layout knows. It never moves.
    pub liabilities: u64,
    pub reserved: [u8; 56],
}

/// Where the ids of the wallet's own jobs start, in an account whose others start at `start`.
pub fn wallet_start(start: u64) -> u64 {
    start + (1 << WALLET_ID_BIT)
}

impl CreditAccount {
    /// Where the ids of this account start: each account that is ever opened at its address has others.
    pub fn starts_at(&self) -> u64 {
        (self.opened_at as u64) << EPOCH_SHIFT
    }

    pub fn require_known_version(&self) -> Result<()> {
        require_compatible(self.compatible_from)
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
            promotion_backing: self.promotion_backing,
        }
    }

    /// Use the wallet's next sequence number up, so that a repeat of the same instruction is refused.
    ///
    /// 0 stands for the first number of an account: whoever opens it and buys in one transaction cannot know the clock
    /// that its numbers start from.
    #[inline(never)]
    pub fn use_sequence(&mut self, sequence: u64) -> Result<u64> {
        let is_first = self.sequence == self.starts_at();
        let used = self.advance_sequence()?;
        require!(sequence == used || (sequence == 0 && is_first), EscrowError::WrongSequence);
        Ok(used)
    }

    /// Use the next sequence number up whatever number was signed: what waits for it never lands.
    pub fn advance_sequence(&mut self) -> Result<u64> {
        self.sequence = self.sequence.checked_add(1).ok_or(EscrowError::WrongSequence)?;
        Ok(self.sequence)
    }

    /// Whether every id and sequence number that was used lies below those of an account that starts at `start`.
    pub fn numbers_are_below(&self, start: u64) -> bool {
        self.sequence < start
            && self.job_ids.highest < start
            && self.grant_ids.highest < start
            && self.wallet_job_ids.highest < wallet_start(start)
    }

    /// The sequence number of a purchase: the wallet uses one up, anybody else gives 0.
    #[inline(always)]
    pub fn use_sequence_of(&mut self, by_wallet: bool, sequence: u64) -> Result<u64> {
        if by_wallet {
            return self.use_sequence(sequence);
        }
        // A stranger's purchase must not use up the wallet's numbers, nor look as if it had.
        require!(sequence == 0, EscrowError::WrongSequence);
        Ok(0)
    }

    /// The liabilities that this layout knows: all of them, unless a later program has added kinds of its own.
    pub fn known_liabilities(&self) -> u64 {
        self.paid_available + self.paid_locked + self.granted_available + self.granted_locked
    }

    /// Credits that no job or session holds, expired ones included until they are expired.
    pub fn available(&self) -> u64 {
        self.paid_available + self.granted_available
    }

    /// How many credits more it may hold.
    pub fn room(&self) -> Result<u64> {
        MAX_CREDITS.checked_sub(self.liabilities).ok_or(EscrowError::InvariantViolated.into())
    }

    /// What `credits` are worth, in base units of the mint.
    pub fn worth(&self, credits: u64) -> Result<u64> {
        pricing::product(credits, self.base_units_per_credit)
    }

    /// Base units of the vault that no credit stands for yet and nobody is owed: plain transfers into it.
    pub fn surplus(&self, vault_amount: u64) -> Result<u64> {
        let owed = self.worth(self.liabilities)? + self.promotion_owed;
        vault_amount.checked_sub(owed).ok_or(EscrowError::InvariantViolated.into())
    }

    /// Turn whole credits of the vault's surplus into paid credits, as many as the account may hold.
    #[inline(never)]
    pub fn sync(&mut self, vault_amount: u64) -> Result<u64> {
        let room = self.room()?;
        let credits = (self.surplus(vault_amount)? / self.base_units_per_credit).min(room);
        self.liabilities += credits;
        self.paid_available += credits;
        self.synced += credits;
        Ok(credits)
    }

    /// Checked at the end of every instruction that changes the account (docs/invariants.md: 2, 3, 21 and bounds).
    #[inline(never)]
    pub fn invariant(&self) -> Result<()> {
        let known = self.known_liabilities();
        let all_known = known == self.liabilities || (self.version > VERSION && known < self.liabilities);
        let paid_in = self.purchased + self.bonus + self.synced;
        let paid_accounted = self.paid_available + self.paid_locked + self.spent_paid + self.withdrawn;
        let granted_accounted = self.granted_available + self.granted_locked + self.spent_granted + self.expired;
        let holds = paid_in == paid_accounted && self.granted == granted_accounted && all_known;
        // What the operator may still charge is locked, and counted as used. Of what only a later layout knows, all may be.
        let limits = &self.limits;
        let exposure_holds =
            limits.operator_locked + self.available() <= self.liabilities && limits.operator_locked <= limits.used;
        let bounded = self.liabilities <= MAX_CREDITS;
        require!(holds && bounded && exposure_holds, EscrowError::InvariantViolated);
        if self.promotion_backing != 0 {
            let backed = self.promotion_backing <= self.worth(self.paid())?;
            require!(backed, EscrowError::InvariantViolated);
        }
        if self.granted_available != 0 || self.granted_locked != 0 {
            let free: u64 = self.lots.iter().map(|lot| lot.credits_free as u64).sum();
            let locked: u64 = self.lots.iter().map(|lot| lot.credits_locked as u64).sum();
            let lots_hold = free == self.granted_available && locked == self.granted_locked;
            require!(lots_hold, EscrowError::InvariantViolated);
        }
        Ok(())
    }

    /// `invariant`, and that the vault covers every credit and what is owed to promotion (docs/invariants.md: 1).
    #[inline(never)]
    pub fn invariant_with_vault(&self, vault_amount: u64) -> Result<()> {
        self.invariant()?;
        self.surplus(vault_amount)?;
        Ok(())
    }
}

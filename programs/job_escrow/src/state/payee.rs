//! A payee: somebody besides the treasury who may earn from jobs, because the admin has registered them.

use anchor_lang::prelude::*;

use super::Platform;
use crate::{constants::*, errors::EscrowError};

/// A registered payee. PDA `["payee", platform, owner]`. An operator may name it in a lock, and no other.
#[account]
pub struct Payee {
    /// Layout version.
    pub version: u8,
    /// Bump of this PDA.
    pub bump: u8,
    /// 1: no lock may name it.
    pub suspended: u8,
    pub reserved_flags: [u8; 5],
    /// The platform that they earn on.
    pub platform: Address,
    /// Who earns.
    pub owner: Address,
    /// The owner's token account of the platform's mint that earnings go to.
    pub token_account: Address,
    /// Who paid the rent of this account; it goes back there.
    pub rent_payer: Address,
    /// Unix seconds from which a lock may name it.
    pub usable_from: i64,
    /// Share of what it earns that is its own, in basis points; 0: what the platform's fee leaves.
    pub share_bps: u64,
    /// The share that was announced last.
    pub pending_share_bps: u64,
    /// Unix seconds from which locks use that; 0: none was announced.
    pub pending_share_at: i64,
    pub reserved: [u8; 32],
}

impl Payee {
    pub fn require_known_version(&self) -> Result<()> {
        require!(self.version == VERSION, EscrowError::UnknownVersion);
        Ok(())
    }

    /// Whether a lock may name it now.
    pub fn require_usable(&self, now: i64) -> Result<()> {
        require!(self.suspended == 0, EscrowError::PayeeSuspended);
        require!(now >= self.usable_from, EscrowError::PayeeNotUsableYet);
        Ok(())
    }

    /// What the platform keeps of its earnings, in basis points, as a lock finds it at `now`.
    pub fn fee_bps(&self, platform: &Platform, now: i64) -> u64 {
        match self.share_at(now) {
            0 => platform.fee_bps,
            share => WHOLE_BPS - share,
        }
    }

    /// Announce another share, or with 0 none of its own; the present one takes an announced one back.
    ///
    /// Locks go by the clock: nobody has to apply it, so that it neither comes late nor lapses.
    pub fn change_share(&mut self, share_bps: u64, platform: &Platform, now: i64) {
        self.share_bps = self.share_at(now);
        (self.pending_share_bps, self.pending_share_at) =
            if share_bps == self.share_bps { (0, 0) } else { (share_bps, platform.effective_at(now)) };
    }

    fn share_at(&self, now: i64) -> u64 {
        if self.pending_share_at != 0 && now >= self.pending_share_at {
            self.pending_share_bps
        } else {
            self.share_bps
        }
    }

    /// Checked at the end of every instruction that changes the payee.
    pub fn invariant(&self) -> Result<()> {
        require_valid_share(self.share_bps)?;
        require_valid_share(self.pending_share_bps)
    }
}

/// None of its own, or no less than the highest fee leaves and no more than all.
fn require_valid_share(bps: u64) -> Result<()> {
    require!(bps == 0 || (MIN_SHARE_BPS..=WHOLE_BPS).contains(&bps), EscrowError::InvalidShare);
    Ok(())
}

//! A payee: somebody besides the treasury who may earn from jobs, because the admin has registered them.

use anchor_lang::prelude::*;

use crate::{constants::VERSION, errors::EscrowError};

/// A registered payee. PDA `["payee", platform, owner]`. An operator may name it in a lock, and no other.
#[account]
pub struct Payee {
    /// Layout version.
    pub version: u8,
    /// Bump of this PDA.
    pub bump: u8,
    pub reserved_flags: [u8; 6],
    /// The platform that they earn on.
    pub platform: Address,
    /// Who earns.
    pub owner: Address,
    /// The owner's token account of the platform's mint that earnings go to.
    pub token_account: Address,
    /// Who paid the rent of this account; it goes back there.
    pub rent_payer: Address,
    pub reserved: [u8; 64],
}

impl Payee {
    pub fn require_known_version(&self) -> Result<()> {
        require!(self.version == VERSION, EscrowError::UnknownVersion);
        Ok(())
    }
}

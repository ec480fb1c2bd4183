//! Packs: so many credits for their price, and a bonus on top that the platform pays for.

use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

use super::{CreditAccount, Platform};
use crate::{
    constants::{MAX_CREDITS, PACKS},
    errors::EscrowError,
};

/// A pack: whoever buys `credits` in one purchase gets `bonus_credits` on top.
#[derive(Clone, Copy, PartialEq, Eq, Pod, Zeroable, AnchorSerialize, AnchorDeserialize, IdlType)]
#[repr(C)]
pub struct Pack {
    /// Credits that the buyer pays for; 0: the slot is empty.
    pub credits: u64,
    /// Credits on top that the promotion account pays for.
    pub bonus_credits: u64,
}

/// Which pack to buy, and what the buyer has read of it.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct PackExpected {
    pub index: u8,
    /// Credits that the buyer pays for.
    pub credits: u64,
    /// Fewest credits on top.
    pub bonus_credits: u64,
}

impl Pack {
    pub const EMPTY: Self = Self { credits: 0, bonus_credits: 0 };

    pub fn is_offered(&self) -> bool {
        self.credits != 0
    }

    pub fn require_valid(&self) -> Result<()> {
        let empty = *self == Self::EMPTY;
        let fits = self.credits <= MAX_CREDITS && self.bonus_credits <= MAX_CREDITS - self.credits;
        require!(empty || (self.is_offered() && fits), EscrowError::InvalidPack);
        Ok(())
    }
}

impl Platform {
    pub fn set_pack(&mut self, index: u8, pack: Pack) -> Result<()> {
        pack.require_valid()?;
        let index = index as usize;
        require!(index < PACKS, EscrowError::NoSuchPackSlot);
        self.packs[index] = pack;
        Ok(())
    }

    /// The pack that a buyer expects: at that price, and with no less on top.
    pub fn pack(&self, expected: &PackExpected) -> Result<Pack> {
        let pack = *self.packs.get(expected.index as usize).unwrap_or(&Pack::EMPTY);
        require!(pack.is_offered(), EscrowError::PackNotOffered);
        let as_expected = pack.credits == expected.credits && pack.bonus_credits >= expected.bonus_credits;
        require!(as_expected, EscrowError::PackChanged);
        Ok(pack)
    }
}

/// What a purchase of a pack costs, in base units of the mint.
pub struct PackPrice {
    /// Who buys pays this.
    pub base_units: u64,
    /// The promotion account pays this.
    pub promotion_base_units: u64,
}

impl CreditAccount {
    /// Add a pack that is paid for. A pack without a bonus is a plain purchase.
    #[inline(never)]
    pub fn add_pack(&mut self, pack: &Pack, now: i64) -> Result<PackPrice> {
        let credits = pack.credits + pack.bonus_credits;
        require!(credits <= self.room()?, EscrowError::AmountTooLarge);
        let base_units = self.worth(pack.credits)?;
        let promotion_base_units = self.worth(pack.bonus_credits)?;
        self.liabilities += credits;
        self.paid_available += credits;
        self.purchased += pack.credits;
        self.bonus += pack.bonus_credits;
        self.promotion_backing += promotion_base_units;
        self.last_topup_at = now;
        Ok(PackPrice { base_units, promotion_base_units })
    }
}

const _: () = assert!(PACKS == 4, "the message of NoSuchPackSlot says so");

//! The four balances of a credit account, as events carry them before and after.

use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// Credits of one account. Locked ones are in open jobs; granted ones are in lots.
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Balances {
    pub paid_available: u64,
    pub paid_locked: u64,
    pub granted_available: u64,
    pub granted_locked: u64,
}

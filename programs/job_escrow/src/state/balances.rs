//! The balances of a credit account, as events carry them before and after.

use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// Credits of one account, and what promotion has paid of them. Locked ones are in open jobs and sessions; granted ones are in lots.
#[derive(Clone, Copy, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Balances {
    /// Bought and free to spend or withdraw.
    pub paid_available: u64,
    /// Bought and locked in open jobs and sessions.
    pub paid_locked: u64,
    /// Free in lots, expired ones included until they are expired.
    pub granted_available: u64,
    /// Of lots, locked in open jobs and sessions.
    pub granted_locked: u64,
    /// Base units behind the paid credits that the platform's promotion account has paid.
    pub promotion_backing: u64,
}

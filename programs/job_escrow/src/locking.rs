//! What a lock and the opening of a session have in common.

use anchor_lang::prelude::*;

use crate::{
    errors::EscrowError,
    loaded::Loaded,
    shared::same,
    state::{Payee, Platform},
};

/// Who earns, at what fee, as it is copied into a job or session.
pub struct Earner {
    /// All zeros: the treasury earns; so it is with the next.
    pub payee: Address,
    pub token_account: Address,
    pub fee_bps: u64,
}

/// The terms of a payee that the operator names, or of none.
#[inline(never)]
pub fn earner(platform: &Loaded<Platform>, payee: &Option<Loaded<Payee>>, now: i64) -> Result<Earner> {
    let nobody = Address::new_from_array([0; 32]);
    let mut earner = Earner { payee: nobody, token_account: nobody, fee_bps: platform.fee_bps };
    if let Some(payee) = payee {
        payee.require_known_version()?;
        let registered = same(&payee.platform, platform.address());
        require!(registered, EscrowError::WrongPayee);
        payee.require_usable(now)?;
        earner.payee = payee.owner;
        earner.token_account = payee.token_account;
        earner.fee_bps = payee.fee_bps(platform, now);
    }
    Ok(earner)
}

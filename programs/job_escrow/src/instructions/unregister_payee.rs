use anchor_lang::prelude::*;

use crate::{
    errors::EscrowError,
    events::{emit, PayeeUnregistered},
    loaded::Loaded,
    shared::now,
    state::{Payee, Platform},
};

/// Jobs that are locked already keep their payee.
#[event_cpi]
#[derive(Accounts)]
pub struct UnregisterPayee {
    /// The platform's admin.
    pub admin: Signer,
    /// The platform that the payee earns on.
    #[account(address = payee.platform @ EscrowError::WrongPlatform)]
    pub platform: Loaded<Platform>,
    /// The registration that is removed.
    #[account(mut)]
    pub payee: Loaded<Payee>,
    /// Gets the registration's rent back.
    #[account(mut, unsafe(dup), address = payee.rent_payer @ EscrowError::WrongRentPayer)]
    pub rent_payer: UncheckedAccount,
}

impl UnregisterPayee {
    pub fn handler(ctx: &mut Context<UnregisterPayee>) -> Result<()> {
        let platform = &ctx.accounts.platform;
        platform.require_known_version()?;
        platform.require_admin(ctx.accounts.admin.address())?;
        ctx.accounts.payee.require_known_version()?;
        // Locks that name it have been refused by name by then, and do not fail for want of an account.
        require!(ctx.accounts.payee.suspended == 1, EscrowError::PayeeNotSuspended);

        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            PayeeUnregistered {
                platform: *platform.address(),
                payee: *ctx.accounts.payee.address(),
                owner: ctx.accounts.payee.owner,
                at: now(),
            },
        );
        ctx.accounts.payee.close(*ctx.accounts.rent_payer.account())
    }
}

use anchor_lang::prelude::*;

use crate::{
    errors::EscrowError,
    events::{emit_platform_changed, ChangeKind},
    loaded::Loaded,
    shared::same,
    state::Platform,
};

/// The second step of a handover: the new key proves that it can sign before the old one loses its right.
#[event_cpi]
#[derive(Accounts)]
pub struct AcceptAdmin {
    /// The key that was proposed.
    pub new_admin: Signer,
    /// The platform whose settings change.
    #[account(mut)]
    pub platform: Loaded<Platform>,
}

impl AcceptAdmin {
    pub fn handler(ctx: &mut Context<AcceptAdmin>) -> Result<()> {
        let platform = &mut *ctx.accounts.platform;
        platform.require_known_version()?;
        let new_admin = ctx.accounts.new_admin.address();
        let proposed = same(&platform.pending_admin, new_admin);
        require!(proposed, EscrowError::NotTheProposedAdmin);

        platform.admin = *new_admin;
        platform.pending_admin = Address::new_from_array([0; 32]);
        platform.invariant()?;
        emit_platform_changed(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            &ctx.accounts.platform,
            ChangeKind::AcceptAdmin,
        )
    }
}

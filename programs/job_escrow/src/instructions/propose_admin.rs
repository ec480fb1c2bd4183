use anchor_lang::prelude::*;

use crate::{
    events::{emit_platform_changed, ChangeKind},
    loaded::Loaded,
    state::Platform,
};

#[event_cpi]
#[derive(Accounts)]
pub struct ProposeAdmin {
    /// The platform's admin.
    pub admin: Signer,
    /// The platform whose settings change.
    #[account(mut)]
    pub platform: Loaded<Platform>,
}

impl ProposeAdmin {
    /// All zeros take a proposal back.
    pub fn handler(ctx: &mut Context<ProposeAdmin>, new_admin: Address) -> Result<()> {
        let platform = &mut *ctx.accounts.platform;
        platform.require_known_version()?;
        platform.require_admin(ctx.accounts.admin.address())?;

        platform.pending_admin = new_admin;
        platform.invariant()?;
        emit_platform_changed(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            &ctx.accounts.platform,
            ChangeKind::ProposeAdmin,
        )
    }
}

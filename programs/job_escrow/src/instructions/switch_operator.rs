use anchor_lang::prelude::*;

use crate::{
    events::{emit_platform_changed, ChangeKind},
    loaded::Loaded,
    state::Platform,
};

/// For an operator whose key is lost or stolen: nobody waits, since the standby was announced before.
#[event_cpi]
#[derive(Accounts)]
pub struct SwitchOperator {
    /// The platform's admin.
    pub admin: Signer,
    /// The platform whose operator is replaced.
    #[account(mut)]
    pub platform: Loaded<Platform>,
}

impl SwitchOperator {
    pub fn handler(ctx: &mut Context<SwitchOperator>) -> Result<()> {
        let platform = &mut *ctx.accounts.platform;
        platform.require_known_version()?;
        platform.require_admin(ctx.accounts.admin.address())?;

        platform.switch_operator()?;
        platform.invariant()?;
        emit_platform_changed(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            &ctx.accounts.platform,
            ChangeKind::SwitchOperator,
        )
    }
}

use anchor_lang::prelude::*;

use crate::{
    events::{emit_platform_changed, ChangeKind},
    loaded::Loaded,
    shared::now,
    state::Platform,
};

/// Anybody may do it once the notice period is over, for 30 days.
#[event_cpi]
#[derive(Accounts)]
pub struct ApplyChanges {
    /// The platform whose settings change.
    #[account(mut)]
    pub platform: Loaded<Platform>,
}

impl ApplyChanges {
    pub fn handler(ctx: &mut Context<ApplyChanges>) -> Result<()> {
        let platform = &mut *ctx.accounts.platform;
        platform.require_known_version()?;

        platform.apply_due(now())?;
        platform.invariant()?;
        emit_platform_changed(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            &ctx.accounts.platform,
            ChangeKind::Apply,
        )
    }
}

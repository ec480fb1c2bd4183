use anchor_lang::prelude::*;

use crate::{
    errors::EscrowError,
    events::{emit_platform_changed, ChangeKind},
    loaded::Loaded,
    state::Platform,
};

/// Anybody may do it once the notice period is over.
#[event_cpi]
#[derive(Accounts)]
pub struct ApplyChanges {
    #[account(mut)]
    pub platform: Loaded<Platform>,
}

impl ApplyChanges {
    pub fn handler(ctx: &mut Context<ApplyChanges>) -> Result<()> {
        let platform = &mut *ctx.accounts.platform;
        platform.require_known_version()?;

        let applied = platform.apply_due(Clock::get()?.unix_timestamp);
        require!(applied > 0, EscrowError::NothingDue);
        platform.invariant()?;
        emit_platform_changed(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            &ctx.accounts.platform,
            ChangeKind::Apply,
        )
    }
}

use anchor_lang::prelude::*;

use crate::{
    events::{emit_platform_changed, ChangeKind},
    loaded::Loaded,
    shared::now,
    state::{Platform, Tier, TierArgs},
};

#[event_cpi]
#[derive(Accounts)]
pub struct SetTier {
    /// The platform's admin.
    pub admin: Signer,
    /// The platform whose settings change.
    #[account(mut)]
    pub platform: Loaded<Platform>,
}

impl SetTier {
    pub fn handler(ctx: &mut Context<SetTier>, index: u8, tier: Option<TierArgs>) -> Result<()> {
        let platform = &mut *ctx.accounts.platform;
        platform.require_known_version()?;
        platform.require_admin(ctx.accounts.admin.address())?;

        let tier = tier.map_or(Tier::EMPTY, Tier::from);
        platform.change_tier(index, tier, now())?;
        platform.invariant()?;
        emit_platform_changed(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            &ctx.accounts.platform,
            ChangeKind::Tier,
        )
    }
}

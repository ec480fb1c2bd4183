use anchor_lang::prelude::*;

use crate::{
    events::{emit_platform_changed, ChangeKind},
    loaded::Loaded,
    state::{Pack, Platform},
};

/// Needs no notice: a purchase names what it expects of a pack.
#[event_cpi]
#[derive(Accounts)]
pub struct SetPack {
    /// The platform's admin.
    pub admin: Signer,
    /// The platform whose settings change.
    #[account(mut)]
    pub platform: Loaded<Platform>,
}

impl SetPack {
    pub fn handler(ctx: &mut Context<SetPack>, index: u8, pack: Option<Pack>) -> Result<()> {
        let platform = &mut *ctx.accounts.platform;
        platform.require_known_version()?;
        platform.require_admin(ctx.accounts.admin.address())?;

        platform.set_pack(index, pack.unwrap_or(Pack::EMPTY))?;
        platform.invariant()?;
        emit_platform_changed(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            &ctx.accounts.platform,
            ChangeKind::Pack,
        )
    }
}

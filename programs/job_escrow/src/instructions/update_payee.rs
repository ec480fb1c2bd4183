use anchor_lang::prelude::*;

use crate::{
    errors::EscrowError,
    events::{emit, PayeeChanged},
    loaded::Loaded,
    shared::now,
    state::{Payee, Platform},
};

/// What to change of a payee; none: leave it.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct UpdatePayeeArgs {
    /// At once, either way.
    pub suspended: Option<bool>,
    /// Basis points of its own, 7,000 to 10,000, or 0 for what the platform's fee leaves; waits for the notice period.
    pub share_bps: Option<u64>,
}

/// Jobs that are locked already keep their payee and its share.
#[event_cpi]
#[derive(Accounts)]
pub struct UpdatePayee {
    /// The platform's admin.
    pub admin: Signer,
    /// The platform that the payee earns on.
    #[account(address = payee.platform @ EscrowError::WrongPlatform)]
    pub platform: Loaded<Platform>,
    /// The registration that changes.
    #[account(mut)]
    pub payee: Loaded<Payee>,
}

impl UpdatePayee {
    pub fn handler(ctx: &mut Context<UpdatePayee>, args: &UpdatePayeeArgs) -> Result<()> {
        let platform = &ctx.accounts.platform;
        platform.require_known_version()?;
        platform.require_admin(ctx.accounts.admin.address())?;
        let payee = &mut *ctx.accounts.payee;
        payee.require_known_version()?;

        let now = now();
        if let Some(suspended) = args.suspended {
            payee.suspended = suspended as u8;
        }
        if let Some(bps) = args.share_bps {
            payee.change_share(bps, platform, now);
        }
        payee.invariant()?;

        let payee = &ctx.accounts.payee;
        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            PayeeChanged {
                platform: payee.platform,
                payee: *payee.address(),
                owner: payee.owner,
                share_bps: payee.share_bps,
                pending_share_bps: payee.pending_share_bps,
                pending_share_at: payee.pending_share_at,
                at: now,
                suspended: payee.suspended,
                reserved: [0; 7],
            },
        );
        Ok(())
    }
}

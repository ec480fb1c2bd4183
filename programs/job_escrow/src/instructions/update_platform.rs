use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    errors::EscrowError,
    events::{emit_platform_changed, ChangeKind},
    loaded::Loaded,
    shared::{now, same},
    state::Platform,
};

/// Settings to change; none: leave it. Amounts are credits, times are seconds.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct UpdatePlatformArgs {
    /// All zeros revoke the operator at once; any other waits for the notice period.
    pub operator: Option<Address>,
    /// The same with who the admin may make operator at once later, and with who may grant besides the operator.
    pub standby_operator: Option<Address>,
    pub granter: Option<Address>,
    /// Any other waits for the notice period.
    pub fee_bps: Option<u64>,
    /// Lower is at once, higher waits; so it is with the next one.
    pub min_purchase: Option<u64>,
    pub max_job_seconds: Option<u64>,
    /// At once, either way.
    pub paused: Option<bool>,
}

#[event_cpi]
#[derive(Accounts)]
pub struct UpdatePlatform {
    /// The platform's admin.
    pub admin: Signer,
    /// The platform whose settings change.
    #[account(mut)]
    pub platform: Loaded<Platform>,
    /// A new treasury, which waits for the notice period; none: leave it.
    pub treasury: Option<Loaded<TokenAccount>>,
    /// A new promotion account, which the platform owns, at once: nothing that a wallet has paid is in it; none: leave it.
    pub promotion: Option<Loaded<TokenAccount>>,
}

impl UpdatePlatform {
    pub fn handler(ctx: &mut Context<UpdatePlatform>, args: &UpdatePlatformArgs) -> Result<()> {
        let address = *ctx.accounts.platform.address();
        let platform = &mut *ctx.accounts.platform;
        platform.require_known_version()?;
        platform.require_admin(ctx.accounts.admin.address())?;

        let now = now();
        if let Some(operator) = args.operator {
            platform.change_operator(operator, now);
        }
        if let Some(operator) = args.standby_operator {
            platform.change_standby_operator(operator, now);
        }
        if let Some(granter) = args.granter {
            platform.change_granter(granter, now);
        }
        if let Some(treasury) = &ctx.accounts.treasury {
            require!(same(treasury.mint(), &platform.mint), EscrowError::WrongMint);
            platform.change_treasury(*treasury.address(), now);
        }
        if let Some(promotion) = &ctx.accounts.promotion {
            require!(same(promotion.mint(), &platform.mint), EscrowError::WrongMint);
            let usable = same(promotion.owner(), &address)
                && !promotion.has_delegate()
                && !promotion.has_close_authority()
                && !promotion.is_frozen();
            require!(usable, EscrowError::UnusablePromotion);
            platform.promotion = *promotion.address();
        }
        if let Some(bps) = args.fee_bps {
            require!(bps <= crate::constants::MAX_FEE_BPS, EscrowError::FeeTooHigh);
            platform.change_fee(bps, now);
        }
        if let Some(credits) = args.min_purchase {
            let valid = (1..=crate::constants::MAX_CREDITS).contains(&credits);
            require!(valid, EscrowError::InvalidMinimumPurchase);
            platform.change_min_purchase(credits, now);
        }
        if let Some(seconds) = args.max_job_seconds {
            let valid = (1..=crate::constants::MAX_JOB_SECONDS).contains(&seconds);
            require!(valid, EscrowError::InvalidJobDuration);
            platform.change_max_job_seconds(seconds, now);
        }
        if let Some(paused) = args.paused {
            platform.paused = paused as u8;
        }
        platform.invariant()?;
        emit_platform_changed(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            &ctx.accounts.platform,
            ChangeKind::Update,
        )
    }
}

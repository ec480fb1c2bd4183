use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    errors::EscrowError,
    events::{emit, PromotionWithdrawn},
    loaded::Loaded,
    shared::now,
    state::Platform,
    token,
};

/// Whoever holds the admin's key can end a promotion, and pay its tokens to nobody else than the treasury.
#[event_cpi]
#[derive(Accounts)]
pub struct WithdrawPromotion {
    /// The platform's admin.
    pub admin: Signer,
    /// The platform that owns the promotion account.
    pub platform: Loaded<Platform>,
    /// The platform's promotion account.
    #[account(mut, address = platform.promotion @ EscrowError::WrongPromotion)]
    pub promotion: Loaded<TokenAccount>,
    /// The platform's treasury, which gets the tokens.
    #[account(mut, address = platform.treasury @ EscrowError::WrongTreasury)]
    pub treasury: Loaded<TokenAccount>,
    /// The Token program; not Token-2022.
    pub token_program: Program<Token>,
}

impl WithdrawPromotion {
    pub fn handler(ctx: &mut Context<WithdrawPromotion>, base_units: u64) -> Result<()> {
        let platform = &ctx.accounts.platform;
        platform.require_known_version()?;
        platform.require_admin(ctx.accounts.admin.address())?;
        require!(base_units != 0, EscrowError::AmountIsZero);
        require!(ctx.accounts.promotion.amount() >= base_units, EscrowError::InsufficientFunds);

        token::pay_promotion(
            ctx.accounts.promotion.account(),
            ctx.accounts.treasury.account(),
            &ctx.accounts.platform,
            base_units,
        );

        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            PromotionWithdrawn {
                platform: *ctx.accounts.platform.address(),
                source: *ctx.accounts.promotion.address(),
                destination: *ctx.accounts.treasury.address(),
                base_units,
                at: now(),
            },
        );
        Ok(())
    }
}

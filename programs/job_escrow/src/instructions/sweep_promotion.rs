use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    errors::EscrowError,
    events::{emit, PromotionSwept},
    loaded::Loaded,
    shared::now,
    state::{CreditAccount, Platform},
    token,
};

/// Anybody may do it: what withdrawals have left of packs' bonus goes back to the promotion account.
#[event_cpi]
#[derive(Accounts)]
pub struct SweepPromotion {
    /// The platform that the credit account was opened on.
    #[account(address = credit_account.platform @ EscrowError::WrongPlatform)]
    pub platform: Loaded<Platform>,
    /// The credit account that changes.
    #[account(mut)]
    pub credit_account: Loaded<CreditAccount>,
    /// The credit account's vault: the tokens behind its credits.
    #[account(mut, address = credit_account.vault @ EscrowError::WrongVault)]
    pub vault: Loaded<TokenAccount>,
    /// The platform's promotion account; none where the platform has none.
    #[account(mut, unsafe(dup))]
    pub promotion: Option<UncheckedAccount>,
    /// The platform's treasury, which gets what the promotion account cannot.
    #[account(mut, unsafe(dup), address = platform.treasury @ EscrowError::WrongTreasury)]
    pub treasury: UncheckedAccount,
    /// The Token program; not Token-2022.
    pub token_program: Program<Token>,
}

impl SweepPromotion {
    pub fn handler(ctx: &mut Context<SweepPromotion>) -> Result<()> {
        ctx.accounts.platform.require_known_version()?;
        let credit_account = &mut *ctx.accounts.credit_account;
        credit_account.require_known_version()?;
        let base_units = core::mem::take(&mut credit_account.promotion_owed);
        require!(base_units != 0, EscrowError::NothingToSweep);

        let promotion = token::payable_promotion(&ctx.accounts.platform, ctx.accounts.promotion.as_ref())?;
        let destination = *promotion.unwrap_or(ctx.accounts.treasury.account());
        token::pay_out(ctx.accounts.vault.account(), &destination, &ctx.accounts.credit_account, base_units);

        let credit_account = &ctx.accounts.credit_account;
        credit_account.invariant_with_vault(ctx.accounts.vault.amount())?;
        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            PromotionSwept {
                platform: credit_account.platform,
                wallet: credit_account.wallet,
                credit_account: *credit_account.address(),
                destination: *destination.address(),
                base_units,
                at: now(),
            },
        );
        Ok(())
    }
}

use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    errors::EscrowError,
    events::{emit, LotsExpired},
    loaded::Loaded,
    shared::now,
    state::{CreditAccount, Platform},
    token,
};

/// Anybody may do it: what stood behind expired credits goes back to the treasury.
#[event_cpi]
#[derive(Accounts)]
pub struct ExpireLots {
    /// The platform that the credit account was opened on.
    #[account(address = credit_account.platform @ EscrowError::WrongPlatform)]
    pub platform: Loaded<Platform>,
    /// The credit account that changes.
    #[account(mut)]
    pub credit_account: Loaded<CreditAccount>,
    /// The credit account's vault: the tokens behind its credits.
    #[account(mut, address = credit_account.vault @ EscrowError::WrongVault)]
    pub vault: Loaded<TokenAccount>,
    /// The platform's treasury, which what stood behind the lots goes to.
    #[account(mut, address = platform.treasury @ EscrowError::WrongTreasury)]
    pub treasury: UncheckedAccount,
    /// The Token program; not Token-2022.
    pub token_program: Program<Token>,
}

impl ExpireLots {
    pub fn handler(ctx: &mut Context<ExpireLots>) -> Result<()> {
        ctx.accounts.platform.require_known_version()?;
        let credit_account = &mut *ctx.accounts.credit_account;
        credit_account.require_known_version()?;
        let before = credit_account.balances();
        let now = now();
        let credits = credit_account.expire_lots(now);
        require!(credits > 0, EscrowError::NothingToExpire);
        let base_units = credit_account.worth(credits)?;

        token::pay_out(
            ctx.accounts.vault.account(),
            ctx.accounts.treasury.account(),
            &ctx.accounts.credit_account,
            base_units,
        );

        let credit_account = &ctx.accounts.credit_account;
        credit_account.invariant_with_vault(ctx.accounts.vault.amount())?;
        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            LotsExpired {
                platform: credit_account.platform,
                wallet: credit_account.wallet,
                credit_account: *credit_account.address(),
                credits,
                base_units,
                at: now,
                before,
                after: credit_account.balances(),
            },
        );
        Ok(())
    }
}

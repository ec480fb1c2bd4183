use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    errors::EscrowError,
    events::{emit, DepositsSynced},
    loaded::Loaded,
    shared::{now, same},
    state::{CreditAccount, Platform},
};

/// Plain transfers into the vault become paid credits: from an exchange, say, that knows nothing of this program.
#[event_cpi]
#[derive(Accounts)]
pub struct SyncDeposits {
    /// Anybody, from the platform's minimum purchase on; below it the wallet.
    pub authority: Signer,
    /// The platform that the credit account was opened on.
    #[account(address = credit_account.platform @ EscrowError::WrongPlatform)]
    pub platform: Loaded<Platform>,
    /// The credit account that changes.
    #[account(mut)]
    pub credit_account: Loaded<CreditAccount>,
    /// The credit account's vault: the tokens behind its credits.
    #[account(address = credit_account.vault @ EscrowError::WrongVault)]
    pub vault: Loaded<TokenAccount>,
}

impl SyncDeposits {
    pub fn handler(ctx: &mut Context<SyncDeposits>) -> Result<()> {
        let platform = &ctx.accounts.platform;
        platform.require_known_version()?;
        platform.require_running()?;
        let credit_account = &mut *ctx.accounts.credit_account;
        credit_account.require_known_version()?;
        let before = credit_account.balances();
        let vault_amount = ctx.accounts.vault.amount();
        let credits = credit_account.sync(vault_amount)?;
        require!(credits > 0, EscrowError::NothingToSync);
        let by_wallet = same(&credit_account.wallet, ctx.accounts.authority.address());
        require!(by_wallet || credits >= platform.min_purchase, EscrowError::DepositTooSmall);
        let now = now();
        credit_account.last_topup_at = now;
        credit_account.invariant_with_vault(vault_amount)?;

        let credit_account = &ctx.accounts.credit_account;
        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            DepositsSynced {
                platform: credit_account.platform,
                wallet: credit_account.wallet,
                credit_account: *credit_account.address(),
                authority: *ctx.accounts.authority.address(),
                credits,
                base_units: credit_account.worth(credits)?,
                at: now,
                before,
                after: credit_account.balances(),
            },
        );
        Ok(())
    }
}

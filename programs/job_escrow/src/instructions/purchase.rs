use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    constants::MAX_CREDITS,
    errors::EscrowError,
    events::{emit, CreditsPurchased, NO_PACK},
    loaded::Loaded,
    shared::{now, same},
    state::{CreditAccount, Platform},
    token,
};

#[event_cpi]
#[derive(Accounts)]
pub struct Purchase {
    /// Pays; the wallet itself or anybody else.
    pub payer: Signer,
    /// Token account of the mint that the payer owns.
    #[account(mut)]
    pub source: Loaded<TokenAccount>,
    /// The platform that the credit account was opened on.
    #[account(address = credit_account.platform @ EscrowError::WrongPlatform)]
    pub platform: Loaded<Platform>,
    /// The credit account that gets the credits.
    #[account(mut)]
    pub credit_account: Loaded<CreditAccount>,
    /// The credit account's vault: the tokens behind its credits.
    #[account(mut, address = credit_account.vault @ EscrowError::WrongVault)]
    pub vault: Loaded<TokenAccount>,
    /// The Token program; not Token-2022.
    pub token_program: Program<Token>,
}

impl Purchase {
    pub fn handler(ctx: &mut Context<Purchase>, credits: u64, sequence: u64) -> Result<()> {
        let platform = &ctx.accounts.platform;
        platform.require_known_version()?;
        platform.require_running()?;
        require!(credits != 0, EscrowError::AmountIsZero);
        require!(credits <= MAX_CREDITS, EscrowError::AmountTooLarge);
        require!(credits >= platform.min_purchase, EscrowError::BelowMinimumPurchase);
        require!(same(ctx.accounts.source.mint(), &platform.mint), EscrowError::WrongMint);

        let credit_account = &mut *ctx.accounts.credit_account;
        credit_account.require_known_version()?;
        let before = credit_account.balances();
        require!(credits <= credit_account.room()?, EscrowError::AmountTooLarge);
        let base_units = credit_account.worth(credits)?;
        require!(ctx.accounts.source.amount() >= base_units, EscrowError::InsufficientFunds);
        let by_wallet = same(&credit_account.wallet, ctx.accounts.payer.address());
        let sequence = credit_account.use_sequence_of(by_wallet, sequence)?;
        let now = now();
        credit_account.liabilities += credits;
        credit_account.paid_available += credits;
        credit_account.purchased += credits;
        credit_account.last_topup_at = now;

        token::pay_in(
            ctx.accounts.source.account(),
            ctx.accounts.vault.account(),
            ctx.accounts.payer.account(),
            base_units,
        );

        let credit_account = &ctx.accounts.credit_account;
        credit_account.invariant_with_vault(ctx.accounts.vault.amount())?;
        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            CreditsPurchased {
                platform: credit_account.platform,
                wallet: credit_account.wallet,
                credit_account: *credit_account.address(),
                payer: *ctx.accounts.payer.address(),
                credits,
                base_units,
                bonus_credits: 0,
                promotion_base_units: 0,
                sequence,
                at: now,
                before,
                after: credit_account.balances(),
                pack: NO_PACK,
                reserved: [0; 7],
            },
        );
        Ok(())
    }
}

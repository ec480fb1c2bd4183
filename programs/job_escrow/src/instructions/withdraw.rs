use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    constants::MAX_CREDITS,
    errors::EscrowError,
    events::{emit, CreditsWithdrawn},
    loaded::Loaded,
    shared::{now, same},
    state::CreditAccount,
    token,
};

/// Needs nobody but the wallet: no platform account, no pause, no fee.
#[event_cpi]
#[derive(Accounts)]
pub struct Withdraw {
    /// The wallet that the credit account belongs to.
    pub wallet: Signer,
    /// The credit account that changes.
    #[account(mut)]
    pub credit_account: Loaded<CreditAccount>,
    /// The credit account's vault: the tokens behind its credits.
    #[account(mut, address = credit_account.vault @ EscrowError::WrongVault)]
    pub vault: Loaded<TokenAccount>,
    /// Token account of the mint that the wallet owns.
    #[account(mut)]
    pub destination: Loaded<TokenAccount>,
    /// The Token program; not Token-2022.
    pub token_program: Program<Token>,
}

impl Withdraw {
    pub fn handler(ctx: &mut Context<Withdraw>, credits: Option<u64>, sequence: u64) -> Result<()> {
        let credit_account = &mut *ctx.accounts.credit_account;
        credit_account.require_known_version()?;
        credit_account.require_wallet(ctx.accounts.wallet.address())?;
        let destination = &ctx.accounts.destination;
        require!(same(destination.mint(), ctx.accounts.vault.mint()), EscrowError::WrongMint);
        let owned_by_wallet = same(destination.owner(), ctx.accounts.wallet.address());
        require!(owned_by_wallet, EscrowError::WrongDestinationOwner);
        require!(credits != Some(0), EscrowError::AmountIsZero);
        let sequence = credit_account.use_sequence(sequence)?;

        let vault_amount = ctx.accounts.vault.amount();
        let before = credit_account.balances();
        let synced = credit_account.sync(vault_amount)?;
        let (credits, left) = match credits {
            Some(credits) => {
                require!(credits <= MAX_CREDITS, EscrowError::AmountTooLarge);
                (credits, 0)
            }
            // With all, also what is left below one credit.
            None => (credit_account.paid_available, credit_account.surplus(vault_amount)?),
        };
        require!(credits <= credit_account.paid_available, EscrowError::InsufficientCredits);
        // What promotion has paid of them stays, for the promotion account: no account of the platform's is needed here.
        let promotion_owed = credit_account.owe_backing(credits);
        let base_units = credit_account.worth(credits)? - promotion_owed + left;
        require!(base_units > 0, EscrowError::NothingToWithdraw);
        credit_account.liabilities -= credits;
        credit_account.paid_available -= credits;
        credit_account.withdrawn += credits;
        credit_account.end_top_up();

        let (platform, wallet) = (credit_account.platform, credit_account.wallet);
        token::pay_out(
            ctx.accounts.vault.account(),
            ctx.accounts.destination.account(),
            &ctx.accounts.credit_account,
            base_units,
        );

        let credit_account = &ctx.accounts.credit_account;
        credit_account.invariant_with_vault(ctx.accounts.vault.amount())?;
        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            CreditsWithdrawn {
                platform,
                wallet,
                credit_account: *credit_account.address(),
                destination: *ctx.accounts.destination.address(),
                credits,
                synced,
                base_units,
                promotion_owed,
                sequence,
                at: now(),
                before,
                after: credit_account.balances(),
            },
        );
        Ok(())
    }
}

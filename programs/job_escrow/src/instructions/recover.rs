use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    errors::EscrowError,
    events::{emit, TokensRecovered},
    loaded::Loaded,
    shared::{now, same},
    state::CreditAccount,
    token,
};

/// Tokens that were sent to the credit account by mistake: of another mint, or in another account than the vault.
///
/// The token account that they are in is closed with it, unless somebody else was named to close it.
#[event_cpi]
#[derive(Accounts)]
pub struct Recover {
    /// Gets the lamports of the emptied token account.
    #[account(mut)]
    pub wallet: Signer,
    /// The wallet's credit account.
    pub credit_account: Loaded<CreditAccount>,
    /// Token account that the credit account owns and that is not its vault.
    #[account(mut)]
    pub source: Loaded<TokenAccount>,
    /// Token account of the same mint that the wallet owns.
    #[account(mut)]
    pub destination: Loaded<TokenAccount>,
    /// The Token program; not Token-2022.
    pub token_program: Program<Token>,
}

impl Recover {
    pub fn handler(ctx: &mut Context<Recover>) -> Result<()> {
        let credit_account = &ctx.accounts.credit_account;
        credit_account.require_known_version()?;
        let wallet = ctx.accounts.wallet.address();
        credit_account.require_wallet(wallet)?;
        let source = &ctx.accounts.source;
        let destination = &ctx.accounts.destination;
        let is_vault = same(source.address(), &credit_account.vault);
        let is_owned = same(source.owner(), credit_account.address());
        require!(is_owned && !is_vault, EscrowError::NotRecoverable);
        require!(same(destination.mint(), source.mint()), EscrowError::WrongMint);
        require!(same(destination.owner(), wallet), EscrowError::WrongDestinationOwner);
        let base_units = source.amount();
        let closes = token::may_close(source, credit_account.address());
        require!(base_units > 0 || closes, EscrowError::NothingToWithdraw);

        let mint = *source.mint();
        let accounts = &mut ctx.accounts;
        if base_units > 0 {
            token::pay_out(
                accounts.source.account(),
                accounts.destination.account(),
                &accounts.credit_account,
                base_units,
            );
        }
        let mut lamports = 0;
        if closes {
            lamports = accounts.source.account().lamports();
            token::close(accounts.source.account(), accounts.wallet.account(), &accounts.credit_account);
        }

        let credit_account = &ctx.accounts.credit_account;
        emit(
            &ctx.accounts.event_authority,
            ctx.bumps.event_authority,
            TokensRecovered {
                platform: credit_account.platform,
                wallet: credit_account.wallet,
                credit_account: *credit_account.address(),
                mint,
                source: *ctx.accounts.source.address(),
                destination: *ctx.accounts.destination.address(),
                base_units,
                lamports,
                at: now(),
            },
        );
        Ok(())
    }
}

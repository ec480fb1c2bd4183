use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

use crate::{
    errors::EscrowError,
    events::{emit, CreditsPurchased},
    loaded::Loaded,
    shared::{now, same},
    state::{CreditAccount, PackExpected, PackPrice, Platform},
    token,
};

/// An instruction of its own, so that a purchase without a pack pays for none of this.
#[event_cpi]
#[derive(Accounts)]
pub struct PurchasePack {
    /// Pays; the wallet itself or anybody else.
    pub payer: Signer,
    /// Token account of the mint that the payer owns.
    #[account(mut)]
    pub source: Loaded<TokenAccount>,
    /// The platform that the credit account was opened on.
    #[account(address = credit_account.platform @ EscrowError::WrongPlatform)]
    pub platform: Loaded<Platform>,
    /// The platform's promotion account, which pays for the bonus.
    #[account(mut, address = platform.promotion @ EscrowError::WrongPromotion)]
    pub promotion: Loaded<TokenAccount>,
    /// The credit account that gets the credits.
    #[account(mut)]
    pub credit_account: Loaded<CreditAccount>,
    /// The credit account's vault: the tokens behind its credits.
    #[account(mut, address = credit_account.vault @ EscrowError::WrongVault)]
    pub vault: Loaded<TokenAccount>,
    /// The Token program; not Token-2022.
    pub token_program: Program<Token>,
}

impl PurchasePack {
    pub fn handler(ctx: &mut Context<PurchasePack>, expected: &PackExpected, sequence: u64) -> Result<()> {
        let platform = &ctx.accounts.platform;
        platform.require_known_version()?;
        platform.require_running()?;
        let pack = platform.pack(expected)?;
        require!(same(ctx.accounts.source.mint(), &platform.mint), EscrowError::WrongMint);

        let credit_account = &mut *ctx.accounts.credit_account;
        credit_account.require_known_version()?;
        let before = credit_account.balances();
        let now = now();
        let PackPrice { base_units, promotion_base_units } = credit_account.add_pack(&pack, now)?;
        require!(ctx.accounts.source.amount() >= base_units, EscrowError::InsufficientFunds);
        require!(ctx.accounts.promotion.amount() >= promotion_base_units, EscrowError::PromotionTooLow);
        let by_wallet = same(&credit_account.wallet, ctx.accounts.payer.address());
        let sequence = credit_account.use_sequence_of(by_wallet, sequence)?;

        token::pay_in(
            ctx.accounts.source.account(),
            ctx.accounts.vault.account(),
            ctx.accounts.payer.account(),
            base_units,
        );
        if promotion_base_units > 0 {
            token::pay_promotion(
                ctx.accounts.promotion.account(),
                ctx.accounts.vault.account(),
                &ctx.accounts.platform,
                promotion_base_units,
            );
        }

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
                credits: pack.credits,
                base_units,
                bonus_credits: pack.bonus_credits,
                promotion_base_units,
                sequence,
                at: now,
                before,
                after: credit_account.balances(),
                pack: expected.index,
                reserved: [0; 7],
            },
        );
        Ok(())
    }
}
